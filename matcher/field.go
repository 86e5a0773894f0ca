package matcher

import "strings"

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
