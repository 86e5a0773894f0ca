package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// piece is a part of a branch that is cheap to look for: every subject that the
// branch matches has it. A piece that is the whole branch says that it matches.
type piece struct {
	items      []*expr
	begin, end bool
	// bits says how rare the piece is, as the logarithm of how often a place in
	// a subject has it, about.
	bits int
}

const (
	// usefulBits is how rare a piece has to be, unless it is the whole branch.
	usefulBits = 12
	// maxPieces is how many pieces of one branch there are to choose from.
	maxPieces = 3
	// wideSet is how many bytes a set has to have to be of no use.
	wideSet = 64
	// narrowSet is how many bytes a set may have to be repeated in a piece.
	narrowSet = 16
	// maxLoose is how many sets may stand next to each other in a piece. A piece
	// may be under way from many places at once, which multiplies the states of
	// the automaton if these places can be next to each other.
	maxLoose = 4
	// maxItem bounds the size of an item of a piece.
	maxItem = 64
)

// cutter cuts a branch into pieces.
type cutter struct {
	pieces []piece
	items  []*expr // of the piece under way, which are next to each other in the branch
	begin  bool    // that piece starts where the subject does
	fixed  bool    // so far it can have got here from one place only
	loose  int     // sets at the end of the piece
	gaps   bool    // something is in no piece
	// explosive says that the branch can be under way from so many places at
	// once that an automaton for all of it may be huge.
	explosive bool
}

// cut returns the pieces of b, whose items are those of b.
func cut(b *branch) cutter {
	var c cutter
	c.cut(b)
	return c
}

// cut cuts b into pieces.
func (c *cutter) cut(b *branch) {
	c.begin, c.fixed = b.begin, b.begin
	from := 0
	for i, item := range b.items {
		if c.mayTake(item) {
			c.items = b.items[from : i+1 : i+1]
			continue
		}
		c.explosive = c.explosive || item.op == opSet || item.size() > maxItem || looseness(item) > maxLoose
		c.flush(false)
		c.gaps, from = true, i+1
	}
	c.flush(b.end)
}

// whole reports whether there is only one piece, which is all of the branch.
func (c *cutter) whole() bool { return !c.gaps && len(c.pieces) == 1 }

// useful returns the pieces that are worth looking for, in their order.
func (c *cutter) useful() []piece {
	if c.whole() {
		return c.pieces
	}
	useful := slices.DeleteFunc(c.pieces, func(p piece) bool { return p.bits < usefulBits })
	for len(useful) > maxPieces {
		least := 0
		for i := range useful {
			if useful[i].bits < useful[least].bits {
				least = i
			}
		}
		useful = slices.Delete(useful, least, least+1)
	}
	return useful
}

// mayTake reports whether an item may be the next one of the piece under way.
func (c *cutter) mayTake(item *expr) bool {
	switch item.op {
	case opLiteral:
		c.loose = 0
	case opSet:
		if c.loose++; !c.fixed && c.loose > maxLoose {
			return false
		}
	case opRepeat:
		if set, ok := item.subs[0].oneByte(); ok {
			if !c.takeRun(item, set) {
				return false
			}
			break
		}
		if !c.takeOther(item) {
			return false
		}
	case opAlternate, opConcat:
		if !c.takeOther(item) {
			return false
		}
	case opAssert, opEmpty, opFail:
	}
	return true
}

// takeRun reports whether a repeated set may be in the piece.
func (c *cutter) takeRun(item *expr, set pcre.Set) bool {
	if item.max == unlimited {
		// A loop that can be entered from one place at a time does no harm.
		ok := set.Len() <= narrowSet && (c.fixed || c.apart(set))
		c.fixed = false
		c.loose = int(item.min)
		return ok && c.loose <= maxLoose
	}
	if item.min < item.max {
		c.fixed = false
	}
	c.loose += int(item.max)
	return c.fixed && c.loose <= maxItem || c.loose <= maxLoose
}

// takeOther reports whether an item with parts may be in the piece.
func (c *cutter) takeOther(item *expr) bool {
	c.fixed = false
	c.loose = 0
	return item.size() <= maxItem && !hasLoop(item) && looseness(item) <= maxLoose
}

// looseness returns how many sets there are in e at most on the way through it,
// loops being gone through once.
func looseness(e *expr) int {
	most := 0
	switch e.op {
	case opSet:
		return 1
	case opConcat:
		for _, sub := range e.subs {
			most += looseness(sub)
		}
	case opAlternate:
		for _, sub := range e.subs {
			most = max(most, looseness(sub))
		}
	case opRepeat:
		return int(max(e.min, e.max, 1)) * looseness(e.subs[0])
	case opEmpty, opFail, opLiteral, opAssert:
	}
	return most
}

// hasLoop reports whether there is a repeat without a bound in e.
func hasLoop(e *expr) bool {
	return e.op == opRepeat && e.max == unlimited || slices.ContainsFunc(e.subs, hasLoop)
}

// apart reports whether what is before a run of set in the piece is not in set.
func (c *cutter) apart(set pcre.Set) bool {
	if len(c.items) == 0 {
		return false
	}
	var last pcre.Set
	switch item := c.items[len(c.items)-1]; item.op {
	case opLiteral:
		last.Add(item.text[len(item.text)-1])
		if item.fold {
			last = last.Fold()
		}
	case opSet:
		last = *item.set
	default:
		return false
	}
	return set.Intersect(last).IsEmpty()
}

// flush ends the piece under way, at the end of the subject if end is set.
func (c *cutter) flush(end bool) {
	p := piece{items: c.items, begin: c.begin, end: end}
	c.items, c.begin, c.fixed, c.loose = nil, false, false, 0
	p.trim(&c.gaps)
	if len(p.items) == 0 && (!p.begin || !p.end) {
		return
	}
	p.bits = rarity(p.items)
	if p.begin || p.end {
		p.bits += 3
	}
	c.pieces = append(c.pieces, p)
}

// trim takes what is of no use from either side, and sets lost if there is any.
func (p *piece) trim(lost *bool) {
	useless := func(item *expr) bool { return item.op != opAssert && itemRarity(item) == 0 }
	for !p.begin && len(p.items) > 0 && useless(p.items[0]) {
		p.items = p.items[1:]
		*lost = true
	}
	for !p.end && len(p.items) > 0 && useless(p.items[len(p.items)-1]) {
		p.items = p.items[:len(p.items)-1]
		*lost = true
	}
}

// rarity returns the bits of items one after the other.
func rarity(items []*expr) int {
	total := 0
	for _, item := range items {
		total += itemRarity(item)
	}
	return total
}

// byteBits is how rare a certain byte is.
const byteBits = 5

func itemRarity(e *expr) int {
	switch e.op {
	case opLiteral:
		return byteBits * len(e.text)
	case opSet:
		return setRarity(e.set.Len())
	case opConcat:
		return rarity(e.subs)
	case opAlternate:
		least := itemRarity(e.subs[0])
		for _, sub := range e.subs[1:] {
			least = min(least, itemRarity(sub))
		}
		return least
	case opRepeat:
		return min(int(e.min), 4) * itemRarity(e.subs[0])
	case opEmpty, opFail, opAssert:
	}
	return 0
}

func setRarity(length int) int {
	switch {
	case length <= 2:
		return 5
	case length <= 10:
		return 3
	case length <= 32:
		return 2
	case length <= wideSet:
		return 1
	}
	return 0
}
