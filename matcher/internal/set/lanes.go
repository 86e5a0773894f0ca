package set

import "sync/atomic"

// A walk through an automaton waits for memory at each byte. Three walks at once
// take hardly longer than one, so a long subject is cut into three parts, which
// are walked through at the same time. What the later walks can't know is what
// has started before their parts: they begin as if nothing had. Each walk but the
// last goes on beyond its part until it is in the state that the next one was in
// there, which has seen everything from then on. That takes a few bytes as a
// rule, and all that is left of the subject at worst.

const (
	numLanes = 3
	// defaultLanesLength is how long a subject has to be for that to be faster
	// than one walk.
	defaultLanesLength = 32
)

// lanes are walks through the parts of a subject.
type lanes struct {
	walks [numLanes]chain
	idle  [numLanes]chain // where the walks but the first began
	part  int             // the length of a part; the last may be longer
}

// matchLanes is match for a long subject and an automaton that searches.
func (a *automaton) matchLanes(dst []int32, t *table, s string) ([]int32, bool) {
	if a.sieve != nil && a.sieve.stops(s) {
		return dst, true
	}
	part := len(s) / numLanes
	second := t.idle[a.flagsAfter(int(a.byteClass[s[part-1]]))]
	third := t.idle[a.flagsAfter(int(a.byteClass[s[2*part-1]]))]
	n, x, y, z := rush(t, &a.byteClass, s, part, 0, t.start, second, third)
	// As a rule there is nothing to find, and nothing else to do than this.
	if n == part {
		more, last := walk(t, &a.byteClass, s[numLanes*part:], z)
		if accepts, ok := t.atEnd(last); ok && numLanes*part+more == len(s) &&
			meets(t, &a.byteClass, s[part:], x, second) && meets(t, &a.byteClass, s[2*part:], y, third) {
			return append(dst, accepts...), true
		}
	}
	var m match
	m.begin(a, s, len(dst))
	var l lanes
	l.part = part
	l.walks[0].t, l.walks[1].t, l.walks[2].t = t, t, t
	l.walks[0].at, l.walks[1].at, l.walks[2].at = x, y, z
	l.idle[1].t, l.idle[2].t = t, t
	l.idle[1].at, l.idle[2].at = second, third
	if n == 0 {
		dst = m.enter(dst, &l.walks[0], x)
	}
	return m.lanes(dst, &l, n)
}

// meets reports whether walks over s from the entries a and b get to the same
// state, as far as the table alone tells.
func meets(t *table, classes *[256]uint8, s string, a, b uint32) bool {
	_, a, b = converge(t, classes, s, a, b)
	return a == b
}

// lanes takes the walks of l, of which the first is at i, to the end.
func (m *match) lanes(dst []int32, l *lanes, i int) ([]int32, bool) {
	first := &l.walks[0]
	for i < l.part {
		var ok bool
		if dst, ok = m.step(dst, first, m.class(i), i); !ok {
			return m.finish(dst, first, i)
		}
		i++
		if dst, ok = m.stepOthers(dst, l, i-1); !ok {
			// Without the others the first walk finds everything as well.
			return m.run(dst, first, i)
		}
		w := &l.walks
		i, w[0].at, w[1].at, w[2].at = rush(first.t, &m.byteClass, m.s, l.part, i, w[0].at, w[1].at, w[2].at)
	}
	dst, ok := m.run(dst, &l.walks[numLanes-1], numLanes*l.part)
	for k := 0; k < numLanes-1 && ok; k++ {
		dst, ok = m.meet(dst, &l.walks[k], &l.idle[k+1], (k+1)*l.part)
	}
	return dst, ok
}

// stepOthers takes the walks but the first, which was at i, over a byte. It
// reports false if one of them can't go on with the others.
func (m *match) stepOthers(dst []int32, l *lanes, i int) ([]int32, bool) {
	for k := 1; k < numLanes; k++ {
		at := k*l.part + i
		var ok bool
		if dst, ok = m.step(dst, &l.walks[k], m.class(at), at); !ok {
			return dst, false
		}
	}
	ok := align(&l.walks[0], &l.walks[1]) && align(&l.walks[0], &l.walks[2]) && align(&l.walks[0], &l.walks[1])
	return dst, ok
}

// rush walks over three parts of s from the entries a, b and c, the first walk
// being at i. It stops before a byte where the table alone does not do, or at the
// end of the parts. It returns where, and the entries there.
//
//go:noinline
func rush(t *table, classes *[256]uint8, s string, part, i int, a, b, c uint32) (n int, x, y, z uint32) {
	if int32(a) <= 0 {
		return i, a, b, c
	}
	next := t.next
	p, q, r := s[i:part], s[part+i:], s[2*part+i:]
	q, r = q[:len(p)], r[:len(p)]
	for j := range len(p) {
		x := atomic.LoadUint32(&next[a+uint32(classes[p[j]])])
		y := atomic.LoadUint32(&next[b+uint32(classes[q[j]])])
		z := atomic.LoadUint32(&next[c+uint32(classes[r[j]])])
		if int32(x) <= 0 || int32(y) <= 0 || int32(z) <= 0 {
			return i + j, a, b, c
		}
		a, b, c = x, y, z
	}
	return part, a, b, c
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
