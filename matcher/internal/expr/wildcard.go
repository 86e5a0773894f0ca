package expr

import (
	"strings"
	"unsafe"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// wildcards is a pattern in which "*" stands for any bytes, "?" for one,
// "[...]" for one of several, and "\" takes the next byte literally. Matching
// takes no longer than the product of the lengths of pattern and subject.
type wildcards struct {
	path     bool // nothing but a slash matches a slash
	noCase   bool
	segments []segment // those between the slashes with path, else one
}

// segment is a pattern in which slashes are nothing special.
type segment []element

// element is a part of a segment.
type element struct {
	kind  elementKind
	char  byte   // of a literal
	class string // of a class: what is behind the "[", up to and with the "]"
}

// elementBytes is what an element takes.
const elementBytes = int(unsafe.Sizeof(element{}))

type elementKind uint8

const (
	literalByte elementKind = iota
	anyByte                 // "?"
	anyBytes                // "*"
	classByte               // "[...]"
)

// parseWildcards parses a pattern. There are no bad ones.
func parseWildcards(pattern string, noCase, path bool) *wildcards {
	w := &wildcards{path: path, noCase: noCase}
	for more := path; more; {
		var here string
		here, pattern, more = cutPattern(pattern)
		w.segments = append(w.segments, parseSegment(here))
	}
	if !path {
		w.segments = []segment{parseSegment(pattern)}
	}
	return w
}

// cutPattern cuts a pattern at its first slash, which may be escaped.
func cutPattern(pattern string) (before, after string, found bool) {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '/':
			return pattern[:i], pattern[i+1:], true
		case '\\':
			if strings.HasPrefix(pattern[i+1:], "/") {
				return pattern[:i], pattern[i+2:], true
			}
			i++
		}
	}
	return pattern, "", false
}

// parseSegment parses a pattern in which slashes are nothing special.
func parseSegment(pattern string) segment {
	var s segment
	open := false // a "[" has no "]", and then no later one has
	for pattern != "" {
		e, n := element{char: pattern[0]}, 1
		switch c := pattern[0]; {
		case c == '*':
			e.kind = anyBytes
		case c == '?':
			e.kind = anyByte
		case c == '\\' && len(pattern) > 1:
			e.char, n = pattern[1], 2
		case c == '[' && !open:
			if end := classEnd(pattern); end > 0 {
				e = element{kind: classByte, class: pattern[1 : end+1]}
				n = end + 1
			} else {
				open = true
			}
		}
		s = append(s, e)
		pattern = pattern[n:]
	}
	return s
}

// classEnd returns where the "]" is that closes the "[" which pattern begins
// with, 0 if none does.
func classEnd(pattern string) int {
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

// match reports whether the pattern matches all of s.
func (w *wildcards) match(s string) bool {
	if !w.path {
		return w.matchSegment(w.segments[0], s)
	}
	for i, p := range w.segments {
		here, rest, slash := strings.Cut(s, "/")
		if slash != (i < len(w.segments)-1) || !w.matchSegment(p, here) {
			return false
		}
		s = rest
	}
	return true
}

// matchSegment reports whether p matches all of s.
func (w *wildcards) matchSegment(p segment, s string) bool {
	star, mark := -1, 0 // behind the last "*", and where what it takes ends
	k, i := 0, 0
	for i < len(s) {
		switch {
		case k < len(p) && p[k].kind == anyBytes:
			k++
			star, mark = k, i
		case k < len(p) && w.matchByte(&p[k], s[i]):
			k++
			i++
		case star >= 0:
			mark++
			k, i = star, mark
		default:
			return false
		}
	}
	for k < len(p) && p[k].kind == anyBytes {
		k++
	}
	return k == len(p)
}

// matchByte reports whether e, which is no "*", matches c.
func (w *wildcards) matchByte(e *element, c byte) bool {
	switch e.kind {
	case classByte:
		return w.inClass(e.class, c)
	case literalByte:
		return c == e.char || w.noCase && uri.Lower(c) == uri.Lower(e.char)
	case anyByte, anyBytes:
	}
	return true
}

// inClass reports whether c is in a class.
func (w *wildcards) inClass(class string, c byte) bool {
	not := isNegation(class)
	if not {
		class = class[1:]
	}
	for len(class) > 1 {
		lo, hi, n := classRange(class)
		if w.inRange(lo, hi, c) {
			return !not
		}
		class = class[n:]
	}
	return not
}

// inRange reports whether c is in the range from lo to hi. Bytes are signed,
// as in httpd.
func (w *wildcards) inRange(lo, hi, c byte) bool {
	if signed(lo) <= signed(c) && signed(c) <= signed(hi) {
		return true
	}
	if !w.noCase || !isUpper(lo) && !isUpper(hi) && !isUpper(c) {
		return false
	}
	lo, hi, c = uri.Lower(lo), uri.Lower(hi), uri.Lower(c)
	return signed(lo) <= signed(c) && signed(c) <= signed(hi)
}

// signed returns c as a char of C.
func signed(c byte) int8 { return int8(c) } //nolint:gosec // reinterpretation is the point

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
