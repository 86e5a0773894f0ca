package replay

import "strings"

// rootMark stands for the document root in a case's strings.
const rootMark = "@DOCROOT@"

// bytesOf turns a string with one code point a byte into that byte string.
// Code points above 255 keep their low byte.
func bytesOf(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// codePointsOf is the inverse of bytesOf.
func codePointsOf(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(2 * len(s))
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Decode returns the byte string that s, a string of a case, stands for when
// the document root is root.
func Decode(s, root string) string {
	return strings.ReplaceAll(bytesOf(s), rootMark, root)
}

// Encode is the inverse of Decode.
func Encode(s, root string) string {
	if root != "" {
		s = strings.ReplaceAll(s, root, rootMark)
	}
	return codePointsOf(s)
}
