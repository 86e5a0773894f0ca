package pcre

import "strings"

// The version that (?(VERSION…)…) compares with.
const (
	versionMajor = 10
	versionMinor = 42
)

// conditional parses a conditional group, with p.pos at the second parenthesis.
func (p *parser) conditional(pos int) (item, *Error) {
	if p.pos+1 >= len(p.src) {
		return item{}, p.fail(len(p.src), CodeUnclosedGroup)
	}
	node := &Node{Op: OpConditional, Pos: pos}
	var size int
	var err *Error
	if c := p.peekAt(1); c == '?' || c == '*' {
		size, err = p.conditionLook(node)
	} else {
		p.pos++
		if size, err = p.condition(node); err == nil && p.peek() != ')' {
			err = p.fail(p.pos, CodeUnclosedCondition)
		}
		p.pos++
	}
	if err != nil {
		return item{}, err
	}
	subs, bodySize, err := p.bodyBranches(false)
	if err != nil {
		return item{}, err
	}
	p.checkBranches(node, len(subs))
	if len(subs) == 1 {
		node.marks |= oneBranch
		subs = append(subs, &Node{Op: OpEmpty, Pos: p.pos})
	}
	node.Subs = append(subs[:2:2], node.Subs...)
	return item{node: node, kind: kindConditional, size: addSize(size, bodySize)}, nil
}

// checkBranches notes an error that PCRE2 finds after all others.
func (p *parser) checkBranches(node *Node, n int) {
	switch {
	case p.branchErr != nil:
	case node.marks&define != 0 && n > 1:
		p.branchErr = p.fail(node.Pos, CodeDefineBranches)
	case n > 2:
		p.branchErr = p.fail(node.Pos, CodeConditionBranches)
	}
}

// conditionLook parses the lookaround that is a condition, with p.pos at its
// parenthesis.
func (p *parser) conditionLook(node *Node) (int, *Error) {
	p.depth++ // The condition's group is open already.
	defer func() { p.depth-- }()
	callouts := 0
	for {
		if err := p.skip(); err != nil {
			return 0, err
		}
		if p.pos >= len(p.src) {
			return 0, p.fail(p.pos, CodeUnclosedGroup)
		}
		if p.quoting || !p.atCondition(callouts == 0) {
			return 0, p.fail(p.pos, CodeAssertionExpected)
		}
		p.asCondition = p.peekAt(1) == '*'
		it, err := p.paren()
		if err != nil {
			return 0, err
		}
		if it.node == nil {
			callouts++
			continue
		}
		node.Cond = CondLook
		node.Subs = []*Node{it.node}
		return it.size, nil
	}
}

// atCondition reports whether what may be a condition is next: a lookaround, or
// a callout in front of one.
func (p *parser) atCondition(callout bool) bool {
	if p.peek() != '(' || len(p.src)-p.pos < 4 {
		return false
	}
	c := p.peekAt(2)
	switch {
	case p.peekAt(1) == '*':
		return 'a' <= c && c <= 'z'
	case p.peekAt(1) != '?':
		return false
	case c == 'C':
		return callout
	case c == '<':
		return p.peekAt(3) == '=' || p.peekAt(3) == '!'
	}
	return c == '=' || c == '!'
}

// condition parses a condition other than a lookaround, with p.pos after its
// parenthesis. It returns what the condition adds to the size.
func (p *parser) condition(node *Node) (int, *Error) {
	pos := p.pos
	n, ok, err := p.number(p.groups, maxGroups, CodeGroupNumberTooBig)
	switch {
	case err != nil:
		return 0, err
	case ok && n <= 0:
		return 0, p.fail(p.pos, CodeNoSuchGroup)
	case ok:
		node.Cond, node.Groups = CondGroup, []int{n}
		p.refs = append(p.refs, reference{node: node, kind: refCondition, pos: pos})
		return 3, nil
	case strings.HasPrefix(p.rest(), "VERSION") && len(p.rest()) >= 10 && p.peekAt(7) != ')':
		return 1, p.versionCondition(node)
	}
	return p.namedCondition(node)
}

// versionCondition parses VERSION=n.m and VERSION>=n.m.
func (p *parser) versionCondition(node *Node) *Error {
	p.pos += len("VERSION")
	orLater := p.peek() == '>'
	if orLater {
		p.pos++
	}
	if p.peek() != '=' || !isDigit(p.peekAt(1)) {
		return p.fail(p.pos, CodeVersionCondition)
	}
	p.pos++
	major, _, err := p.number(-1, 1000, CodeVersionCondition)
	if err != nil {
		return err
	}
	if p.pos >= len(p.src) {
		return p.fail(p.pos, CodeVersionCondition)
	}
	minor := 0
	if p.peek() == '.' {
		p.pos++
		for place := 10; place > 0 && isDigit(p.peek()); place /= 10 {
			minor += int(p.peek()-'0') * place
			p.pos++
		}
		if p.src[p.pos-1] == '.' || p.peek() != ')' {
			return p.fail(p.pos, CodeVersionCondition)
		}
	}
	holds := major == versionMajor && minor == versionMinor
	if orLater {
		holds = versionMajor > major || versionMajor == major && versionMinor >= minor
	}
	if holds {
		node.Cond = CondAlways
	}
	return nil
}

// namedCondition parses a condition that is a name, or looks like one.
func (p *parser) namedCondition(node *Node) (int, *Error) {
	kind, end, plain := refCondition, byte(')'), false
	switch c := p.peek(); {
	case c == 'R' && p.peekAt(1) == '&':
		p.pos++
		kind = refRecursion
	case c == '<' || c == '\'':
		end = closing(c)
	default:
		p.pos--
		plain = true
	}
	name, at, err := p.name(end)
	if err != nil {
		return 0, err
	}
	if end == ')' {
		p.pos-- // The caller checks it.
	}
	if plain && name == "DEFINE" {
		node.marks |= define
		return 1, nil
	}
	if plain && name[0] == 'R' && allDigits(name[1:]) {
		kind = refMaybe
	}
	node.Cond = CondGroup
	p.refs = append(p.refs, reference{node: node, kind: kind, name: name, pos: at})
	return 3, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}
