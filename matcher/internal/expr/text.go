package expr

import (
	"crypto/md5"  //nolint:gosec // the language has it
	"crypto/sha1" //nolint:gosec // the language has it
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// integer reads a number as httpd does: white space, a sign and digits up to
// anything else; 0 without digits, the nearest one of 64 bits if it has more.
func integer(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	var n int64 // negative, as there is one more of them
	for i := 0; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		d := int64(s[i] - '0')
		if n < (math.MinInt64+d)/10 {
			n = math.MinInt64
			break
		}
		n = n*10 - d
	}
	switch {
	case negative:
		return n
	case n == math.MinInt64:
		return math.MaxInt64
	}
	return -n
}

// toLower returns s with ASCII letters made small.
func toLower(s string) string { return mapBytes(s, uri.Lower) }

// toUpper returns s with ASCII letters made capital.
func toUpper(s string) string {
	return mapBytes(s, func(c byte) byte {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		return c
	})
}

// mapBytes returns s with f applied to each byte.
func mapBytes(s string, f func(byte) byte) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = f(c)
	}
	return string(b)
}

// unescape decodes every %XX but that of a slash. It returns "" if one is
// malformed or a NUL.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return ""
		}
		c, err := hex.DecodeString(s[i+1 : i+3])
		switch {
		case err != nil || c[0] == 0:
			return ""
		case c[0] == '/':
			b = append(b, s[i:i+3]...)
		default:
			b = append(b, c[0])
		}
		i += 2
	}
	return string(b)
}

func encodeBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// decodeBase64 decodes s up to the first byte that is not a base64 digit. A digit
// too few for a byte is ignored, and a NUL ends the result.
func decodeBase64(s string) string {
	n := 0
	for n < len(s) && (uri.IsAlnum(s[n]) || s[n] == '+' || s[n] == '/') {
		n++
	}
	if n%4 == 1 {
		n--
	}
	b, err := base64.RawStdEncoding.DecodeString(s[:n])
	if err != nil {
		return ""
	}
	value, _, _ := strings.Cut(string(b), "\x00")
	return value
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // the language has it
	return hex.EncodeToString(sum[:])
}

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s)) //nolint:gosec // the language has it
	return hex.EncodeToString(sum[:])
}

// escapeLDAP escapes what is special in an LDAP filter or in a distinguished
// name.
func escapeLDAP(s string) string {
	var b []byte
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c <= '~' && strings.IndexByte(`"+,;<>\*()`, c) < 0 {
			b = append(b, c)
			continue
		}
		b = append(b, '\\')
		b = hex.AppendEncode(b, []byte{c})
	}
	return string(b)
}
