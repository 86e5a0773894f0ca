package replay

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// stateType is the media type of the content handler's answer. The answer is
// known by it, so that a directive can hide it.
const stateType = "application/x-oracle"

// result turns the engine's answer to q into a recorded one.
func (s *site) result(q *Request, res *matcher.Result) Result {
	header, ok := responseHeader(res)
	if !ok {
		return Result{Status: http.StatusInternalServerError}
	}
	r := Result{
		Status:   res.Status,
		Location: Encode(trim(header.Get("Location")), s.place.Root),
		Vary:     trim(header.Get("Vary")),
	}
	for _, c := range header.Values("Set-Cookie") {
		r.SetCookie = append(r.SetCookie, codePointsOf(trim(c)))
	}
	// Where there is no content, there is nothing to tell in.
	hasContent := q.Method != http.MethodHead && res.Status != http.StatusNoContent && res.Status != http.StatusNotModified
	if hasContent && isServed(res) && header.Get("Content-Type") == stateType {
		r.Final = s.final(q, res)
	}
	return r
}

// isServed reports whether the content handler answers.
func isServed(res *matcher.Result) bool {
	return res.Action != matcher.Redirect && res.Action != matcher.Respond
}

// responseHeader returns the header that is sent where the handler gives nothing
// but its type. ok is false if httpd could not send it.
func responseHeader(res *matcher.Result) (header http.Header, ok bool) {
	header = http.Header{"Content-Type": {"text/html; charset=iso-8859-1"}}
	reply := res.Response
	if isServed(res) {
		maps.Copy(header, res.Before)
		header.Set("Content-Type", stateType)
		reply.Forwarded = false // whatever was to be done, the handler answers
	}
	return header, reply.CompleteHeader(header, res.Status)
}

// trim removes the blanks around a header's value, which a client never sees.
func trim(value string) string { return strings.Trim(value, " \t") }

// final tells the state in which the content handler finds the request.
func (s *site) final(q *Request, res *matcher.Result) *Final {
	text := func(t string) *string {
		t = Encode(t, s.place.Root)
		return &t
	}
	f := &Final{
		URI:       text(res.URI),
		Filename:  text(res.Filename),
		Method:    text("GET"),
		Redirects: res.Redirects,
		Env:       make(map[string]string, len(res.Env)+2),
	}
	if q.Method != "" {
		f.Method = text(bytesOf(q.Method))
	}
	if res.Method != "" {
		f.Method = text(res.Method)
	}
	if res.HasQuery {
		f.Args = text(res.Query)
	}
	if res.HasPathInfo {
		f.PathInfo = text(res.PathInfo)
	}
	contentType := res.ContentType
	if res.Action == matcher.Proxy {
		f.Proxyreq = 2
	}
	if contentType != "" {
		f.ContentType = text(contentType)
	}
	f.Handler = text(handler(res, contentType))
	for name, value := range res.Environment() {
		if name == "" {
			continue // recordings leave it out
		}
		f.Env[Encode(name, s.place.Root)] = Encode(value, s.place.Root)
	}
	return f
}

// handler names the content handler: without one, httpd takes the media type.
func handler(res *matcher.Result, contentType string) string {
	switch {
	case res.Handler != "":
		return res.Handler
	case res.Action == matcher.Proxy:
		return "proxy-server"
	}
	mediaType, _, _ := strings.Cut(contentType, ";")
	return mediaType
}

var cookieExpiry = regexp.MustCompile(`; expires=[^;]*`)

// Comparable returns r without what may differ between two servers that treat
// a request alike: the time at which a cookie expires, the identifier of the
// request, and the words for what went wrong.
func (r *Result) Comparable() Result {
	c := *r
	c.Header, c.Page, c.Cause = nil, "", nil
	c.SetCookie = slices.Clone(r.SetCookie)
	for i, cookie := range c.SetCookie {
		c.SetCookie[i] = cookieExpiry.ReplaceAllString(cookie, "; expires=")
	}
	if r.Final != nil {
		f := *r.Final
		f.Method = nil
		f.Env = maps.Clone(f.Env)
		maps.DeleteFunc(f.Env, func(name, _ string) bool { return strings.HasSuffix(name, "UNIQUE_ID") })
		c.Final = &f
	}
	return c
}
