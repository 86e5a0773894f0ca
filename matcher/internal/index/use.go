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
	blocks [][]use // of useBlock each
	n      int
	// slots is a hash table: it holds the number of a term plus one, and above it the
	// upper half of its hash; 0 is a free slot.
	slots []uint64
	seed  maphash.Seed
}

// useBlock is how many terms there are in a block.
const useBlock = 1 << 9

// newUses returns uses with room for so many terms.
func newUses(terms int) *uses {
	size := 16
	for size < 2*terms {
		size *= 2
	}
	return &uses{slots: make([]uint64, size), seed: maphash.MakeSeed()}
}

// at returns the term with the given number.
func (u *uses) at(number int32) *use { return &u.blocks[number/useBlock][number%useBlock] }

// number returns the number of t, which stays where it is.
func (u *uses) number(t *Term) int32 {
	const spread = 0x9e3779b97f4a7c15
	mask := len(u.slots) - 1
	h := maphash.String(u.seed, t.text) ^ uint64(t.question)*spread //nolint:gosec // never negative
	i := int(h) & mask                                              //nolint:gosec // it is masked
	for ; u.slots[i] != 0; i = (i + 1) & mask {
		if u.slots[i]>>32 != h>>32 {
			continue
		}
		if number := int32(uint32(u.slots[i])) - 1; *u.at(number).term == *t { //nolint:gosec // no list has 2^31 terms
			return number
		}
	}
	if u.n%useBlock == 0 {
		u.blocks = append(u.blocks, make([]use, 0, min(max(2*u.n, 16), useBlock)))
	}
	last := &u.blocks[len(u.blocks)-1]
	*last = append(*last, use{term: t, share: -1})
	u.n++
	u.slots[i] = h>>32<<32 | uint64(u.n) //nolint:gosec // never negative
	return int32(u.n - 1)                //nolint:gosec // no list has 2^31 terms
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
		u.share = r.shapes.Share(&u.shape)
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
			read(c.uses.at(number), &c.reader)
		}
		return
	}
	parallel.Ranges(len(numbers), readChunk, func() func(from, to int) {
		r := new(reader)
		return func(from, to int) {
			for _, number := range numbers[from:to] {
				read(c.uses.at(number), r)
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
	queued := make([]bool, c.uses.n)
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
	if c.uses.at(numbers[0]).term.kind == kindNetwork {
		return newNetworks(len(numbers), func(id int) *Term { return c.uses.at(numbers[id]).term })
	}
	var unread []int32
	queued := map[int32]bool{}
	for _, number := range numbers {
		if !c.uses.at(number).read && !queued[number] {
			queued[number] = true
			unread = append(unread, number)
		}
	}
	c.eachUse(unread, (*use).makeShape)
	shapes := make([]set.Shape, len(numbers))
	for id, number := range numbers {
		shapes[id] = c.uses.at(number).shape
	}
	return set.Build(shapes, &set.Options{Cache: c.Cache})
}
