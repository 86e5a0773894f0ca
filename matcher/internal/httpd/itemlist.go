package httpd

import (
	"slices"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// ItemList is directives or sections of a scope and of the scopes around it, in the
// order they are tried, with an index of those that may hold for a request. Lists are
// joined and share what they are made of. Q is what the index asks of a request. The
// list may be nil, which is an empty one.
type ItemList[T, Q any] struct {
	scopes  []*itemScope[T, Q]
	n       int
	prepare sync.Once
	index   *index.List
	looks   bool // some items look at headers where they are passed over
}

// itemScope is the items of one scope, of which there is one at least.
type itemScope[T, Q any] struct {
	items   []T
	prepare sync.Once
	indexed Indexed[Q]
}

// Indexed is what is made of the items of one scope for requests.
type Indexed[Q any] struct {
	Index     *index.Index // nil if each item is to be tried
	Questions []Q          // that Index asks, by number
	Looks     *vary.Items  // the headers that items look at where Index passes over them; nil for none
}

// With returns the list l, which is of one scope, with item after it.
func (l *ItemList[T, Q]) With(item T) *ItemList[T, Q] {
	if l == nil {
		l = &ItemList[T, Q]{scopes: []*itemScope[T, Q]{{}}}
	}
	l.scopes[0].items = append(l.scopes[0].items, item)
	l.n++
	return l
}

// Items returns the items of a list of one scope.
func (l *ItemList[T, Q]) Items() []T {
	if l == nil {
		return nil
	}
	return l.scopes[0].items
}

// Len returns the number of items.
func (l *ItemList[T, Q]) Len() int {
	if l == nil {
		return 0
	}
	return l.n
}

// Join returns the items of l and then those of more, and changes neither.
func (l *ItemList[T, Q]) Join(more *ItemList[T, Q]) *ItemList[T, Q] {
	switch {
	case l.Len() == 0:
		return more
	case more.Len() == 0:
		return l
	}
	return &ItemList[T, Q]{scopes: slices.Concat(l.scopes, more.scopes), n: l.n + more.n}
}

// Seal prepares l for requests by what build makes of the items of each scope. Nothing is
// added to l any more.
func (l *ItemList[T, Q]) Seal(build func(items []T) Indexed[Q]) {
	if l == nil {
		return
	}
	l.prepare.Do(func() {
		indexes, lens := make([]*index.Index, len(l.scopes)), make([]int, len(l.scopes))
		for i, s := range l.scopes {
			s.prepare.Do(func() { s.indexed = build(s.items) })
			indexes[i], lens[i] = s.indexed.Index, len(s.items)
			l.looks = l.looks || s.indexed.Looks != nil
		}
		l.index = index.Join(indexes, lens)
	})
}

// At returns the item i.
func (l *ItemList[T, Q]) At(i int) T {
	for _, s := range l.scopes {
		if i < len(s.items) {
			return s.items[i]
		}
		i -= len(s.items)
	}
	panic("httpd: a list has no item of that number")
}

// Start returns the number of the first item of the scope that item i is of.
func (l *ItemList[T, Q]) Start(i int) int {
	start := 0
	for _, s := range l.scopes {
		if i < start+len(s.items) {
			break
		}
		start += len(s.items)
	}
	return start
}

// All yields the items in order, with their numbers.
func (l *ItemList[T, Q]) All(yield func(i int, item T) bool) {
	if l == nil {
		return
	}
	i := 0
	for _, s := range l.scopes {
		for _, item := range s.items {
			if !yield(i, item) {
				return
			}
			i++
		}
	}
}

// Index returns the index of the items, nil if each is to be tried.
func (l *ItemList[T, Q]) Index() *index.List {
	if l == nil {
		return nil
	}
	return l.index
}

// Question returns what the question q of a scope, by its number, asks.
func (l *ItemList[T, Q]) Question(scope int, q index.Question) Q {
	return l.scopes[scope].indexed.Questions[q]
}

// Looks reports whether passing over items may show in Vary.
func (l *ItemList[T, Q]) Looks() bool { return l != nil && l.looks }

// Looked adds to names the headers that items looked at which the index passed over: those
// from the number first on, and before end.
func (l *ItemList[T, Q]) Looked(names *vary.Names, first, end int) {
	for _, s := range l.scopes {
		if first >= end {
			return
		}
		n := len(s.items)
		if first < n {
			names.AddItems(s.indexed.Looks, first, min(end, n))
		}
		first, end = max(first-n, 0), end-n
	}
}
