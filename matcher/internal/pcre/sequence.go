package pcre

// sequence collects the items of a branch, joining neighbouring literals.
type sequence struct {
	pos   int
	nodes []*Node

	// The literal that is being collected: text, or buf once there is more than
	// one piece.
	text    string
	buf     []byte
	fold    bool
	letters bool // there are letters, so that fold counts
	litPos  int
}

// literal appends s. Where fold differs from that of the literal so far and
// both have letters, a new node begins.
func (q *sequence) literal(s string, fold bool, pos int) {
	letters := hasLetter(s)
	if len(q.text) > 0 && q.letters && letters && q.fold != fold {
		q.flush()
	}
	if letters {
		q.letters, q.fold = true, fold
	}
	switch {
	case len(q.text) == 0:
		q.text, q.litPos = s, pos
	case len(q.buf) == 0:
		q.buf = append(append(q.buf, q.text...), s...)
	default:
		q.buf = append(q.buf, s...)
	}
}

// add appends n; a nil n or one that matches nothing but the empty string is
// dropped.
func (q *sequence) add(n *Node) {
	switch {
	case n == nil || n.Op == OpEmpty:
	case n.Op == OpLiteral:
		q.literal(n.Text, n.Fold, n.Pos)
	case n.Op == OpConcat:
		for _, sub := range n.Subs {
			q.add(sub)
		}
	default:
		q.flush()
		q.nodes = append(q.nodes, n)
	}
}

// flush ends the literal that is being collected.
func (q *sequence) flush() {
	if len(q.text) == 0 {
		return
	}
	text := q.text
	if len(q.buf) > 0 {
		text = string(q.buf)
	}
	q.nodes = append(q.nodes, &Node{Op: OpLiteral, Text: text, Fold: q.fold && q.letters, Pos: q.litPos})
	q.text, q.buf, q.letters, q.fold = "", q.buf[:0], false, false
}

// node returns what was collected as one node.
func (q *sequence) node() *Node {
	q.flush()
	switch len(q.nodes) {
	case 0:
		return &Node{Op: OpEmpty, Pos: q.pos}
	case 1:
		return q.nodes[0]
	}
	return &Node{Op: OpConcat, Pos: q.pos, Subs: q.nodes}
}

func hasLetter(s string) bool {
	for i := range len(s) {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}
