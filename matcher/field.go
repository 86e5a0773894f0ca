package matcher

import (
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
