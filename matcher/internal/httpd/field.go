package httpd

import (
	"maps"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// AppendField appends value to the first of values.
func AppendField(values []string, value string) []string {
	if len(values) == 0 {
		return []string{value}
	}
	appended := append([]string(nil), values...)
	appended[0] += ", " + value
	return appended
}

// SetField sets or removes a field.
func SetField(header map[string][]string, name string, values []string) {
	if len(values) == 0 {
		delete(header, name)
		return
	}
	header[name] = values
}

// BareType returns a media type without its parameters.
func BareType(contentType string) string {
	if i := strings.IndexAny(contentType, "; \t"); i >= 0 {
		return contentType[:i]
	}
	return contentType
}

// IsURL reports whether s begins with a scheme.
func IsURL(s string) bool {
	i := strings.IndexByte(s, ':')
	if i <= 0 {
		return false
	}
	for j := range i {
		if c := s[j]; !uri.IsAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// ChangedHeader returns the request's header if a directive has changed it, nil
// otherwise. It holds Host, too.
func (s *Request) ChangedHeader() map[string][]string {
	for r := s; r != nil; r = r.Parent {
		if r.HeadersIn != nil {
			return r.HeadersIn
		}
	}
	return nil
}

// SetHeader sets a field of the request's header, whose name is canonical, as a directive
// does; "" removes it. It does nothing for a name that no field can have, or where the
// request has no room left for the value.
func (s *Request) SetHeader(name, value string) {
	if !apr.IsToken(name) || !s.Eval.Charge(len(name)+len(value)) {
		return
	}
	if s.HeadersSet == nil {
		s.HeadersSet = map[string][]string{}
	}
	var values []string
	if value != "" {
		values = []string{value}
	}
	SetField(s.OwnRequestHeader(), name, values)
	SetField(s.HeadersSet, name, values)
}

// OwnRequestHeader returns the request's header for changing. The caller's
// stays as it is, and a sub-request has one of its own.
func (s *Request) OwnRequestHeader() map[string][]string {
	if s.HeadersIn != nil {
		return s.HeadersIn
	}
	if changed := s.ChangedHeader(); changed != nil {
		s.HeadersIn = maps.Clone(changed)
		return s.HeadersIn
	}
	header := s.Eval.Req.Header
	s.HeadersIn = make(map[string][]string, len(header)+1)
	for name, values := range header {
		if len(values) > 0 {
			// httpd joins what the client sent, and shows the first of what
			// is added after that.
			s.HeadersIn[name] = []string{strings.Join(values, ", ")}
		}
	}
	if s.Eval.HasHost {
		s.HeadersIn["Host"] = []string{s.Eval.HostHeader}
	}
	return s.HeadersIn
}
