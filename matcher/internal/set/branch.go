package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// branch is one of the alternatives of a pattern: items one after the other,
// somewhere in the subject, or with begin and end at its start and its end. It
// has been trimmed: what every subject satisfies is gone from either side.
type branch struct {
	items      []*expr
	begin, end bool
	listed     bool   // texts says what is known
	texts      *texts // that the items match, nil if they are not known or many
}

// finite returns the texts that the items of b match, nil if they are many.
func (b *branch) finite() *texts {
	if !b.listed {
		b.listed = true
		if t, ok := finite(b.items); ok {
			b.texts = &t
		}
	}
	return b.texts
}

// shape is what a pattern comes down to. It matches if one of its branches does.
type shape struct {
	branches   []branch
	everything bool // matches every subject
	exact      bool // the branches match no more than the pattern does
	hopeless   bool // the branches mean nothing
}

const (
	// maxBranches bounds the branches of one pattern.
	maxBranches = 4096
	// maxAnchored bounds an alternation that is split for an anchor in it.
	maxAnchored = 8
)

// shapeOf returns the shape of re, made in m.
func shapeOf(re *pcre.Regexp, m *memory) shape {
	if re.Class == pcre.Unsupported {
		return shape{hopeless: true}
	}
	// In UTF mode there are subjects that a pattern does not match although the
	// tree does: those that are not UTF-8.
	s := simplifier{memory: m, exact: !re.UTF}
	root := s.simplify(re.Root, true)
	if s.hopeless {
		return shape{hopeless: true}
	}
	sh := shape{exact: s.exact}
	sh.add(branch{items: m.itemsOf(root)})
	if sh.everything {
		sh.branches = nil
	}
	return sh
}

// itemsOf returns the items that e is made of. They are not to be written to.
func (m *memory) itemsOf(e *expr) []*expr {
	switch e.op {
	case opEmpty:
		return nil
	case opConcat:
		return slices.Clip(e.subs)
	case opFail, opLiteral, opSet, opAlternate, opRepeat, opAssert:
	}
	return m.one(e)
}

// flatten appends the items that e is made of.
func flatten(items []*expr, e *expr) []*expr {
	switch e.op {
	case opEmpty:
		return items
	case opConcat:
		return append(items, e.subs...)
	case opFail, opLiteral, opSet, opAlternate, opRepeat, opAssert:
	}
	return append(items, e)
}

// add adds b, or the branches that it splits into.
func (sh *shape) add(b branch) {
	if sh.everything || !b.trim() {
		return
	}
	last := len(b.items) - 1
	switch {
	case last < 0:
		if !b.begin || !b.end {
			sh.everything = true
			return
		}
	case last == 0 && sh.maySplit(b.items[0], maxBranches):
		sh.split(b, 0)
		return
	case sh.maySplit(b.items[0], maxAnchored) && anyAnchored(b.items[0], firstItem, beginText):
		sh.split(b, 0)
		return
	case sh.maySplit(b.items[last], maxAnchored) && anyAnchored(b.items[last], lastItem, endText):
		sh.split(b, last)
		return
	}
	sh.branches = append(sh.branches, b)
}

// maySplit reports whether e is an alternation of at most limit that can be
// split into branches.
func (sh *shape) maySplit(e *expr, limit int) bool {
	return e.op == opAlternate && len(e.subs) <= limit && len(sh.branches)+len(e.subs) <= maxBranches
}

// split adds a branch for each alternative of item i of b.
func (sh *shape) split(b branch, i int) {
	for _, sub := range b.items[i].subs {
		items := slices.Clone(b.items[:i])
		items = flatten(items, sub)
		items = append(items, b.items[i+1:]...)
		sh.add(branch{items: items, begin: b.begin, end: b.end})
	}
}

// anyAnchored reports whether one of the alternatives of e has the assertion a
// as the item that side picks.
func anyAnchored(e *expr, side func(*expr) *expr, a assertion) bool {
	for _, sub := range e.subs {
		if item := side(sub); item.op == opAssert && item.assert == a {
			return true
		}
	}
	return false
}

func firstItem(e *expr) *expr {
	if e.op == opConcat {
		return e.subs[0]
	}
	return e
}

func lastItem(e *expr) *expr {
	if e.op == opConcat {
		return e.subs[len(e.subs)-1]
	}
	return e
}

// trim takes from either side of b what makes no difference. ok is false if b
// can't match at all.
func (b *branch) trim() (ok bool) {
	// The end comes first: a pattern is decided soonest if what is left of it is
	// at the start.
	for len(b.items) > 0 && b.trimLast() {
	}
	for len(b.items) > 0 && b.trimFirst() {
	}
	return !slices.ContainsFunc(b.items, func(e *expr) bool { return e.op == opFail })
}

