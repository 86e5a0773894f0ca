package set

import "slices"

// state is a place that an automaton can be in: the core and the flags of the
// place, and what is accepted when it is entered.
type state struct {
	core    []int32
	accepts []int32
	flags   flags
	hash    uint32
}

// states are the states of an automaton by number, each once. Number 0 is the
// state from which nothing comes any more.
type states struct {
	list  []state
	slots []int32 // a hash table of numbers, 0 being a free slot
	ints  []int32 // room for the lists of states to come
	// stored is how many bytes the lists of the states take.
	stored int
}

func newStates() *states {
	return &states{list: make([]state, 1, 16), slots: make([]int32, 32)}
}

// find returns the number of the state with what is given, 0 if there is none,
// and the slot where it is or belongs.
func (s *states) find(core []int32, f flags, accepts []int32, hash uint32) (number, slot int) {
	mask := len(s.slots) - 1
	for slot = int(hash) & mask; s.slots[slot] != 0; slot = (slot + 1) & mask {
		number = int(s.slots[slot])
		st := &s.list[number]
		if st.hash == hash && st.flags == f && slices.Equal(st.core, core) && slices.Equal(st.accepts, accepts) {
			return number, slot
		}
	}
	return 0, slot
}

// number returns the number of the state with what is given, adding it if it
// is new.
func (s *states) number(core []int32, f flags, accepts []int32) int {
	hash := hashState(core, f, accepts)
	number, slot := s.find(core, f, accepts, hash)
	if number != 0 {
		return number
	}
	number = len(s.list)
	s.slots[slot] = int32(number)
	s.list = append(s.list, state{s.keep(core), s.keep(accepts), f, hash})
	if 2*len(s.list) > len(s.slots) {
		s.rehash(2 * len(s.slots))
	}
	return number
}

// keep returns a copy of list.
func (s *states) keep(list []int32) []int32 {
	if len(list) == 0 {
		return nil
	}
	if len(list) > cap(s.ints)-len(s.ints) {
		s.ints = make([]int32, 0, max(len(list), min(2*cap(s.ints), maxInts), minInts))
		s.stored += 4 * cap(s.ints)
	}
	from := len(s.ints)
	s.ints = append(s.ints, list...)
	return s.ints[from:len(s.ints):len(s.ints)]
}

// The lists of states are allocated so many numbers at a time.
const (
	minInts = 64
	maxInts = 4096
)

// reserve makes room for count states.
func (s *states) reserve(count int) {
	list := make([]state, len(s.list), count)
	copy(list, s.list)
	s.list = list
}

// rehash makes the hash table one of size slots, a power of two.
func (s *states) rehash(size int) {
	s.slots = make([]int32, size)
	mask := size - 1
	for number := 1; number < len(s.list); number++ {
		slot := int(s.list[number].hash) & mask
		for s.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		s.slots[slot] = int32(number)
	}
}

// hashState returns a hash of what makes a state.
func hashState(core []int32, f flags, accepts []int32) uint32 {
	h := uint64(f) + 0x9e3779b97f4a7c15
	for _, x := range core {
		h = (h ^ uint64(uint32(x))) * 0xff51afd7ed558ccd
	}
	h ^= 1 << 40
	for _, x := range accepts {
		h = (h ^ uint64(uint32(x))) * 0xff51afd7ed558ccd
	}
	return uint32(h>>32) ^ uint32(h)
}
