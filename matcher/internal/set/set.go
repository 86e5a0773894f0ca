package set

import (
	"math"
	"slices"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// DefaultCacheBytes is how much memory a set may take for its cache where the
// caller says nothing.
const DefaultCacheBytes = 4 << 20

// DefaultSharedBytes is the size of a Cache where the caller says nothing.
const DefaultSharedBytes = 32 << 20

// Options are the settings of a set. The zero value, like nil, means the
// defaults.
type Options struct {
	// CacheBytes bounds the memory that matching may take to be fast, beyond
	// what the patterns themselves take; 0 means DefaultCacheBytes, or half of Cache.
	CacheBytes int
	// Cache is what that memory is taken from, for many sets. nil means that there is
	// no other bound.
	Cache *Cache
}

// settings are the options, and what only tests set.
type settings struct {
	cacheBytes  int
	cache       *Cache
	flushPeriod time.Duration // how often an automaton may throw its table away
	lanesLength int           // how long a subject has to be to be matched in parts
	literals    bool          // all texts in a table
	noLiterals  bool          // none
	lazy        bool          // no complete tables
	noWhole     bool          // no automaton for all patterns at once
	noWholes    bool
	noPrefixes  bool
	noPieces    bool
	wild        bool // all branches are wild, and not given up
}

// defaultFlushPeriod is how often an automaton may throw its table away.
const defaultFlushPeriod = time.Second

func (o *Options) settings() *settings {
	s := &settings{cacheBytes: DefaultCacheBytes, flushPeriod: defaultFlushPeriod, lanesLength: defaultLanesLength}
	if o == nil {
		return s
	}
	if s.cache = o.Cache; s.cache != nil {
		s.cacheBytes = s.cache.limit / 2
	}
	if o.CacheBytes > 0 {
		s.cacheBytes = o.CacheBytes
	}
	return s
}

// budget returns what an automaton for so many branches may take.
func (s *settings) budget(branches int) budget {
	if s.lazy {
		return budget{}
	}
	return budget{entries: min(1<<14, s.cacheBytes/4), work: 4096 + 512*branches}
}

// literalBytes returns how large an automaton for texts may get.
func (s *settings) literalBytes() int {
	switch {
	case s.literals:
		return 0
	case s.noLiterals:
		return math.MaxInt
	}
	return s.cacheBytes
}

// maxPattern bounds the size of a pattern in an automaton.
const maxPattern = 1 << 12

// Set is a set of patterns. It is safe for concurrent use.
type Set struct {
	always []int32  // ids that are candidates for every subject, ascending
	exact  []uint64 // a bit for each id
	whole  *automaton
	layers *layers
}

// New returns a set of patterns, each of which is known by its index. It never
// fails: a pattern that is too much for it is a candidate for every subject.
func New(patterns []*pcre.Regexp, opts *Options) *Set {
	return newSet(patterns, opts.settings())
}

// Build is New of the patterns with the given shapes.
func Build(shapes []Shape, opts *Options) *Set { return build(shapes, opts.settings()) }

func newSet(patterns []*pcre.Regexp, opts *settings) *Set {
	var r Reader
	shapes := make([]Shape, len(patterns))
	for id, re := range patterns {
		shapes[id] = r.Shape(re)
	}
	return build(shapes, opts)
}

func build(shapes []Shape, opts *settings) *Set {
	s := &Set{exact: make([]uint64, (len(shapes)+63)/64)}
	size := 0
	for id := range shapes {
		sh := &shapes[id].shape
		if sh.exact {
			s.exact[id>>6] |= 1 << (id & 63)
		}
		if sh.hopeless || sh.everything {
			if !sh.everything {
				s.inexact(int32(id))
			}
			s.always = append(s.always, int32(id))
			continue
		}
		size = min(size+sh.size(), maxSize)
	}
	if opts.noWhole || opts.wild || size > maxWhole || allFinite(shapes) || !s.addWhole(shapes, opts) {
		s.addLayers(shapes, opts)
	}
	return s
}

// maxWhole bounds the size of the patterns for which one automaton is tried.
const maxWhole = 1 << 13

// addWhole puts all patterns in one automaton, if that is small enough.
func (s *Set) addWhole(shapes []Shape, opts *settings) bool {
	b, branches := newBuilder(), 0
	var sieve sieveBuilder
	for id := range shapes {
		for i := range shapes[id].branches {
			b.add(&shapes[id].branches[i], int32(id))
			sieve.add(&shapes[id].branches[i])
			branches++
		}
	}
	if b.empty() {
		return true
	}
	s.whole = newAutomaton(b.finish(), branches, opts)
	s.whole.sieve = sieve.finish()
	if s.whole.nfa != nil {
		s.whole = nil
	}
	return s.whole != nil
}

// allFinite reports whether the patterns match a few whole subjects each. There
// is nothing faster for these than a hash table, however few they are.
func allFinite(shapes []Shape) bool {
	for id := range shapes {
		for i := range shapes[id].branches {
			br := &shapes[id].branches[i]
			if !br.begin || !br.end {
				return false
			}
			if br.finite() == nil {
				return false
			}
		}
	}
	return true
}

// addLayers puts the patterns in layers.
func (s *Set) addLayers(shapes []Shape, opts *settings) {
	b := newLayersBuilder(s, len(shapes), opts)
	for id := range shapes {
		if !b.add(shapes[id].branches, int32(id)) {
			s.inexact(int32(id))
			s.always = append(s.always, int32(id))
		}
	}
	slices.Sort(s.always)
	s.layers = b.finish()
}

// inexact notes that the pattern with the given id is not certain to match where
// it is a candidate.
func (s *Set) inexact(id int32) { s.exact[id>>6] &^= 1 << (id & 63) }

// Candidates appends to dst the ids of all patterns that may match subject,
// ascending and each once. A pattern whose id is not among them does not match.
func (s *Set) Candidates(dst []int32, subject string) []int32 {
	return s.CandidatesWithin(dst, subject, nil)
}

// CandidatesWithin is Candidates as a part of the work that meter measures, which
// may be nil. Once meter is exhausted ids may be missing.
func (s *Set) CandidatesWithin(dst []int32, subject string, meter *work.Meter) []int32 {
	from := len(dst)
	switch {
	case s.whole != nil:
		dst, _ = s.whole.match(dst, subject, meter)
	case s.layers != nil:
		dst = s.layers.match(dst, subject, meter)
	}
	if len(dst)-from > 1 {
		dst = settle(dst, from)
	}
	if len(s.always) > 0 {
		dst = insert(dst, from, s.always)
	}
	return dst
}

// Exact reports whether the pattern with the given id is certain to match a
// subject for which it is a candidate. Where it does not, the caller has to try
// it.
func (s *Set) Exact(id int32) bool { return s.exact[id>>6]&(1<<(id&63)) != 0 }
