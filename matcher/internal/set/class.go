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
func (n *nfa) classify(b *builder, ids []int32) {
	div := division{count: 1}
	div.sizes[0] = 256
	used := 0
	for id, number := range ids {
		if number == unusedSet {
			continue
		}
		used++
		if id < firstFold {
			div.single(byte(id))
		} else {
			set := b.setOf(int32(id))
			div.split(&set)
		}
	}
	n.divideContext(b, &div)
	n.byteClass, n.numClasses = div.class, div.count
	n.sets = make([]classSet, used)
	for id, number := range ids {
		if number != unusedSet {
			n.sets[number] = n.classesOf(b, int32(id))
		}
	}
	n.assertions()
}

// divideContext divides the bytes by what the assertions in use have to know.
func (n *nfa) divideContext(b *builder, div *division) {
	word, lf := wordBytes(), pcre.Bytes("\n")
	if b.used&(1<<wordBoundary|1<<noWordBoundary) != 0 {
		div.split(&word)
		n.context |= afterWord
	}
	if b.used&(1<<beginLine|1<<endLine) != 0 {
		div.split(&lf)
		n.context |= afterLF
	}
	if b.used&(1<<beginText|1<<beginLine) != 0 {
		n.context |= atBegin
	}
	n.flags = make([]flags, div.count)
	for c := range 256 {
		if word.Has(byte(c)) {
			n.flags[div.class[c]] |= afterWord & n.context
		}
		if c == '\n' {
			n.flags[div.class[c]] |= afterLF & n.context
		}
	}
}

// classesOf returns the classes that make up a set.
func (n *nfa) classesOf(b *builder, id int32) (classes classSet) {
	if id < firstFold {
		classes.add(int(n.byteClass[id]))
		return classes
	}
	set := b.setOf(id)
	for low, high := range set.Ranges() {
		for c := int(low); c <= int(high); c++ {
			classes.add(int(n.byteClass[c]))
		}
	}
	return classes
}

// division divides the bytes into classes.
type division struct {
	class [256]uint8
	sizes [256]int // of the classes
	count int
}

// single gives c a class of its own.
func (d *division) single(c byte) {
	if d.sizes[d.class[c]] > 1 {
		d.move(c, d.count)
		d.count++
	}
}

// move moves c to another class.
func (d *division) move(c byte, class int) {
	d.sizes[d.class[c]]--
	d.class[c] = uint8(class)
	d.sizes[class]++
}

// split makes sure that no class has both members of set and others.
func (d *division) split(set *pcre.Set) {
	var members [256]int
	for low, high := range set.Ranges() {
		for c := int(low); c <= int(high); c++ {
			members[d.class[c]]++
		}
	}
	var moved [256]int // the new class of the members
	for low, high := range set.Ranges() {
		for c := int(low); c <= int(high); c++ {
			old := d.class[c]
			if moved[old] == 0 && members[old] < d.sizes[old] {
				moved[old] = d.count
				d.count++
			}
			if moved[old] != 0 && int(old) != moved[old] {
				d.move(byte(c), moved[old])
			}
		}
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
