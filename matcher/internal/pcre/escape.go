package pcre

import "strings"

// The sets behind escapes, in the C locale.
var (
	digits     = setOf(isDigit)
	words      = setOf(isWord)
	spaces     = setOf(isSpace)
	horizontal = Bytes("\t \xa0")
	vertical   = Bytes("\n\v\f\r\x85")
	notNewline = Bytes("\n").Negate()
)

func setOf(has func(byte) bool) Set {
	var s Set
	for b := range 256 {
		if has(byte(b)) {
			s.Add(byte(b))
		}
	}
	return s
}

// escapeSet returns the set that the escape with letter c stands for, in and
// outside classes.
func escapeSet(c byte) (Set, bool) {
	switch c {
	case 'd':
		return digits, true
	case 'D':
		return digits.Negate(), true
	case 'w':
		return words, true
	case 'W':
		return words.Negate(), true
	case 's':
		return spaces, true
	case 'S':
		return spaces.Negate(), true
	case 'h':
		return horizontal, true
	case 'H':
		return horizontal.Negate(), true
	case 'v':
		return vertical, true
	case 'V':
		return vertical.Negate(), true
	}
	return Set{}, false
}

// escape parses a backslash outside classes and what follows it. \Q and \E are
// gone by now.
func (p *parser) escape() (item, *Error) {
	pos := p.pos
	p.pos++
	if p.pos >= len(p.src) {
		return item{}, p.fail(p.pos, CodeTrailingBackslash)
	}
	c := p.peek()
	if s, ok := escapeSet(c); ok {
		p.pos++
		return p.set(s, pos), nil
	}
	if op, ok := escapeAssertion(c); ok {
		p.pos++
		return p.escapedAssertion(op, c, pos), nil
	}
	switch c {
	case 'N':
		return p.notNewline(pos)
	case 'C':
		p.pos++
		return p.set(anyByte, pos), nil
	case 'R', 'X':
		p.pos++
		return p.cluster(c, pos), nil
	case 'p', 'P':
		return p.propertyItem(pos)
	case 'k':
		p.pos++
		if !p.atNameStart() {
			return item{}, p.fail(p.pos, CodeNamedReference)
		}
		return p.namedBackref(pos)
	case 'g':
		return p.escapeG(pos)
	}
	return p.escapeDigitOrByte(pos)
}

// escapeDigitOrByte parses the rest of an escape that is a back-reference by
// number or stands for a byte.
func (p *parser) escapeDigitOrByte(pos int) (item, *Error) {
	if c := p.peek(); '1' <= c && c <= '9' {
		if n, ok, err := p.digitReference(); err != nil {
			return item{}, err
		} else if ok {
			return p.backref(n, pos), nil
		}
	}
	b, err := p.escapedByte(false)
	if err != nil {
		return item{}, err
	}
	return p.char(b, pos), nil
}

func escapeAssertion(c byte) (Op, bool) {
	switch c {
	case 'A', 'G':
		return OpBeginText, true
	case 'Z':
		return OpEndTextOptionalNewline, true
	case 'z':
		return OpEndText, true
	case 'b':
		return OpWordBoundary, true
	case 'B':
		return OpNoWordBoundary, true
	case 'K':
		return OpKeep, true
	}
	return OpEmpty, false
}

func (p *parser) escapedAssertion(op Op, c byte, pos int) item {
	switch {
	case c == 'Z':
		p.newlineMatters()
	case c == 'K' && p.looks > 0:
		p.refs = append(p.refs, reference{kind: refError, pos: pos, code: CodeKeepInLook})
	}
	return p.assertion(op, pos)
}

// notNewline parses \N, with p.pos at the N.
func (p *parser) notNewline(pos int) (item, *Error) {
	if err := p.checkN(); err != nil {
		return item{}, err
	}
	p.newlineMatters()
	return p.set(notNewline, pos), nil
}

// checkN passes over the N of \N if no name or code point follows it.
func (p *parser) checkN() *Error {
	p.pos++
	if p.peek() != '{' {
		return nil
	}
	if strings.HasPrefix(p.rest(), "{U+") {
		return p.fail(p.pos, CodeUnicodeOnly)
	}
	save := p.pos
	_, _, ok, err := p.braces()
	if err == nil && !ok {
		err = p.fail(p.pos, CodePerlEscape)
	}
	p.pos = save
	return err
}

