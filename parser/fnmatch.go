package parser

import "strings"

// isPattern reports whether s holds wildcards: "*", "?" or a "[" that a "]"
// closes, none of them behind a backslash.
func isPattern(s string) bool {
	open := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '?':
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

// fnmatch reports whether pattern matches name, one component of a path. A
// leading period is matched by a period only.
func fnmatch(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(strings.TrimPrefix(pattern, `\`), ".") {
		return false
	}
	p, i := 0, 0
	star, from := -1, 0 // the last "*" and where what it takes ends
	for i < len(name) {
		if p < len(pattern) && pattern[p] == '*' {
			star, from = p, i
			p++
			continue
		}
		if n := fnmatchByte(pattern[p:], name[i]); n > 0 {
			p += n
			i++
			continue
		}
		if star < 0 {
			return false
		}
		from++
		p, i = star+1, from
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// fnmatchByte returns the length of the pattern's first element if it matches
// c, else 0.
func fnmatchByte(pattern string, c byte) int {
	if pattern == "" {
		return 0
	}
	switch pattern[0] {
	case '?':
		return 1
	case '[':
		if n, ok := fnmatchClass(pattern, c); n > 0 {
			if !ok {
				return 0
			}
			return n
		}
	case '\\':
		if len(pattern) > 1 {
			if pattern[1] != c {
				return 0
			}
			return 2
		}
	}
	if pattern[0] != c {
		return 0
	}
	return 1
}

// fnmatchClass matches c with the "[...]" that pattern begins with and returns
// its length, 0 if no "]" closes it.
func fnmatchClass(pattern string, c byte) (n int, ok bool) {
	i := 1
	not := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if not {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, ok != not
		}
		if pattern[i] == '\\' && i+1 < len(pattern) {
			i++
		}
		low, high := pattern[i], pattern[i]
		i++
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			i++
			if pattern[i] == '\\' && i+1 < len(pattern) {
				i++
			}
			high = pattern[i]
			i++
		}
		ok = ok || signed(low) <= signed(c) && signed(c) <= signed(high)
	}
	return 0, false
}

// signed returns c as a char of C, which httpd compares.
func signed(c byte) int8 { return int8(c) } //nolint:gosec // reinterpretation is the point
