package set

import (
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

const (
	// firstFinds is how many states a match may find, and findEvery after how
	// many bytes one more.
	firstFinds = 32
	findEvery  = 16
	// findSteps and threadSteps are what it takes to find a state, beside and for
	// each of the threads that it comes of.
	findSteps   = 256
	threadSteps = 16
)

// match appends the ids of the branches that match s, in no order and some of
// them more than once. It reports false if it gave up, which it does only if
// abandon is set.
func (a *automaton) match(dst []int32, s string, meter *work.Meter) ([]int32, bool) {
	t := a.table.Load()
	if t == nil {
		t = a.firstTable()
	}
	if a.share != nil {
		a.cache.use(a.share)
	}
	start := t.start
	if a.sieve != nil {
		from, ok := a.sieve.skip(s)
		if !ok {
			return dst, true
		}
		if from > 0 {
			start = t.idle[a.flags[a.byteClass[s[from-1]]]]
			s = s[from:]
		}
	}
	if a.searching && len(s) >= a.lanesLength {
		return a.matchLanes(dst, t, s, start, meter)
	}
	// As a rule there is nothing to find, and nothing else to do than this.
	n, at := walk(t, &a.byteClass, s, start)
	if n < len(s) {
		if at&notable == 0 && atomic.LoadUint32(&t.next[at+uint32(a.byteClass[s[n]])]) == dead {
			return dst, true
		}
	} else if accepts, ok := t.atEnd(at); ok {
		if accepts != nil {
			dst = append(dst, accepts...)
		}
		return dst, true
	}
	var m match
	m.begin(a, s, len(dst), meter)
	ch := chain{t, at}
	if n == 0 {
		dst = m.enter(dst, &ch, start)
	}
	if a.sieve != nil {
		return m.sift(dst, &ch, n)
	}
	return m.run(dst, &ch, n)
}

// siftLength is how many bytes after the first accepted branch may pass until
// the sieve can be asked about the rest.
const siftLength = 4

// sift is run where there is a sieve. What it is run for is that a branch has
// been accepted, and then the rest of the subject matches no other as a rule.
func (m *match) sift(dst []int32, ch *chain, i int) ([]int32, bool) {
	for end := min(i+siftLength, len(m.s)); i < end; i++ {
		class := m.class(i)
		var ok bool
		if dst, ok = m.step(dst, ch, class, i); !ok {
			return m.finish(dst, ch, i)
		}
		// From here only what starts here comes.
		if idle := ch.at == ch.t.idle[m.flagsAfter(class)]; idle && m.sieve.stops(m.s[i+1:]) || ch.at == 0 {
			return dst, true
		}
	}
	return m.run(dst, ch, i)
}

// walk walks over s from an entry. It stops before a byte where the table alone
// does not do. It returns how far it got, and the entry there.
//
//go:noinline
func walk(t *table, classes *[256]uint8, s string, e uint32) (n int, at uint32) {
	next := t.next
	if int32(e) <= 0 {
		return 0, e
	}
	for i := range len(s) {
		x := atomic.LoadUint32(&next[e+uint32(classes[s[i]])])
		if int32(x) <= 0 {
			return i, e
		}
		e = x
	}
	return len(s), e
}

// match is a match under way. What it gathers is passed along as dst.
type match struct {
	*automaton
	s      string
	finds  int
	recent recent
	meter  *work.Meter
}

// chain is a walk from state to state.
type chain struct {
	t  *table
	at uint32 // a row
}

// begin begins a match whose ids start at from. To set the fields one by one is
// faster than to copy a match.
func (m *match) begin(a *automaton, s string, from int, meter *work.Meter) {
	m.automaton, m.s, m.finds, m.recent.from, m.meter = a, s, firstFinds, from, meter
}

// class returns the class of the byte at i.
func (m *match) class(i int) int { return int(m.byteClass[m.s[i]]) }

// run takes ch over the subject from i to the end.
func (m *match) run(dst []int32, ch *chain, i int) ([]int32, bool) {
	byteClass := &m.byteClass
	s, at, next := m.s, ch.at, ch.t.next
	for ; i < len(s); i++ {
		e := atomic.LoadUint32(&next[at+uint32(byteClass[s[i]])])
		if int32(e) > 0 {
			at = e
			continue
		}
		ch.at = at
		var ok bool
		if dst, ok = m.step(dst, ch, m.class(i), i); !ok {
			return m.finish(dst, ch, i)
		}
		if at, next = ch.at, ch.t.next; at == 0 {
			return dst, true
		}
	}
	ch.at = at
	return m.end(dst, ch)
}

// end takes ch over the end of the subject.
func (m *match) end(dst []int32, ch *chain) ([]int32, bool) {
	dst, ok := m.step(dst, ch, m.numClasses, len(m.s))
	if !ok {
		return m.finish(dst, ch, len(m.s))
	}
	return dst, true
}

// step takes ch over a byte of a class at place i, or over the end. It reports
// false if the next state can't be had.
func (m *match) step(dst []int32, ch *chain, class, i int) ([]int32, bool) {
	e := atomic.LoadUint32(&ch.t.next[ch.at+uint32(class)])
	if e == 0 {
		if e = m.findState(ch, class, i); e == 0 {
			return dst, false
		}
	}
	return m.enter(dst, ch, e), true
}

// enter moves ch to the state of an entry.
func (m *match) enter(dst []int32, ch *chain, e uint32) []int32 {
	ch.at = e &^ notable
	if ch.at == e || ch.at == 0 {
		return dst
	}
	if m.recent.knows(uint64(ch.t.generation)<<32 | uint64(ch.at)) {
		return dst
	}
	return m.recent.add(dst, ch.t.state(ch.at).accepts)
}

// findState has the entry for a class found, if m may. Otherwise it returns 0.
func (m *match) findState(ch *chain, class, i int) uint32 {
	if m.finds+i/findEvery <= 0 || m.frozen(ch.t) {
		return 0
	}
	m.finds--
	if !m.meter.Spend(findSteps + threadSteps*len(ch.t.state(ch.at).core)) {
		return 0
	}
	t, e := m.find(ch.t, ch.at, class)
	if e != 0 {
		ch.t = t
	}
	return e
}

// finish takes ch from i to the end without the table.
func (m *match) finish(dst []int32, ch *chain, i int) ([]int32, bool) {
	m.simulated.Add(1)
	if m.abandon {
		return dst, false
	}
	st := ch.t.state(ch.at)
	sim := m.simulations.Get().(*stepper)
	dst = sim.simulate(dst, &m.recent, m.s[i:], st.core, st.flags, m.meter)
	m.simulations.Put(sim)
	return dst, true
}
