package expr

import (
	"strings"
	"unsafe"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
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
			if end := apr.ClassEnd(pattern); end > 0 {
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
		return apr.InClass(e.class, c, w.noCase)
	case literalByte:
		return c == e.char || w.noCase && uri.Lower(c) == uri.Lower(e.char)
	case anyByte, anyBytes:
	}
	return true
}
