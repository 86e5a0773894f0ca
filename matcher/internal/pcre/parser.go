package pcre

import "strings"

// The limits of PCRE2's default build.
const (
	maxNesting    = 250
	maxRepeat     = 65535
	maxGroups     = 65535
	maxNames      = 10000
	maxName       = 32
	maxLookbehind = 65535
	maxVerbName   = 255
)

// parser is the state of one Parse. It reads the source in one pass, by
// recursive descent over groups; whatever refers to groups that may come later
// is left in refs and settled at the end.
type parser struct {
	memory

	src   string
	pos   int
	flags Flags // those in force at pos
	verbs startVerbs
	utf   bool   // characters are UTF-8 sequences, else bytes
	ucp   bool   // \d, \w, \s, \b and POSIX classes go by Unicode's properties
	cases *Folds // nil until first needed

	quoting bool // inside \Q…\E
	// asCondition is set where an assertion that is spelt out comes next and has
	// to be one that may be a condition.
	asCondition bool
	depth       int // of open groups
	looks       int // of open lookarounds

	groups   int              // capturing groups opened so far
	names    []string         // by group number
	numbered map[string][]int // the numbers of each name, in order of definition
	named    int              // pairs of a name and a number
	refs     []reference
	resets   bool // (?| occurs
	behind   bool // a lookbehind occurs

	branchErr *Error    // a conditional with too many branches, reported last
	unsupp    construct // the first construct nothing runs

	result Regexp
}

// reference is a mention of a group that is checked once all groups are known.
type reference struct {
	node *Node
	name string // "" if by number
	kind refKind
	pos  int
	code Code // an error found on the way, reported in its turn
}

type refKind uint8

const (
	refBack      refKind = iota
	refCall              // the first group of the name
	refCondition         // (?(name)…)
	refRecursion         // (?(R&name)…)
	refMaybe             // (?(R12)…), a name or else a number
	refError
)

// construct is something that decides the class of a pattern.
type construct struct {
	text string
	pos  int
}

// reset prepares p for a pattern, with the memory of the one before.
func (p *parser) reset(src string, flags Flags) {
	*p = parser{memory: p.memory, src: src, flags: flags&publicFlags | dupNames, names: append(p.names[:0], "")}
	p.memory.reset()
}

// parse parses the whole pattern.
func (p *parser) parse() (*Regexp, *Error) {
	if err := p.parseStartVerbs(); err != nil {
		return nil, err
	}
	if err := p.checkUTF(); err != nil {
		return nil, err
	}
	flags := p.flags & publicFlags
	subs, size, err := p.branches(false)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.src) {
		return nil, p.fail(p.pos, CodeUnmatchedParen)
	}
	for len(p.names) <= p.groups {
		p.names = append(p.names, "")
	}
	p.result = Regexp{Source: p.src, Flags: flags, UTF: p.utf, UCP: p.ucp, Root: p.alternate(subs, 0), Names: p.names}
	if err := p.settle(&p.result, size); err != nil {
		return nil, err
	}
	return &p.result, nil
}

func (p *parser) fail(pos int, code Code) *Error {
	return &Error{Offset: pos, Code: code, Msg: code.message()}
}

// unsupported notes a construct that PCRE2 runs and we do not. The first one
// is kept.
func (p *parser) unsupported(text string, pos int) {
	if p.unsupp.text == "" {
		p.unsupp = construct{text, pos}
	}
}

// rest returns the source from the current position on.
func (p *parser) rest() string { return p.src[p.pos:] }

// peek returns the current byte, or 0 at the end.
func (p *parser) peek() byte { return p.peekAt(0) }

// peekAt returns the byte i after the current one, or 0 past the end.
func (p *parser) peekAt(i int) byte {
	if p.pos+i < len(p.src) {
		return p.src[p.pos+i]
	}
	return 0
}

// item is something parsed: a node, what a quantifier does to it, and the size
// of what PCRE2 would compile it to.
type item struct {
	node  *Node
	kind  itemKind
	size  int
	fails bool // it is (?!), which PCRE2 compiles to (*FAIL) unless quantified
	// run, if not nil, are the bytes of a run of what node matches: it matches all
	// characters beyond ASCII, and of ASCII those in run.
	run *Set
}

// branches parses alternatives up to a closing parenthesis, which it leaves, or
// the end of the pattern. With reset each numbers its groups from the same
// start. The size is that of a group without what is particular to its kind.
func (p *parser) branches(reset bool) ([]*Node, int, *Error) {
	flags := p.flags
	first, last := p.groups, p.groups
	size := groupSize
	var room [4]*Node
	subs := room[:0]
	for {
		branch, branchSize, err := p.branch()
		if err != nil {
			return nil, 0, err
		}
		subs = append(subs, branch)
		size = addSize(size, branchSize)
		last = max(last, p.groups)
		if p.peek() != '|' {
			break
		}
		p.pos++
		size = addSize(size, altSize)
		if reset {
			p.groups = first
		}
	}
	if reset {
		p.groups = last
	}
	p.flags = p.flags&^tracked | flags&tracked
	return p.list(subs...), size, nil
}

