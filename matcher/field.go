package matcher

import (
	"maps"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// appendField appends value to the first of values.
func appendField(values []string, value string) []string {
	if len(values) == 0 {
		return []string{value}
	}
	appended := append([]string(nil), values...)
	appended[0] += ", " + value
	return appended
}

// setField sets or removes a field.
func setField(header map[string][]string, name string, values []string) {
	if len(values) == 0 {
		delete(header, name)
		return
	}
	header[name] = values
}

// bareType returns a media type without its parameters.
func bareType(contentType string) string {
	if i := strings.IndexAny(contentType, "; \t"); i >= 0 {
		return contentType[:i]
	}
	return contentType
}

// isURL reports whether s begins with a scheme.
func isURL(s string) bool {
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

// changedHeader returns the request's header if a directive has changed it, nil
// otherwise. It holds Host, too.
func (s *state) changedHeader() map[string][]string {
	for r := s; r != nil; r = r.parent {
		if r.headersIn != nil {
			return r.headersIn
		}
	}
	return nil
}

// ownRequestHeader returns the request's header for changing. The caller's
// stays as it is, and a sub-request has one of its own.
func (s *state) ownRequestHeader() map[string][]string {
	if s.headersIn != nil {
		return s.headersIn
	}
	if changed := s.changedHeader(); changed != nil {
		s.headersIn = maps.Clone(changed)
		return s.headersIn
	}
	header := s.eval.req.Header
	s.headersIn = make(map[string][]string, len(header)+1)
	for name, values := range header {
		if len(values) > 0 {
			// httpd joins what the client sent, and shows the first of what
			// is added after that.
			s.headersIn[name] = []string{strings.Join(values, ", ")}
		}
	}
	if s.eval.hasHost {
		s.headersIn["Host"] = []string{s.eval.hostHeader}
	}
	return s.headersIn
}
