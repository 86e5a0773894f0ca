package set

import "slices"

// threads is a set of threads. The zero value has to be sized first.
type threads struct {
	list []int32
	at   []int32 // by thread: where it is in list, if it is
}

func (t *threads) size(n int) {
	t.at = make([]int32, n)
}

func (t *threads) clear() { t.list = t.list[:0] }

// add adds a thread, and reports whether it was not in the set yet.
func (t *threads) add(thread int32) bool {
	if i := t.at[thread]; int(i) < len(t.list) && t.list[i] == thread {
		return false
	}
	t.at[thread] = int32(len(t.list))
	t.list = append(t.list, thread)
	return true
}

// stepper takes the threads of an nfa from one place in the subject to the next.
// It is used by one goroutine at a time.
//
// A place is described by its core, which are the threads that wait there for a
// byte or for an assertion to be decided, and by its flags. The threads that
// start at every place are never in a core: what happens to them depends on the
// flags and the class of the next byte only, and is computed once.
type stepper struct {
	nfa     *nfa
	now     threads // where assertions are decided
	next    threads
	spare   threads // where simulate keeps the threads that next comes from
	stack   []int32
	accepts []int32 // ids that the last step has accepted
	work    int     // threads looked at so far
}

// start is where the threads that start at a place get to.
type start struct{ core, accepts []int32 }

func newStepper(n *nfa) *stepper {
	s := &stepper{nfa: n}
	s.now.size(len(n.insts))
	s.next.size(len(n.insts))
	return s
}

// begin returns the core and the flags of the start of a subject. What is
// accepted there is in s.accepts.
func (s *stepper) begin() ([]int32, flags) {
	s.accepts = s.accepts[:0]
	s.next.clear()
	s.follow(s.nfa.begin, &s.next)
	return s.core(&s.next), atBegin & s.nfa.context
}

// step takes the place with the given core and flags over a byte of a class, or
// over the end. It returns the next core, which is valid until the next call,
// and leaves what is accepted in s.accepts. Both are sorted.
func (s *stepper) step(core []int32, f flags, class int) []int32 {
	s.advance(core, f, class)
	s.accepts = settle(s.accepts, 0)
	if class == s.nfa.numClasses {
		return nil
	}
	return s.core(&s.next)
}

// advance is step without the order: the threads are in s.next, and those that
// wait for nothing are still among them.
func (s *stepper) advance(core []int32, f flags, class int) {
	n := s.nfa
	var always *start
	if n.searching {
		always = s.start(f, class)
	}
	s.accepts = s.accepts[:0]
	s.next.clear()
	core = s.decided(core, n.holds[f][class])
	if class < n.numClasses {
		s.consume(core, class)
	}
	if always != nil {
		s.accepts = append(s.accepts, always.accepts...)
		for _, thread := range always.core {
			s.next.add(thread)
		}
	}
}

// decided returns the threads of core, and those that come of the ones that wait
// for an assertion.
func (s *stepper) decided(core []int32, holds uint8) []int32 {
	insts := s.nfa.insts
	if !slices.ContainsFunc(core, func(thread int32) bool { return insts[thread].op == instAssert }) {
		return core
	}
	s.now.clear()
	for _, thread := range core {
		switch in := &insts[thread]; {
		case in.op != instAssert:
			s.now.add(thread)
		case holds&(1<<in.arg) != 0:
			s.decide(in.x, holds, &s.now)
		}
	}
	return s.now.list
}

// core returns the threads of t that wait for something, sorted. It changes t.
func (s *stepper) core(t *threads) []int32 {
	core := t.list[:0]
	for _, thread := range t.list {
		if s.nfa.waits(thread) {
			core = append(core, thread)
		}
	}
	sortIDs(core)
	return core
}

// waits reports whether thread waits for a byte or for an assertion.
func (n *nfa) waits(thread int32) bool {
	switch in := &n.insts[thread]; in.op {
	case instSet, instAssert:
		return true
	case instNode:
		return n.nodes[in.x].edges < n.nodes[in.x+1].edges
	case instFail, instSplit:
	}
	return false
}

// start returns where the threads that start at a place with flags f get to before
// a class.
func (s *stepper) start(f flags, class int) *start {
	n := s.nfa
	known := &n.starts[int(f)*(n.numClasses+1)+class]
	if st := known.Load(); st != nil {
		return st
	}
	s.accepts = s.accepts[:0]
	s.now.clear()
	s.next.clear()
	s.decide(n.anywhere, n.holds[f][class], &s.now)
	st := &start{}
	if class < n.numClasses {
		s.consume(s.now.list, class)
		st.core = slices.Clone(s.core(&s.next))
	}
	st.accepts = slices.Clone(s.accepts)
	known.Store(st)
	return st
}

// consume takes the threads of core over a byte of a class.
func (s *stepper) consume(core []int32, class int) {
	n := s.nfa
	s.work += len(core)
	for _, thread := range core {
		in := &n.insts[thread]
		switch in.op {
		case instSet:
			if n.sets[in.arg].has(class) {
				s.follow(in.x, &s.next)
			}
		case instNode:
			edges := n.edges[n.nodes[in.x].edges:n.nodes[in.x+1].edges]
			for i := range edges {
				if n.sets[edges[i].set].has(class) {
					s.follow(edges[i].next, &s.next)
				}
			}
		case instFail, instSplit, instAssert:
		}
	}
}

// follow adds thread and what follows from it to t. Assertions stay undecided.
func (s *stepper) follow(thread int32, t *threads) { s.decide(thread, 0, t) }

// decide adds thread and what follows from it to t, given the assertions that
// hold.
func (s *stepper) decide(thread int32, holds uint8, t *threads) {
	n := s.nfa
	stack := s.stack[:0]
	for stack = append(stack, thread); len(stack) > 0; {
		thread = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !t.add(thread) {
			continue
		}
		s.work++
		in := &n.insts[thread]
		switch in.op {
		case instSplit:
			stack = append(stack, in.y, in.x)
		case instAssert:
			if holds&(1<<in.arg) != 0 {
				stack = append(stack, in.x)
			}
		case instNode:
			stack = append(stack, n.eps[n.nodes[in.x].eps:n.nodes[in.x+1].eps]...)
			s.accepts = append(s.accepts, n.accepts[n.nodes[in.x].accepts:n.nodes[in.x+1].accepts]...)
		case instFail, instSet:
		}
	}
	s.stack = stack
}
