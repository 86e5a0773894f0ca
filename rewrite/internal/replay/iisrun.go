package replay

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

// iisRoot is where the site of a case lies.
const iisRoot = "/site"

// RunIIS answers c: it sets c.Results. Where the site can't be run every request is
// answered with 500. The error says that c is not a case.
func RunIIS(ctx context.Context, c *IISCase) error {
	d, err := dialect.Parse(c.Dialect)
	if err != nil || d == dialect.Apache {
		return fmt.Errorf("case %q: %q is not a dialect of IIS", c.Name, c.Dialect)
	}
	files, err := newFileSystem(iisRoot, nil)
	if err != nil {
		return err
	}
	for name, text := range c.Files {
		if err := files.add(iisRoot+"/"+name, text); err != nil {
			return fmt.Errorf("case %q: %w", c.Name, err)
		}
	}
	engine, refused := c.engine(d, files)
	if engine != nil {
		defer engine.Close()
	}
	c.Results = make([]IISResult, len(c.Requests))
	for i := range c.Requests {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if refused != nil {
			c.Results[i] = IISResult{Kind: KindStatus, Status: http.StatusInternalServerError, SubStatus: 19, Error: refused.Error()}
			continue
		}
		c.Results[i] = c.Requests[i].answer(ctx, engine)
	}
	return nil
}

// engine makes an engine of the case's site.
func (c *IISCase) engine(d dialect.Dialect, files *fileSystem) (*matcher.Engine, error) {
	mo := &matcher.Options{
		FS: files, Getenv: getenv, Revalidate: -1, DocumentRoot: iisRoot, Limits: matcher.Limits{Time: time.Minute},
	}
	rs, err := ruleset.ReadSite(d, iisRoot, files, mo)
	if err == nil {
		err = rs.Findings.Err()
	}
	if err != nil {
		return nil, err
	}
	return rs.Engine, nil
}

// answer evaluates one request. A panic of the engine becomes the result's error.
func (q *IISRequest) answer(ctx context.Context, e *matcher.Engine) (r IISResult) {
	defer func() {
		if p := recover(); p != nil {
			r = IISResult{Kind: "panic", Error: fmt.Sprint(p)}
		}
	}()
	req := &matcher.Request{
		Method: q.Method, Target: q.Target, Host: q.Host, RemoteAddr: q.Remote, TLS: q.TLS, ServerAddr: "192.0.2.1",
		Header: map[string][]string{},
	}
	for name, value := range q.Headers {
		req.Header[textproto.CanonicalMIMEHeaderKey(name)] = []string{value}
	}
	res, err := e.Eval(ctx, req)
	r = q.result(&res)
	if err != nil {
		r.Error = err.Error()
	}
	return r
}

// result is res as a case has it.
func (q *IISRequest) result(res *matcher.Result) IISResult {
	r := IISResult{RequestHeaders: shown(q.headers(res))}
	status := res.Status
	switch res.Action {
	case matcher.Pass:
		r.Kind, r.URL = KindPass, res.RequestURI()
	case matcher.Rewrite:
		r.Kind, r.URL = KindRewrite, res.RequestURI()
	case matcher.Proxy:
		r.Kind, r.URL = KindRewrite, res.ProxyURL
	case matcher.Redirect:
		return IISResult{Kind: KindRedirect, Status: status, Location: res.Location}
	case matcher.Respond:
		r = IISResult{Kind: KindStatus, Status: status, SubStatus: res.SubStatus, Reason: res.StatusReason}
		if res.Abort {
			return IISResult{Kind: KindAbort}
		}
		if res.Text != "" {
			r.Body = &res.Text
		}
		return r
	}
	header := http.Header{}
	maps.Copy(header, res.Before)
	if u := q.Upstream; u != nil {
		status = u.Status
		for name, value := range u.Headers {
			header.Set(name, value)
		}
		body := u.Body + string(u.BodyBase64)
		r.Body = &body
	}
	res.CompleteHeader(header, status)
	r.Headers = shown(header)
	return r
}

// headers is the header that the handler sees.
func (q *IISRequest) headers(res *matcher.Result) http.Header {
	if res.RequestHeader != nil {
		return res.RequestHeader
	}
	h := http.Header{}
	for name, value := range q.Headers {
		h.Set(name, value)
	}
	return h
}

// shown is a header as a case has it.
func shown(h http.Header) map[string]*string {
	if len(h) == 0 {
		return nil
	}
	m := make(map[string]*string, len(h))
	for name, values := range h {
		if len(values) > 0 {
			m[name] = &values[0]
		}
	}
	return m
}
