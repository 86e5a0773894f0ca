package pattern

import "math"

// memo remembers the choices that have failed, each at some place of the
// subject: a split, or where a run ends. A match starts without: most need none,
// and it costs time to clear. It is taken into use when the match has taken as
// many steps as that.
//
// What a choice leads to depends on more than the place if there are loops
// around it whose body may match nothing: on whether the iteration of each has
// consumed something yet. As the outer iterations started first, it is enough to
// count the loops of which that is true, and to have a slot for each count.
type memo struct {
	bits  []uint64
	slots int // of all choices
	width int // places, which is the subject's length plus one
	after int // steps left at which to take it into use
	on    bool
}

// maxMemoWords bounds the memory of one match's memo: 8 MiB. Where a pattern and
// a subject would need more, the match goes without. The number of a bit fits an
// int32.
const maxMemoWords = 1 << 20

// reset prepares for a match. The memo is not to be taken into use before there
// are fewer steps left than given, and than it would take to clear it.
func (m *memo) reset(width, slots, steps int) {
	m.width, m.slots, m.on = width, slots, false
	m.after = math.MinInt // Steps that are used up are fewer than none.
	if slots > 0 && width <= maxMemoWords*64/slots {
		m.after = steps - m.words()
	}
}

func (m *memo) words() int { return (m.width*m.slots + 63) >> 6 }

// turnOn takes the memo into use.
func (m *memo) turnOn() {
	if n := m.words(); cap(m.bits) < n {
		m.bits = make([]uint64, n)
	} else {
		m.bits = m.bits[:n]
		clear(m.bits)
	}
	m.on = true
}

// bit returns the number of the bit of the choice in at pos.
func (m *machine) bit(in *inst, pos int) int {
	slot := int(in.memo)
	for _, reg := range m.within[in.memo] {
		if int(m.loops[reg]) < pos {
			slot++
		}
	}
	return slot*m.memo.width + pos
}

// remembers reports whether the match has a memo, which it takes into use when
// it is time to.
func (m *machine) remembers() bool {
	switch {
	case m.memo == nil:
		return false
	case !m.memo.on && m.steps <= m.memo.after:
		m.memo.turnOn()
	}
	return m.memo.on
}

// hasFailed reports whether the split in is known to fail at pos. If not, it
// leaves a frame that notes it once all ways have failed.
//
// Where a loop goes on it is noted at once: no path comes by the same place
// again, as an iteration that has consumed nothing ends the loop. Elsewhere the
// same path may, in a new iteration, in which case it has not failed yet; and
// inside an atomic group or a lookaround the split may be left for good.
func (m *machine) hasFailed(in *inst, pos int) bool {
	bit := m.bit(in, pos)
	switch {
	case m.failedAt(in, bit):
		return true
	case in.again && m.depth == 0:
		m.memo.set(bit)
	default:
		m.push(frame{kind: frameFailed, pos: int32(bit)})
	}
	return false
}

// failedAt reports whether the choice in is known to fail in the case of bit. It
// is if it fails where more loops have consumed something: those can be run
// again, or be left just the same.
func (m *machine) failedAt(in *inst, bit int) bool {
	last := (int(in.memo) + len(m.within[in.memo]) + 1) * m.memo.width
	for ; bit < last; bit += m.memo.width {
		if m.memo.has(bit) {
			return true
		}
	}
	return false
}

func (m *memo) has(bit int) bool { return m.bits[bit>>6]>>(bit&63)&1 != 0 }

func (m *memo) set(bit int) { m.bits[bit>>6] |= 1 << (bit & 63) }
