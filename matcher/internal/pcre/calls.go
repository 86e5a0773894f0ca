package pcre

// maxExpansion is how many nodes the expansion of calls may add to a pattern.
const maxExpansion = 5000

// expander replaces subroutine calls by what they call. A call is not atomic
// and its captures are undone after it, so a copy without captures does the
// same, as long as nothing in it asks what is captured or called.
type expander struct {
	p      *parser
	root   *Node
	groups map[int]*Node
	open   map[int]bool // groups being copied
	left   int          // nodes that may still be added
}

// expandCalls replaces the calls of re, or notes that they are not supported.
// Conditions on recursion are settled too.
func (p *parser) expandCalls(re *Regexp) {
	calls := false
	for _, ref := range p.refs {
		calls = calls || ref.kind == refCall
	}
	for _, ref := range p.refs {
		if ref.node == nil || ref.node.Cond != CondRecursion {
			continue
		}
		if calls {
			p.unsupported("condition on recursion", ref.pos)
		} else {
			ref.node.Cond, ref.node.Group = CondNever, 0
		}
	}
	if !calls {
		return
	}
	e := &expander{p: p, root: re.Root, groups: map[int]*Node{}, open: map[int]bool{}, left: maxExpansion}
	collectGroups(re.Root, e.groups)
	re.Root = e.expand(re.Root, false)
}

// expand returns n with its calls replaced, without changing n. With bare,
// captures are left out and what can't be inside a call is noted.
func (e *expander) expand(n *Node, bare bool) *Node {
	if e.p.unsupp.text != "" {
		return n
	}
	if bare {
		e.left--
		e.checkCalled(n)
	}
	if n.Op == OpCall {
		return e.call(n)
	}
	subs := n.Subs
	for i, sub := range n.Subs {
		x := e.expand(sub, bare)
		if x == sub {
			continue
		}
		if &subs[0] == &n.Subs[0] {
			subs = append([]*Node(nil), n.Subs...)
		}
		subs[i] = x
	}
	if bare && n.Op == OpCapture {
		return subs[0]
	}
	if len(subs) > 0 && &subs[0] != &n.Subs[0] {
		c := *n
		c.Subs = subs
		return &c
	}
	return n
}

// call returns what replaces a call.
func (e *expander) call(n *Node) *Node {
	group := e.groups[n.Group]
	switch {
	case group == nil, e.open[n.Group], group.Pos <= n.Pos && n.Pos < group.end:
		e.p.unsupported("recursion", n.Pos)
		return n
	case e.left < 0:
		e.p.unsupported("subroutine calls that expand to too much", n.Pos)
		return n
	}
	e.open[n.Group] = true
	defer delete(e.open, n.Group)
	return e.expand(group.Subs[0], true)
}

// checkCalled notes what makes a copy differ from a call.
func (e *expander) checkCalled(n *Node) {
	if n.Op == OpBackref || n.Op == OpKeep || n.Op == OpConditional && n.Cond == CondGroup {
		e.p.unsupported("subroutine call of a group with back-references, conditions or \\K", n.Pos)
	}
}
