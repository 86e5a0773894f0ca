package rewrite

import (
	"net/http"
	"slices"
)

// Fail answers a request that a handler behind a Middleware can't serve, with a
// status from 400 to 599, as httpd's own handlers do: ErrorDocument applies, and
// of the Header directives only those with "always". The handler must not have
// written anything yet, and returns after the call. A request that no
// Middleware saw is answered by [http.Error].
func Fail(w http.ResponseWriter, r *http.Request, status int) {
	info, ok := FromContext(r.Context())
	if !ok || info.visit.m == nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	v := info.visit
	v.fail(status)
}

// fail answers for a handler that failed with status.
func (v *visit) fail(status int) {
	if v.d != nil {
		if v.d.done && v.d.failed == 0 {
			return // Part of a response is out already.
		}
		v.d.done = true
		v.d = nil
	}
	for _, name := range []string{
		"Accept-Ranges", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range",
		"Content-Type", "Etag", "Expires", "Last-Modified", "Location",
	} {
		v.w.Header().Del(name) // What spoke of the content does not hold for the error.
	}
	v.failed = append(slices.Clip(v.failed), finalStatus(max(status, http.StatusBadRequest)))
	q := *v.q
	q.Failed = v.failed
	res := v.m.eval(v.r.Context(), &q)
	v.act(&res)
}
