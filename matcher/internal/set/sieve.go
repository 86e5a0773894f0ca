package set

import "math/bits"

// sieve tells cheaply of most long subjects that no branch matches them. Each
// branch has a text that its subjects contain, or start with. The sieve looks at
// three bytes of the subject here and there, often enough not to miss such a
// text, and asks whether they are in one of them.
type sieve struct {
	stride int      // how far the places looked at are apart, 0 if there is nothing to contain
	leads  bool     // the texts to contain are what their branches start with
	grams  gramSet  // three bytes of the texts to contain
	starts *gramSet // the first three bytes of the texts to start with
}

const (
	gramLength = 3
	// minContained is how long a text to contain has to be.
	minContained = gramLength + 1
	// maxGrams is how many different groups of three bytes a sieve may hold to be
	// of use: most subjects of those with more have one of them.
	maxGrams = 512
)

// sieveBuilder collects the texts of branches.
type sieveBuilder struct {
	grams, starts map[uint32]bool
	shortest      int  // of the texts to contain
	trails        bool // one of these is not what its branch starts with
	coarse        bool
}

// add adds a branch.
func (b *sieveBuilder) add(br *branch) {
	if b.coarse {
		return
	}
	if b.grams == nil {
		b.grams, b.starts = map[uint32]bool{}, map[uint32]bool{}
	}
	start, inside, leads := sieveTexts(br)
	switch {
	case len(inside) > minContained || start == "" && len(inside) == minContained:
		if b.shortest == 0 || len(inside) < b.shortest {
			b.shortest = len(inside)
		}
		for i := range len(inside) - gramLength + 1 {
			b.grams[gram(inside, i)] = true
		}
		b.trails = b.trails || !leads
	case start != "":
		b.starts[gram(start, 0)] = true
	default:
		b.coarse = true
	}
	b.coarse = b.coarse || len(b.grams) > maxGrams
}

// sieveTexts returns a text that the subjects of a branch start with, and one that they
// contain. Either is "" if there is none of use. leads says that the latter is what the
// branch starts with wherever it does. Letters may be in either case.
func sieveTexts(br *branch) (start, inside string, leads bool) {
	for i := 0; i < len(br.items); i++ {
		first, text := i, ""
		for ; i < len(br.items) && br.items[i].op == opLiteral; i++ {
			text += br.items[i].text
		}
		switch {
		case first == 0 && br.begin:
			if len(text) >= gramLength {
				start = text
			}
		case len(text) > len(inside):
			inside, leads = text, first == 0
		}
	}
	return start, inside, leads
}

// finish returns the sieve, or nil if it would be of no use.
func (b *sieveBuilder) finish() *sieve {
	if b.coarse || len(b.grams)+len(b.starts) == 0 {
		return nil
	}
	s := &sieve{leads: !b.trails, grams: newGramSet(b.grams)}
	if b.shortest > 0 {
		s.stride = b.shortest - gramLength + 1
	}
	if len(b.starts) > 0 {
		starts := newGramSet(b.starts)
		s.starts = &starts
	}
	return s
}

// skip returns a place of subject before which no branch starts. It reports
// false if no branch matches subject at all.
func (s *sieve) skip(subject string) (from int, ok bool) {
	if len(subject) < gramLength {
		return 0, true
	}
	if s.starts != nil {
		if x := gram(subject, 0); s.starts.mayHave(x) && s.starts.has(x) {
			return 0, true
		}
	}
	if s.stride == 0 {
		return 0, false
	}
	i := s.grams.find(subject, s.stride)
	if i < 0 || !s.leads {
		return 0, i >= 0
	}
	return max(0, i-s.stride+1), true
}

// stops reports whether no branch matches that starts within the rest of a
// subject, the start of the subject itself being elsewhere.
func (s *sieve) stops(rest string) bool { return s.stride == 0 || s.grams.find(rest, s.stride) < 0 }

// gram returns the three bytes of s from i on. Which letters are capitals makes
// no difference.
func gram(s string, i int) uint32 {
	return (uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16) | gramFold
}

const gramFold = 0x202020

// gramSet is a set of groups of three bytes.
type gramSet struct {
	words []uint64 // a bit for the hash of each
	shift uint
	// members is a hash table of them, which is asked where the bits say yes: one that only
	// has its hash in common with a member may be in what all subjects start with.
	members []uint32
}

// gramBits is how many bits a set has for each member.
const gramBits = 32

func newGramSet(grams map[uint32]bool) gramSet {
	size := 64
	for size < gramBits*len(grams) {
		size *= 2
	}
	set := gramSet{
		words: make([]uint64, size/64), shift: uint(32 - bits.TrailingZeros(uint(size))),
		members: make([]uint32, size*2/gramBits),
	}
	for g := range grams {
		h := set.hash(g)
		set.words[h/64] |= 1 << (h % 64)
		set.members[set.slot(g)] = g
	}
	return set
}

func (g *gramSet) hash(gram uint32) uint32 { return gram * 0x9e3779b1 >> g.shift }

// slot returns where gram is among the members, or where it would be.
func (g *gramSet) slot(gram uint32) uint32 {
	mask := uint32(len(g.members) - 1)
	slot := gram * 0x9e3779b1 >> 16 & mask
	for g.members[slot] != gram && g.members[slot] != 0 {
		slot = (slot + 1) & mask
	}
	return slot
}

// mayHave reports what the bits say of gram.
func (g *gramSet) mayHave(gram uint32) bool {
	h := g.hash(gram)
	return g.words[h/64]&(1<<(h%64)) != 0
}

// has reports whether gram, of which the bits say yes, is in the set.
func (g *gramSet) has(gram uint32) bool { return g.members[g.slot(gram)] == gram }

// find returns the first of the places 0, stride, twice stride and so on whose
// three bytes are in the set, or -1.
func (g *gramSet) find(s string, stride int) int {
	words, shift := g.words, g.shift&31
	i := 0
	for ; i+4 <= len(s); i += stride {
		x := load4(s, i)&0xffffff | gramFold
		h := x * 0x9e3779b1 >> shift
		if words[h/64]&(1<<(h%64)) != 0 && g.has(x) {
			return i
		}
	}
	if i+gramLength > len(s) {
		return -1
	}
	if x := gram(s, i); !g.mayHave(x) || !g.has(x) {
		return -1
	}
	return i
}
