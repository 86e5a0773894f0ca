package pcre

import "slices"

// paren parses whatever starts with an opening parenthesis, comments excepted.
func (p *parser) paren() (item, *Error) {
	pos := p.pos
	switch {
	case pos+1 >= len(p.src):
		return item{}, p.fail(len(p.src), CodeUnclosedGroup)
	case p.peekAt(1) == '*':
		return p.star(pos)
	case p.peekAt(1) != '?':
		p.pos++
		if p.flags&noCapture != 0 {
			return p.body(false)
		}
		return p.capture("", pos)
	case pos+2 >= len(p.src):
		return item{}, p.fail(len(p.src), CodeUnclosedGroup)
	}
	p.pos += 2
	return p.question(pos)
}

// question parses what starts with (?, with p.pos after that.
func (p *parser) question(pos int) (item, *Error) {
	switch c := p.peek(); c {
	case 'P':
		return p.python(pos)
	case 'R':
		return p.recursion(pos)
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.numberedCall(pos)
	case '&':
		return p.namedCall(')', pos)
	case 'C':
		return p.callout()
	case '(':
		return p.conditional(pos)
	case '>':
		p.pos++
		return p.wrapped(OpAtomic, pos)
	case '=', '!', '*':
		p.pos++
		return p.look(&Node{Op: OpLook, Pos: pos, Negative: c == '!', NonAtomic: c == '*'})
	case '<', '\'':
		return p.angle(pos)
	case '|':
		p.pos++
		p.resets = true
		return p.body(true)
	case '+', '-':
		if isDigit(p.peekAt(1)) {
			return p.numberedCall(pos)
		}
		if c == '+' {
			return item{}, p.fail(p.pos, CodeDigitExpected)
		}
	}
	return p.options()
}

// angle parses what starts with (?< or (?', a lookbehind or a named group.
func (p *parser) angle(pos int) (item, *Error) {
	c := p.peekAt(1)
	if p.peek() == '<' && (c == '=' || c == '!' || c == '*') {
		p.pos += 2
		return p.look(&Node{Op: OpLook, Pos: pos, Behind: true, Negative: c == '!', NonAtomic: c == '*'})
	}
	return p.namedCapture(pos)
}

// recursion parses (?R), with p.pos at the R.
func (p *parser) recursion(pos int) (item, *Error) {
	p.pos++
	if p.peek() != ')' {
		return item{}, p.fail(p.pos, CodeRecursionSyntax)
	}
	p.pos++
	return p.call(0, pos), nil
}

// body parses the inside of a group and its closing parenthesis.
func (p *parser) body(reset bool) (item, *Error) {
	pos := p.pos
	subs, size, err := p.bodyBranches(reset)
	if err != nil {
		return item{}, err
	}
	return item{node: p.alternate(subs, pos), kind: kindGroup, size: size}, nil
}

// bodyBranches is body that returns the branches as they are.
func (p *parser) bodyBranches(reset bool) ([]*Node, int, *Error) {
	p.depth++
	if p.depth > maxNesting && p.pos < len(p.src) {
		return nil, 0, p.fail(p.pos, CodeNesting)
	}
	subs, size, err := p.branches(reset)
	if err != nil {
		return nil, 0, err
	}
	if p.pos >= len(p.src) {
		return nil, 0, p.fail(p.pos, CodeUnclosedGroup)
	}
	p.pos++
	p.depth--
	return subs, size, nil
}

// capture parses the inside of a capturing group.
func (p *parser) capture(name string, pos int) (item, *Error) {
	if p.groups >= maxGroups {
		return item{}, p.fail(p.pos, CodeTooManyGroups)
	}
	p.groups++
	node := p.node(Node{Op: OpCapture, Group: p.groups, Pos: pos})
	if name != "" {
		if err := p.define(name); err != nil {
			return item{}, err
		}
	}
	it, err := p.body(false)
	if err != nil {
		return item{}, err
	}
	node.Subs, node.end = p.list(it.node), p.pos
	return item{node: node, kind: kindGroup, size: addSize(it.size, 2)}, nil
}

// namedCapture parses a named group, with p.pos at the delimiter before the
// name.
func (p *parser) namedCapture(pos int) (item, *Error) {
	name, _, err := p.name(closing(p.peek()))
	if err != nil {
		return item{}, err
	}
	return p.capture(name, pos)
}

// wrapped parses the inside of a group that does something to what it matches.
func (p *parser) wrapped(op Op, pos int) (item, *Error) {
	it, err := p.body(false)
	if err != nil {
		return item{}, err
	}
	it.node = p.node(Node{Op: op, Pos: pos, Subs: p.list(it.node)})
	return it, nil
}

