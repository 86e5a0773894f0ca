package set

// dense is a whole automaton in a table. It is read only.
type dense struct {
	class [256]uint8
	table []uint16 // rows of stride entries
	// stride is the number of classes and two more: an entry for the end of the
	// subject, and the index in accepts of what entering the state accepts.
	stride  int
	start   uint16
	accepts [][]int32
}

// An entry of a table is where the row of the next state starts. With special,
// that state accepts something or is dead.
const (
	special    = 1 << 15
	maxEntries = special
)

// denseBudget bounds what it may take to find out whether an automaton is small
// enough for a table.
type denseBudget struct {
	states  int // before minimising
	entries int // of the table
	work    int // threads looked at
}

// newDense returns the table for n, or nil if it would exceed the budget.
func newDense(n *nfa, budget denseBudget) *dense {
	d := determiniser{stepper: newStepper(n), states: newStates(), width: n.numClasses + 1}
	if !d.run(budget) {
		return nil
	}
	number, count := d.minimise()
	stride := d.width + 1
	if count*stride > min(budget.entries, maxEntries) {
		return nil
	}
	t := &dense{class: n.byteClass, stride: stride, table: make([]uint16, count*stride), accepts: [][]int32{nil}}
	entry := func(s int32) uint16 {
		e := uint16(int(number[s]) * stride)
		if s == 0 || len(d.states.list[s].accepts) > 0 {
			e |= special
		}
		return e
	}
	done := make([]bool, count)
	for s := range d.states.list {
		to := number[s]
		if done[to] {
			continue
		}
		done[to] = true
		row := t.table[int(to)*stride:][:stride]
		for class, next := range d.next[s*d.width:][:d.width] {
			row[class] = entry(next)
		}
		if accepts := d.states.list[s].accepts; len(accepts) > 0 {
			row[d.width] = uint16(len(t.accepts))
			t.accepts = append(t.accepts, accepts)
		}
	}
	t.start = entry(d.start)
	return t
}

// match appends the ids of the branches that match s, in no order and some of
// them more than once.
func (t *dense) match(dst []int32, s string) []int32 {
	table := t.table
	at := t.start
	if at&special != 0 {
		if at &^= special; at == 0 {
			return dst
		}
		dst = append(dst, t.accepted(at)...)
	}
	last := at
	for i := range len(s) {
		at = table[int(at)+int(t.class[s[i]])]
		if at&special != 0 {
			if at &^= special; at == 0 {
				return dst
			}
			if at != last {
				dst = append(dst, t.accepted(at)...)
				last = at
			}
		}
	}
	at = table[int(at)+t.stride-2] &^ special
	if at != 0 {
		dst = append(dst, t.accepted(at)...)
	}
	return dst
}

// accepted returns what entering the state at row at accepts.
func (t *dense) accepted(at uint16) []int32 {
	return t.accepts[t.table[int(at)+t.stride-1]]
}

// bytes returns about how much memory t takes.
func (t *dense) bytes() int {
	n := len(t.class) + 2*len(t.table) + 24*len(t.accepts)
	for _, accepts := range t.accepts {
		n += 4 * len(accepts)
	}
	return n
}
