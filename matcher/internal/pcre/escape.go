package pcre

import (
	"strings"
	"unicode/utf8"
)

// The sets behind escapes, in the C locale.
var (
	digits     = setOf(isDigit)
	words      = setOf(isWord)
	spaces     = setOf(isSpace)
	horizontal = Bytes("\t \xa0")
	vertical   = Bytes("\n\v\f\r\x85")
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

// notNewline returns all characters but LF.
func notNewline() chars {
	c := allChars()
	c.low = Bytes("\n").Negate()
	return c
}

// The characters of \h and \v beyond Latin-1.
func horizontalHigh() []span {
	return []span{{0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}}
}

func verticalHigh() []span { return []span{{0x2028, 0x2029}} }

// escapeChars returns the characters that the escape with letter c stands for,
// in and outside classes.
func (p *parser) escapeChars(c byte) (chars, bool) {
	set, ok := p.lowerEscape(c | 0x20)
	if ok && c < 'a' {
		set = p.negate(set)
	}
	return set, ok
}

// lowerEscape is escapeChars for a small letter.
func (p *parser) lowerEscape(c byte) (set chars, ok bool) {
	switch c {
	case 'd':
		set = chars{low: digits}
	case 'w':
		set = chars{low: words}
	case 's':
		set = chars{low: spaces}
	case 'h':
		return chars{horizontal, horizontalHigh()}, true
	case 'v':
		return chars{vertical, verticalHigh()}, true
	default:
		return chars{}, false
	}
	if p.ucp {
		set = p.byProperty(c)
	}
	return set, true
}

// byProperty is lowerEscape for what UCP changes.
func (p *parser) byProperty(c byte) chars {
	switch c {
	case 'd':
		return knownChars("nd")
	case 's':
		return knownChars("xsp")
	}
	return knownChars("xwd")
}

// wordChars returns what is a word character.
func (p *parser) wordChars() chars {
	c, _ := p.lowerEscape('w')
	return c
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
	if set, ok := p.escapeChars(c); ok {
		p.pos++
		it := p.set(set, pos)
		if p.ucp && strings.IndexByte("dDsSwW", c) >= 0 {
			it.kind, it.size = kindProperty, 3
		}
		return it, nil
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
		if p.utf {
			p.unsupported(`\C in UTF mode`, pos)
		}
		return p.set(allChars(), pos), nil
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
// number or stands for a character.
func (p *parser) escapeDigitOrByte(pos int) (item, *Error) {
	if c := p.peek(); '1' <= c && c <= '9' {
		if n, ok, err := p.digitReference(); err != nil {
			return item{}, err
		} else if ok {
			return p.backref(n, pos), nil
		}
	}
	r, err := p.escapedChar(false)
	if err != nil {
		return item{}, err
	}
	return p.char(r, pos), nil
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
	it := p.assertion(op, pos)
	if op == OpWordBoundary || op == OpNoWordBoundary {
		it.node = p.wordBoundary(op, pos)
	}
	return it
}

// notNewline parses \N, with p.pos at the N.
func (p *parser) notNewline(pos int) (item, *Error) {
	if p.atCodePoint() {
		r, err := p.codePoint()
		return p.char(r, pos), err
	}
	if err := p.checkN(); err != nil {
		return item{}, err
	}
	p.newlineMatters()
	return p.set(notNewline(), pos), nil
}

// atCodePoint reports whether the N of \N{U+…} comes next, in a mode that has it.
func (p *parser) atCodePoint() bool { return p.utf && strings.HasPrefix(p.rest(), "N{U+") }

// codePoint parses the N{U+…} of \N{U+…}.
func (p *parser) codePoint() (rune, *Error) {
	p.pos += len("N{U")
	return p.braced(4, hexValue, CodeNonHex)
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
// keeps together: a run of the pictographs U+00A9 and U+00AE. In UTF mode \X has an
// operator of its own.
func (p *parser) cluster(letter byte, pos int) item {
	if letter == 'X' && p.utf {
		return item{node: &Node{Op: OpCluster, Pos: pos}, kind: kindType, size: 1}
	}
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
		subs = append(subs, p.charsNode(chars{vertical, verticalHigh()}, pos))
	}
	node := &Node{Op: OpAtomic, Pos: pos, Subs: []*Node{p.alternate(subs, pos)}}
	return item{node: node, kind: kindType, size: 1}
}

// wordBoundary returns the node for \b or \B. Where word characters are not those
// of ASCII it is made of lookarounds.
func (p *parser) wordBoundary(op Op, pos int) *Node {
	if !p.ucp {
		return &Node{Op: op, Pos: pos}
	}
	word := []*Node{p.charsNode(p.wordChars(), pos)}
	before := func(not bool) *Node {
		return &Node{Op: OpLook, Pos: pos, Behind: true, Back: []int{1}, Negative: not, Subs: word}
	}
	after := func(not bool) *Node { return &Node{Op: OpLook, Pos: pos, Negative: not, Subs: word} }
	same := op == OpNoWordBoundary
	return &Node{Op: OpAlternate, Pos: pos, marks: edge, Subs: []*Node{
		{Op: OpConcat, Pos: pos, Subs: []*Node{before(false), after(!same)}},
		{Op: OpConcat, Pos: pos, Subs: []*Node{before(true), after(same)}},
	}}
}

// escapedChar parses the rest of an escape that stands for a character, with p.pos
// after the backslash.
func (p *parser) escapedChar(inClass bool) (rune, *Error) {
	c := p.peek()
	switch {
	case !isLetter(c) && !isDigit(c), c >= '8' && c <= '9':
		return p.take(), nil
	case isDigit(c):
		return p.octal()
	}
	p.pos++
	if i := strings.IndexByte("aefnrt", c); i >= 0 {
		return rune("\a\x1b\f\n\r\t"[i]), nil
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
func (p *parser) octal() (rune, *Error) {
	n := rune(0)
	for i := 0; i < 3 && '0' <= p.peek() && p.peek() <= '7'; i++ {
		n = n*8 + rune(p.peek()-'0')
		p.pos++
	}
	if n > 0xff && !p.utf {
		return 0, p.fail(p.pos, CodeOctalTooLarge)
	}
	return n, nil
}

// bracedOctal parses the {…} of \o{…}.
func (p *parser) bracedOctal() (rune, *Error) {
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
func (p *parser) hex() (rune, *Error) {
	if p.peek() == '{' {
		return p.braced(4, hexValue, CodeNonHex)
	}
	n := 0
	for i := 0; i < 2 && hexValue(p.peek()) >= 0; i++ {
		n = n<<4 | hexValue(p.peek())
		p.pos++
	}
	return rune(n), nil
}

// The code points that are not characters.
const (
	surrogateMin = 0xd800
	surrogateMax = 0xdfff
	tooLarge     = utf8.MaxRune + 1
)

// braced parses digits in braces, each of so many bits, with p.pos at the
// opening brace.
func (p *parser) braced(bits int, value func(byte) int, bad Code) (rune, *Error) {
	p.pos++
	if p.pos >= len(p.src) || p.peek() == '}' {
		return 0, p.fail(p.pos, CodeDigitsMissing)
	}
	n := 0
	for ; p.pos < len(p.src) && value(p.peek()) >= 0; p.pos++ {
		n = min(n<<bits|value(p.peek()), tooLarge)
	}
	switch {
	case n > 0xff && !p.utf || n > utf8.MaxRune:
		return 0, p.fail(p.pos, CodeCodePointTooLarge)
	case p.peek() != '}':
		return 0, p.fail(p.pos, bad)
	case n >= surrogateMin && n <= surrogateMax:
		return 0, p.fail(p.pos, CodeSurrogate)
	}
	p.pos++
	return rune(n), nil
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
func (p *parser) control() (rune, *Error) {
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
	return rune(c ^ 0x40), nil
}
