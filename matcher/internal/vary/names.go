// Package vary keeps the names of the request's headers that a response depends on, as
// httpd gathers them for Vary: each as often as it was looked at, in that order.
package vary

import (
	"slices"
	"strings"
)

// Names are names of headers. The zero value holds none. A copy shares memory with the
// original, so that only one of the two may be changed; see Clone.
type Names struct {
	first run // empty if there is none
	more  []run
}

// run is names that stand next to each other.
type run struct {
	names string // ", " between them
	items *Items // if set, what items of it look at instead: from first on, before end
	first int32
	end   int32
	times int32 // how often
}

// RunBytes is about how much memory Add and AddItems take.
const RunBytes = 64

// separator stands between names.
const separator = ", "

// Join returns names as one text.
func Join(names []string) string { return strings.Join(names, separator) }

// Empty reports whether there are no names.
func (n *Names) Empty() bool { return n.first.times == 0 }

// last returns the last run, nil if there is none.
func (n *Names) last() *run {
	switch {
	case len(n.more) > 0:
		return &n.more[len(n.more)-1]
	case n.Empty():
		return nil
	}
	return &n.first
}

func (n *Names) push(r run) {
	if n.Empty() {
		n.first = r
		return
	}
	n.more = append(n.more, r)
}

// Repeat adds names, which is not empty and has ", " between several, if that takes no
// memory, and reports whether it did.
func (n *Names) Repeat(names string) bool {
	r := n.last()
	if r == nil || r.items != nil || r.names != names {
		return false
	}
	r.times++
	return true
}

// Add adds names, which is not empty and has ", " between several.
func (n *Names) Add(names string) {
	if !n.Repeat(names) {
		n.push(run{names: names, times: 1})
	}
}

// AddItems adds what items of l look at: those from the number first on, and before end.
func (n *Names) AddItems(l *Items, first, end int) {
	if l.Size(first, end) == 0 {
		return
	}
	r := run{items: l, first: int32(first), end: int32(end), times: 1} //nolint:gosec // no list has 2^31 items
	switch last := n.last(); {
	case last == nil || last.items != l:
	case last.end == r.first && last.times == 1:
		last.end = r.end
		return
	case last.first == r.first && last.end == r.end: // lists of sections are gone through again
		last.times++
		return
	}
	n.push(r)
}

// AddAll adds the names of more.
func (n *Names) AddAll(more *Names) {
	if more.Empty() {
		return
	}
	n.push(more.first)
	n.more = append(n.more, more.more...)
}

// Memory returns about how much memory n takes, beside the texts of its names.
func (n *Names) Memory() int { return RunBytes * (1 + len(n.more)) }

// Clone returns a copy that shares nothing with n that changes.
func (n *Names) Clone() Names { return Names{n.first, slices.Clone(n.more)} }

// each yields the runs.
func (n *Names) each(yield func(r *run) bool) {
	if n.Empty() || !yield(&n.first) {
		return
	}
	for i := range n.more {
		if !yield(&n.more[i]) {
			return
		}
	}
}

// Lone returns the names if they are the same for all that looked at any.
func (n *Names) Lone() (names string, ok bool) {
	switch r := &n.first; {
	case n.Empty():
		return "", true
	case len(n.more) > 0:
		return "", false
	case r.items != nil:
		return r.items.lone()
	default:
		return r.names, true
	}
}

// Size returns the length of Text.
func (n *Names) Size() int {
	size := 0
	for r := range n.each {
		each := len(r.names) + len(separator)
		if r.items != nil {
			each = r.items.Size(int(r.first), int(r.end))
		}
		size += int(r.times) * each
	}
	return max(size-len(separator), 0)
}

// Text returns all the names with ", " between them.
func (n *Names) Text() string {
	if n.first.items == nil && n.first.times <= 1 && len(n.more) == 0 {
		return n.first.names
	}
	var b strings.Builder
	b.Grow(n.Size())
	add := func(names string) {
		if b.Len() > 0 {
			b.WriteString(separator)
		}
		b.WriteString(names)
	}
	for r := range n.each {
		for range r.times {
			if r.items != nil {
				r.items.each(int(r.first), int(r.end), add)
				continue
			}
			add(r.names)
		}
	}
	return b.String()
}

// Once yields the names, with ", " between several that were looked at together, in the
// order in which each is first. Some it yields more than once.
func (n *Names) Once(yield func(names string) bool) {
	for r := range n.each {
		if r.items == nil && !yield(r.names) || r.items != nil && !r.items.once(int(r.first), int(r.end), yield) {
			return
		}
	}
}
