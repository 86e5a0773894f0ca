package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// simulate matches what is left of a subject from a place with the given core
// and flags on, without a table. It takes time in proportion to the length and
// the number of threads, whatever they are, and ends early once meter is exhausted.
func (s *stepper) simulate(dst []int32, r *recent, rest string, core []int32, f flags, meter *work.Meter) []int32 {
	n := s.nfa
	if s.spare.at == nil {
		s.spare.size(len(n.insts))
	}
	var last []int32
	for i := range len(rest) + 1 {
		class := n.numClasses
		if i < len(rest) {
			class = int(n.byteClass[rest[i]])
		}
		if !meter.Spend(threadSteps * (1 + len(core))) {
			return dst
		}
		s.advance(core, f, class)
		if len(s.accepts) > 0 && !slices.Equal(s.accepts, last) {
			dst = r.add(dst, s.accepts)
			last = append(last[:0], s.accepts...)
		}
		if class == n.numClasses || len(s.next.list) == 0 && !n.searching {
			return dst
		}
		f = n.flags[class]
		// What has been next is now, and the other one is free to be filled.
		s.spare, s.next = s.next, s.spare
		core = s.spare.list
	}
	return dst
}
