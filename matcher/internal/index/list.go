package index

// List is lists one after the other, each with an index of its own or without.
type List struct {
	segments  []segment
	questions int
	n         int
}

// segment is a list in a List.
type segment struct {
	ix    *Index
	first int // item
	state int // of the first question, in Cursor.answers
	n     int
}

// Join returns the lists one after the other. Where an index is nil, all the items
// of its list, whose number lens has, are candidates.
func Join(indexes []*Index, lens []int) *List {
	l := &List{}
	for i, ix := range indexes {
		if lens[i] == 0 {
			continue
		}
		l.segments = append(l.segments, segment{ix, l.n, l.questions, lens[i]})
		l.n += lens[i]
		if ix != nil {
			l.questions += len(ix.questions)
		}
	}
	return l
}

// List returns ix as a List by itself.
func (ix *Index) List() *List { return Join([]*Index{ix}, []int{ix.n}) }

// Len returns how many items there are.
func (l *List) Len() int { return l.n }
