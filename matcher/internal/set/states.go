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
	s.list = append(s.list, state{slices.Clone(core), slices.Clone(accepts), f, hash})
	if 2*len(s.list) > len(s.slots) {
		s.rehash(2 * len(s.slots))
	}
	return number
}

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
