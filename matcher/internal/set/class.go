package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// alphabet is how an automaton sees subjects.
type alphabet struct {
	byteClass  [256]uint8
	numClasses int     // the class numClasses is the end of the subject
	context    flags   // what the assertions in use need to know
	flags      []flags // of a place after a byte of a class
	searching  bool    // there are branches that start anywhere
}

// flagsAfter returns the flags of the place after a byte of a class, or of none
// after the end.
func (a *alphabet) flagsAfter(class int) flags {
	if class == a.numClasses {
		return 0
	}
	return a.flags[class]
}

// placeFlags returns the flags that a place other than the start can have.
func (a *alphabet) placeFlags() []flags {
	all := []flags{0}
	for _, f := range []flags{afterWord, afterLF} {
		if a.context&f != 0 {
			all = append(all, f)
		}
	}
	return all
}

// classSet is a set of classes of bytes.
type classSet [4]uint64

func (s *classSet) has(class int) bool { return s[class>>6]&(1<<(class&63)) != 0 }

func (s *classSet) add(class int) { s[class>>6] |= 1 << (class & 63) }

func (s *classSet) addAll(t *classSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

// classify divides the bytes into classes that nothing in n tells apart, and
// prepares what n has to know of each class.
func (n *nfa) classify(b *builder, ids []uint16) {
	var sets []pcre.Set
	for id, number := range ids {
		if number != unusedSet {
			sets = append(sets, b.setOf(int32(id)))
		}
	}
	word := wordBytes()
	boundary := b.used&(1<<wordBoundary|1<<noWordBoundary) != 0
	lines := b.used&(1<<beginLine|1<<endLine) != 0
	div := division{count: 1}
	for i := range sets {
		div.split(&sets[i])
	}
	if boundary {
		div.split(&word)
		n.context |= afterWord
	}
	if lines {
		lf := pcre.Bytes("\n")
		div.split(&lf)
		n.context |= afterLF
	}
	if b.used&(1<<beginText|1<<beginLine) != 0 {
		n.context |= atBegin
	}
	n.byteClass, n.numClasses = div.class, div.count
	n.sets = make([]classSet, len(sets))
	n.flags = make([]flags, n.numClasses)
	for c := 255; c >= 0; c-- {
		class := int(n.byteClass[c])
		for i := range sets {
			if sets[i].Has(byte(c)) {
				n.sets[i].add(class)
			}
		}
		if word.Has(byte(c)) {
			n.flags[class] |= afterWord & n.context
		}
		if c == '\n' {
			n.flags[class] |= afterLF & n.context
		}
	}
	n.assertions()
}

// division divides the bytes into classes.
type division struct {
	class [256]uint8
	count int
}

// split makes sure that no class has both members of set and others.
func (d *division) split(set *pcre.Set) {
	var in, out [256]bool
	for c := range 256 {
		if set.Has(byte(c)) {
			in[d.class[c]] = true
		} else {
			out[d.class[c]] = true
		}
	}
	var moved [256]int // the new class of the members, plus one
	for c := range 256 {
		old := d.class[c]
		if !set.Has(byte(c)) || !in[old] || !out[old] {
			continue
		}
		if moved[old] == 0 {
			d.count++
			moved[old] = d.count
		}
		d.class[c] = uint8(moved[old] - 1)
	}
}

// assertions computes which assertions hold where.
func (n *nfa) assertions() {
	for f := range n.context + 1 {
		n.holds[f] = make([]uint8, n.numClasses+1)
		for class := range n.numClasses + 1 {
			n.holds[f][class] = n.assertionsAt(f, class)
		}
	}
}

// assertionsAt returns the assertions that hold at a place with flags f before
// a byte of a class.
func (n *nfa) assertionsAt(f flags, class int) uint8 {
	var mask uint8
	var after flags
	end := class == n.numClasses
	if end {
		mask |= 1<<endText | 1<<endLine
	} else {
		after = n.flags[class]
	}
	if f&atBegin != 0 {
		mask |= 1<<beginText | 1<<beginLine
	}
	if f&afterLF != 0 && !end {
		mask |= 1 << beginLine
	}
	if after&afterLF != 0 {
		mask |= 1 << endLine
	}
	if (f^after)&afterWord != 0 {
		mask |= 1 << wordBoundary
	} else {
		mask |= 1 << noWordBoundary
	}
	return mask
}
