package pcre

// quantified parses the quantifier after it, if there is one.
func (p *parser) quantified(it item) (item, *Error) {
	if it.kind == kindFixed {
		return it, nil
	}
	if err := p.skip(); err != nil {
		return item{}, err
	}
	lo, hi, ok, err := p.counts()
	switch {
	case err != nil:
		return item{}, err
	case !ok && it.fails:
		it.size = 1
		return it, nil
	case !ok:
		return it, nil
	}
	mode := Greedy
	if p.flags&ungreedy != 0 {
		mode = Lazy
	}
	if err := p.skip(); err != nil {
		return item{}, err
	}
	if !p.quoting {
		switch p.peek() {
		case '?':
			p.pos++
			mode = Greedy + Lazy - mode
		case '+':
			p.pos++
			mode = Possessive
		}
	}
	size := repeatSize(it, lo, hi, mode == Possessive)
	return item{node: p.repeat(it, lo, hi, mode), size: size}, nil
}

// repeat makes the node for a quantified item.
func (m *memory) repeat(it item, lo, hi int, mode Mode) *Node {
	if it.node == nil {
		return nil
	}
	if it.kind == kindLook && hi == Unlimited {
		hi = lo + 1 // Matching an assertion yet another time changes nothing.
	}
	_, single := it.node.OneByte()
	if lo == hi && (single || mode == Lazy) {
		mode = Greedy // There is no choice to make.
	}
	if lo == 1 && hi == 1 && mode != Possessive {
		return it.node
	}
	if it.run != nil && hi == Unlimited {
		return runNode(it, lo, mode)
	}
	return m.node(Node{Op: OpRepeat, Min: lo, Max: hi, Mode: mode, Subs: m.list(it.node), Pos: it.node.Pos})
}

// runNode makes the node for at least lo characters of an item that matches all
// beyond ASCII: a run of bytes that ends where a character does.
func runNode(it item, lo int, mode Mode) *Node {
	pos := it.node.Pos
	bytes := &Node{Op: OpSet, Set: *it.run, Pos: pos}
	run := &Node{Op: OpRepeat, Min: min(lo, 1), Max: Unlimited, Mode: mode, Subs: []*Node{bytes}, Pos: pos}
	subs := []*Node{run, {Op: OpCharStart, Pos: pos}}
	if lo > 1 {
		first := &Node{Op: OpRepeat, Min: lo - 1, Max: lo - 1, Subs: []*Node{it.node}, Pos: pos}
		subs = append([]*Node{first}, subs...)
	}
	return &Node{Op: OpConcat, Subs: subs, Pos: pos}
}

// counts parses *, +, ?, {n}, {n,} or {n,m}. Where none of them stands, which
// includes a brace that opens no quantifier, ok is false and nothing is read.
func (p *parser) counts() (lo, hi int, ok bool, err *Error) {
	if p.quoting {
		return 0, 0, false, nil
	}
	switch p.peek() {
	case '*':
		p.pos++
		return 0, Unlimited, true, nil
	case '+':
		p.pos++
		return 1, Unlimited, true, nil
	case '?':
		p.pos++
		return 0, 1, true, nil
	case '{':
		return p.braces()
	}
	return 0, 0, false, nil
}

// braces parses {n}, {n,} or {n,m}.
func (p *parser) braces() (lo, hi int, ok bool, err *Error) {
	if !isRepeat(p.rest()) {
		return 0, 0, false, nil
	}
	p.pos++
	if lo, err = p.repeatCount(); err != nil {
		return 0, 0, false, err
	}
	hi = lo
	if p.peek() == ',' {
		p.pos++
		hi = Unlimited
		if p.peek() != '}' {
			if hi, err = p.repeatCount(); err != nil {
				return 0, 0, false, err
			}
			if hi < lo {
				return 0, 0, false, p.fail(p.pos, CodeQuantifierOrder)
			}
		}
	}
	p.pos++
	return lo, hi, true, nil
}

// isRepeat reports whether s starts with {n}, {n,} or {n,m}, whatever the
// numbers.
func isRepeat(s string) bool {
	if len(s) < 2 || s[0] != '{' || !isDigit(s[1]) {
		return false
	}
	comma := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '}':
			return true
		case s[i] == ',' && !comma:
			comma = true
		case !isDigit(s[i]):
			return false
		}
	}
	return false
}

func (p *parser) repeatCount() (int, *Error) {
	n := 0
	for ; isDigit(p.peek()); p.pos++ {
		n = n*10 + int(p.peek()-'0')
		if n > maxRepeat {
			return 0, p.fail(p.pos, CodeQuantifierTooBig)
		}
	}
	return n, nil
}
