package set

import "slices"

// determiniser finds all states of an automaton.
type determiniser struct {
	*stepper
	states *states
	width  int     // classes, and the end of the subject
	next   []int32 // by state and class: the next state
	start  int32
	idle   [numFlags]int32 // the states from which only what starts there comes
}

// run finds all states, or stops when they exceed the budget and reports false.
func (d *determiniser) run(budget budget) bool {
	core, f := d.begin()
	d.start = d.number(core, f)
	if d.nfa.searching {
		for _, f := range d.nfa.placeFlags() {
			d.idle[f] = int32(d.states.number(nil, f, nil))
		}
	}
	for s := 0; ; s++ {
		if s == len(d.states.list) {
			return true
		}
		if len(d.states.list) > budget.states || d.work > budget.work {
			return false
		}
		d.next = append(d.next, make([]int32, d.width)...)
		if s == 0 {
			continue
		}
		d.work += d.width
		for class := range d.width {
			st := &d.states.list[s]
			core := d.step(st.core, st.flags, class)
			d.next[s*d.width+class] = d.after(core, class)
		}
	}
}

// after returns the number of the state that a step over class has led to.
func (d *determiniser) after(core []int32, class int) int32 {
	if class < d.nfa.numClasses {
		return d.number(core, d.nfa.flags[class])
	}
	if len(d.accepts) == 0 {
		return 0
	}
	return int32(d.states.number(nil, 0, d.accepts))
}

// number returns the number of the state with the given core and flags, and what
// the last step has accepted.
func (d *determiniser) number(core []int32, f flags) int32 {
	if len(core) == 0 && len(d.accepts) == 0 && !d.nfa.searching {
		return 0
	}
	return int32(d.states.number(core, f, d.accepts))
}

// minimise puts states that nothing tells apart together. It returns the new
// number by state, and how many there are. State 0 is number 0.
func (d *determiniser) minimise() (number []int32, count int) {
	total := len(d.states.list)
	number = make([]int32, total)
	groups := map[string]int32{"": 0}
	var key []byte
	for s := range total {
		key = appendInts(key[:0], d.states.list[s].accepts)
		number[s] = group(groups, key)
	}
	for count = len(groups); ; {
		finer := make([]int32, total)
		groups = map[string]int32{}
		for s := range total {
			key = appendInts(key[:0], number[s:s+1])
			for _, next := range d.next[s*d.width:][:d.width] {
				key = appendInts(key, number[next:next+1])
			}
			finer[s] = group(groups, key)
		}
		number = finer
		if len(groups) == count {
			return number, count
		}
		count = len(groups)
	}
}

// group returns the number of the group with the given key.
func group(groups map[string]int32, key []byte) int32 {
	number, ok := groups[string(key)]
	if !ok {
		number = int32(len(groups))
		groups[string(key)] = number
	}
	return number
}

func appendInts(key []byte, ints []int32) []byte {
	key = slices.Grow(key, 4*len(ints))
	for _, x := range ints {
		key = append(key, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
	}
	return key
}
