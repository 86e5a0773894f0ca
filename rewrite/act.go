package rewrite

import (
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// visit is a request on its way through a middleware. It holds everything the
// middleware adds to a request, in one allocation. The next handler and what that calls
// may keep what they find in it, so that it is not used again.
type visit struct {
	m    *Middleware
	w    http.ResponseWriter
	r    *http.Request
	next http.Handler
	from client
	q    matcher.Request // Failed holds the statuses that the next handler failed with
	d    *decorated      // what the next handler writes to, nil if that is w

	looked *public.File // the file that the engine looked at last, open; nil if none is
	file   *fileVisit   // what the visit is a part of, nil for most

	uploaded bool  // a script was sent the request's body
	err      error // why the request could not be evaluated

	// What the next handler gets.
	info Info
	ctx  infoContext
	url  url.URL
	req  http.Request // of the first handler; zero until there is one
}

// fileVisit is a visit that the handler of Files may end. Once that handler has sent a file,
// nothing else refers to the visit, and another request can use it: see Middleware.leave.
type fileVisit struct {
	visit

	sent bool
	own  decorated // the first d
	stat func(name string) (fs.FileInfo, error)
}

// openFiles makes the engine look at files by opening them, so that the handler which sends
// the file has it open already. release has to be called in the end.
func (v *visit) openFiles() {
	if v.file == nil {
		v.q.Stat = v.look
		return
	}
	if v.file.stat == nil {
		v.file.stat = v.look
	}
	v.q.Stat = v.file.stat
}

// decorated returns a response writer to fill in.
func (v *visit) decorated() *decorated {
	if v.file != nil && v.file.own.ResponseWriter == nil { // otherwise it may still be in use
		return &v.file.own
	}
	return &decorated{}
}

// look describes a file for the engine, and keeps it open in place of the one before.
func (v *visit) look(name string) (fs.FileInfo, error) {
	_ = v.looked.Close()
	var st fs.FileInfo
	var err error
	v.looked, st, err = public.Look(name)
	return st, err
}

// release closes the file that the engine looked at last, if the handler has not.
func (v *visit) release() { _ = v.looked.Close() }

// act does what was decided. A result that it cannot act on, or that would split
// the response, is answered with 500.
func (v *visit) act() {
	res := &v.info.Result
	to, err := actionable(res)
	if v.observe(err) {
		return
	}
	if err != nil {
		v.refuse(res, err)
		return
	}
	defer v.abandon()
	switch res.Action {
	case matcher.Pass, matcher.Rewrite:
		v.handle(res)
	case matcher.Redirect:
		answer(v.w, v.r, res, res.Status)
	case matcher.Respond:
		if res.Abort {
			panic(http.ErrAbortHandler) // which closes the connection, and is not logged
		}
		if res.Trace {
			echo(v.w, v.r)
			return
		}
		answer(v.w, v.r, res, finalStatus(res.Status))
	case matcher.Proxy:
		d, r := v.decorate(res), v.request(res)
		v.boundBody(r, res)
		v.m.proxy.forward(d, r, to, &v.from, res.RequestHeaderSet)
		if v.d != nil && v.d.gzip != nil {
			v.d.end()
		}
	}
}

// handle has a script, or the next handler, answer.
func (v *visit) handle(res *matcher.Result) {
	if res.NoFile {
		v.fail(http.StatusNotFound)
		return
	}
	if server, ok := v.m.scripts.serverOf(res); ok {
		v.script(res, server)
		return
	}
	if res.Action == matcher.Pass {
		v.url = passedURL(v.r.URL, res)
	} else {
		v.url = rewrittenURL(v.r.URL, res)
	}
	v.serve(res)
}

// actionable returns why a result can't be acted on, nil if it can, and where a
// Proxy result leads to.
func actionable(res *matcher.Result) (to backend, err error) {
	if name := unsafeField(res); name != "" {
		return to, fmt.Errorf("control character in %s", name)
	}
	switch res.Action {
	case matcher.Pass, matcher.Respond:
	case matcher.Rewrite:
		if !strings.HasPrefix(res.Path, "/") && !res.NoFile {
			err = fmt.Errorf("path %q does not start with a slash", clip(res.Path))
		}
	case matcher.Redirect:
		if res.Location == "" || res.Status < 300 || res.Status > 399 {
			err = fmt.Errorf("redirect with status %d to %q", res.Status, clip(res.Location))
		}
	case matcher.Proxy:
		to, err = backendOf(res)
	default:
		err = fmt.Errorf("unknown action %v", res.Action)
	}
	return to, err
}

// refuse answers 500 and logs the reason, which the client does not see. Cookies
// are dropped as well: one of them may be at fault.
func (v *visit) refuse(res *matcher.Result, err error) {
	v.log(slog.LevelError, "result can't be acted on", append(placed(res.Rule), slog.Any("error", err))...)
	answer(v.w, v.r, &matcher.Result{}, http.StatusInternalServerError)
}

// finalStatus returns a status that a response can end with. Rules may ask for
// 100, 101 or 102, which httpd then sends as if they were final.
func finalStatus(status int) int {
	if status < 200 || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}

// serve calls the next handler with a copy of the request for v.url.
func (v *visit) serve(res *matcher.Result) {
	d := v.decorate(res)
	r := v.request(res)
	r.URL = &v.url
	if _, ok := v.next.(*fileServer); !ok { // which bounds them after merging, as httpd
		r.Header = boundedRanges(r.Header)
	}
	v.boundBody(r, res)
	v.next.ServeHTTP(d, r)
	switch {
	case v.d == nil:
	case v.d.failed != 0:
		if v.d.source && v.d.failed == http.StatusForbidden {
			v.m.opts.Logger.WarnContext(r.Context(), "file not sent: its handler would run it",
				"handler", clip(res.Handler), "type", clip(res.ContentType), "by", clip(res.RunBy), "file", clip(res.Filename))
		}
		v.fail(v.d.failed)
	default:
		v.d.end()
	}
}

// boundBody bounds the body of r, whose length shows only when it is read: one that is
// announced as too long has been refused.
func (v *visit) boundBody(r *http.Request, res *matcher.Result) {
	if res.BodyLimit > 0 && r.ContentLength < 0 {
		r.Body = http.MaxBytesReader(v.w, r.Body, res.BodyLimit)
	}
}

// request returns a copy of the request with the changes of directives, and an
// Info in its context.
func (v *visit) request(res *matcher.Result) *http.Request {
	v.info.Original, v.info.Client, v.info.visit = v.r.URL, v.from.addr, v
	v.ctx = infoContext{v.r.Context(), &v.info}
	r := &v.req
	if r.URL != nil { // the handler before may have kept it
		r = new(http.Request)
	}
	*r = *v.r.WithContext(&v.ctx) // which is inlined, so that the copy in between is not allocated
	if res.RequestHeader != nil {
		r.Header = maps.Clone(http.Header(res.RequestHeader))
		if host := r.Header.Get("Host"); host != "" {
			r.Host = host
		}
		delete(r.Header, "Host")
	}
	if res.Status != http.StatusOK {
		r.Header = unconditional(r.Header, res.Status)
	}
	if res.Method != "" && r.Method != http.MethodHead {
		r.Method, r.Body, r.ContentLength = res.Method, http.NoBody, 0
	}
	return r
}

// unconditional returns header without the fields that do not apply to a response
// with the given status. Ranges apply to a 200 only, and conditions to a success:
// the document of an error is always sent whole, with the error's status.
func unconditional(header http.Header, status int) http.Header {
	fields := []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}
	if status >= 200 && status < 300 {
		fields = fields[:2]
	}
	if !slices.ContainsFunc(fields, func(name string) bool { return len(header[name]) > 0 }) {
		return header
	}
	rest := maps.Clone(header)
	for _, name := range fields {
		delete(rest, name)
	}
	return rest
}

