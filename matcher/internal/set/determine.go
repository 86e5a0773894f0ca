package set

// determiniser finds all states of an automaton.
type determiniser struct {
	*stepper
	states *states
	width  int     // classes, and the end of the subject
	next   []int32 // by state and class: the next state
	start  int32
	// idle are the states from which only what starts there comes, and idleRows
	// their next states.
	idle     [numFlags]int32
	idleRows [numFlags][]int32
}

// budget bounds what it may take to find out whether an automaton is small
// enough for a complete table.
type budget struct {
	entries int // of the table
	work    int // threads looked at
}

// completeTable returns the table of all states of n, or nil if it would exceed
// the budget.
func completeTable(n *nfa, budget budget) *table {
	// There are hardly ever fewer states than nodes.
	width := n.numClasses + 1
	if len(n.nodes)*width > budget.entries {
		return nil
	}
	d := determiniser{stepper: newStepper(n), states: newStates(), width: width}
	d.states.reserve(2 * len(n.nodes))
	if !d.run(budget) {
		return nil
	}
	t := &table{states: d.states.list, stride: uint32(d.width + 1)}
	entries := make([]uint32, len(t.states))
	for number := range entries {
		entries[number] = t.entry(d.states, number)
	}
	t.next = make([]uint32, 0, len(entries)*(d.width+1))
	for number := range entries {
		for _, next := range d.next[number*d.width:][:d.width] {
			t.next = append(t.next, entries[next])
		}
		t.next = append(t.next, uint32(number))
	}
	t.start = t.entry(d.states, int(d.start))
	for f, number := range d.idle {
		t.idle[f] = t.row(int(number))
	}
	for i := range t.states {
		t.states[i].core = nil
	}
	return t
}

// run finds all states, or stops when they exceed the budget and reports false.
func (d *determiniser) run(budget budget) bool {
	core, f := d.begin()
	d.start = d.number(core, f)
	if d.nfa.searching {
		for _, f := range d.nfa.placeFlags() {
			d.idle[f] = int32(d.states.number(nil, f, nil))
			d.idleRows[f] = make([]int32, d.width)
			for class := range d.width {
				d.idleRows[f][class] = d.after(nil, f, class)
			}
		}
	}
	d.next = make([]int32, d.width, d.width*2*len(d.nfa.nodes))
	for s := 1; s < len(d.states.list); s++ {
		if len(d.states.list)*d.width > budget.entries || d.work > budget.work {
			return false
		}
		d.row(s)
	}
	return true
}

// row adds the next states of state s by class.
func (d *determiniser) row(s int) {
	core, f := d.states.list[s].core, d.states.list[s].flags
	d.next = append(d.next, d.idleRows[f]...)
	for len(d.next) < (s+1)*d.width {
		d.next = append(d.next, 0)
	}
	row := d.next[s*d.width:]
	moving, ok := d.moving(core)
	all := !ok || f&atBegin != 0
	for class := range d.width {
		if all || class < d.nfa.numClasses && moving.has(class) {
			row[class] = d.after(core, f, class)
		}
	}
}

// moving returns the classes over which a thread of core goes anywhere. It
// reports false if that is not known before an assertion is decided.
func (d *determiniser) moving(core []int32) (moving classSet, ok bool) {
	n := d.nfa
	for _, thread := range core {
		switch in := &n.insts[thread]; in.op {
		case instAssert:
			return moving, false
		case instSet:
			moving.addAll(&n.sets[in.arg])
		case instNode:
			for _, e := range n.edges[n.nodes[in.x].edges:n.nodes[in.x+1].edges] {
				moving.addAll(&n.sets[e.set])
			}
		case instFail, instSplit:
		}
	}
	return moving, true
}

// after returns the number of the state after a class from a place with the
// given core and flags.
func (d *determiniser) after(core []int32, f flags, class int) int32 {
	core = d.step(core, f, class)
	if class == d.nfa.numClasses && len(d.accepts) == 0 {
		return 0
	}
	return d.number(core, d.nfa.flagsAfter(class))
}

// number returns the number of the state with the given core and flags, and what
// the last step has accepted.
func (d *determiniser) number(core []int32, f flags) int32 {
	if len(core) == 0 && len(d.accepts) == 0 && !d.nfa.searching {
		return 0
	}
	return int32(d.states.number(core, f, d.accepts))
}
