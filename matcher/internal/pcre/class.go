package pcre

import (
	"strings"
	"unicode/utf8"
)

// classState is the state of one parse of a character class.
type classState struct {
	set     chars
	negated bool
	last    rune      // the last single character, which may start a range
	hyphen  hyphen    // what a hyphen would mean
	items   classSize // for the size of the compiled class
	before  int       // items.wide before the last character, which a range would take up
	// allWide is what PCRE2 goes by where it has no ranges beyond Latin-1: the
	// last of the escapes and POSIX classes that tell was a negated one.
	allWide bool
	// keepWide is set in UCP mode by a negated POSIX class that Unicode does not
	// change.
	keepWide bool
}

// hyphen is what a hyphen means at some place in a class.
type hyphen uint8

const (
	hyphenLiteral hyphen = iota // it stands for itself
	hyphenRange                 // it makes a range with the character before it
	hyphenOpen                  // it has just done so: the end of a range comes next
)

// classSize counts what the compiled size of a class depends on.
type classSize struct {
	singles    []rune // single characters, up to three of them
	others     int
	properties int
	wide       int  // length of what lists characters beyond Latin-1
	latin      bool // there is something that may hold characters of Latin-1
}

// The word boundaries that look like classes.
const (
	wordStart = "[[:<:]]"
	wordEnd   = "[[:>:]]"
)

// atWordEdge reports whether one of them is next. What they stand for starts
// with a \b, which the caller adds.
func (p *parser) atWordEdge() bool {
	return !p.quoting && (strings.HasPrefix(p.rest(), wordStart) || strings.HasPrefix(p.rest(), wordEnd))
}

// wordEdge parses what follows that \b: a lookaround for a word character.
func (p *parser) wordEdge() item {
	look := &Node{Op: OpLook, Pos: p.pos, Subs: []*Node{p.charsNode(p.wordChars(), p.pos)}}
	size := groupSize + 1
	if p.ucp {
		size += 2
	}
	if strings.HasPrefix(p.rest(), wordEnd) {
		look.Behind, p.behind = true, true
		size += altSize
	}
	p.pos += len(wordStart)
	return item{node: look, kind: kindLook, size: size}
}

// class parses a character class, with p.pos at the bracket.
func (p *parser) class() (item, *Error) {
	if p.atWordEdge() {
		return p.wordEdge(), nil
	}
	pos := p.pos
	if c := p.peekAt(1); (c == ':' || c == '.' || c == '=') && posixEnd(p.rest()[1:]) > 0 {
		if c == ':' {
			return item{}, p.fail(pos, CodePosixOutsideClass)
		}
		return item{}, p.fail(pos, CodeCollatingElement)
	}
	p.pos++
	var s classState
	p.classStart(&s)
	if err := p.classItems(&s); err != nil {
		return item{}, err
	}
	return p.classItem(&s, pos), nil
}

// classStart parses what may precede the first member of a class.
func (p *parser) classStart(s *classState) {
	for p.pos < len(p.src) {
		rest := p.rest()
		switch {
		case strings.HasPrefix(rest, `\E`):
			p.pos += 2
		case strings.HasPrefix(rest, `\Q\E`):
			p.pos += 4
		case p.flags&extendedMore != 0 && (rest[0] == ' ' || rest[0] == '\t'):
			p.pos++
		case !s.negated && rest[0] == '^':
			s.negated = true
			p.pos++
		default:
			return
		}
	}
}

// classItems parses the members of a class and the closing bracket.
func (p *parser) classItems(s *classState) *Error {
	for first := true; ; first = false {
		if p.pos >= len(p.src) {
			if first && strings.HasSuffix(p.src, `\E`) {
				return p.fail(p.pos, CodeTrailingBackslash) // As PCRE2 sees it.
			}
			return p.fail(p.pos, CodeUnclosedClass)
		}
		c := p.peek()
		if c == ']' && !first && !p.quoting {
			p.pos++
			if s.hyphen == hyphenOpen {
				p.addSingle(s, '-')
			}
			return nil
		}
		if err := p.classMember(s, c); err != nil {
			return err
		}
	}
}

