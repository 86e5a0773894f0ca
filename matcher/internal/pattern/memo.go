package pattern

// memo remembers the choices, each at some place of the subject, that have been
// taken and failed. A match starts without one: most need none, and it costs
// memory to be cleared. It is taken into use when the match has taken as many
// steps as clearing it would.
//
// What a choice leads to depends on more than the place if there are loops
// around it whose body may match nothing: on whether the iteration of each has
// consumed something yet. As the outer iterations started first, it is enough to
// count the loops of which that is true.
type memo struct {
	bits  []uint64
	width int // places, which is the subject's length plus one
	on    bool
	after int // steps left at which to take it into use
}

// memoDelay is how many steps a match may take without a memo whatever the
// subject's length.
const memoDelay = 256

// maxMemoWords bounds the memory of one match's memo: 8 MiB. Where a pattern and
// a subject would need more, the match goes without.
const maxMemoWords = 1 << 20

// seen reports whether the choice in has been taken at pos before, and notes
// that it has now.
func (m *machine) seen(in *inst, pos int) bool {
	if !m.memo.on {
		if m.steps > m.memo.after || !m.remember() {
			return false
		}
	}
	slot := int(in.memo)
	for _, reg := range m.within[in.memo] {
		if int(m.loops[reg]) < pos {
			slot++
		}
	}
	bit := slot*m.memo.width + pos
	word, mask := bit>>6, uint64(1)<<(bit&63)
	if m.memo.bits[word]&mask != 0 {
		return true
	}
	m.memo.bits[word] |= mask
	return false
}

// remember takes the memo into use, if it is not too large.
func (m *machine) remember() bool {
	width := len(m.s) + 1
	if width > maxMemoWords*64/max(m.memos, 1) {
		m.memo.after = -1
		return false
	}
	words := (width*m.memos + 63) >> 6
	m.memo.bits = make([]uint64, words)
	m.memo.width, m.memo.on = width, true
	return true
}
