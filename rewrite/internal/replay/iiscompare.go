package replay

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Differs says how the result of request i differs from what is expected, "" if it does
// not.
func (c *IISCase) Differs(i int) string {
	want, got := &c.Expect[i], &c.Results[i]
	base := c.Requests[i].url()
	asked := normalized(base.String(), base)
	wantKind, gotKind := want.Kind, got.Kind
	if want.Kind == KindRewrite && normalized(want.URL, base) == asked {
		wantKind = KindPass // to what was asked for
	}
	if got.Kind == KindRewrite && normalized(got.URL, base) == asked {
		gotKind = KindPass
	}
	switch {
	case wantKind == KindStatus && gotKind == KindStatus, gotKind == KindStatus && slices.Contains(want.Also, got.Status):
		return want.status(got)
	case wantKind != gotKind:
		return fmt.Sprintf("kind %s, want %s", got.text(), want.text())
	case wantKind == KindRedirect && (want.Status != got.Status || normalized(want.Location, base) != normalized(got.Location, base)),
		wantKind == KindRewrite && normalized(want.URL, base) != normalized(got.URL, base):
		return fmt.Sprintf("%s, want %s", got.text(), want.text())
	}
	return want.fields(got)
}

// status compares statuses.
func (r *IISResult) status(got *IISResult) string {
	switch {
	case got.Status != r.Status && !slices.Contains(r.Also, got.Status) && !r.either(got):
		return fmt.Sprintf("%s, want %s", got.text(), r.text())
	case r.SubStatus != 0 && got.Status == r.Status && r.SubStatus != got.SubStatus && r.Status != 500:
		return fmt.Sprintf("%s, want %s", got.text(), r.text())
	}
	return ""
}

// either reports whether the note of an expectation takes 403 and 404 as the same.
func (r *IISResult) either(got *IISResult) bool {
	return strings.Contains(r.Note, "either is taken") && (got.Status == 403 || got.Status == 404)
}

// fields compares the headers and the body.
func (r *IISResult) fields(got *IISResult) string {
	for _, h := range []struct{ want, got map[string]*string }{{r.RequestHeaders, got.RequestHeaders}, {r.Headers, got.Headers}} {
		for name, value := range h.want {
			if a, b := text(value), text(find(h.got, name)); a != b {
				return fmt.Sprintf("header %s is %q, want %q", name, b, a)
			}
		}
	}
	if r.Body != nil && text(r.Body) != text(got.Body) {
		return fmt.Sprintf("body %q, want %q", text(got.Body), text(r.Body))
	}
	return ""
}

func find(h map[string]*string, name string) *string {
	for n, v := range h {
		if strings.EqualFold(n, name) {
			return v
		}
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// text says what a result is.
func (r *IISResult) text() string {
	t := r.Kind
	if r.Status != 0 {
		t += fmt.Sprintf(" %d.%d", r.Status, r.SubStatus)
	}
	t += " " + r.URL + r.Location
	if r.Error != "" {
		t += " (" + r.Error + ")"
	}
	return t
}

// url is what the request asks for.
func (q *IISRequest) url() *url.URL {
	scheme := "http"
	if q.TLS {
		scheme = "https"
	}
	u, err := url.Parse(scheme + "://" + q.Host + q.Target)
	if err != nil {
		return &url.URL{Scheme: scheme, Host: q.Host, Path: q.Target}
	}
	return u
}

// normalized is a URL, resolved against base, as URLs are compared: an empty query is
// none, no path is the root, and the hexadecimal digits of escapes have one case.
func normalized(s string, base *url.URL) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u = base.ResolveReference(u)
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	t := strings.ToLower(u.Scheme+"://"+u.Host) + upperHexDigits(path)
	if u.RawQuery != "" {
		t += "?" + upperHexDigits(u.RawQuery)
	}
	if u.Fragment != "" {
		t += "#" + u.EscapedFragment()
	}
	return t
}

// upperHexDigits writes the digits of escapes in capital letters.
func upperHexDigits(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToUpper(string(b[i+1:i+3])))
		}
	}
	return string(b)
}
