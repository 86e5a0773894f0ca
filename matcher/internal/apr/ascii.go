package apr

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// Lower returns s with the letters A to Z in lower case; other bytes stay.
func Lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return lower(s)
		}
	}
	return s
}

// lower is Lower where there is a capital letter.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = uri.Lower(c)
	}
	return string(b)
}

// IsSpace reports whether c is white space to C's isspace in the C locale.
func IsSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// IsDigit reports whether c is a decimal digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsToken reports whether s is a token of HTTP (RFC 9110, 5.6.2).
func IsToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; !uri.IsAlnum(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// IsHex reports whether c is a hexadecimal digit.
func IsHex(c byte) bool { return IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// Quote returns s in quotes, as messages show it.
func Quote(s string) string { return strconv.Quote(s) }