// classMember parses one member, which starts with c.
func (p *parser) classMember(s *classState, c byte) *Error {
	switch {
	case p.quoting:
		if strings.HasPrefix(p.rest(), `\E`) {
			p.quoting = false
			p.pos += 2
			return nil
		}
	case p.flags&extendedMore != 0 && (c == ' ' || c == '\t'):
		p.pos++
		return nil
	case c == '[' && len(p.rest()) >= 4 && strings.IndexByte(":.=", p.peekAt(1)) >= 0:
		if end := posixEnd(p.rest()[1:]); end > 0 {
			return p.posixClass(s, p.pos+1+end)
		}
	case c == '-' && s.hyphen == hyphenRange:
		s.hyphen = hyphenOpen
		p.pos++
		return nil
	case c == '\\':
		return p.classEscape(s)
	}
	return p.classChar(s, p.take())
}

// classChar adds a single character, or the range it ends.
func (p *parser) classChar(s *classState, c rune) *Error {
	if s.hyphen != hyphenOpen {
		s.before = s.items.wide
		p.addSingle(s, c)
		s.last, s.hyphen = c, hyphenRange
		return nil
	}
	if c < s.last {
		at := p.pos - 1
		for p.utf && continuation.Has(p.src[at]) {
			at--
		}
		return p.fail(at, CodeRangeOrder)
	}
	if c > s.last {
		s.items.others++
		s.items.wide = s.before
		p.addRange(s, s.last, c)
	}
	s.hyphen = hyphenLiteral
	return nil
}

// classEscape parses an escape inside a class.
func (p *parser) classEscape(s *classState) *Error {
	p.pos++
	if p.pos >= len(p.src) {
		return p.fail(p.pos, CodeTrailingBackslash)
	}
	c := p.peek()
	switch c {
	case 'Q', 'E':
		p.quoting = c == 'Q'
		p.pos++
		return nil
	case 'b':
		p.pos++
		return p.classChar(s, '\b')
	case 'B', 'R', 'X':
		return p.fail(p.pos, CodeEscapeInClass)
	case 'N':
		if p.atCodePoint() {
			r, err := p.codePoint()
			if err != nil {
				return err
			}
			return p.classChar(s, r)
		}
		if err := p.checkN(); err != nil {
			return err
		}
	}
	if strings.IndexByte("dDwWsShHvVpPACGKNZkz", c) >= 0 {
		return p.classEscapeSet(s, c)
	}
	r, err := p.escapedChar(true)
	if err != nil {
		return err
	}
	return p.classChar(s, r)
}

// classEscapeSet parses an escape with letter c that does not stand for a
// character.
func (p *parser) classEscapeSet(s *classState, c byte) *Error {
	if s.hyphen == hyphenOpen {
		return p.fail(p.pos, CodeInvalidRange)
	}
	set, ok := p.escapeChars(c)
	switch {
	case c == 'N':
		return p.fail(p.pos, CodeNotNewlineInClass)
	case c == 'p' || c == 'P':
		var err *Error
		if set, _, err = p.property(); err != nil {
			return err
		}
		s.addProperty(set)
	case !ok:
		return p.fail(p.pos, CodeEscapeInClass)
	default:
		p.pos++
		p.addEscape(s, c, set)
	}
	return p.afterClassSet(s)
}

// addProperty adds characters that PCRE2 tells by their properties.
func (s *classState) addProperty(set chars) {
	s.items.properties++
	s.set = s.set.union(set)
}

// addEscape adds what an escape with letter c stands for.
func (p *parser) addEscape(s *classState, c byte, set chars) {
	switch spaces := c|0x20 == 'h' || c|0x20 == 'v'; {
	case spaces:
		s.items.others++
		s.items.latin = true
		if p.utf {
			s.items.wide += sizeOfSpans(set.high)
		}
		s.set = s.set.union(set)
	case p.ucp:
		s.addProperty(set)
	default:
		s.addLatin(set.low)
		s.allWide = s.allWide || c < 'a'
	}
}

// addLatin adds characters of which PCRE2 lists those of Latin-1 only.
func (s *classState) addLatin(set Set) {
	s.items.others++
	s.items.latin = true
	s.set.low = s.set.low.Union(set)
}

// afterClassSet refuses a range that starts with a set of characters.
func (p *parser) afterClassSet(s *classState) *Error {
	s.hyphen = hyphenLiteral
	if p.peek() == '-' && p.pos+1 < len(p.src) && p.peekAt(1) != ']' {
		return p.fail(p.pos, CodeInvalidRange)
	}
	return nil
}

// addSingle adds one character.
func (p *parser) addSingle(s *classState, c rune) {
	if len(s.items.singles) < 3 {
		s.items.singles = append(s.items.singles, c)
	}
	p.addRange(s, c, c)
}

