// Package urltext escapes and unescapes URLs as IIS and its modules do.
package urltext

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// IsHex reports whether all of s is hexadecimal digits.
func IsHex(s string) bool {
	for i := range len(s) {
		if !apr.IsHex(s[i]) {
			return false
		}
	}
	return true
}

// UTF8Escape returns a character, given by four hexadecimal digits, as the bytes of
// UTF-8 in a pattern.
func UTF8Escape(digits string) string {
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

// Encoded escapes all of s but letters, digits and "-._~".
func Encoded(s string) string {
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

// Decoded decodes %XX and "+" in s. Control characters are left out.
func Decoded(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(s) && IsHex(s[i+1:i+3]):
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

// PercentDecoded decodes %XX in s and nothing else.
func PercentDecoded(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && IsHex(s[i+1:i+3]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b = append(b, byte(n))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

// HTML escapes what is special in HTML.
var HTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// Safe escapes what may not stand in a URL: control characters, spaces, bytes beyond
// ASCII, and `"<>\^`{|}`. What is escaped already stays; "%" that begins no escape is.
func Safe(s string) string {
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
		return i+2 < len(s) && IsHex(s[i+1:i+3])
	}
	return mayStand[c]
}

// mayStand says which bytes may stand in a URL as they are. It is not written to.
var mayStand = func() (may [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		may[c] = strings.IndexByte("\"<>\\^`{|}", c) < 0
	}
	return may
}()

// WithoutControls returns s without control characters.
func WithoutControls(s string) string {
	if strings.IndexFunc(s, IsControl) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// IsControl reports whether r is a control character of ASCII.
func IsControl(r rune) bool { return r < ' ' || r == 0x7f }

// WholeEscapes escapes each "%" that begins no escape.
func WholeEscapes(path string) string {
	if strings.IndexByte(path, '%') < 0 {
		return path
	}
	b := make([]byte, 0, len(path)+8)
	for i := range len(path) {
		if path[i] == '%' && !keptInURL(path, i) {
			b = append(b, "%25"...)
			continue
		}
		b = append(b, path[i])
	}
	return string(b)
}

// SchemeLen returns how long scheme and host of an absolute URL are, 0 for another one.
func SchemeLen(url string) int {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme == "" || strings.ContainsAny(scheme, "/?#.") {
		return 0
	}
	host := strings.IndexAny(rest, "/?#")
	if host < 0 {
		host = len(rest)
	}
	return len(scheme) + len("://") + host
}

// Decode decodes a URL-path that rules made and that begins with a slash, and brings it
// into its shortest form. ok is false if it can't be decoded, leads above the root or
// holds a control character.
func Decode(path string) (decoded string, ok bool) {
	decoded, status := uri.DecodePath(WholeEscapes(path), uri.PathOptions{MergeSlashes: true, Slashes: uri.DecodeSlashes})
	return decoded, status == 0 && strings.IndexFunc(decoded, IsControl) < 0
}

// BadPercent reports whether s holds a "%" that begins no escape.
func BadPercent(s string) bool {
	for i := range len(s) {
		if s[i] == '%' && !keptInURL(s, i) {
			return true
		}
	}
	return false
}
