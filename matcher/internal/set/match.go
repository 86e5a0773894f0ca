package set

import "sync/atomic"

const (
	// firstFinds is how many states a match may find, and findEvery after how
	// many bytes one more.
	firstFinds = 32
	findEvery  = 16
)

// match is a match under way.
type match struct {
	*automaton
	collector *collector
	s         string
	finds     int
}

// chain is a walk from state to state.
type chain struct {
	t  *table
	at uint32 // a row
}

// match gathers the ids of the branches that match s. It reports false if it
// gave up, which it does only if abandon is set.
func (a *automaton) match(c *collector, s string) bool {
	m := match{automaton: a, collector: c, s: s, finds: firstFinds}
	t := a.current()
	ch := chain{t: t}
	m.enter(&ch, t.start)
	if a.searching && len(s) >= a.pairLength {
		return m.pair(&ch)
	}
	return m.run(&ch, 0)
}

// class returns the class of the byte at i.
func (m *match) class(i int) int { return int(m.byteClass[m.s[i]]) }

// run takes ch over the subject from i to the end.
func (m *match) run(ch *chain, i int) bool {
	byteClass := &m.byteClass
	s, at, next := m.s, ch.at, ch.t.next
	for ; i < len(s); i++ {
		e := atomic.LoadUint32(&next[at+uint32(byteClass[s[i]])])
		if int32(e) > 0 {
			at = e
			continue
		}
		ch.at = at
		if !m.step(ch, m.class(i), i) {
			return m.finish(ch, i)
		}
		if at, next = ch.at, ch.t.next; at == 0 {
			return true
		}
	}
	ch.at = at
	return m.end(ch)
}

// end takes ch over the end of the subject.
func (m *match) end(ch *chain) bool {
	return m.step(ch, m.numClasses, len(m.s)) || m.finish(ch, len(m.s))
}

// step takes ch over a byte of a class at place i, or over the end. It reports
// false if the next state can't be had.
func (m *match) step(ch *chain, class, i int) bool {
	e := atomic.LoadUint32(&ch.t.next[ch.at+uint32(class)])
	if e == 0 {
		if e = m.findState(ch, class, i); e == 0 {
			return false
		}
	}
	m.enter(ch, e)
	return true
}

// enter moves ch to the state of an entry.
func (m *match) enter(ch *chain, e uint32) {
	ch.at = e &^ notable
	if ch.at != e && ch.at != 0 {
		m.collector.take(uint64(ch.t.generation)<<32|uint64(ch.at), ch.t.state(ch.at).accepts)
	}
}

// findState has the entry for a class found, if m may. Otherwise it returns 0.
func (m *match) findState(ch *chain, class, i int) uint32 {
	if m.finds+i/findEvery <= 0 || m.frozen(ch.t) {
		return 0
	}
	m.finds--
	t, e := m.find(ch.t, ch.at, class)
	if e != 0 {
		ch.t = t
	}
	return e
}

// finish takes ch from i to the end without the table.
func (m *match) finish(ch *chain, i int) bool {
	m.simulated.Add(1)
	if m.abandon {
		return false
	}
	st := ch.t.state(ch.at)
	sim := m.simulations.Get().(*stepper)
	sim.simulate(m.collector, m.s[i:], st.core, st.flags)
	m.simulations.Put(sim)
	return true
}
