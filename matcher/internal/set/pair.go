package set

import "sync/atomic"

// A walk through an automaton waits for memory at each byte. Two walks at once
// take hardly longer than one, so a long subject is matched in two halves at
// the same time. What the second walk can't know is what has started before its
// half: it begins as if nothing had. The first walk goes on into the second
// half until both would be in the same state, from where the second has seen
// everything. That takes a few bytes as a rule, and the whole half at worst.

// defaultPairLength is how long a subject has to be for two walks to be faster
// than one.
const defaultPairLength = 32

// pair takes first, which is at the start of the subject, to its end. The
// automaton has to be one that searches.
func (m *match) pair(dst []int32, first *chain) ([]int32, bool) {
	half := len(m.s) / 2
	f := m.flagsAfter(m.class(half - 1))
	second := chain{t: first.t, at: first.t.idle[f]}
	shadow := second
	var ok bool
	for i := m.rush(first, &second, 0, half); i < half; i = m.rush(first, &second, i+1, half) {
		if dst, ok = m.step(dst, first, m.class(i), i); !ok {
			return m.finish(dst, first, i)
		}
		if dst, ok = m.step(dst, &second, m.class(half+i), half+i); !ok {
			return m.run(dst, first, i+1)
		}
	}
	if dst, ok = m.run(dst, &second, 2*half); !ok {
		return dst, false
	}
	return m.meet(dst, first, &shadow, half)
}

// rush takes both walks on, the second being half bytes ahead of the first,
// which is at i. It stops at half, or before a byte where the table alone does
// not do, and returns where.
func (m *match) rush(first, second *chain, i, half int) int {
	byteClass := &m.byteClass
	s, t := m.s[:half], m.s[half:]
	a, next1 := first.at, first.t.next
	b, next2 := second.at, second.t.next
	for ; i < len(s) && i < len(t); i++ {
		x := atomic.LoadUint32(&next1[a+uint32(byteClass[s[i]])])
		y := atomic.LoadUint32(&next2[b+uint32(byteClass[t[i]])])
		if int32(x) <= 0 || int32(y) <= 0 {
			break
		}
		a, b = x, y
	}
	first.at, second.at = a, b
	return i
}

// meet takes first, which is at i, on until it is where shadow, which was as if
// nothing had started before i, is then, or to the end.
func (m *match) meet(dst []int32, first, shadow *chain, i int) ([]int32, bool) {
	var ok bool
	for ; first.at != shadow.at || first.t.generation != shadow.t.generation; i++ {
		if i == len(m.s) {
			return m.end(dst, first)
		}
		if dst, ok = m.step(dst, first, m.class(i), i); !ok {
			return m.finish(dst, first, i)
		}
		if dst, ok = m.step(dst, shadow, m.class(i), i); !ok {
			return m.run(dst, first, i+1)
		}
	}
	return dst, true
}
