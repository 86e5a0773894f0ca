package pattern

import (
	"math/bits"
	"strings"
)

// runLength returns how many bytes from pos the run takes, up to limit.
func (m *machine) runLength(in *inst, pos, limit int) int {
	rest := m.s[pos:]
	if limit < len(rest) {
		rest = rest[:limit]
	}
	n := len(rest)
	switch in.run {
	case runAny:
	case runNot:
		if i := strings.IndexByte(rest, in.b); i >= 0 {
			n = i
		}
	default:
		set := &m.sets[in.set]
		for i := range len(rest) {
			if !set.Has(rest[i]) {
				n = i
				break
			}
		}
	}
	m.steps -= n >> 4
	return n
}

// greedy runs the run at pc, and leaves a frame to take less.
func (m *machine) greedy(in *inst, pc int32, pos int) (int, bool) {
	n := m.runLength(in, pos, int(in.y))
	if n < int(in.x) {
		return pos, false
	}
	if n == int(in.x) {
		return pos + n, true
	}
	return m.takeLess(pc, pos+n+1, pos+int(in.x))
}

// takeLess ends the greedy run at pc before the place end, but not before lim.
func (m *machine) takeLess(pc int32, end, lim int) (int, bool) {
	in := &m.insts[pc]
	remembers := m.remembers()
	for end--; end >= lim; end-- {
		if remembers {
			if end = m.unknownBefore(in, end, lim); end < lim {
				break
			}
		}
		if m.canFollow(in.next, end) {
			if end > lim || remembers {
				m.push(frame{kind: frameGreedy, pc: pc, pos: int32(end), lim: int32(lim)})
			}
			return end, true
		}
		if remembers {
			m.memo.set(m.bit(in, end))
		}
		m.steps--
	}
	return 0, false
}

// unknownBefore returns the last place, from end back to lim, at which ending
// the run in is not known to fail, or one before lim.
//
// It reads the slot for when all loops around have consumed something. That may
// not be so at the place where the run started; but then less can follow, and
// what fails otherwise fails there too.
func (m *machine) unknownBefore(in *inst, end, lim int) int {
	slot := int(in.memo) + len(m.within[in.memo])
	for end >= lim {
		bit := slot*m.memo.width + end
		unknown := ^m.memo.bits[bit>>6] << (63 - bit&63)
		n := bits.LeadingZeros64(unknown)
		if n == 0 {
			return end
		}
		end -= min(n, bit&63+1)
		m.steps--
	}
	return end
}

// lazy runs the run at pc as briefly as it can, and leaves a frame to take more.
func (m *machine) lazy(in *inst, pc int32, pos int) (int, bool) {
	n := m.runLength(in, pos, int(in.x))
	if n < int(in.x) {
		return pos, false
	}
	limit := len(m.s)
	if int(in.y) < limit-pos {
		limit = pos + int(in.y)
	}
	return m.takeMore(pc, pos+n, limit)
}

// takeMore ends the lazy run at pc at the place end or after, but not after lim.
// What is before end belongs to the run.
func (m *machine) takeMore(pc int32, end, lim int) (int, bool) {
	in := &m.insts[pc]
	set := &m.sets[in.set]
	remembers := m.remembers()
	for {
		more := end < lim && set.Has(m.s[end])
		failed := remembers && m.failedAt(in, m.bit(in, end))
		if !failed && m.canFollow(in.next, end) {
			if more || remembers {
				m.push(frame{kind: frameLazy, pc: pc, pos: int32(end), lim: int32(lim)})
			}
			return end, true
		}
		if !more {
			return 0, false
		}
		end++
		m.steps--
	}
}

// oneMore goes on with the lazy run of the frame f.
func (m *machine) oneMore(f frame) (int, bool) {
	end := int(f.pos)
	if f.pos >= f.lim || !m.sets[m.insts[f.pc].set].Has(m.s[end]) {
		return 0, false
	}
	return m.takeMore(f.pc, end+1, int(f.lim))
}

// runFailed notes that ending a run where the frame f says has failed.
func (m *machine) runFailed(f frame) {
	if m.memo != nil && m.memo.on {
		m.memo.set(m.bit(&m.insts[f.pc], int(f.pos)))
	}
}