// alternate makes one node of alternatives.
func (m *memory) alternate(subs []*Node, pos int) *Node {
	if len(subs) == 1 {
		return subs[0]
	}
	return m.node(Node{Op: OpAlternate, Pos: pos, Subs: subs})
}

// branch parses items up to a bar, a closing parenthesis or the end.
func (p *parser) branch() (*Node, int, *Error) {
	seq := p.sequence(p.pos)
	size := 0
	for {
		if err := p.skip(); err != nil {
			return nil, 0, err
		}
		if p.pos >= len(p.src) || !p.quoting && (p.peek() == '|' || p.peek() == ')') {
			return seq.node(), size, nil
		}
		if n := p.literalRun(); n > 0 {
			seq.literal(p.src[p.pos:p.pos+n], p.flags&Caseless != 0, p.pos)
			size = addSize(size, n+p.charCount(p.src[p.pos:p.pos+n]))
			p.pos += n
			continue
		}
		if p.atWordEdge() {
			seq.add(p.wordBoundary(OpWordBoundary, p.pos))
			size = addSize(size, 1)
		}
		it, err := p.atom()
		if err != nil {
			return nil, 0, err
		}
		if it, err = p.quantified(it); err != nil {
			return nil, 0, err
		}
		size = addSize(size, it.size)
		seq.add(it.node)
	}
}

// skip passes over what may stand between an item and its quantifier: \Q and
// \E, comments and, in extended mode, white space.
func (p *parser) skip() *Error {
	for p.pos < len(p.src) {
		rest := p.rest()
		switch c := rest[0]; {
		case strings.HasPrefix(rest, `\E`):
			p.quoting = false
			p.pos += 2
		case p.quoting:
			return nil
		case strings.HasPrefix(rest, `\Q`):
			p.quoting = true
			p.pos += 2
		case p.flags&Extended != 0 && p.blank() > 0:
			p.pos += p.blank()
		case p.flags&Extended != 0 && c == '#':
			p.newlineMatters()
			n := strings.IndexByte(rest, '\n') + 1
			if n == 0 {
				n = len(rest)
			}
			p.pos += n
		case strings.HasPrefix(rest, "(?#"):
			n := strings.IndexByte(rest[2:], ')')
			if n < 0 {
				return p.fail(len(p.src), CodeUnclosedComment)
			}
			p.pos += 2 + n + 1
		default:
			return nil
		}
	}
	return nil
}

// nextLine is U+0085, which is white space in extended mode.
const nextLine = 0x85

// blank returns the length of the white space of extended mode that comes next: 0
// if it is something else.
func (p *parser) blank() int {
	r, size := p.next()
	switch {
	case r < 0x80 && isSpace(byte(r)), r == nextLine:
		return size
	case p.utf && (r|1 == 0x200f || r|1 == 0x2029):
		return size
	}
	return 0
}

// literalRun returns how many bytes from the current one are plain characters
// that no quantifier follows.
func (p *parser) literalRun() int {
	if p.utf || p.ucp {
		return p.characterRun()
	}
	rest := p.rest()
	n := 0
	for n < len(rest) && !isMeta(rest[n]) {
		if p.flags&Extended != 0 && !p.quoting && (isSpace(rest[n]) || rest[n] == '#' || rest[n] == nextLine) {
			break
		}
		n++
	}
	if n == len(rest) || p.flags&Extended == 0 && endsRun(rest[n:]) {
		return n
	}
	return max(n-1, 0)
}

// endsRun reports whether no quantifier of what comes before can be in s, which starts
// with what is not a plain character: neither here nor after a comment, \Q or \E.
func endsRun(s string) bool {
	switch s[0] {
	case '^', '$', '.', '[', '|', ')':
		return true
	case '(':
		return !strings.HasPrefix(s, "(?#")
	case '\\':
		return len(s) > 1 && s[1] != 'Q' && s[1] != 'E'
	}
	return false
}

// characterRun is literalRun for a pattern in which a character may have several
// bytes, or another case that is not an ASCII letter.
func (p *parser) characterRun() int {
	rest := p.rest()
	n, last := 0, 0
	for n < len(rest) && !isMeta(rest[n]) && !p.ownNode(rest[n]) {
		if p.flags&Extended != 0 && !p.quoting && (isSpace(rest[n]) || rest[n] == '#' || rest[n] == nextLine) {
			break
		}
		last = n
		n++
		for p.utf && n < len(rest) && continuation.Has(rest[n]) {
			n++
		}
	}
	if n == len(rest) {
		return n
	}
	return last
}

