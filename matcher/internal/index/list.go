package index

// List is lists one after the other, each with an index of its own or without.
type List struct {
	segments  []segment
	only      *Index    // nil if there are several segments, or none
	lone      *question // what decides on all items of only; nil if there is more to it
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
// of its list, whose number lens has, are candidates. It is nil if all of the indexes
// are.
func Join(indexes []*Index, lens []int) *List {
	l, indexed := &List{}, false
	for i, ix := range indexes {
		if lens[i] == 0 {
			continue
		}
		l.segments = append(l.segments, segment{ix, l.n, l.questions, lens[i]})
		l.n += lens[i]
		if ix != nil {
			indexed = true
			l.questions += len(ix.questions)
		}
	}
	if !indexed {
		return nil
	}
	if len(l.segments) == 1 {
		l.only = l.segments[0].ix
		l.lone = l.only.lone()
	}
	return l
}

// lone returns the question of ix if the answer to that one decides on all items; nil if
// there is more to it.
func (ix *Index) lone() *question {
	if len(ix.questions) != 1 || len(ix.always) > 0 {
		return nil // a second watch has a question of its own
	}
	return &ix.questions[0]
}

// List returns ix as a List by itself.
func (ix *Index) List() *List { return Join([]*Index{ix}, []int{ix.Len()}) }

// Len returns how many items there are.
func (l *List) Len() int { return l.n }
