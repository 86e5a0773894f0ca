package index

import (
	"hash/maphash"

	"github.com/modrewrite-go/modrewrite/matcher/internal/parallel"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
)

// use is what is known of a term, however many items name it.
type use struct {
	term  *Term
	items int32   // that name it
	share float64 // of the answers that it holds for; negative until it is known
	// shape is what a set keeps of the term's pattern, once it is read.
	shape set.Shape
	read  bool
}

// uses are the terms of a list, each once, by numbers in the order they are first seen.
type uses struct {
	all   []use
	slots []int32 // a hash table: the number of a term plus one; 0 is a free slot
	seed  maphash.Seed
}

// newUses returns uses with room for so many terms.
func newUses(terms int) *uses {
	size := 16
	for size < 2*terms {
		size *= 2
	}
	return &uses{slots: make([]int32, size), seed: maphash.MakeSeed()}
}

// number returns the number of t, which stays where it is.
func (u *uses) number(t *Term) int32 {
	const spread = 0x9e3779b97f4a7c15
	mask := len(u.slots) - 1
	h := maphash.String(u.seed, t.text) ^ uint64(t.question)*spread
	for i := int(h>>1) & mask; ; i = (i + 1) & mask { //nolint:gosec // it is masked
		switch number := u.slots[i] - 1; {
		case number < 0:
			number = int32(len(u.all)) //nolint:gosec // no list has 2^31 terms
			u.all = append(u.all, use{term: t, share: -1})
			u.slots[i] = number + 1
			return number
		case *u.all[number].term == *t:
			return number
		}
	}
}

// reader reads terms one after the other, in the same memory.
type reader struct {
	shapes set.Reader
	parser pcre.Parser
}

// estimate finds out how often the term holds.
func (u *use) estimate(r *reader) {
	if u.term.kind == kindPattern {
		u.makeShape(r)
		u.share = u.shape.Share()
		return
	}
	u.share = u.term.share()
}

// makeShape finds out what a set keeps of the term.
func (u *use) makeShape(r *reader) {
	if u.read {
		return
	}
	u.read = true
	if u.term.kind == kindPattern {
		u.shape = r.shapes.Parse(u.term.text, u.term.flags)
		return
	}
	re, exact := u.term.regexp(&r.parser)
	u.shape = r.shapes.Shape(re)
	if !exact {
		u.shape.Loosen()
	}
}

// readChunk is how many terms a goroutine reads before it looks for more.
const readChunk = 256

// eachUse calls read for each of the terms with the given numbers, which are different
// ones. Where they are many several goroutines do.
func (c *chooser) eachUse(numbers []int32, read func(u *use, r *reader)) {
	if len(numbers) <= readChunk {
		for _, number := range numbers {
			read(&c.uses.all[number], &c.reader)
		}
		return
	}
	parallel.Ranges(len(numbers), readChunk, func() func(from, to int) {
		r := new(reader)
		return func(from, to int) {
			for _, number := range numbers[from:to] {
				read(&c.uses.all[number], r)
			}
		}
	})
}

// asking is a watch of an item.
type asking struct{ item, watch int32 }

// estimate finds out how often the terms of watches hold that settle looks at first: for
// each item those up to the first good one.
func (c *chooser) estimate() {
	left := make([]asking, 0, c.Len())
	for i := range c.items {
		item := int32(i) //nolint:gosec // no list has 2^31 items
		if s := spanAt(c.items, item); s.from < s.to {
			left = append(left, asking{item, s.from})
		}
	}
	var unknown []int32
	queued := make([]bool, len(c.uses.all))
	for len(left) > 0 {
		unknown = unknown[:0]
		for _, a := range left {
			for _, number := range c.numbersOf(a.watch) {
				if !queued[number] {
					queued[number] = true
					unknown = append(unknown, number)
				}
			}
		}
		c.eachUse(unknown, (*use).estimate)
		next := left[:0]
		for _, a := range left {
			if c.oddsOf(a.watch) > c.Good && a.watch+1 < spanAt(c.items, a.item).to {
				next = append(next, asking{a.item, a.watch + 1})
			}
		}
		left = next
	}
}

// newMatcher returns a matcher of terms of one question, which have the given numbers.
func (c *chooser) newMatcher(numbers []int32) matcher {
	if c.uses.all[numbers[0]].term.kind == kindNetwork {
		return newNetworks(len(numbers), func(id int) *Term { return c.uses.all[numbers[id]].term })
	}
	var unread []int32
	queued := map[int32]bool{}
	for _, number := range numbers {
		if !c.uses.all[number].read && !queued[number] {
			queued[number] = true
			unread = append(unread, number)
		}
	}
	c.eachUse(unread, (*use).makeShape)
	shapes := make([]set.Shape, len(numbers))
	for id, number := range numbers {
		shapes[id] = c.uses.all[number].shape
	}
	return set.Build(shapes, &set.Options{Cache: c.Cache})
}
