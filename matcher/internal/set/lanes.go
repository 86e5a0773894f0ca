package set

import (
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// A walk through an automaton waits for memory at each byte. Four walks at once
// take hardly longer than one, so a long subject is cut into four parts, which
// are walked through at the same time. What the later walks can't know is what
// has started before their parts: they begin as if nothing had. Each walk but the
// last goes on beyond its part until it is in the state that the next one was in
// there, which has seen everything from then on. That takes a few bytes as a
// rule, and all that is left of the subject at worst.

const (
	numLanes = 4
	// defaultLanesLength is how long a subject has to be for that to be faster
	// than one walk.
	defaultLanesLength = 48
)

// lanes are walks through the parts of a subject, by the same table.
type lanes struct {
	t    *table
	part int              // the length of a part; the last may be longer
	at   [numLanes]uint32 // the rows where they are
	idle [numLanes]uint32 // and where they began, the first apart
}

// matchLanes is match for a long subject and an automaton that searches, from
// the entry start.
func (a *automaton) matchLanes(dst []int32, t *table, s string, start uint32, meter *work.Meter) ([]int32, bool) {
	part := len(s) / numLanes
	second, third, last := t.idle[0], t.idle[0], t.idle[0]
	if a.context != 0 {
		second = t.idle[a.flags[a.byteClass[s[part-1]]]]
		third = t.idle[a.flags[a.byteClass[s[2*part-1]]]]
		last = t.idle[a.flags[a.byteClass[s[3*part-1]]]]
	}
	n, w, x, y, z := rush(t, &a.byteClass, s, part, 0, start, second, third, last)
	// As a rule there is nothing to find, and nothing else to do than this.
	if n == part {
		more, end := walk(t, &a.byteClass, s[numLanes*part:], z)
		if accepts, ok := t.atEnd(end); ok && numLanes*part+more == len(s) && meets(t, &a.byteClass, s[part:], w, second) &&
			meets(t, &a.byteClass, s[2*part:], x, third) && meets(t, &a.byteClass, s[3*part:], y, last) {
			return append(dst, accepts...), true
		}
	}
	var m match
	m.begin(a, s, len(dst), meter)
	if w&notable != 0 {
		ch := chain{t, w}
		dst = m.enter(dst, &ch, w)
		w = ch.at
	}
	l := lanes{t: t, part: part}
	l.at = [numLanes]uint32{w, x, y, z}
	l.idle = [numLanes]uint32{0, second, third, last}
	return m.lanes(dst, &l, n)
}

// meets reports whether walks over s from the entries a and b get to the same
// state, as far as the table alone tells.
func meets(t *table, classes *[256]uint8, s string, a, b uint32) bool {
	if a == b {
		return true
	}
	_, a, b = converge(t, classes, s, a, b)
	return a == b
}

// lanes takes the walks of l, of which the first is at i, to the end.
func (m *match) lanes(dst []int32, l *lanes, i int) ([]int32, bool) {
	for i < l.part {
		before := chain{l.t, l.at[0]}
		var ok bool
		if dst, ok = m.stepLanes(dst, l, i); !ok {
			// Without the others the first walk finds everything as well.
			return m.run(dst, &before, i)
		}
		i, l.at[0], l.at[1], l.at[2], l.at[3] = rush(l.t, &m.byteClass, m.s, l.part, i+1, l.at[0], l.at[1], l.at[2], l.at[3])
	}
	dst, ok := m.run(dst, &chain{l.t, l.at[numLanes-1]}, numLanes*l.part)
	for k := 1; k < numLanes && ok; k++ {
		dst, ok = m.meet(dst, &chain{l.t, l.at[k-1]}, &chain{l.t, l.idle[k]}, k*l.part)
	}
	return dst, ok
}

// stepLanes takes the walks, of which the first is at i, over a byte. It reports
// false if one of them can't go on with the others.
func (m *match) stepLanes(dst []int32, l *lanes, i int) ([]int32, bool) {
	for k := range l.at {
		e := atomic.LoadUint32(&l.t.next[l.at[k]+uint32(m.byteClass[m.s[i]])])
		if int32(e) > 0 {
			l.at[k] = e
		} else {
			var ok bool
			ch := chain{l.t, l.at[k]}
			if dst, ok = m.step(dst, &ch, m.class(i), i); !ok || ch.t.generation != l.t.generation {
				return dst, false
			}
			l.t, l.at[k] = ch.t, ch.at
		}
		i += l.part
	}
	return dst, true
}

// rush walks over the parts of s from the entries a, b, c and d, the first walk being
// at i. It stops before a byte where the table alone does not do, or at the end of the
// parts. It returns where, and the entries there.
//
//go:noinline
func rush(t *table, classes *[256]uint8, s string, part, i int, a, b, c, d uint32) (n int, w, x, y, z uint32) {
	if int32(a) <= 0 {
		return i, a, b, c, d
	}
	next := t.next
	_ = classes[0]
	o, p, q, r := s[:part], s[part:], s[2*part:], s[3*part:]
	p, q, r = p[:len(o)], q[:len(o)], r[:len(o)]
	for ; i < len(o); i++ {
		w := atomic.LoadUint32(&next[a+uint32(classes[o[i]])])
		x := atomic.LoadUint32(&next[b+uint32(classes[p[i]])])
		y := atomic.LoadUint32(&next[c+uint32(classes[q[i]])])
		z := atomic.LoadUint32(&next[d+uint32(classes[r[i]])])
		if int32(w) <= 0 || int32(x) <= 0 || int32(y) <= 0 || int32(z) <= 0 {
			break
		}
		a, b, c, d = w, x, y, z
	}
	return i, a, b, c, d
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
