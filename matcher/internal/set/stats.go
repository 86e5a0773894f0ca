package set

import "unsafe"

// Stats describe a set, for tests and benchmarks.
type Stats struct {
	// Bytes is about how much memory the set takes at rest, and CacheBytes about
	// how much its tables take now.
	Bytes, CacheBytes int
	// Always is the number of patterns that are candidates for every subject.
	Always int
	// Complete, States, Flushes and Drops are the numbers of automata with a complete
	// table, of states in all tables, and of tables that were thrown away as they
	// were full, or as other sets needed the memory.
	Complete, States, Flushes, Drops int
	// GiveUps is the number of matches that could not have a state they needed.
	GiveUps int
}

// Stats returns what there is to say about s now.
func (s *Set) Stats() Stats {
	st := Stats{Bytes: 4*len(s.always) + 8*len(s.exact), Always: len(s.always)}
	if s.whole != nil {
		s.whole.addStats(&st)
	}
	if l := s.layers; l != nil {
		l.addStats(&st)
	}
	return st
}

func (l *layers) addStats(st *Stats) {
	st.Bytes += int(unsafe.Sizeof(check{})+2*unsafe.Sizeof(spacedTexts{})) * len(l.checks)
	for i := range l.common {
		st.Bytes += int(unsafe.Sizeof(l.common[i])) + 4*len(l.common[i].ids)
	}
	if l.wholes != nil {
		st.Bytes += l.wholes.memory()
	}
	if l.prefixes != nil {
		st.Bytes += l.prefixes.memory()
	}
	if p := l.pieces; p != nil {
		if p.literals != nil {
			st.Bytes += p.literals.memory()
		}
		if p.automaton != nil {
			p.addStats(st)
		}
	}
	if l.wild != nil {
		st.Bytes += 4 * len(l.wildIDs)
		l.wild.addStats(st)
	}
}

func (a *automaton) addStats(st *Stats) {
	a.mu.Lock()
	defer a.mu.Unlock()
	st.Bytes += int(unsafe.Sizeof(*a)) + len(a.flags)
	st.GiveUps += int(a.simulated.Load())
	st.Flushes += a.flushes
	st.Drops += a.dropped
	t := a.table.Load()
	if a.nfa == nil {
		st.Complete++
		st.States += len(t.states)
		st.CacheBytes += t.memory()
		return
	}
	st.Bytes += a.nfa.memory()
	if t != nil {
		st.States += len(a.states.list)
		st.CacheBytes += a.memory()
	}
}

// memory returns about how much memory t takes beside the lists of its states.
func (t *table) memory() int {
	return 4*len(t.next) + int(unsafe.Sizeof(state{}))*len(t.states)
}

// memory returns about how much memory n takes.
func (n *nfa) memory() int {
	total := 16*len(n.insts) + 12*len(n.nodes) + 8*len(n.edges) + 4*len(n.eps) + 4*len(n.accepts) +
		32*len(n.sets) + 8*len(n.starts)
	for _, holds := range n.holds {
		total += len(holds)
	}
	for i := range n.starts {
		if st := n.starts[i].Load(); st != nil {
			total += 48 + 4*len(st.core) + 4*len(st.accepts)
		}
	}
	return total
}

// memory returns about how much memory s takes.
func (s *stepper) memory() int { return 4 * (len(s.now.at) + len(s.next.at) + len(s.spare.at)) }
