package set

import "sync/atomic"

// A walk through an automaton waits for memory at each byte. Two walks at once
// take hardly longer than one, so a long subject is matched in two halves at
// the same time. What the second walk can't know is what has started before its
// half: it begins as if nothing had. The first walk goes on into the second
// half until both would be in the same state, from where the second has seen
// everything. That takes a few bytes as a rule, and the whole half at worst.

// defaultHalvesLength is how long a subject has to be for two walks to be faster
// than one.
const defaultHalvesLength = 32

// halves are two walks.
type halves struct {
	first, second chain
	idle          chain // where the second began
	length        int   // of a half; the second may be longer
}

// matchHalves is match for a long subject and an automaton that searches.
func (a *automaton) matchHalves(dst []int32, t *table, s string) ([]int32, bool) {
	if a.sieve != nil && a.sieve.stops(s) {
		return dst, true
	}
	half := len(s) / 2
	idle := t.idle[a.flagsAfter(int(a.byteClass[s[half-1]]))]
	n, x, y := rush(t, &a.byteClass, s[:half], s[half:], t.start, idle)
	if n == half {
		more, z := walk(t, &a.byteClass, s[2*half:], y)
		if accepts, ok := t.atEnd(z); ok && 2*half+more == len(s) {
			if _, one, other := converge(t, &a.byteClass, s[half:], x, idle); one == other {
				return append(dst, accepts...), true
			}
		}
	}
	var m match
	m.begin(a, s, len(dst))
	var h halves
	h.first.t, h.second.t, h.idle.t = t, t, t
	h.first.at, h.second.at, h.idle.at, h.length = x, y, idle, half
	if n == 0 {
		dst = m.enter(dst, &h.first, x)
	}
	return m.halves(dst, &h, n)
}

// halves takes the walks of h, of which the first is at i, to the end.
func (m *match) halves(dst []int32, h *halves, i int) ([]int32, bool) {
	first, second := &h.first, &h.second
	for i < h.length {
		var ok bool
		if dst, ok = m.step(dst, first, m.class(i), i); !ok {
			return m.finish(dst, first, i)
		}
		if dst, ok = m.step(dst, second, m.class(h.length+i), h.length+i); !ok || !align(first, second) {
			return m.run(dst, first, i+1)
		}
		i++
		var n int
		n, first.at, second.at = rush(first.t, &m.byteClass, m.s[i:h.length], m.s[h.length+i:], first.at, second.at)
		i += n
	}
	dst, ok := m.run(dst, second, 2*h.length)
	if !ok {
		return dst, false
	}
	return m.meet(dst, first, &h.idle, h.length)
}

// rush walks over s and u, which is not shorter, from the entries a and b. It
// stops before a byte where the table alone does not do. It returns how far it
// got, and the entries there.
//
//go:noinline
func rush(t *table, classes *[256]uint8, s, u string, a, b uint32) (n int, x, y uint32) {
	next := t.next
	u = u[:len(s)]
	if int32(a) <= 0 {
		return 0, a, b
	}
	for i := range len(s) {
		x := atomic.LoadUint32(&next[a+uint32(classes[s[i]])])
		y := atomic.LoadUint32(&next[b+uint32(classes[u[i]])])
		if int32(x) <= 0 || int32(y) <= 0 {
			return i, a, b
		}
		a, b = x, y
	}
	return len(s), a, b
}

// align makes both walks use the same table, if the rows of their states are the
// same in both: the larger one has all those of the other.
func align(first, second *chain) bool {
	if first.t.generation != second.t.generation {
		return false
	}
	if len(first.t.next) < len(second.t.next) {
		first.t = second.t
	} else {
		second.t = first.t
	}
	return true
}

// meet takes first, which is at i, on until it is where idle is then, which was
// as if nothing had started before i, or to the end.
func (m *match) meet(dst []int32, first, idle *chain, i int) ([]int32, bool) {
	for align(first, idle) {
		var n int
		n, first.at, idle.at = converge(first.t, &m.byteClass, m.s[i:], first.at, idle.at)
		i += n
		if first.at == idle.at {
			return dst, true
		}
		if i == len(m.s) {
			return m.end(dst, first)
		}
		class, ok := m.class(i), false
		if dst, ok = m.step(dst, first, class, i); !ok {
			return m.finish(dst, first, i)
		}
		i++
		if dst, ok = m.step(dst, idle, class, i-1); !ok {
			break
		}
	}
	return m.run(dst, first, i)
}

// converge walks over s from both a and b until they are the same. It stops
// before a byte where the table alone does not do. It returns how far it got,
// and the states there.
//
//go:noinline
func converge(t *table, classes *[256]uint8, s string, a, b uint32) (n int, x, y uint32) {
	next := t.next
	for i := range len(s) {
		if a == b {
			return i, a, b
		}
		class := uint32(classes[s[i]])
		x := atomic.LoadUint32(&next[a+class])
		y := atomic.LoadUint32(&next[b+class])
		if int32(x) <= 0 || int32(y) <= 0 {
			return i, a, b
		}
		a, b = x, y
	}
	return len(s), a, b
}
