package set

// budget bounds what it may take to find out whether an automaton is small
// enough for a complete table.
type budget struct {
	states  int // before minimising
	entries int // of the table
	work    int // threads looked at
}

// completeTable returns the table of all states of n, or nil if it would exceed
// the budget.
func completeTable(n *nfa, budget budget) *table {
	d := determiniser{stepper: newStepper(n), states: newStates(), width: n.numClasses + 1}
	if budget.states == 0 || !d.run(budget) {
		return nil
	}
	number, count := d.minimise()
	if count*d.width > budget.entries {
		return nil
	}
	t := &table{
		next:   make([]uint32, count*d.width),
		states: make([]state, count),
		stride: uint32(d.width),
	}
	entry := func(s int32) uint32 {
		e := uint32(number[s]) * t.stride
		if e == 0 || len(d.states.list[s].accepts) > 0 {
			e |= notable
		}
		return e
	}
	for s := range d.states.list {
		to := int(number[s])
		for class, next := range d.next[s*d.width:][:d.width] {
			t.next[to*d.width+class] = entry(next)
		}
		t.states[to].accepts = d.states.list[s].accepts
	}
	t.start = entry(d.start)
	for f, s := range d.idle {
		t.idle[f] = entry(s) &^ notable
	}
	return t
}
