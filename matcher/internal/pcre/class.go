package pcre

import "strings"

// classState is the state of one parse of a character class.
type classState struct {
	set     Set
	negated bool
	last    byte      // the last single byte, which may start a range
	hyphen  hyphen    // what a hyphen would mean
	items   classSize // for the size of the compiled class
}

// hyphen is what a hyphen means at some place in a class.
type hyphen uint8

const (
	hyphenLiteral hyphen = iota // it stands for itself
	hyphenRange                 // it makes a range with the byte before it
	hyphenOpen                  // it has just done so: the end of a range comes next
)

// classSize counts what the compiled size of a class depends on.
type classSize struct {
	bytes      []byte // single bytes, up to three of them
	others     int
	properties int
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
	look := &Node{Op: OpLook, Pos: p.pos, Subs: []*Node{{Op: OpSet, Set: words, Pos: p.pos}}}
	size := groupSize + 1
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
				s.addByte('-', p.flags)
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
	p.pos++
	return p.classByte(s, c)
}

// classByte adds a single byte, or the range it ends.
func (p *parser) classByte(s *classState, c byte) *Error {
	if s.hyphen != hyphenOpen {
		s.addByte(c, p.flags)
		s.last, s.hyphen = c, hyphenRange
		return nil
	}
	if c < s.last {
		return p.fail(p.pos-1, CodeRangeOrder)
	}
	if c > s.last {
		var r Set
		r.AddRange(s.last, c)
		s.addSet(r, p.flags)
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
		return p.classByte(s, '\b')
	case 'B', 'R', 'X':
		return p.fail(p.pos, CodeEscapeInClass)
	case 'N':
		if err := p.checkN(); err != nil {
			return err
		}
	}
	if _, ok := escapeSet(c); ok || strings.IndexByte("pPACGKNZkz", c) >= 0 {
		return p.classEscapeSet(s, c)
	}
	b, err := p.escapedByte(true)
	if err != nil {
		return err
	}
	return p.classByte(s, b)
}

// classEscapeSet parses an escape with letter c that does not stand for a byte.
func (p *parser) classEscapeSet(s *classState, c byte) *Error {
	if s.hyphen == hyphenOpen {
		return p.fail(p.pos, CodeInvalidRange)
	}
	set, ok := escapeSet(c)
	switch {
	case c == 'N':
		return p.fail(p.pos, CodeNotNewlineInClass)
	case c == 'p' || c == 'P':
		var err *Error
		if set, _, err = p.property(); err != nil {
			return err
		}
		s.items.properties++
	case !ok:
		return p.fail(p.pos, CodeEscapeInClass)
	default:
		p.pos++
		s.items.others++
	}
	s.set = s.set.Union(set)
	return p.afterClassSet(s)
}

// afterClassSet refuses a range that starts with a set of bytes.
func (p *parser) afterClassSet(s *classState) *Error {
	s.hyphen = hyphenLiteral
	if p.peek() == '-' && p.pos+1 < len(p.src) && p.peekAt(1) != ']' {
		return p.fail(p.pos, CodeInvalidRange)
	}
	return nil
}

func (s *classState) addByte(c byte, flags Flags) {
	var one Set
	one.Add(c)
	if len(s.items.bytes) < 3 {
		s.items.bytes = append(s.items.bytes, c)
	}
	s.union(one, flags)
}

func (s *classState) addSet(set Set, flags Flags) {
	s.items.others++
	s.union(set, flags)
}

func (s *classState) union(set Set, flags Flags) {
	if flags&Caseless != 0 {
		set = set.Fold()
	}
	s.set = s.set.Union(set)
}

// classItem makes the item for a class.
func (p *parser) classItem(s *classState, pos int) item {
	n := &s.items
	single := n.others == 0 && n.properties == 0
	switch {
	case single && len(n.bytes) == 1 && !s.negated:
		return p.char(n.bytes[0], pos)
	case single && len(n.bytes) == 2 && !s.negated && isLetter(n.bytes[0]) && n.bytes[0]^n.bytes[1] == 0x20:
		it := p.char(n.bytes[0], pos)
		it.node.Fold = true
		return it
	}
	it := item{kind: kindClass, size: classSetSize(n)}
	if single && len(n.bytes) == 1 {
		it.kind, it.size = kindChar, charSize
	}
	set := s.set
	if s.negated {
		set = set.Negate()
	}
	it.node = setNode(set, pos)
	return it
}

// setNode makes a node for a set. One byte, or one letter in both cases, is a
// literal.
func setNode(set Set, pos int) *Node {
	b, _ := set.Min()
	fold := set.Len() == 2 && 'A' <= b && b <= 'Z' && set.Has(b|0x20)
	if set.Len() == 1 || fold {
		return &Node{Op: OpLiteral, Text: string([]byte{b}), Fold: fold, Pos: pos}
	}
	return &Node{Op: OpSet, Set: set, Pos: pos}
}

func classSetSize(n *classSize) int {
	if n.properties == 0 {
		return classSetBytes
	}
	size := 5 + 3*n.properties
	if n.others > 0 || len(n.bytes) > 0 {
		size += classSetBytes - 1
	}
	return size
}