// trimFirst simplifies the first item, and reports whether there may be more to
// do.
func (b *branch) trimFirst() bool {
	first, rest := b.items[0], b.items[1:]
	switch {
	case first.op == opAssert && first.assert == beginText:
		b.begin = true
	case first.op == opAssert && first.assert == beginLine && b.begin:
	case first.isAnyRun():
		// After that one may be anywhere, min bytes on.
		b.begin = false
		if first.min > 0 {
			b.items = append([]*expr{times(first.subs[0], first.min)}, rest...)
			return false
		}
	case b.begin:
		return false
	case first.nullable():
		// The match may as well start after it.
	case first.op == opRepeat && first.max != first.min:
		b.items = append(flatten(nil, times(first.subs[0], first.min)), rest...)
		return true
	default:
		return false
	}
	b.items = rest
	return true
}

// trimLast is trimFirst at the other side.
func (b *branch) trimLast() bool {
	last, rest := b.items[len(b.items)-1], b.items[:len(b.items)-1]
	switch {
	case last.op == opAssert && last.assert == endText:
		b.end = true
	case last.op == opAssert && last.assert == endLine && b.end:
	case last.isAnyRun():
		b.end = false
		if last.min > 0 {
			b.items = append(slices.Clone(rest), times(last.subs[0], last.min))
			return false
		}
	case b.end:
		return false
	case last.nullable():
	case last.op == opRepeat && last.max != last.min:
		b.items = flatten(slices.Clone(rest), times(last.subs[0], last.min))
		return true
	default:
		return false
	}
	b.items = rest
	return true
}

// times returns the expr for e n times.
func times(e *expr, n int32) *expr { return (*memory)(nil).repeat(e, n, n) }

// size returns about how many instructions the branches take.
func (sh *shape) size() int {
	n := 0
	for i := range sh.branches {
		n = min(n+sh.branches[i].size(), maxSize)
	}
	return n
}

// size returns about how many instructions b takes.
func (b *branch) size() int {
	n := 0
	for _, item := range b.items {
		n = min(n+item.size(), maxSize)
	}
	return n
}

const (
	// maxParts bounds how many branches one pattern may be split into.
	maxParts = maxBranches
	// maxSplit bounds the size of these: what stands beside an alternation is in
	// each of them.
	maxSplit = 1 << 17
)

// parts returns the branches that b splits into at the first of its items that is
// too large for a piece: "^/(a|b|…)/" with many alternatives is as many texts that
// subjects may start with. It returns none if there is no such item, or if a part
// matches every subject.
func (b *branch) parts() []branch {
	for i, item := range b.items {
		if item.size() <= maxItem && looseness(item) <= maxLoose {
			continue
		}
		alternatives := item.alternatives()
		if len(alternatives)*(b.size()-item.size()) > maxSplit {
			return nil
		}
		if alternatives == nil {
			continue
		}
		var parts []branch
		for _, sub := range alternatives {
			items := flatten(slices.Clone(b.items[:i]), sub)
			part := branch{items: join(append(items, b.items[i+1:]...)), begin: b.begin, end: b.end}
			if !part.trim() {
				continue
			}
			if len(part.items) == 0 && (!part.begin || !part.end) {
				return nil
			}
			parts = append(parts, part)
		}
		return parts
	}
	return nil
}

// fit splits the branches that are too large for an automaton, as far as that is
// possible. It returns the size of what is the largest then: of all branches, or of
// one if some have been split.
func (sh *shape) fit() int {
	size := sh.size()
	if size <= maxPattern {
		return size
	}
	var branches []branch
	left := maxSplit
	for i := range sh.branches {
		var ok bool
		if branches, ok = sh.branches[i].appendSplit(branches, &left); !ok {
			return size
		}
	}
	sh.branches = branches
	largest := 0
	for i := range branches {
		largest = max(largest, branches[i].size())
	}
	return largest
}

// appendSplit appends b, or what it splits into if it is too large for an
// automaton. It reports false if that is too large, or of more than the size that
// is left.
func (b *branch) appendSplit(branches []branch, left *int) ([]branch, bool) {
	size := b.size()
	if size <= maxPattern {
		*left -= size
		return append(branches, *b), len(branches) < maxParts && *left >= 0
	}
	parts := b.parts()
	for i := range parts {
		var ok bool
		if branches, ok = parts[i].appendSplit(branches, left); !ok {
			return branches, false
		}
	}
	return branches, len(parts) > 0
}

// join joins the literals among items that are next to each other.
func join(items []*expr) []*expr {
	var out []*expr
	for _, item := range items {
		out = (*memory)(nil).appendJoined(out, 0, item)
	}
	return out
}

// alternatives returns what e matches one of, nil if it is of another kind.
func (e *expr) alternatives() []*expr {
	switch {
	case e.op == opAlternate:
		return e.subs
	case e.op == opRepeat && e.min == 0 && e.max == 1:
		return []*expr{emptyExpr, e.subs[0]}
	}
	return nil
}