// look parses the inside of a lookaround.
func (p *parser) look(node *Node) (item, *Error) {
	if err := p.skip(); err != nil {
		return item{}, err
	}
	fails := node.Negative && !node.Behind && !p.quoting && p.peek() == ')'
	p.looks++
	subs, size, err := p.bodyBranches(false)
	if err != nil {
		return item{}, err
	}
	p.looks--
	node.Subs = subs
	p.behind = p.behind || node.Behind
	if node.Behind {
		for _, sub := range subs {
			if stepsBack(sub) {
				size = addSize(size, altSize) // The step back.
			}
		}
	}
	if node.NonAtomic {
		p.unsupported("non-atomic lookaround", node.Pos)
	}
	return item{node: node, kind: kindLook, size: size, fails: fails}, nil
}

// stepsBack reports whether PCRE2 goes back for n, a branch of a lookbehind: whether n
// has a length. That of a condition without a second branch is its first one's. A group
// that n refers to, which may not be known yet, is taken to have one.
func stepsBack(n *Node) bool {
	switch {
	case n.Op == OpConcat:
		return slices.ContainsFunc(n.Subs, stepsBack)
	case n.Op == OpCapture, n.Op == OpAtomic, n.Op == OpConditional && n.marks&(oneBranch|define) == oneBranch:
		return stepsBack(n.Subs[0])
	case n.Op == OpBackref, n.Op == OpCall:
		return true
	}
	return !n.Nullable()
}

// python parses what starts with (?P, with p.pos at the P.
func (p *parser) python(pos int) (item, *Error) {
	p.pos++
	if p.pos >= len(p.src) {
		return item{}, p.fail(p.pos, CodeUnclosedGroup)
	}
	switch p.peek() {
	case '<':
		return p.namedCapture(pos)
	case '>':
		return p.namedCall(')', pos)
	case '=':
		return p.namedBackrefTo(')', pos)
	}
	return item{}, p.fail(p.pos, CodeUnknownPythonGroup)
}

// numberedCall parses (?1), (?+1) and (?-1), with p.pos at the number.
func (p *parser) numberedCall(pos int) (item, *Error) {
	base := p.groups
	if isDigit(p.peek()) {
		base = -1
	}
	n, _, err := p.number(base, maxGroups, CodeGroupNumberTooBig)
	if err != nil {
		return item{}, err
	}
	if p.peek() != ')' {
		return item{}, p.fail(p.pos, CodeUnclosedGroup)
	}
	p.pos++
	return p.call(n, pos), nil
}

// options parses option letters, and the group if a colon follows them.
func (p *parser) options() (item, *Error) {
	outer := p.flags
	if err := p.optionLetters(); err != nil {
		return item{}, err
	}
	p.pos++
	if p.src[p.pos-1] == ')' {
		return item{}, nil
	}
	it, err := p.body(false)
	p.flags = p.flags&^tracked | outer&tracked
	return it, err
}

// optionLetters applies option letters up to a colon or a closing parenthesis.
func (p *parser) optionLetters() *Error {
	const unsetByCaret = Caseless | Multiline | noCapture | DotAll | Extended | extendedMore
	var set, unset Flags
	target, hyphen := &set, true
	if p.peek() == '^' {
		p.flags &^= unsetByCaret
		hyphen = false
		p.pos++
	}
	for ; p.pos < len(p.src) && p.peek() != ')' && p.peek() != ':'; p.pos++ {
		if p.peek() == '-' {
			if !hyphen {
				return p.fail(p.pos, CodeOptionHyphen)
			}
			target, hyphen = &unset, false
			continue
		}
		option := p.optionLetter()
		if option == 0 {
			return p.fail(p.pos, CodeUnknownGroup)
		}
		*target |= option
	}
	if p.pos >= len(p.src) {
		return p.fail(p.pos, CodeUnclosedGroup)
	}
	if set&(Extended|extendedMore) == Extended || unset&Extended != 0 {
		unset |= extendedMore
	}
	p.flags = (p.flags | set) &^ unset
	return nil
}

// optionLetter returns the option of the current letter, or 0. Of a double x it
// passes over the first.
func (p *parser) optionLetter() Flags {
	switch p.peek() {
	case 'J':
		return dupNames
	case 'i':
		return Caseless
	case 'm':
		return Multiline
	case 'n':
		return noCapture
	case 's':
		return DotAll
	case 'U':
		return ungreedy
	case 'x':
		if p.peekAt(1) == 'x' {
			p.pos++
			return Extended | extendedMore
		}
		return Extended
	}
	return 0
}
