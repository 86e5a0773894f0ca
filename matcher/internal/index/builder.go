package index

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Options are the settings of an index. The zero value means the defaults.
type Options struct {
	// Fixed reports whether the answer to a question stays the same for the whole
	// walk along a list. nil means that none does.
	Fixed func(q Question) bool
	// Cache is the memory that the sets share; nil gives each its own.
	Cache *set.Cache
	// Chosen is called for each term that is watched, if it is not nil: with the
	// index of the item, of the watch among those of the item, and of the term in
	// the watch; and for each term of Also that is answered, with AlsoTerm and 0.
	Chosen func(item, watch, term int, p Part)

	// MinItems is how many items a list must have for an index, and MinUsers how
	// many items must watch a question for it to be asked; 0 means 4.
	MinItems, MinUsers int
	// Sharers is how many items that watch the same make a second watch worth it;
	// 0 means 8.
	Sharers int
	// Good is how rarely a watch has to hold to be taken although a later one holds
	// even more rarely; 0 means 1/256.
	Good float64
}

// The defaults of Options.
const (
	defaultMinItems = 4
	defaultMinUsers = 4
	defaultSharers  = 8
	defaultGood     = 1.0 / 256
)

// withDefaults returns o with defaults for what is 0.
func (o Options) withDefaults() Options {
	if o.MinItems == 0 {
		o.MinItems = defaultMinItems
	}
	if o.MinUsers == 0 {
		o.MinUsers = defaultMinUsers
	}
	if o.Sharers == 0 {
		o.Sharers = defaultSharers
	}
	if o.Good == 0 {
		o.Good = defaultGood
	}
	if o.Fixed == nil {
		o.Fixed = func(Question) bool { return false }
	}
	return o
}

// Builder collects the items of a list. The zero value is an empty list.
type Builder struct {
	terms   []Term
	watches []int32 // where the terms of each watch end
	items   []int32 // where the watches of each item end
	also    []alsoTerm
}

// alsoTerm is a term that is not watched, and its item.
type alsoTerm struct {
	item int32
	term Term
}

// AlsoTerm is what Options.Chosen is called with as the watch for a term that Also
// has added.
const AlsoTerm = -1

// Also adds a term to the item added last whose answer is wanted although the item
// may hold without it, such as a pattern that must not match.
func (b *Builder) Also(t Term) {
	b.also = append(b.also, alsoTerm{int32(len(b.items) - 1), t}) //nolint:gosec // no list has 2^31 items
}

// Add appends an item, for which each of the watches has to hold: one of its terms.
// Watches that are better asked first, other things being equal, come first. Without
// watches the item is always a candidate. A watch without terms never holds.
func (b *Builder) Add(watches ...[]Term) {
	for _, w := range watches {
		b.Watch(w...)
	}
	b.End()
}

// Reserve makes room for so many items, watches and terms.
func (b *Builder) Reserve(items, watches, terms int) {
	b.items = slices.Grow(b.items, items)
	b.watches = slices.Grow(b.watches, watches)
	b.terms = slices.Grow(b.terms, terms)
}

// Watch appends a watch to the item that End adds then.
func (b *Builder) Watch(terms ...Term) {
	b.terms = append(b.terms, terms...)
	b.watches = append(b.watches, int32(len(b.terms))) //nolint:gosec // no list has 2^31 items
}

// End is Add of the watches since the last item.
func (b *Builder) End() {
	b.items = append(b.items, int32(len(b.watches))) //nolint:gosec // no list has 2^31 items
}

// Len returns how many items have been added.
func (b *Builder) Len() int { return len(b.items) }

// span is the numbers from one up to another.
type span struct{ from, to int32 }

// spanAt returns the span that ends where ends says for i.
func spanAt(ends []int32, i int32) span {
	if i == 0 {
		return span{0, ends[0]}
	}
	return span{ends[i-1], ends[i]}
}

// termsOf returns the terms of a watch.
func (b *Builder) termsOf(watch int32) []Term {
	s := spanAt(b.watches, watch)
	return b.terms[s.from:s.to]
}

// Build returns the index of the items, nil where asking would not pay: then all
// are candidates.
func (b *Builder) Build(o Options) *Index {
	o = o.withDefaults()
	if b.Len() < o.MinItems {
		return nil
	}
	c := choose(b, &o)
	if c == nil {
		return nil
	}
	return c.build()
}

// matcher finds which of the terms of a question hold. It never misses one.
type matcher interface {
	// CandidatesWithin appends the numbers of the terms that may hold for an answer,
	// in ascending order. Once meter is exhausted some may be missing.
	CandidatesWithin(dst []int32, answer string, meter *work.Meter) []int32
	// Exact reports whether a term that may hold is certain to.
	Exact(id int32) bool
}
