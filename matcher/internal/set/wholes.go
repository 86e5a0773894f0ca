package set

import "strings"

// wholes are the branches that match a few whole subjects: a hash table of
// these. Where some of them match in either case, the table is one of subjects
// in lower case.
type wholes struct {
	fold    bool
	lengths [2]uint64 // the lengths of the keys, as a mask
	// slots holds the number of a key plus one, and above it the upper half of
	// its hash; 0 is a free slot.
	slots []uint64
	keys  []wholeKey // and one more, which says where the ids of the last end
	text  string     // of all keys
	ids   []int32
}

// wholeKey is a subject. Its ids end where those of the next one start.
type wholeKey struct {
	text, length uint32
	ids          uint32
	fold         bool // letters match in either case
}

// wholesBuilder collects subjects.
type wholesBuilder struct {
	keys  textTable
	ids   []wholeID // in the order they were added
	last  []int32   // of each key: its last one of ids
	fold  bool
	bytes int // of all keys
}

// wholeID is the id of a branch. Those of a key are linked in a ring: each leads to the one
// that was added after it, the last one to the first.
type wholeID struct{ id, next int32 }

// reserve makes room for the subjects of about so many branches.
func (b *wholesBuilder) reserve(branches int) {
	b.keys.reserve(branches)
	b.ids = make([]wholeID, 0, branches)
	b.last = make([]int32, 0, branches)
}

// add adds what the branch with the given id matches.
func (b *wholesBuilder) add(t *texts, id int32) {
	for _, text := range t.list {
		key := foldableText{text, t.fold && hasLetter(text)}
		number, added := b.keys.number(key)
		at := int32(len(b.ids))
		if added {
			b.fold = b.fold || key.fold
			b.bytes += len(text)
			b.last = append(b.last, at)
			b.ids = append(b.ids, wholeID{id, at})
			continue
		}
		last := b.last[number]
		b.ids = append(b.ids, wholeID{id, b.ids[last].next})
		b.ids[last].next = at
		b.last[number] = at
	}
}

// finish returns the table, or nil if there is nothing in it.
func (b *wholesBuilder) finish() *wholes {
	keys := b.keys.texts
	if len(keys) == 0 {
		return nil
	}
	w := &wholes{fold: b.fold, keys: make([]wholeKey, 0, len(keys)+1), ids: make([]int32, 0, len(b.ids))}
	size := 8
	for size < 2*len(keys) {
		size *= 2
	}
	w.slots = make([]uint64, size)
	var text strings.Builder
	text.Grow(b.bytes)
	for i, key := range keys {
		w.keys = append(w.keys, wholeKey{uint32(text.Len()), uint32(len(key.text)), uint32(len(w.ids)), key.fold})
		text.WriteString(key.text)
		w.ids = b.appendIDs(w.ids, b.last[i])
		length := min(len(key.text), maxWholeLength)
		w.lengths[length>>6] |= 1 << (length & 63)
		h := hash(key.text, w.fold)
		slot := int(h) & (size - 1)
		for w.slots[slot] != 0 {
			slot = (slot + 1) & (size - 1)
		}
		w.slots[slot] = h>>32<<32 | uint64(i+1)
	}
	w.keys = append(w.keys, wholeKey{ids: uint32(len(w.ids))})
	w.text = text.String()
	return w
}

// appendIDs appends the ids of the key that has the given one of ids last.
func (b *wholesBuilder) appendIDs(ids []int32, last int32) []int32 {
	for at := b.ids[last].next; ; at = b.ids[at].next {
		ids = append(ids, b.ids[at].id)
		if at == last {
			return ids
		}
	}
}

// maxWholeLength stands for all lengths from it on in the mask of lengths.
const maxWholeLength = 127

// match appends the ids of the branches that match s.
func (w *wholes) match(dst []int32, s string) []int32 {
	length := min(len(s), maxWholeLength)
	if w.lengths[length>>6]&(1<<(length&63)) == 0 {
		return dst
	}
	h := hash(s, w.fold)
	mask := len(w.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		slot := w.slots[i]
		if slot == 0 {
			return dst
		}
		if slot>>32 == h>>32 {
			dst = append(dst, w.at(int(uint32(slot))-1, s)...)
		}
	}
}

// at returns the ids of a key if it matches s.
func (w *wholes) at(number int, s string) []int32 {
	key := &w.keys[number]
	text := w.text[key.text : key.text+key.length]
	if s == text || key.fold && equalFold(s, text) {
		return w.ids[key.ids:w.keys[number+1].ids]
	}
	return nil
}

// memory returns about how much memory w takes.
func (w *wholes) memory() int {
	return 8*len(w.slots) + 16*len(w.keys) + len(w.text) + 4*len(w.ids)
}
