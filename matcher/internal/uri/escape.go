// Package uri implements httpd's URL and path handling: how it splits,
// normalises, decodes and escapes them. They differ from net/url in every
// detail that matters here. All functions work on bytes.
package uri

import "strings"

const (
	lowerHex = "0123456789abcdef"
	upperHex = "0123456789ABCDEF"
)

// IsAlnum reports whether c is an ASCII letter or digit.
func IsAlnum(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// IsControl reports whether c is a space, a control character or DEL: a byte
// that may not stand unescaped in a URL.
func IsControl(c byte) bool { return c <= ' ' || c == 0x7f }

// What of a word of eight bytes stands for each of them: to look at eight at once is
// worth it, as every request's target and every Location is looked at.
const (
	eachByte = 0x0101010101010101
	eachSign = 0x80 * eachByte
)

// word returns the first eight bytes of s.
func word(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// holdsBelow reports whether a byte of w is less than least, 0x80 at most, or DEL.
func holdsBelow(w uint64, least byte) bool {
	del := w ^ 0x7f*eachByte
	return ((w-uint64(least)*eachByte)&^w|(del-eachByte)&^del)&eachSign != 0
}

// equal returns a word that has the highest bit of each byte of w that is c, and no
// other bit.
func equal(w uint64, c byte) uint64 {
	w ^= uint64(c) * eachByte
	return ^((w&^eachSign + eachSign - eachByte) | w) & eachSign
}

// Printable returns a number of bytes at the beginning of s, all but the last few if none
// is one, that hold no control character.
func Printable(s string) int {
	n := 0
	for ; len(s)-n >= 8 && !holdsBelow(word(s[n:]), ' '); n += 8 {
	}
	return n
}

// HasControl reports whether s holds a byte for which IsControl is true.
func HasControl(s string) bool { return anyBelow(s, '!') }

// IsQuiet reports whether s holds neither a byte for which IsControl is true nor another
// one that is less than "&", as "#" and "%" are. Nearly all targets of requests are quiet,
// which is seen in one go.
func IsQuiet(s string) bool { return !anyBelow(s, '&') }

// anyBelow reports whether s holds a byte that is less than least, 0x80 at most, or DEL.
func anyBelow(s string, least byte) bool {
	if len(s) >= 8 {
		last := s[len(s)-8:]
		for ; len(s) >= 8; s = s[8:] {
			if holdsBelow(word(s), least) {
				return true
			}
		}
		return holdsBelow(word(last), least)
	}
	for i := range len(s) {
		if s[i] < least || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// A bit for each byte below 0x40, and for each from there to 0x7f, that Escape keeps.
const (
	keptDigits  uint64 = 0x3ff<<'0' | 1<<'$' | 1<<'-' | 1<<'.' | 1<<'+' | 1<<'!' | 1<<'*' | 1<<'\'' | 1<<'(' | 1<<')' | 1<<',' | 1<<':' | 1<<';' | 1<<'&' | 1<<'=' | 1<<'/'
	keptLetters uint64 = 0x3ffffff<<('A'-0x40) | 0x3ffffff<<('a'-0x40) | 1<<('@'-0x40) | 1<<('_'-0x40) | 1<<('~'-0x40)
)

func keptInPath(c byte) bool {
	if c < 0x40 {
		return keptDigits>>c&1 != 0
	}
	return c < 0x80 && keptLetters>>(c-0x40)&1 != 0
}

// Escape escapes s as httpd escapes the path of a redirect: letters, digits
// and $-_.+!*'(),:;@&=/~ stay, every other byte becomes % and two lower-case
// hex digits.
func Escape(s string) string {
	n := 0
	for i := range len(s) {
		if !keptInPath(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+2*n)
	for i := range len(s) {
		if c := s[i]; keptInPath(c) {
			b = append(b, c)
		} else {
			b = AppendEscaped(b, c)
		}
	}
	return string(b)
}

// AppendEscaped appends c as % and two lower-case hex digits.
func AppendEscaped(b []byte, c byte) []byte {
	return append(b, '%', lowerHex[c>>4], lowerHex[c&15])
}

// EscapeProxy escapes the path of a URL as mod_proxy sends it to a backend:
// upper-case hex, and nothing already escaped is recognised. With keepSlashes
// (AllowEncodedSlashes NoDecode) an escaped slash stays as it is; ok is then
// false for a path with a "%" that no two hex digits follow, which httpd refuses.
func EscapeProxy(s string, keepSlashes bool) (escaped string, ok bool) {
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '/' || IsAlnum(c) || strings.IndexByte("~$-_.+!*'(),;:@&=", c) >= 0:
			b = append(b, c)
			continue
		case !keepSlashes || c != '%':
		case !isHexPair(s, i+1):
			return "", false
		case unhexPair(s, i+1) == '/':
			b = append(b, s[i:i+3]...)
			i += 2
			continue
		}
		b = append(b, '%', upperHex[c>>4], upperHex[c&15])
	}
	return string(b), true
}

// Unescape decodes every %XX of s; malformed ones stay. As in httpd, where
// strings end at NUL, %00 cuts the result.
func Unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || !isHexPair(s, i+1) {
			b = append(b, s[i])
			continue
		}
		c := unhexPair(s, i+1)
		if c == 0 {
			break
		}
		b = append(b, c)
		i += 2
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func isHexPair(s string, i int) bool {
	return i+1 < len(s) && isHex(s[i]) && isHex(s[i+1])
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return (c | 0x20 - 'a') + 10
}

func unhexPair(s string, i int) byte { return unhex(s[i])<<4 | unhex(s[i+1]) }
