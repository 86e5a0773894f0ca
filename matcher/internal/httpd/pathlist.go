package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// PathList collects what the items of a list need of a URL-path, in the order of the
// list: directives that map URLs, or sections for some.
type PathList struct{ items index.Builder }

// The questions about a URL-path.
const (
	askPath      index.Question = iota
	askPlainPath                // the path with single slashes
)

// Matching appends an item for the paths that p matches.
func (l *PathList) Matching(p *pattern.Pattern) {
	l.items.Add([]index.Term{index.Pattern(askPath, p.String(), p.Flags())})
}

// Below appends an item for path, which has single slashes, and what is below it.
// With a slash at its end path itself needs one, too. Slashes of the request that
// follow each other count for one.
func (l *PathList) Below(path string) {
	if strings.HasSuffix(path, "/") {
		l.items.Add([]index.Term{index.Prefix(askPlainPath, path)})
	} else {
		l.items.Add([]index.Term{index.Path(askPlainPath, path)})
	}
}

// Wild appends an item for the paths that glob matches, as [apr.MatchFile] does.
// Slashes of the request that follow each other count for one.
func (l *PathList) Wild(glob string) {
	l.items.Add([]index.Term{index.FileGlob(askPlainPath, glob)})
}

// Build returns the index of the items, nil if each is to be tried.
func (l *PathList) Build(e *Engine) *index.Index {
	if e.Linear {
		return nil
	}
	o := e.Index
	o.Fixed = func(index.Question) bool { return true }
	return l.items.Build(o)
}

// PathWalk is a walk along a list whose items are for URL-paths.
type PathWalk struct {
	cursor      index.Cursor
	list        *index.List // nil if each item is a candidate
	eval        *Evaluation
	path, plain string
}

// WalkPaths begins a walk along list, which may be nil, with the items that may be for
// path. plain is the path with single slashes. The walk has to end before the next one
// begins.
func (e *Evaluation) WalkPaths(list *index.List, path, plain string) *PathWalk {
	w := &e.paths
	w.list, w.eval, w.path, w.plain = list, e, path, plain
	if list != nil {
		w.cursor.Start(list, w, &e.Meter)
	}
	return w
}

// Next returns the index of the first item from i on that may be for the path.
func (w *PathWalk) Next(i int) int {
	if w.list == nil {
		return i
	}
	i = w.cursor.Next(i)
	w.eval.Over() // Items may be missing then, and the request is denied.
	return i
}

// Traced reports whether the request is explained: the caller then has to see that the
// items that are passed over are not for the path.
func (w *PathWalk) Traced() bool { return w.list != nil && w.eval.Step != nil && !w.eval.Over() }

// Matches reports whether p matches s, to check an item that was passed over. That it
// is too much denies nothing, unless the request's time runs out.
func (w *PathWalk) Matches(p *pattern.Pattern, s string) bool {
	ok, err := p.MatchWithin(s, nil, 0, &w.eval.Meter)
	return ok && err == nil
}

// PassedOver is Evaluation.PassedOver for an item of the list.
func (w *PathWalk) PassedOver(at parser.Extent) { w.eval.PassedOver(at) }

// End ends the walk.
func (w *PathWalk) End() {
	if w.list != nil {
		w.cursor.Clear(maxWalkBytes)
	}
	w.list, w.eval, w.path, w.plain = nil, nil, "", ""
}

// maxWalkBytes bounds the buffers for answers to questions that stay from walk to walk.
const maxWalkBytes = 1 << 16

// Answer returns the path, or the one with single slashes.
func (w *PathWalk) Answer(q index.Question, _ []byte) (text string, made []byte) {
	w.eval.Spend(len(w.path) / work.TextSteps)
	if q == askPath {
		return w.path, nil
	}
	return w.plain, nil
}
