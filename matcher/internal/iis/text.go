package iis

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// isHex reports whether all of s is hexadecimal digits.
func isHex(s string) bool {
	for i := range len(s) {
		if !apr.IsHex(s[i]) {
			return false
		}
	}
	return true
}

// utf8Escape returns a character, given by four hexadecimal digits, as the bytes of
// UTF-8 in a pattern.
func utf8Escape(digits string) string {
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(string(rune(n))) {
		b.WriteString(`\x`)
		b.WriteByte("0123456789abcdef"[c>>4])
		b.WriteByte("0123456789abcdef"[c&15])
	}
	return b.String()
}

// urlEncoded escapes all of s but letters, digits and "-._~".
func urlEncoded(s string) string {
	b := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		if c := s[i]; uri.IsAlnum(c) || strings.IndexByte("-._~", c) >= 0 {
			b = append(b, c)
		} else {
			b = appendEscape(b, c)
		}
	}
	return string(b)
}

// appendEscape appends c as %XX.
func appendEscape(b []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(b, '%', digits[c>>4], digits[c&15])
}

// urlDecoded decodes %XX and "+" in s. Control characters are left out.
func urlDecoded(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s) && isHex(s[i+1:i+3]):
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			c = byte(n)
			i += 2
		}
		if c >= ' ' && c != 0x7f {
			b = append(b, c)
		}
	}
	return string(b)
}

// percentDecoded decodes %XX in s and nothing else.
func percentDecoded(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1:i+3]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b = append(b, byte(n))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

// htmlEncoder escapes what is special in HTML.
var htmlEncoder = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// safeURL escapes what may not stand in a URL: control characters, spaces, bytes beyond
// ASCII, and `"<>\^`{|}`. What is escaped already stays; "%" that begins no escape is.
func safeURL(s string) string {
	plain := true
	for i := range len(s) {
		if !keptInURL(s, i) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := range len(s) {
		if keptInURL(s, i) {
			b = append(b, s[i])
			continue
		}
		b = appendEscape(b, s[i])
	}
	return string(b)
}

func keptInURL(s string, i int) bool {
	c := s[i]
	if c == '%' {
		return i+2 < len(s) && isHex(s[i+1:i+3])
	}
	return c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0
}

// withoutControls returns s without control characters.
func withoutControls(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, s)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
