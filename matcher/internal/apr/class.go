package apr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// ClassEnd returns where the "]" is that closes the "[" which pattern begins
// with, 0 if none does.
func ClassEnd(pattern string) int {
	i := 1
	if isNegation(pattern[i:]) {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i
		}
		_, _, n := classRange(pattern[i:])
		if n == 0 {
			return 0
		}
		i += n
	}
	return 0
}

// InClass reports whether c is in a class: what is behind a "[", up to and with
// the "]" that closes it.
func InClass(class string, c byte, noCase bool) bool {
	not := isNegation(class)
	if not {
		class = class[1:]
	}
	for len(class) > 1 {
		lo, hi, n := classRange(class)
		if inRange(lo, hi, c, noCase) {
			return !not
		}
		class = class[n:]
	}
	return not
}

// isNegation reports whether class, without its bracket, begins with a
// negation.
func isNegation(class string) bool {
	return class != "" && (class[0] == '!' || class[0] == '^')
}

// classRange returns the range that class, without its bracket, begins with
// and its length, 0 if the pattern ends within.
func classRange(class string) (lo, hi byte, n int) {
	if class[0] == '\\' {
		n++
		if n == len(class) {
			return 0, 0, 0
		}
	}
	lo = class[n]
	n++
	if n == len(class) || class[n] != '-' || strings.HasPrefix(class[n+1:], "]") {
		return lo, lo, n
	}
	n++
	if n < len(class) && class[n] == '\\' {
		n++
	}
	if n == len(class) {
		return 0, 0, 0
	}
	return lo, class[n], n + 1
}

// inRange reports whether c is in the range from lo to hi. Bytes are signed,
// as in httpd.
func inRange(lo, hi, c byte, noCase bool) bool {
	if signed(lo) <= signed(c) && signed(c) <= signed(hi) {
		return true
	}
	if !noCase {
		return false
	}
	lo, hi, c = uri.Lower(lo), uri.Lower(hi), uri.Lower(c)
	return signed(lo) <= signed(c) && signed(c) <= signed(hi)
}

// signed returns c as a char of C.
func signed(c byte) int8 { return int8(c) } //nolint:gosec // reinterpretation is the point
