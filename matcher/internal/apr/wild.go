package apr

import "strings"

// MatchWild reports whether s matches pattern, in which "*" stands for any
// bytes and "?" for one.
func MatchWild(pattern, s string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// IsWild reports whether s holds a wildcard of matchFile.
func IsWild(s string) bool {
	open := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '?', '*':
			return true
		case '\\':
			i++
			if i >= len(s) {
				return false
			}
		case '[':
			open = true
		case ']':
			if open {
				return true
			}
		}
	}
	return false
}

// MatchFile reports whether s matches pattern as in <Directory>, <Files> and
// <Location>: "*" and "?" stand for anything but a slash, "[...]" for one of
// several bytes, "\" takes the next byte literally.
func MatchFile(pattern, s string) bool { return matchGlob(pattern, s, '/') }

// MatchURL reports whether s matches pattern as in <Proxy>, where a slash is
// like any other byte.
func MatchURL(pattern, s string) bool { return matchGlob(pattern, s, noSeparator) }

// noSeparator is not a byte.
const noSeparator = -1

// matchGlob reports whether s matches pattern, whose wildcards stand for
// anything but the separator. The work is bounded by the product of the
// lengths.
func matchGlob(pattern, s string, separator int) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, i
			p++
			continue
		}
		if i == len(s) {
			return p == len(pattern)
		}
		if n, ok := matchOne(pattern[p:], s[i], separator); ok {
			p += n
			i++
			continue
		}
		if star < 0 || int(s[mark]) == separator {
			return false
		}
		mark++
		p, i = star+1, mark
	}
}

// matchOne matches one byte against the head of pattern and returns the
// length of that head.
func matchOne(pattern string, c byte, separator int) (n int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	switch pattern[0] {
	case '?':
		return 1, int(c) != separator
	case '[':
		if n, in := matchRange(pattern, c); n > 0 {
			return n, in && int(c) != separator
		}
		return 1, c == '['
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
	}
	return 1, pattern[0] == c
}

// matchRange matches c against the "[...]" at the head of pattern. n is 0 if
// the bracket is not closed.
func matchRange(pattern string, c byte) (n int, in bool) {
	i := 1
	negate := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negate {
		i++
	}
	for first := true; ; first = false {
		if i >= len(pattern) {
			return 0, false
		}
		lo := pattern[i]
		if lo == ']' && !first {
			return i + 1, in != negate
		}
		if lo == '\\' && i+1 < len(pattern) {
			i++
			lo = pattern[i]
		}
		i++
		hi := lo
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			hi = pattern[i+1]
			i += 2
		}
		if lo <= c && c <= hi {
			in = true
		}
	}
}