// passedURL returns the URL next sees of a request that no rule redirected.
// Its path is the one the rules were tried on: httpd merges slashes and
// resolves dot segments first, and a handler that did so differently could serve
// what a rule meant to deny.
func passedURL(u *url.URL, res *matcher.Result) url.URL {
	u2 := *u
	if strings.HasPrefix(res.Path, "/") && res.Path != u.Path && decodeSlashes(res.Path) != u.Path {
		u2.Path, u2.RawPath = res.Path, ""
	}
	return u2
}

// decodeSlashes decodes %2F, which httpd leaves in the path with
// AllowEncodedSlashes NoDecode. net/url decodes it and keeps the original
// in RawPath.
func decodeSlashes(path string) string {
	if !strings.Contains(path, "%2") {
		return path
	}
	return strings.NewReplacer("%2F", "/", "%2f", "/").Replace(path)
}

// rewrittenURL returns the URL that a rule made of u. A path that has not
// changed keeps the encoding the client chose.
func rewrittenURL(u *url.URL, res *matcher.Result) url.URL {
	u2 := passedURL(u, res)
	u2.RawQuery = res.Query
	u2.ForceQuery = res.HasQuery && res.Query == ""
	return u2
}

// unsafeField names a header field of res that holds a control character, ""
// if none does. httpd refuses to send such a field too.
func unsafeField(res *matcher.Result) string {
	switch {
	case hasControl(res.Location):
		return "Location"
	case hasControl(res.ContentType):
		return "Content-Type"
	case hasControl(res.Vary):
		return "Vary"
	}
	if slices.ContainsFunc(res.SetCookies, hasControl) {
		return "Set-Cookie"
	}
	return ""
}

// hasControl reports whether s has a byte that is not allowed in header values.
func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
