package set

import "slices"

// collector gathers what the states that a match enters accept.
type collector struct {
	ids  []int32
	from int // where the ids of this match start
	full int // how many ids there may be before duplicates are dropped
	// seen holds some of the keys taken before, so that a match that keeps
	// entering the same states does not gather their ids again.
	seen [16]uint64
}

// firstFull is how many ids are gathered before duplicates are dropped for the
// first time.
const firstFull = 256

// take takes the ids, which go with the key. A key always goes with the same
// ids, and is not 0.
func (c *collector) take(key uint64, ids []int32) {
	slot := &c.seen[(key^key>>4^key>>8)&15]
	if *slot == key {
		return
	}
	*slot = key
	c.add(ids)
}

// add takes the ids.
func (c *collector) add(ids []int32) {
	c.ids = append(c.ids, ids...)
	if n := len(c.ids) - c.from; n > max(c.full, firstFull) {
		c.settle()
		c.full = 2 * (len(c.ids) - c.from)
	}
}

// settle sorts the ids and drops duplicates.
func (c *collector) settle() {
	ids := c.ids[c.from:]
	switch {
	case len(ids) < 2:
		return
	case len(ids) <= 12:
		insertionSort(ids)
	default:
		slices.Sort(ids)
	}
	c.ids = c.ids[:c.from+len(slices.Compact(ids))]
}

func insertionSort(ids []int32) {
	for i := 1; i < len(ids); i++ {
		for j := i; j > 0 && ids[j] < ids[j-1]; j-- {
			ids[j], ids[j-1] = ids[j-1], ids[j]
		}
	}
}

// one takes an id.
func (c *collector) one(id int32) { c.ids = append(c.ids, id) }
