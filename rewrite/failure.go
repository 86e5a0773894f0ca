package rewrite

import (
	"context"
	"net/http"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Fail answers a request that a handler behind a Middleware can't serve, with a
// status from 400 to 599, as httpd's own handlers do: ErrorDocument applies, and
// of the Header directives only those with "always". The handler must not have
// written anything yet, and returns after the call. A request that no
// Middleware saw is answered by [http.Error].
func Fail(w http.ResponseWriter, r *http.Request, status int) {
	info, ok := FromContext(r.Context())
	if !ok || info.visit == nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	info.visit.fail(status)
}

// FailDocument is like [Fail] where the configuration says how to answer for such a
// failure, by an ErrorDocument or a rule, and reports whether it does. If not, nothing
// has been written, and the handler answers with a page of its own.
func FailDocument(w http.ResponseWriter, r *http.Request, status int) bool {
	info, ok := FromContext(r.Context())
	if !ok || info.visit == nil {
		return false
	}
	v := info.visit
	if v.d != nil && v.d.done {
		return false // part of a response is out already
	}
	again := v.failing(status)
	defer again.release()
	if again.info.Action == matcher.Respond && again.info.Text == "" {
		return false
	}
	v.failAs(again, status)
	return true
}

// fail answers for a handler that failed with status.
func (v *visit) fail(status int) {
	if v.d != nil && v.d.done && v.d.failed == 0 {
		return // Part of a response is out already.
	}
	again := v.failing(status)
	defer again.release()
	v.failAs(again, status)
}

// failing returns the request as it goes on after a failure with status. The caller has to
// release it.
func (v *visit) failing(status int) *visit {
	// The handler's request is not changed: the handler may still use it.
	again := &visit{m: v.m, w: v.w, r: stillAsked(v.r), next: v.next, from: v.from, q: v.q, uploaded: v.uploaded}
	again.q.Failed = append(slices.Clip(v.q.Failed), finalStatus(max(status, http.StatusBadRequest)))
	if v.q.Stat != nil {
		again.openFiles()
	}
	again.decide()
	return again
}

// failAs answers as again says, which follows from the failure with status.
func (v *visit) failAs(again *visit, status int) {
	if v.d != nil {
		v.d.done, v.d.failed = true, 0
		if v.d.sniffing {
			v.w.Header().Del(noSniffing) // It came with the page of http.Error.
		}
	}
	allow := v.w.Header()["Allow"] // which comes with the server's own page only, as in httpd
	for _, name := range []string{
		"Accept-Ranges", "Allow", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range",
		"Content-Type", "Etag", "Expires", "Last-Modified", "Location",
	} {
		v.w.Header().Del(name) // What spoke of the content does not hold for the error.
	}
	if v.info.Reason != nil && !refused(&v.info.Result) {
		v.logReason("what a rule asks for was not done", status)
	}
	if again.info.Action == matcher.Respond && len(allow) > 0 {
		v.w.Header()["Allow"] = allow
	}
	again.act()
}

// stillAsked returns r with a context that has not ended: net/http ends it when
// a body does not arrive, although the client may still read the response.
func stillAsked(r *http.Request) *http.Request {
	if r.Context().Err() == nil {
		return r
	}
	return r.WithContext(context.WithoutCancel(r.Context()))
}
