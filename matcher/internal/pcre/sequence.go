package pcre

// sequence collects the items of a branch, joining neighbouring literals. They are those
// of its memory from the one with the number first on: one sequence may be collected
// while another one is.
type sequence struct {
	mem   *memory
	first int
	pos   int

	// The literal that is being collected: text, or once there is more than one piece
	// the bytes that its memory has from start on.
	text    string
	joined  bool
	start   int
	fold    bool
	letters bool // there are letters, so that fold counts
	litPos  int
}

// sequence returns a sequence without items.
func (m *memory) sequence(pos int) sequence { return sequence{mem: m, first: len(m.items), pos: pos} }

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
	case !q.joined:
		q.joined, q.start = true, len(q.mem.text)
		q.mem.text = append(append(q.mem.text, q.text...), s...)
	default:
		q.mem.text = append(q.mem.text, s...)
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
		q.mem.items = append(q.mem.items, n)
	}
}

// flush ends the literal that is being collected.
func (q *sequence) flush() {
	if len(q.text) == 0 {
		return
	}
	text := q.text
	if q.joined {
		text = string(q.mem.text[q.start:])
		q.mem.text = q.mem.text[:q.start]
	}
	q.mem.items = append(q.mem.items, q.mem.node(Node{Op: OpLiteral, Text: text, Fold: q.fold && q.letters, Pos: q.litPos}))
	q.text, q.joined, q.letters, q.fold = "", false, false, false
}

// node returns what was collected as one node.
func (q *sequence) node() *Node {
	q.flush()
	items := q.mem.items[q.first:]
	q.mem.items = q.mem.items[:q.first]
	switch len(items) {
	case 0:
		return q.mem.node(Node{Op: OpEmpty, Pos: q.pos})
	case 1:
		return items[0]
	}
	return q.mem.node(Node{Op: OpConcat, Pos: q.pos, Subs: q.mem.list(items...)})
}

func hasLetter(s string) bool {
	for i := range len(s) {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}
