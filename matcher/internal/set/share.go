package set

import "math"

// emptyBits is how rare the empty subject is taken to be: a variable that is not
// set is empty.
const emptyBits = 1

// Share estimates which part of all subjects the pattern matches, from the texts in it.
// It is 1 where a set can't tell: such a pattern is a candidate for every subject.
func (r *Reader) Share(sh *Shape) float64 {
	if sh.hopeless || sh.everything {
		return 1
	}
	left := maxParts
	share := 0.0
	for i := range sh.branches {
		share += r.share(&sh.branches[i], &left)
	}
	return min(share, 1)
}

// share is Share for a branch, split into as many as are left at most.
func (r *Reader) share(b *branch, left *int) float64 {
	if bits, ok := r.rarity(b); ok {
		return math.Ldexp(1, -bits)
	}
	parts := b.parts()
	if *left -= len(parts); len(parts) == 0 || *left < 0 {
		return 1
	}
	share := 0.0
	for i := range parts {
		share += r.share(&parts[i], left)
	}
	return share
}

// rarity returns how rare subjects are that b matches, in the bits of a piece. It
// reports false if no set holds b as it is.
func (r *Reader) rarity(b *branch) (bits int, ok bool) {
	if b.begin && b.end {
		if t := b.finite(); t != nil {
			return t.rarity(), true
		}
	}
	prefix := ""
	if b.begin {
		p, _ := leading(b.items)
		prefix = p.text
	}
	c := cutter{pieces: r.pieces[:0]}
	c.cut(b)
	r.pieces = c.pieces
	if len(prefix) < minPrefix && len(c.useful()) == 0 && c.explosive {
		return 0, false
	}
	bits = textRarity(prefix)
	for i := range c.pieces {
		bits = max(bits, c.pieces[i].rarity())
	}
	return bits, true
}

// rarity returns the bits of p. That a path starts with a slash says nothing.
func (p *piece) rarity() int {
	if !p.begin || len(p.items) == 0 || p.items[0].op != opLiteral || p.items[0].text[0] != '/' {
		return p.bits
	}
	if len(p.items) == 1 && p.items[0].text == "/" && !p.end {
		return 0
	}
	return p.bits - byteBits
}

// rarity returns how rare the commonest of the texts is.
func (t *texts) rarity() int {
	bits := math.MaxInt32
	for _, text := range t.list {
		bits = min(bits, max(textRarity(text), emptyBits))
	}
	return bits
}

// textRarity returns the bits of a text that a subject starts with.
func textRarity(text string) int {
	if text != "" && text[0] == '/' {
		text = text[1:]
	}
	return byteBits * len(text)
}
