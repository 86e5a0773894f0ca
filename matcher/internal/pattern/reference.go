package pattern

import (
	"slices"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// reference is a reference to groups: the first of them that is set counts.
type reference struct {
	groups []groupPlace
	fold   bool
}

// groupPlace is where a match notes a group: in two capture slots or, if its
// number is too high for that, in two loop registers.
type groupPlace struct {
	slot     int
	register bool
}

// backref emits a back-reference.
func (c *compiler) backref(n *pcre.Node) {
	if n.Fold && c.folds == nil {
		c.folds = pcre.NewFolds()
	}
	c.emit(inst{op: opBackref, x: c.referTo(n.Groups, n.Fold)})
}

func (c *compiler) referTo(groups []int, fold bool) int32 {
	ref := reference{fold: fold}
	for _, g := range groups {
		ref.groups = append(ref.groups, c.place(g))
	}
	c.refs = append(c.refs, ref)
	return int32(len(c.refs) - 1)
}

// place returns where a group is noted.
func (c *compiler) place(group int) groupPlace {
	if group <= MaxGroup {
		return groupPlace{slot: 2 * group}
	}
	slot, ok := c.places[group]
	if !ok {
		if c.places == nil {
			c.places = map[int]int{}
		}
		slot = c.loops
		c.places[group] = slot
		c.loops += 2
		c.highGroups = append(c.highGroups, slot)
	}
	return groupPlace{slot: slot, register: true}
}

// ifSet emits a conditional that asks for a group.
func (c *compiler) ifSet(n *pcre.Node) {
	at := c.emit(inst{op: opIfSet, x: c.referTo(n.Groups, false)})
	c.node(n.Subs[0])
	exit := c.emit(inst{op: opJump})
	c.insts[at].y = c.here()
	c.node(n.Subs[1])
	c.insts[exit].x = c.here()
}

// openCapture emits a group of a pattern with references. It is set once it ends:
// a reference inside of it is to what it matched before.
func (c *compiler) openCapture(n *pcre.Node) {
	place := c.place(n.Group)
	reg := c.loops
	c.loops++
	c.emit(inst{op: opOpen, x: int32(reg)})
	c.node(n.Subs[0])
	in := inst{op: opClose, x: int32(place.slot), y: int32(reg)}
	if place.register {
		in.op = opCloseHigh
	}
	c.emit(in)
}

// refersTo reports whether n refers to groups by what they matched.
func refersTo(n *pcre.Node) bool {
	if n.Op == pcre.OpBackref || n.Op == pcre.OpConditional && n.Cond == pcre.CondGroup {
		return true
	}
	return slices.ContainsFunc(n.Subs, refersTo)
}

// group returns what the first set group of a reference matched.
func (m *machine) group(ref *reference) (text string, ok bool) {
	for _, g := range ref.groups {
		var start, end int
		if g.register {
			start, end = int(m.loops[g.slot]), int(m.loops[g.slot+1])
		} else {
			start, end = m.caps[g.slot], m.caps[g.slot+1]
		}
		if start >= 0 {
			return m.s[start:end], true
		}
	}
	return "", false
}

// backref returns where a back-reference ends that starts at pos.
func (m *machine) backref(in *inst, pos int) (end int, ok bool) {
	ref := &m.refs[in.x]
	text, ok := m.group(ref)
	if !ok {
		return pos, false
	}
	m.steps -= len(text) >> 4
	rest := m.s[pos:]
	if ref.fold {
		n, ok := m.foldedPrefix(rest, text)
		return pos + n, ok
	}
	return pos + len(text), len(rest) >= len(text) && rest[:len(text)] == text
}

// foldedPrefix returns the length of what s starts with, if that is text but for
// case.
func (m *machine) foldedPrefix(s, text string) (n int, ok bool) {
	for text != "" {
		if n == len(s) {
			return 0, false
		}
		want, size := m.char(text)
		got, length := m.char(s[n:])
		if !m.folds.Same(want, got) {
			return 0, false
		}
		text = text[size:]
		n += length
		m.steps--
	}
	return n, true
}

// char returns the character that s starts with and its length.
func (m *machine) char(s string) (rune, int) {
	if !m.utf {
		return rune(s[0]), 1
	}
	return utf8.DecodeRuneInString(s)
}

// open notes where something starts in a loop register.
func (m *machine) open(reg int32, pos int) {
	m.push(frame{kind: frameLoop, pc: reg, pos: m.loops[reg]})
	m.loops[reg] = int32(pos)
}

// closeGroup notes that a group ends at pos.
func (m *machine) closeGroup(in *inst, pos int) {
	start := m.loops[in.y]
	if in.op == opClose {
		m.save(in.x, int(start))
		m.save(in.x+1, pos)
		return
	}
	m.saveHigh(in.x, start)
	m.saveHigh(in.x+1, int32(pos))
}

// saveHigh is save for a group that loop registers hold.
func (m *machine) saveHigh(reg, pos int32) {
	m.push(frame{kind: frameHigh, pc: reg, pos: m.loops[reg]})
	m.loops[reg] = pos
}

// clearHigh unsets the groups that loop registers hold.
func (m *machine) clearHigh() {
	for _, reg := range m.highGroups {
		m.loops[reg], m.loops[reg+1] = -1, -1
	}
}