// cluster makes the item for \R and \X, which letter tells: CR LF together or
// one of others, without giving back. In Latin-1 there is one more thing that \X
// keeps together: a run of the pictographs U+00A9 and U+00AE.
func (p *parser) cluster(letter byte, pos int) item {
	subs := []*Node{{Op: OpLiteral, Text: "\r\n", Pos: pos}}
	switch {
	case letter == 'X':
		pictures := &Node{Op: OpSet, Set: Bytes("\xa9\xae"), Pos: pos}
		subs = append(subs,
			&Node{Op: OpRepeat, Min: 1, Max: Unlimited, Subs: []*Node{pictures}, Pos: pos},
			&Node{Op: OpSet, Set: anyByte, Pos: pos})
	case p.verbs.bsrAnyCRLF:
		subs = append(subs, &Node{Op: OpSet, Set: Bytes("\r\n"), Pos: pos})
	default:
		subs = append(subs, &Node{Op: OpSet, Set: vertical, Pos: pos})
	}
	node := &Node{Op: OpAtomic, Pos: pos, Subs: []*Node{alternate(subs, pos)}}
	return item{node: node, kind: kindType, size: 1}
}

// escapedByte parses the rest of an escape that stands for a byte, with p.pos
// after the backslash.
func (p *parser) escapedByte(inClass bool) (byte, *Error) {
	c := p.peek()
	switch {
	case !isLetter(c) && !isDigit(c):
		p.pos++
		return c, nil
	case c >= '8' && c <= '9':
		p.pos++
		return c, nil
	case isDigit(c):
		return p.octal()
	}
	p.pos++
	if i := strings.IndexByte("aefnrt", c); i >= 0 {
		return "\a\x1b\f\n\r\t"[i], nil
	}
	switch c {
	case 'o':
		return p.bracedOctal()
	case 'x':
		return p.hex()
	case 'c':
		return p.control()
	case 'g':
		if inClass {
			return 'g', nil
		}
	case 'F', 'l', 'L', 'u', 'U':
		return 0, p.fail(p.pos, CodePerlEscape)
	}
	return 0, p.fail(p.pos-1, CodeUnknownEscape)
}

// octal parses up to three octal digits.
func (p *parser) octal() (byte, *Error) {
	n := 0
	for i := 0; i < 3 && '0' <= p.peek() && p.peek() <= '7'; i++ {
		n = n*8 + int(p.peek()-'0')
		p.pos++
	}
	if n > 0xff {
		return 0, p.fail(p.pos, CodeOctalTooLarge)
	}
	return byte(n), nil
}

// bracedOctal parses the {…} of \o{…}.
func (p *parser) bracedOctal() (byte, *Error) {
	if p.peek() != '{' {
		return 0, p.fail(p.pos, CodeOctalBrace)
	}
	return p.braced(3, func(c byte) int {
		if '0' <= c && c <= '7' {
			return int(c - '0')
		}
		return -1
	}, CodeNonOctal)
}

// hex parses what follows \x: up to two digits, or any number in braces.
func (p *parser) hex() (byte, *Error) {
	if p.peek() == '{' {
		return p.braced(4, hexValue, CodeNonHex)
	}
	n := 0
	for i := 0; i < 2 && hexValue(p.peek()) >= 0; i++ {
		n = n<<4 | hexValue(p.peek())
		p.pos++
	}
	return byte(n), nil
}

// braced parses digits in braces, each of so many bits, with p.pos at the
// opening brace.
func (p *parser) braced(bits int, value func(byte) int, bad Code) (byte, *Error) {
	p.pos++
	if p.pos >= len(p.src) || p.peek() == '}' {
		return 0, p.fail(p.pos, CodeDigitsMissing)
	}
	n := 0
	for ; p.pos < len(p.src) && value(p.peek()) >= 0; p.pos++ {
		n = min(n<<bits|value(p.peek()), 1<<16)
	}
	if n > 0xff {
		return 0, p.fail(p.pos, CodeCodePointTooLarge)
	}
	if p.peek() != '}' {
		return 0, p.fail(p.pos, bad)
	}
	p.pos++
	return byte(n), nil
}

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// control parses what follows \c.
func (p *parser) control() (byte, *Error) {
	if p.pos >= len(p.src) {
		return 0, p.fail(p.pos, CodeTrailingControl)
	}
	c := p.peek()
	if c < ' ' || c > '~' {
		return 0, p.fail(p.pos, CodeControlCharacter)
	}
	p.pos++
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c ^ 0x40, nil
}
