package rewrite

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// act does what was decided. What it does not know how to do, and whatever
// would break the response apart, is answered with 500.
func (m *Middleware) act(w http.ResponseWriter, r *http.Request, next http.Handler, from *client, res *matcher.Result) {
	if name := unsafeField(res); name != "" {
		m.fail(w, r, res, fmt.Errorf("control character in %s", name))
		return
	}
	switch res.Action {
	case matcher.Pass:
		m.serve(w, r, next, from, res, passedURL(r.URL, res))
	case matcher.Rewrite:
		if !strings.HasPrefix(res.Path, "/") {
			m.fail(w, r, res, fmt.Errorf("path %q does not start with a slash", clip(res.Path)))
			return
		}
		m.serve(w, r, next, from, res, rewrittenURL(r.URL, res))
	case matcher.Redirect:
		if res.Location == "" || res.Status < 300 || res.Status > 399 {
			m.fail(w, r, res, fmt.Errorf("redirect with status %d to %q", res.Status, clip(res.Location)))
			return
		}
		answer(w, r, res, res.Status)
	case matcher.Respond:
		answer(w, r, res, finalStatus(res.Status))
	case matcher.Proxy:
		b, err := backendOf(res)
		if err != nil {
			m.fail(w, r, res, err)
			return
		}
		m.proxy.forward(decorate(w, res), r, b, from)
	default:
		m.fail(w, r, res, fmt.Errorf("unknown action %v", res.Action))
	}
}

// fail answers 500 and tells the log why; the client does not learn it. The
// cookies go too: one of them may be what is wrong.
func (m *Middleware) fail(w http.ResponseWriter, r *http.Request, res *matcher.Result, err error) {
	m.opts.Logger.ErrorContext(r.Context(), "result can't be acted on",
		"method", clip(r.Method), "target", clip(r.RequestURI), "rule", res.Rule.String(), "error", err)
	answer(w, r, &matcher.Result{}, http.StatusInternalServerError)
}

// finalStatus returns a status that a response can end with. Rules may ask for
// 100, 101 or 102, which httpd then sends as if they were final.
func finalStatus(status int) int {
	if status < 200 || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}

// serve calls next with a copy of r for u.
func (m *Middleware) serve(w http.ResponseWriter, r *http.Request, next http.Handler, from *client, res *matcher.Result, u *url.URL) {
	info := &Info{Result: *res, Original: r.URL, Client: from.addr}
	r2 := r.WithContext(newContext(r.Context(), info))
	r2.URL = u
	d := decorate(w, res)
	next.ServeHTTP(d, r2)
	if d, ok := d.(*decorated); ok {
		d.finish()
	}
}

// passedURL returns the URL next sees of a request that no rule redirected.
// Its path is the one the rules were tried on: httpd merges slashes and
// resolves dot segments first, and a handler that did it otherwise could serve
// what a rule meant to deny.
func passedURL(u *url.URL, res *matcher.Result) *url.URL {
	u2 := *u
	if strings.HasPrefix(res.Path, "/") && res.Path != u.Path && decodeSlashes(res.Path) != u.Path {
		u2.Path, u2.RawPath = res.Path, ""
	}
	return &u2
}

// decodeSlashes decodes %2F, which httpd leaves in the path if it is told to
// by AllowEncodedSlashes NoDecode. net/url decodes it and keeps the original
// in RawPath.
func decodeSlashes(path string) string {
	if !strings.Contains(path, "%2") {
		return path
	}
	return strings.NewReplacer("%2F", "/", "%2f", "/").Replace(path)
}

// rewrittenURL returns the URL that a rule made of u. A path that has not
// changed keeps the encoding the client chose.
func rewrittenURL(u *url.URL, res *matcher.Result) *url.URL {
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

// hasControl reports whether s holds a byte that no header value may have.
func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
