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
	set, ok := posixSet(name)
	if !ok {
		return p.fail(p.pos, CodeUnknownPosixClass)
	}
	p.pos = end + 2
	if !p.ucp || !p.posixProperty(s, name, negated) {
		p.posixLatin(s, name, set, negated)
	}
	return p.afterClassSet(s)
}

// posixLatin adds a POSIX class of the C locale.
func (p *parser) posixLatin(s *classState, name string, set Set, negated bool) {
	if p.flags&Caseless != 0 && (name == "lower" || name == "upper") {
		set, _ = posixSet("alpha")
	}
	if negated {
		set = set.Negate()
	}
	s.addLatin(set)
	s.allWide = negated
	s.keepWide = s.keepWide || negated && p.ucp
}

// posixProperty adds a POSIX class as it is in UCP mode, in which case does not
// count. It reports whether the mode changes it at all.
func (p *parser) posixProperty(s *classState, name string, negated bool) bool {
	letter := byte('h')
	if negated {
		letter = 'H'
	}
	property := ""
	switch name {
	case "ascii", "xdigit":
		return false
	case "blank":
		set, _ := p.escapeChars(letter)
		p.addEscape(s, letter, set)
		return true
	case "alpha":
		property = "l"
	case "lower":
		property = "ll"
	case "upper":
		property = "lu"
	case "alnum":
		property = "xan"
	case "cntrl":
		property = "cc"
	case "digit":
		property = "nd"
	case "space":
		property = "xps"
	case "word":
		property = "xwd"
	default:
		property = "posix=" + name
	}
	set := knownChars(property)
	if negated {
		set = p.negate(set)
	}
	s.addProperty(set)
	return true
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
