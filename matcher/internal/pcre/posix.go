package pcre

import "strings"

// posixEnd looks for the end of a POSIX class or collating element in s, which
// starts after its bracket with a colon, a dot or an equals sign. It returns the
// offset of the same byte before the closing bracket, or 0.
func posixEnd(s string) int {
	mark := s[0]
	for i := 1; i+1 < len(s); i++ {
		switch {
		case s[i] == '\\' && (s[i+1] == ']' || s[i+1] == '\\'):
			i++
		case s[i] == ']', s[i] == '[' && s[i+1] == mark:
			return 0
		case s[i] == mark && s[i+1] == ']':
			return i
		}
	}
	return 0
}

// posixClass parses a POSIX class inside a class, with p.pos at its bracket and
// end at the colon that closes it.
func (p *parser) posixClass(s *classState, end int) *Error {
	switch {
	case s.hyphen == hyphenOpen:
		return p.fail(p.pos, CodeInvalidRange)
	case p.peekAt(1) != ':':
		return p.fail(p.pos, CodeCollatingElement)
	}
	name, negated := strings.CutPrefix(p.src[p.pos+2:end], "^")
	if p.flags&Caseless != 0 && (name == "lower" || name == "upper") {
		name = "alpha"
	}
	set, ok := posixSet(name)
	if !ok {
		return p.fail(p.pos, CodeUnknownPosixClass)
	}
	if negated {
		set = set.Negate()
	}
	s.set = s.set.Union(set)
	s.items.others++
	p.pos = end + 2
	return p.afterClassSet(s)
}

// posixSet returns the members of a POSIX class in the C locale.
func posixSet(name string) (Set, bool) {
	var s Set
	switch name {
	case "alpha":
		s.AddRange('A', 'Z')
		s.AddRange('a', 'z')
	case "lower":
		s.AddRange('a', 'z')
	case "upper":
		s.AddRange('A', 'Z')
	case "alnum":
		s = words
		s[1] &^= 1 << ('_' & 63)
	case "ascii":
		s.AddRange(0, 0x7f)
	case "blank":
		s = Bytes("\t ")
	case "cntrl":
		s.AddRange(0, 0x1f)
		s.Add(0x7f)
	case "digit":
		s = digits
	case "graph":
		s.AddRange('!', '~')
	case "print":
		s.AddRange(' ', '~')
	case "punct":
		s.AddRange('!', '/')
		s.AddRange(':', '@')
		s.AddRange('[', '`')
		s.AddRange('{', '~')
	case "space":
		s = spaces
	case "word":
		s = words
	case "xdigit":
		s.AddRange('0', '9')
		s.AddRange('A', 'F')
		s.AddRange('a', 'f')
	default:
		return Set{}, false
	}
	return s, true
}
