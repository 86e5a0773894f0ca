package pattern

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// nested emits the code of something that is run on its own, up to its opMatch.
// What it does depends on nothing but the place, so that the loops around it do
// not matter inside.
func (c *compiler) nested(code func()) {
	open := c.open
	c.open = nil
	code()
	c.open = open
	c.emit(inst{op: opMatch})
}

// atomic emits code that is never gone back into.
func (c *compiler) atomic(code func()) {
	at := c.emit(inst{op: opAtomic})
	c.nested(code)
	c.insts[at].x = c.here()
}

// look emits a lookaround.
func (c *compiler) look(n *pcre.Node) {
	at := c.lookInst(n)
	c.insts[at].x = c.here()
}

// lookInst emits the instruction and the ways of a lookaround, without its
// targets, and returns its address.
func (c *compiler) lookInst(n *pcre.Node) int {
	at := c.emit(inst{op: opLook, look: int32(len(c.looks))})
	c.looks = append(c.looks, lookaround{negative: n.Negative})
	var ways []way
	if n.Behind {
		for i, sub := range n.Subs {
			ways = append(ways, way{pc: c.here(), back: n.Back[i]})
			c.nested(func() { c.node(sub) })
		}
	} else {
		ways = append(ways, way{pc: c.here()})
		c.nested(func() { c.alternate(n.Subs) })
	}
	c.looks[c.insts[at].look].ways = ways
	return at
}

// conditional emits a conditional group.
func (c *compiler) conditional(n *pcre.Node) {
	switch n.Cond {
	case pcre.CondAlways:
		c.node(n.Subs[0])
	case pcre.CondNever, pcre.CondRecursion:
		c.node(n.Subs[1])
	case pcre.CondGroup:
		c.ifSet(n)
	case pcre.CondLook:
		at := c.lookInst(n.Subs[2])
		c.insts[at].x = c.here()
		c.node(n.Subs[0])
		exit := c.emit(inst{op: opJump})
		c.insts[at].y = c.here()
		c.node(n.Subs[1])
		c.insts[exit].x = c.here()
	}
}

// runNested runs the code at pc, up to its opMatch, from pos. What it leaves on
// the stack is for the caller to commit or undo; if it fails it leaves nothing.
func (m *machine) runNested(pc int32, pos int) (end int, ok bool) {
	outer := m.base
	m.base = len(m.stack)
	m.depth++
	end, ok = m.run(pc, pos)
	m.depth--
	m.base = outer
	return end, ok
}

// atomic runs an atomic group.
func (m *machine) atomic(pc int32, pos int) (end int, ok bool) {
	height := len(m.stack)
	if end, ok = m.runNested(pc, pos); ok {
		m.commit(height)
	}
	return end, ok
}

// lookAround decides about a lookaround and returns where to continue.
func (m *machine) lookAround(in *inst, pos int) (pc int32, ok bool) {
	height, l := len(m.stack), &m.looks[in.look]
	holds := false
	for _, w := range l.ways {
		from, ok := m.behind(pos, w.back)
		if !ok {
			continue
		}
		if _, holds = m.runNested(w.pc, from); holds {
			break
		}
	}
	switch {
	case holds && l.negative && in.y == 0:
		m.undo(height)
	case holds:
		// PCRE2 keeps what a negative condition captured, too.
		m.commit(height)
	}
	if holds != l.negative {
		return in.x, true
	}
	return in.y, in.y != 0
}

// behind returns the place so many bytes, or characters in UTF mode, before pos.
func (m *machine) behind(pos, back int) (from int, ok bool) {
	if !m.utf {
		return pos - back, pos >= back
	}
	for ; back > 0; back-- {
		if pos == 0 {
			return 0, false
		}
		for pos--; !charStart(m.s, pos); pos-- {
		}
	}
	return pos, true
}

// commit drops the choices above height; what undoes captures stays.
func (m *machine) commit(height int) {
	if height > len(m.stack) {
		return // The steps are used up.
	}
	kept := m.stack[height:height]
	for _, f := range m.stack[height:] {
		if f.kind == frameCapture || f.kind == frameHigh {
			kept = append(kept, f)
		}
	}
	m.stack = m.stack[:height+len(kept)]
}

// undo drops all frames above height and undoes the groups they are about.
func (m *machine) undo(height int) {
	for len(m.stack) > height {
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		switch f.kind {
		case frameCapture:
			m.caps[f.pc] = int(f.pos)
		case frameHigh:
			m.loops[f.pc] = f.pos
		default:
		}
	}
}
