package apr

import "strings"

// MatchWild reports whether s matches pattern, in which "*" stands for any
// bytes and "?" for one.
func MatchWild(pattern, s string) bool {
	if n := len(pattern); n > 0 && pattern[n-1] != '*' && pattern[n-1] != '?' && !strings.HasSuffix(s, pattern[n-1:]) {
		return false // as most names end in another way
	}
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
		if end := ClassEnd(beforeSeparator(pattern, separator)); end > 0 {
			return end + 1, int(c) != separator && InClass(pattern[1:end+1], c, false)
		}
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
	}
	return 1, pattern[0] == c
}

// beforeSeparator returns pattern up to the separator, which no class contains, not even
// behind a backslash.
func beforeSeparator(pattern string, separator int) string {
	if separator == noSeparator {
		return pattern
	}
	before, _, _ := strings.Cut(pattern, string(rune(separator)))
	return before
}
