package set

import (
	"math/bits"
	"slices"
)

// settle sorts the ids of dst that start at from, and drops duplicates of them.
func settle(dst []int32, from int) []int32 {
	ids := dst[from:]
	if len(ids) < 2 {
		return dst
	}
	if len(ids) > manyIDs {
		if n, ok := mark(ids); ok {
			return dst[:from+n]
		}
	}
	sortIDs(ids)
	return dst[:from+len(slices.Compact(ids))]
}

const (
	// fewIDs are sorted fastest by insertion, and more than manyIDs by marking them.
	fewIDs  = 12
	manyIDs = 40
	// markWords is how many words of marks there are, one for each of 64 ids.
	markWords = 512
)

// mark puts the ids that there are in order, each once, and returns how many they are.
// It does nothing, and reports false, where they are too far apart.
func mark(ids []int32) (n int, ok bool) {
	first, last := ids[0], ids[0]
	for _, id := range ids {
		first, last = min(first, id), max(last, id)
	}
	words := (int(last)-int(first))/64 + 1
	if words > markWords {
		return 0, false
	}
	var marks [markWords]uint64
	for _, id := range ids {
		i := uint32(id - first)
		marks[i/64%markWords] |= 1 << (i % 64)
	}
	for i, word := range marks[:words] {
		for ; word != 0; word &= word - 1 {
			ids[n] = first + int32(64*i+bits.TrailingZeros64(word))
			n++
		}
	}
	return n, true
}

// sortIDs sorts numbers, of which there are few as a rule.
func sortIDs(ids []int32) {
	if len(ids) > fewIDs {
		slices.Sort(ids)
		return
	}
	for i := 1; i < len(ids); i++ {
		for j := i; j > 0 && ids[j] < ids[j-1]; j-- {
			ids[j], ids[j-1] = ids[j-1], ids[j]
		}
	}
}

// insert inserts ids into those of dst that start at from. Both are sorted, and
// nothing is in both.
func insert(dst []int32, from int, ids []int32) []int32 {
	i, j := len(dst)-1, len(ids)-1
	dst = append(dst, ids...)
	for k := len(dst) - 1; j >= 0; k-- {
		if i >= from && dst[i] > ids[j] {
			dst[k] = dst[i]
			i--
		} else {
			dst[k] = ids[j]
			j--
		}
	}
	return dst
}

// recent is what a match has gathered of late. The ids themselves are passed
// along and returned, so that the memory for them may be on the caller's stack.
type recent struct {
	from int // where the ids of the match start
	full int // how many of them there may be before duplicates are dropped
	// keys are some of the keys taken before: a match that keeps entering the
	// same states does not gather their ids again.
	keys [8]uint64
}

// firstFull is how many ids are gathered before duplicates are dropped for the
// first time.
const firstFull = 256

// knows reports whether ids that go with the key have been taken of late, and
// notes that they are now. A key goes with the same ids always, and is not 0.
func (r *recent) knows(key uint64) bool {
	slot := &r.keys[(key^key>>3^key>>6)&7]
	known := *slot == key
	*slot = key
	return known
}

// add appends the ids to dst.
func (r *recent) add(dst, ids []int32) []int32 {
	dst = append(dst, ids...)
	if n := len(dst) - r.from; n > max(r.full, firstFull) {
		dst = settle(dst, r.from)
		r.full = 2 * (len(dst) - r.from)
	}
	return dst
}
