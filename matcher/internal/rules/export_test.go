package rules

import "slices"

// HoldsList reports whether r refers to a list.
func (r *Run) HoldsList() bool { return r.list != nil }

// Groups returns how many groups of conditions the list asks sets about.
func (l *List) Groups() int { return len(l.groups) }

// Memos returns how many groups of conditions r has room for.
func (r *Run) Memos() int { return len(r.memos) }

// Tracks reports whether r refers to anything that conditions have captured.
func (r *Run) Tracks() bool {
	return slices.ContainsFunc(r.tracked[:cap(r.tracked)], func(t tracked) bool { return t.cond != nil || t.subject != "" })
}