// ownNode reports whether a character that starts with c may have to be something
// else than a literal.
func (p *parser) ownNode(c byte) bool {
	return c >= 0x80 && (p.flags&Extended != 0 || p.flags&Caseless != 0) || p.flags&Caseless != 0 && manyCases(c)
}

// manyCases reports whether c is a letter that has another case beyond ASCII: the
// Kelvin sign and the long s.
func manyCases(c byte) bool { return c|0x20 == 'k' || c|0x20 == 's' }

// isMeta reports whether c is anything but a plain character outside classes.
func isMeta(c byte) bool {
	switch c {
	case '\\', '^', '$', '.', '[', '|', '(', ')', '*', '+', '?', '{':
		return true
	}
	return false
}

// atom parses one item without its quantifier.
func (p *parser) atom() (item, *Error) {
	pos, c := p.pos, p.peek()
	if p.quoting {
		return p.char(p.take(), pos), nil
	}
	switch c {
	case '\\':
		return p.escape()
	case '[':
		return p.class()
	case '(':
		return p.paren()
	case '*', '+', '?':
		return item{}, p.fail(pos, CodeNothingToRepeat)
	case '{':
		if _, _, ok, err := p.counts(); err != nil {
			return item{}, err
		} else if ok {
			return item{}, p.fail(pos, CodeNothingToRepeat)
		}
	}
	r := p.take()
	switch c {
	case '^':
		return p.assertion(p.caret(), pos), nil
	case '$':
		return p.assertion(p.dollar(), pos), nil
	case '.':
		if p.flags&DotAll != 0 {
			return p.set(allChars(), pos), nil
		}
		p.newlineMatters()
		return p.set(notNewline(), pos), nil
	}
	return p.char(r, pos), nil
}

// caret returns what ^ is.
func (p *parser) caret() Op {
	if p.flags&Multiline == 0 {
		return OpBeginText
	}
	p.newlineMatters()
	return OpBeginLine
}

// dollar returns what $ is.
func (p *parser) dollar() Op {
	switch {
	case p.flags&Multiline != 0:
		p.newlineMatters()
		return OpEndLine
	case p.flags&DollarEndOnly != 0:
		return OpEndText
	}
	p.newlineMatters()
	return OpEndTextOptionalNewline
}

// char makes an item that matches the character r.
func (p *parser) char(r rune, pos int) item {
	if p.flags&Caseless != 0 && (p.utf || p.ucp) {
		return p.caselessChar(r, pos)
	}
	text := p.encode(r)
	return item{
		node: p.node(Node{Op: OpLiteral, Text: text, Fold: p.flags&Caseless != 0 && isLetter(text[0]), Pos: pos}),
		kind: kindChar,
		size: 1 + len(text),
	}
}

// encode returns r as it is in subjects.
func (p *parser) encode(r rune) string {
	if p.utf {
		return string(r)
	}
	return string([]byte{byte(r)})
}

// caselessChar is char for a character whose other cases are those of Unicode.
func (p *parser) caselessChar(r rune, pos int) item {
	cases := p.folds().cases(r)
	var c chars
	for _, other := range cases {
		c.add(other, other)
	}
	it := item{node: p.charsNode(c, pos), kind: kindChar, size: 1 + len(p.encode(r))}
	if len(cases) > 2 {
		it.kind, it.size = kindProperty, 3
	}
	return it
}

// folds returns the cases of all characters.
func (p *parser) folds() *Folds {
	if p.cases == nil {
		p.cases = NewFolds()
	}
	return p.cases
}

// set makes an item that matches a character of c and that PCRE2 has an opcode
// for.
func (p *parser) set(c chars, pos int) item {
	it := item{node: p.charsNode(c, pos), kind: kindType, size: 1}
	it.run = p.runOf(c)
	return it
}

// negate returns all characters but those of c.
func (p *parser) negate(c chars) chars {
	if !p.utf {
		return chars{low: c.low.Negate()}
	}
	return c.negate()
}

// runOf returns the bytes of a run of characters of c, if c has all characters
// beyond ASCII.
func (p *parser) runOf(c chars) *Set {
	if !p.utf || !c.hasAllWide() {
		return nil
	}
	return &Set{c.low[0], c.low[1], ^uint64(0), ^uint64(0)}
}

// assertion makes an item that can't be repeated.
func (p *parser) assertion(op Op, pos int) item {
	return item{node: p.node(Node{Op: op, Pos: pos}), size: 1}
}
