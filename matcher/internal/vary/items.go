package vary

import (
	"cmp"
	"slices"
)

// Items are what the items of a list look at where they do not hold, as far as that is
// known before there is a request. The zero value is an empty list. It is immutable once
// it is used.
type Items struct {
	looks []look
	of    []int32 // by item: the index of its look, -1 for none
	all   []int32 // the items that look at any, ascending
	sizes []int32 // by item: the size of what stands before it, a separator behind each
	known map[string]int32
}

// look is names that items look at.
type look struct {
	names string
	items []int32 // that do, ascending
}

// Append appends an item that looks at names, with ", " between several, "" for none.
func (l *Items) Append(names string) {
	if len(l.sizes) == 0 {
		l.sizes = []int32{0}
	}
	size := l.sizes[len(l.of)]
	number := int32(-1)
	if names != "" {
		number = l.number(names)
		item := int32(len(l.of)) //nolint:gosec // no list has 2^31 items
		l.looks[number].items, l.all = append(l.looks[number].items, item), append(l.all, item)
		size += int32(len(names) + len(separator)) //nolint:gosec // no configuration has 2 GB
	}
	l.of, l.sizes = append(l.of, number), append(l.sizes, size)
}

// number returns the index of the look at names, which it adds if there is none yet.
func (l *Items) number(names string) int32 {
	number, ok := l.known[names]
	if !ok {
		if l.known == nil {
			l.known = map[string]int32{}
		}
		number = int32(len(l.looks)) //nolint:gosec // no more than items
		l.known[names] = number
		l.looks = append(l.looks, look{names: names})
	}
	return number
}

// Done ends the list. It returns nil if nothing is looked at.
func (l *Items) Done() *Items {
	if len(l.looks) == 0 {
		return nil
	}
	l.known = nil
	return l
}

// Size returns the length of what items look at, with a separator behind each: those from
// the number first on, and before end. l may be nil, which looks at nothing.
func (l *Items) Size(first, end int) int {
	if l == nil || first >= end {
		return 0
	}
	return int(l.sizes[end] - l.sizes[first])
}

// Of returns what an item looks at. l may be nil.
func (l *Items) Of(item int) string {
	if l == nil || l.of[item] < 0 {
		return ""
	}
	return l.looks[l.of[item]].names
}

// each calls do with what each of the items looks at.
func (l *Items) each(first, end int, do func(names string)) {
	for _, item := range within(l.all, first, end) {
		do(l.looks[l.of[item]].names)
	}
}

// within returns those of items, which are ascending, from the number first on, and before
// end.
func within(items []int32, first, end int) []int32 {
	from, _ := slices.BinarySearch(items, int32(first)) //nolint:gosec // no list has 2^31 items
	items = items[from:]
	to, _ := slices.BinarySearch(items, int32(end)) //nolint:gosec // no list has 2^31 items
	return items[:to]
}

// lone returns what items look at if it is the same for all that look at anything.
func (l *Items) lone() (names string, ok bool) { return l.looks[0].names, len(l.looks) == 1 }

// once yields what the items look at, each once, in the order in which it is first, and
// returns whether to go on.
func (l *Items) once(from, end int, yield func(names string) bool) bool {
	if names, ok := l.lone(); ok {
		return yield(names)
	}
	type first struct{ item, look int32 }
	var found []first
	for i := range l.looks {
		if items := within(l.looks[i].items, from, end); len(items) > 0 {
			found = append(found, first{items[0], int32(i)}) //nolint:gosec // no more than items
		}
	}
	slices.SortFunc(found, func(a, b first) int { return cmp.Compare(a.item, b.item) })
	for _, f := range found {
		if !yield(l.looks[f.look].names) {
			return false
		}
	}
	return true
}
