package pattern

import (
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// A run of units is one of characters, or of what \X matches, as opposed to bytes.

// units emits minimum to maximum of the units of kind, where set is the index of
// the characters.
func (c *compiler) units(kind uint8, set int32, n *pcre.Node) {
	in := inst{op: opUnits, run: kind, set: set, x: int32(n.Min), y: int32(n.Max)}
	if n.Max == pcre.Unlimited {
		in.y = unlimited
	}
	switch {
	case n.Min == n.Max, n.Mode == pcre.Possessive:
		in.op = opUnitsTake
	case n.Mode == pcre.Lazy:
		in.op = opUnitsLazy
	}
	c.choice(in)
}

// chars emits one character of a set.
func (c *compiler) chars(n *pcre.Node) {
	c.emit(inst{op: opChar, set: c.charsIndex(n.Chars)})
}

func (c *compiler) charsIndex(chars *pcre.Chars) int32 {
	c.charSets = append(c.charSets, chars)
	c.firsts = append(c.firsts, chars.First())
	return int32(len(c.charSets) - 1)
}

// oneCluster emits what \X matches.
func (c *compiler) oneCluster() {
	c.needJoins()
	c.units(runCluster, 0, &pcre.Node{Min: 1, Max: 1})
}

func (c *compiler) needJoins() {
	if c.joins == nil {
		c.joins = pcre.NewClusters()
	}
}

// runUnits emits the repeat n if it is one of units.
func (c *compiler) runUnits(n *pcre.Node) bool {
	switch sub := n.Subs[0]; sub.Op {
	case pcre.OpChars:
		c.units(runChar, c.charsIndex(sub.Chars), n)
	case pcre.OpCluster:
		c.needJoins()
		c.units(runCluster, 0, n)
	default:
		return false
	}
	return true
}

// findUnitsFollow sets what may come after the run in, which is at pc.
func (c *compiler) findUnitsFollow(in *inst, pc int) {
	in.next = c.followOf(int32(pc) + 1)
	if in.op != opUnitsTake && in.run == runChar && in.next != anything &&
		c.follows[in.next].set.Intersect(c.firsts[in.set]).IsEmpty() {
		in.op = opUnitsTake
	}
}

// unit returns where the unit of a run ends that starts at pos.
func (m *machine) unit(in *inst, pos int) (end int, ok bool) {
	m.steps--
	switch {
	case pos >= len(m.s):
		return pos, false
	case in.run == runCluster:
		return m.joins.End(m.s, pos), true
	}
	return m.charOf(in.set, pos)
}

// charOf returns where the character at pos ends, if it is one of a set.
func (m *machine) charOf(set int32, pos int) (end int, ok bool) {
	if pos >= len(m.s) {
		return pos, false
	}
	r, size := rune(m.s[pos]), 1
	if r >= utf8.RuneSelf {
		r, size = utf8.DecodeRuneInString(m.s[pos:])
	}
	return pos + size, m.charSets[set].Has(r)
}

// before returns where the last unit of a run starts that ends at pos, but no
// place before lim.
func (m *machine) before(in *inst, pos, lim int) int {
	m.steps--
	if in.run == runCluster {
		return m.joins.Back(m.s, pos, lim)
	}
	for pos--; !charStart(m.s, pos); pos-- {
	}
	return pos
}

// takeUnits does the run in, which is at pc, from pos on.
func (m *machine) takeUnits(in *inst, pc int32, pos int) (end int, ok bool) {
	for range in.x {
		if pos, ok = m.unit(in, pos); !ok {
			return pos, false
		}
	}
	more := in.y - in.x
	if in.op == opUnitsLazy {
		return m.fewUnits(pc, pos, more)
	}
	least := pos
	for ; more > 0; more-- {
		end, ok := m.unit(in, pos)
		if !ok {
			break
		}
		pos = end
	}
	if in.op == opUnitsTake {
		return pos, true
	}
	return m.lessUnits(pc, pos, least)
}

// lessUnits ends the run at pc at the place end or before, but not before lim.
func (m *machine) lessUnits(pc int32, end, lim int) (pos int, ok bool) {
	in := &m.insts[pc]
	remembers := m.remembers()
	for ; ; end = m.before(in, end, lim) {
		failed := remembers && m.failedAt(in, m.bit(in, end))
		if !failed && m.canFollow(in.next, end) {
			if end > lim || remembers {
				m.push(frame{kind: frameUnits, pc: pc, pos: int32(end), lim: int32(lim)})
			}
			return end, true
		}
		if end <= lim || m.steps < 0 {
			return 0, false
		}
	}
}

// endElsewhere ends the run of the frame f elsewhere.
func (m *machine) endElsewhere(f frame) (pos int, ok bool) {
	if f.kind == frameUnits {
		return m.endSooner(f)
	}
	return m.endLater(f)
}

// endSooner ends the run of the frame f sooner.
func (m *machine) endSooner(f frame) (pos int, ok bool) {
	m.runFailed(f)
	if f.pos <= f.lim {
		return 0, false
	}
	return m.lessUnits(f.pc, m.before(&m.insts[f.pc], int(f.pos), int(f.lim)), int(f.lim))
}

// fewUnits ends the lazy run at pc at the place end or after, with as many units
// as given more.
func (m *machine) fewUnits(pc int32, end int, more int32) (pos int, ok bool) {
	in := &m.insts[pc]
	remembers := m.remembers()
	for {
		failed := remembers && m.failedAt(in, m.bit(in, end))
		if !failed && m.canFollow(in.next, end) {
			m.push(frame{kind: frameUnitsLazy, pc: pc, pos: int32(end), lim: more})
			return end, true
		}
		if more == 0 || m.steps < 0 {
			return 0, false
		}
		if end, ok = m.unit(in, end); !ok {
			return 0, false
		}
		more--
	}
}

// endLater ends the lazy run of the frame f after another unit.
func (m *machine) endLater(f frame) (pos int, ok bool) {
	m.runFailed(f)
	if f.lim == 0 {
		return 0, false
	}
	end, ok := m.unit(&m.insts[f.pc], int(f.pos))
	if !ok {
		return 0, false
	}
	return m.fewUnits(f.pc, end, f.lim-1)
}