// addRange adds the characters from lo to hi and, if case does not count, their
// other cases. PCRE2 lists some of those several times: the size is a little less here.
func (p *parser) addRange(s *classState, lo, hi rune) {
	var c chars
	c.add(lo, hi)
	switch {
	case p.flags&Caseless == 0:
	case p.utf || p.ucp:
		c = p.folds().fold(c)
	default:
		c.low = c.low.Fold()
	}
	s.items.latin = s.items.latin || !c.low.IsEmpty()
	if p.utf {
		s.items.wide += sizeOfSpans(c.high)
	}
	s.set = s.set.union(c)
}

// classItem makes the item for a class.
func (p *parser) classItem(s *classState, pos int) item {
	n := &s.items
	single := n.others == 0 && n.properties == 0
	switch {
	case single && len(n.singles) == 1 && !s.negated:
		return p.char(n.singles[0], pos)
	case single && len(n.singles) == 2 && !s.negated && p.arePartners(n.singles[0], n.singles[1]):
		flags := p.flags
		p.flags |= Caseless
		it := p.char(n.singles[0], pos)
		p.flags = flags
		return it
	}
	it := item{kind: kindClass, size: p.classSize(s)}
	if single && len(n.singles) == 1 {
		it = p.notChar(n.singles[0])
	}
	set := p.wideOf(s)
	if s.negated {
		set = p.negate(set)
	}
	it.node, it.run = p.charsNode(set, pos), p.runOf(set)
	return it
}

// notChar returns the size and kind of a class of all characters but one.
func (p *parser) notChar(c rune) item {
	if p.flags&Caseless != 0 && (p.utf || p.ucp) && len(p.folds().cases(c)) > 2 {
		return item{kind: kindProperty, size: 3}
	}
	return item{kind: kindChar, size: 1 + len(p.encode(c))}
}

// arePartners reports whether a and b are the two cases of one letter, as far as
// PCRE2 looks for that.
func (p *parser) arePartners(a, b rune) bool {
	if a < 0x80 {
		return isLetter(byte(a)) && a^b == 0x20 && !manyCases(byte(a))
	}
	if !p.utf && !p.ucp {
		return false
	}
	cases := p.folds().cases(a)
	return len(cases) == 2 && a != b && (b == cases[0] || b == cases[1])
}

// isExtended reports whether PCRE2 lists characters of a class beyond Latin-1.
func (p *parser) isExtended(s *classState) bool {
	n := &s.items
	return n.properties > 0 || n.wide > 0 && (p.ucp || !s.allWide)
}

// classSize returns the size of a class.
func (p *parser) classSize(s *classState) int {
	n := &s.items
	wide := n.wide + 3*n.properties
	if !p.isExtended(s) {
		return classSetBytes + wide
	}
	size := 5 + wide
	if n.latin {
		size += classSetBytes - 1
	}
	if p.fillsWide(s) {
		size += 7
	}
	return size
}

// sizeOfSpans returns the size of a list of characters beyond Latin-1.
func sizeOfSpans(spans []span) (size int) {
	for _, s := range spans {
		size += 1 + utf8.RuneLen(s.lo)
		if s.hi > s.lo {
			size += utf8.RuneLen(s.hi)
		}
	}
	return size
}

// wideOf returns the characters of a class before it is negated. PCRE2 does not
// look at each of those beyond Latin-1 where escapes and POSIX classes let it think
// that it has all of them or none.
func (p *parser) wideOf(s *classState) chars {
	if !p.utf {
		return s.set
	}
	set := s.set
	switch {
	case p.isExtended(s):
		if p.fillsWide(s) {
			set.high = anyHigh
		}
	case s.allWide:
		set.high = anyHigh
	default:
		set.high = nil
	}
	return set
}

// fillsWide reports whether PCRE2 adds all characters beyond Latin-1 to those that
// a class lists.
func (p *parser) fillsWide(s *classState) bool {
	return p.utf && (s.keepWide || s.allWide && !s.negated && !p.ucp)
}

// setNode makes a node for a set. One byte, or one letter in both cases, is a
// literal.
func (m *memory) setNode(set Set, pos int) *Node {
	b, _ := set.Min()
	fold := set.Len() == 2 && 'A' <= b && b <= 'Z' && set.Has(b|0x20)
	if set.Len() == 1 || fold {
		return m.node(Node{Op: OpLiteral, Text: string([]byte{b}), Fold: fold, Pos: pos})
	}
	return m.node(Node{Op: OpSet, Set: set, Pos: pos})
}
