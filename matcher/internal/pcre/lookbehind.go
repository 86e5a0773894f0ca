package pcre

import "slices"

// lookbehinds checks the lookbehinds of a pattern and sets how far back they
// look.
type lookbehinds struct {
	p       *parser
	groups  map[int]*Node    // the first group of each number
	lengths map[int]int      // of groups, where known and numbers are unique
	names   map[*Node]string // of the groups that nodes refer to by name
	steps   int
}

// maxLookbehindSteps is how many branches may be measured for one pattern.
const maxLookbehindSteps = 2000

func (p *parser) checkLookbehinds(root *Node) *Error {
	l := &lookbehinds{p: p, groups: map[int]*Node{}, lengths: map[int]int{}, names: map[*Node]string{}}
	for _, ref := range p.refs {
		l.names[ref.node] = ref.name
	}
	collectGroups(root, l.groups)
	return l.walk(root)
}

// collectGroups finds the first group of each number.
func collectGroups(n *Node, groups map[int]*Node) {
	if n.Op == OpCapture && groups[n.Group] == nil {
		groups[n.Group] = n
	}
	for _, sub := range n.Subs {
		collectGroups(sub, groups)
	}
}

// walk checks every lookbehind in n.
func (l *lookbehinds) walk(n *Node) *Error {
	if n.Op == OpLook && n.Behind && n.Back == nil {
		n.Back = make([]int, len(n.Subs))
		for i, sub := range n.Subs {
			length, err := l.branch(sub, nil)
			if err != nil {
				return err
			}
			n.Back[i] = length
		}
	}
	for _, sub := range n.Subs {
		if err := l.walk(sub); err != nil {
			return err
		}
	}
	return nil
}

// branch measures a branch. open are the groups being measured because
// something refers to them.
func (l *lookbehinds) branch(n *Node, open []*Node) (int, *Error) {
	if l.steps++; l.steps > maxLookbehindSteps {
		return 0, l.p.fail(n.Pos, CodeLookbehindComplex)
	}
	length, err := l.length(n, open)
	if err == nil && length > maxLookbehind {
		err = l.p.fail(n.Pos, CodeLookbehindTooLong)
	}
	return length, err
}

// length measures a node.
func (l *lookbehinds) length(n *Node, open []*Node) (int, *Error) {
	switch n.Op {
	case OpLiteral:
		return l.p.charCount(n.Text), nil
	case OpSet:
		return l.p.setCount(n.Set), nil
	case OpChars:
		return 1, nil
	case OpCluster:
		return 0, l.p.fail(n.Pos, CodeLookbehindLength)
	case OpConcat:
		return l.concat(n, open)
	case OpAlternate:
		if n.marks&edge != 0 {
			return 0, nil
		}
		return l.same(n.Subs, n, open)
	case OpRepeat:
		return l.repeat(n, open)
	case OpCapture, OpAtomic, OpScriptRun:
		return l.branch(n.Subs[0], open)
	case OpConditional:
		switch {
		case n.marks&define != 0:
			return 0, nil
		case n.marks&oneBranch != 0:
			return l.branch(n.Subs[0], open)
		}
		return l.same(n.Subs[:2], n, open)
	case OpBackref, OpCall:
		return l.reference(n, open)
	case OpEmpty, OpFail, OpBeginText, OpEndText, OpEndTextOptionalNewline, OpBeginLine, OpEndLine,
		OpWordBoundary, OpNoWordBoundary, OpCharStart, OpLook, OpKeep, OpVerb:
	}
	return 0, nil
}

// concat adds up the parts; what follows (*FAIL) and (*ACCEPT) is not reached.
func (l *lookbehinds) concat(n *Node, open []*Node) (int, *Error) {
	total := 0
	for _, sub := range n.Subs {
		if sub.Op == OpFail || sub.Op == OpVerb && sub.Text == "ACCEPT" {
			break
		}
		length, err := l.length(sub, open)
		if err != nil {
			return 0, err
		}
		if total += length; total > maxLookbehind {
			return 0, l.p.fail(n.Pos, CodeLookbehindTooLong)
		}
	}
	return total, nil
}

// same measures alternatives that must have the same length.
func (l *lookbehinds) same(subs []*Node, n *Node, open []*Node) (int, *Error) {
	first := 0
	for i, sub := range subs {
		length, err := l.branch(sub, open)
		if err != nil {
			return 0, err
		}
		if i == 0 {
			first = length
		}
		if length != first {
			return 0, l.p.fail(n.Pos, CodeLookbehindLength)
		}
	}
	return first, nil
}

func (l *lookbehinds) repeat(n *Node, open []*Node) (int, *Error) {
	sub := n.Subs[0]
	length, err := l.length(sub, open)
	switch {
	case err != nil:
		return 0, err
	case sub.Op == OpLook && !sub.Behind:
		return 0, nil
	case n.Min != n.Max:
		return 0, l.p.fail(n.Pos, CodeLookbehindLength)
	case length*n.Min > maxLookbehind:
		return 0, l.p.fail(n.Pos, CodeLookbehindTooLong)
	}
	return length * n.Min, nil
}

// reference measures what a back-reference or call refers to.
func (l *lookbehinds) reference(n *Node, open []*Node) (int, *Error) {
	number, fixed, err := l.target(n)
	if err != nil {
		return 0, err
	}
	notFixed := l.p.fail(n.Pos, CodeLookbehindLength)
	if number == 0 || !fixed {
		return 0, notFixed
	}
	if length, ok := l.lengths[number]; ok {
		return length, nil
	}
	group := l.groups[number]
	if group == nil || group.Pos <= n.Pos && n.Pos < group.end {
		return 0, notFixed
	}
	if slices.Contains(open, group) {
		return 0, notFixed
	}
	length, err := l.branch(group.Subs[0], append(slices.Clip(open), group))
	if err == nil && !l.p.resets {
		l.lengths[number] = length
	}
	return length, err
}

// target returns the number of the group that n refers to; references are not
// resolved yet. fixed is false for a back-reference that may be to several
// groups.
func (l *lookbehinds) target(n *Node) (number int, fixed bool, err *Error) {
	name := l.names[n]
	fixed = n.Op == OpCall || !l.p.resets
	switch {
	case name != "":
		groups := l.p.numbered[name]
		if len(groups) == 0 {
			return 0, false, l.p.fail(n.Pos, CodeNoSuchGroup)
		}
		return groups[0], fixed && (n.Op == OpCall || len(groups) == 1), nil
	case n.Op == OpCall:
		number = n.Group
	default:
		number = n.Groups[0]
	}
	if fixed && number > l.p.groups {
		return 0, false, l.p.fail(n.Pos, CodeNoSuchGroup)
	}
	return number, fixed, nil
}
