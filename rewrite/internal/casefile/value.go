package casefile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quote returns s as it stands in a case file: as it is, or in Go's double
// quotes where it would not survive as the rest of a line.
func quote(s string) string {
	if strings.HasPrefix(s, `"`) || strings.TrimSpace(s) != s || !isText(s) {
		return strconv.Quote(s)
	}
	return s
}

// unquote is the inverse of quote.
func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	u, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%s is not a string in double quotes with Go's escapes", s)
	}
	return u, nil
}

// isText reports whether s is UTF-8 without control characters.
func isText(s string) bool {
	for _, r := range s {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// joinTarget returns a decoded path and a raw query as one URL-path. What the
// path would lose that way is percent-encoded.
func joinTarget(path, query string, hasQuery bool) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		r, n := utf8.DecodeRuneInString(path[i:])
		if r <= ' ' || r == 0x7f || r == '%' || r == '?' || r == '"' || r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%%%02X", path[i])
		} else {
			b.WriteString(path[i : i+n])
		}
		i += n
	}
	if hasQuery {
		b.WriteString("?" + query)
	}
	return quote(b.String())
}

// splitTarget is the inverse of joinTarget.
func splitTarget(s string) (path, query string, hasQuery bool, err error) {
	s, err = unquote(s)
	if err != nil {
		return "", "", false, err
	}
	raw, query, hasQuery := strings.Cut(s, "?")
	path, err = percentDecode(raw)
	return path, query, hasQuery, err
}

func percentDecode(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", fmt.Errorf("%q ends within a %%XX", s)
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", fmt.Errorf("%q is not %%XX; a percent sign in a path is written %%25", s[i:i+3])
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), nil
}
