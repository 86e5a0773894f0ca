package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/work"

// checks are for branches that say more about a subject than the text or the piece does
// by which they are found. Until a subject is checked such a branch is known by the
// complement of its index here instead of its id.
type checks []check

// check is a branch, and the texts that its subjects have.
type check struct {
	ordered

	id int32
}

// add adds a branch and returns what it is known by.
func (c *checks) add(o *ordered, id int32) int32 {
	*c = append(*c, check{*o, id})
	return ^int32(len(*c) - 1)
}

// addKnown is add, if o is not nil. Otherwise it returns the id itself.
func (c *checks) addKnown(o *ordered, id int32) int32 {
	if o == nil {
		return id
	}
	return c.add(o, id)
}

// confirm puts the ids of dst that start at from in order. Of those that stand for checks it
// keeps the ids of the branches whose texts s has, as far as meter allows to look.
func (c checks) confirm(dst []int32, from int, s string, meter *work.Meter) []int32 {
	dst = settle(dst, from)
	if len(dst) == from || dst[from] >= 0 {
		return dst
	}
	kept := dst[:from]
	for _, id := range dst[from:] {
		if id < 0 {
			check := &c[^id]
			if !meter.Spend(len(s)) || !check.match(s) {
				continue
			}
			id = check.id
		}
		kept = append(kept, id)
	}
	return kept
}
