package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// DefaultCacheBytes is how much memory a set may take for its cache where the
// caller says nothing.
const DefaultCacheBytes = 4 << 20

// Options are the settings of a set. The zero value, like nil, means the
// defaults.
type Options struct {
	// CacheBytes bounds the memory that matching may take to be fast, beyond
	// what the patterns themselves take; 0 means DefaultCacheBytes.
	CacheBytes int
}

// maxPattern bounds the size of a pattern in an automaton.
const maxPattern = 1 << 12

// Set is a set of patterns. It is safe for concurrent use.
type Set struct {
	always []int32 // ids that are candidates for every subject, ascending
	whole  *dense
	exact  []uint64 // a bit for each id
}

// New returns a set of patterns, each of which is known by its index. It never
// fails: a pattern that is too much for it is a candidate for every subject.
func New(patterns []*pcre.Regexp, opts *Options) *Set {
	s := &Set{exact: make([]uint64, (len(patterns)+63)/64)}
	b := newBuilder()
	for i, re := range patterns {
		s.add(b, shapeOf(re), int32(i))
	}
	if !b.empty() {
		s.whole = newDense(b.finish(), denseBudget{states: 4096, entries: maxEntries, work: 1 << 20})
	}
	if s.whole == nil {
		s.always = s.always[:0]
		for i := range patterns {
			s.always = append(s.always, int32(i))
		}
		clear(s.exact)
	}
	return s
}

// add adds a pattern with the given shape and id.
func (s *Set) add(b *builder, sh shape, id int32) {
	if sh.hopeless || sh.everything {
		s.always = append(s.always, id)
		if sh.everything && sh.exact {
			s.exact[id>>6] |= 1 << (id & 63)
		}
		return
	}
	if sh.size() > maxPattern || b.full() {
		s.always = append(s.always, id)
		return
	}
	for i := range sh.branches {
		b.add(&sh.branches[i], id)
	}
	if sh.exact {
		s.exact[id>>6] |= 1 << (id & 63)
	}
}

// Candidates appends to dst the ids of all patterns that may match subject,
// ascending and each once. A pattern whose id is not among them does not match.
func (s *Set) Candidates(dst []int32, subject string) []int32 {
	from := len(dst)
	if s.whole != nil {
		dst = s.whole.match(dst, subject)
	}
	found := dst[from:]
	if len(found) > 1 {
		slices.Sort(found)
		dst = dst[:from+len(slices.Compact(found))]
	}
	return s.merge(dst, from)
}

// merge merges the ids that are always candidates into those of dst that start
// at from.
func (s *Set) merge(dst []int32, from int) []int32 {
	if len(s.always) == 0 {
		return dst
	}
	n := len(dst)
	dst = append(dst, s.always...)
	for i, j, k := n-1, len(s.always)-1, len(dst)-1; j >= 0; k-- {
		if i >= from && dst[i] > s.always[j] {
			dst[k] = dst[i]
			i--
		} else {
			dst[k] = s.always[j]
			j--
		}
	}
	return dst
}

// Exact reports whether the pattern with the given id is certain to match a
// subject for which it is a candidate. Where it does not, the caller has to try
// it.
func (s *Set) Exact(id int32) bool { return s.exact[id>>6]&(1<<(id&63)) != 0 }

// Stats describe a set, for tests and benchmarks.
type Stats struct {
	Bytes  int // that the set takes at rest, about
	Always int // patterns that are candidates for every subject
}

// Stats returns what there is to say about s now.
func (s *Set) Stats() Stats {
	st := Stats{Bytes: 4*len(s.always) + 8*len(s.exact), Always: len(s.always)}
	if s.whole != nil {
		st.Bytes += s.whole.bytes()
	}
	return st
}
