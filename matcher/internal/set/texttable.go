package set

// foldableText is a text whose letters, in lower case then, match in either case with fold.
type foldableText struct {
	text string
	fold bool
}

// textTable numbers texts in the order they are first seen. The zero value is ready for
// use.
type textTable struct {
	texts []foldableText
	// slots holds the number of a text plus one, and above it the upper half of its
	// hash; 0 is a free slot.
	slots []uint64
}

// reserve makes room for so many texts in an empty table.
func (t *textTable) reserve(texts int) {
	size := 16
	for size < 2*texts {
		size *= 2
	}
	t.slots = make([]uint64, size)
	t.texts = make([]foldableText, 0, texts)
}

// number returns the number of a text, and whether that is a new one.
func (t *textTable) number(text foldableText) (number int32, added bool) {
	if 2*len(t.texts) >= len(t.slots) {
		t.grow()
	}
	h := hash(text.text, false)
	mask := len(t.slots) - 1
	i := int(h) & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]>>32 == h>>32 {
			if number := int32(uint32(t.slots[i])) - 1; t.texts[number] == text {
				return number, false
			}
		}
	}
	t.texts = append(t.texts, text)
	t.slots[i] = h>>32<<32 | uint64(len(t.texts))
	return int32(len(t.texts) - 1), true
}

// grow makes room for twice as many texts.
func (t *textTable) grow() {
	t.slots = make([]uint64, max(2*len(t.slots), 16))
	mask := len(t.slots) - 1
	for number := range t.texts {
		h := hash(t.texts[number].text, false)
		i := int(h) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = h>>32<<32 | uint64(number+1)
	}
}
