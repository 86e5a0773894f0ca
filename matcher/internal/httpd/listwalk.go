package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Asker answers the questions of a list's index about a request.
type Asker interface {
	// Ask returns the answer to the question q of the scope with the given number, as
	// index.Asker's Answer does.
	Ask(s *Request, scope int, q index.Question, buf []byte) (text string, made []byte)
}

// Walk is a walk along a list with those of its items that may hold for a request.
type Walk struct {
	cursor      index.Cursor
	list        *index.List // nil if each item is a candidate
	eval        *Evaluation
	request     *Request
	asker       Asker  // nil if what is asked for is the path
	path, plain string // the path, and the path with single slashes
}

// listWalks are the walks along lists of an evaluation. Several may be under way: what is done with an
// item can take a sub-request, which makes walks of its own.
type listWalks struct {
	all   []*Walk
	under int // way
}

// walk begins a walk along list, which may be nil.
func (e *Evaluation) walk(list *index.List) *Walk {
	ws := &e.listWalks
	if ws.under == len(ws.all) {
		ws.all = append(ws.all, new(Walk))
	}
	w := ws.all[ws.under]
	ws.under++
	w.eval, w.list = e, list
	return w
}

// Walk begins a walk along list, which may be nil, with the items that may hold for s
// by what a says of it. The walk has to end before those that began earlier.
func (s *Request) Walk(list *index.List, a Asker) *Walk {
	if s.LooksUpServerName() {
		list = nil
	}
	w := s.Eval.walk(list)
	if list != nil {
		w.request, w.asker = s, a
		w.cursor.Start(list, w, &s.Eval.Meter)
	}
	return w
}

// WalkPaths begins a walk along a list that a PathList is the index of and that may be
// nil, with the items that may be for path. plain is the path with single slashes. The
// walk has to end before those that began earlier.
func (e *Evaluation) WalkPaths(list *index.List, path, plain string) *Walk {
	w := e.walk(list)
	w.path, w.plain = path, plain
	if list != nil {
		w.cursor.Start(list, w, &e.Meter)
	}
	return w
}

// Next returns the number of the first item from i on that may hold.
func (w *Walk) Next(i int) int {
	if w.list == nil {
		return i
	}
	i = w.cursor.Next(i)
	w.eval.Over() // Items may be missing then, and the request is denied.
	return i
}

// Changed notes that answers to questions may have changed that are not fixed.
func (w *Walk) Changed() { w.cursor.Changed() }

// May reports whether a part of the item that Next returned last may hold, and whether
// it is certain to if it may.
func (w *Walk) May(p index.Part) (may, certain bool) {
	if w.list == nil {
		return true, false
	}
	return w.cursor.May(p)
}

// Traced reports whether the request is explained: the caller then has to see that the
// items that are passed over do not hold.
func (w *Walk) Traced() bool { return w.list != nil && w.eval.Step != nil && !w.eval.Over() }

// Matches reports whether p matches text, to check an item that was passed over. That
// it is too much denies nothing, unless the request's time runs out.
func (w *Walk) Matches(p *pattern.Pattern, text string) bool {
	ok, err := p.MatchWithin(text, nil, 0, &w.eval.Meter)
	return ok && err == nil
}

// PassedOver is Evaluation.PassedOver for an item of the list.
func (w *Walk) PassedOver(at parser.Extent) { w.eval.PassedOver(at) }

// End ends the walk.
func (w *Walk) End() {
	if w.list != nil {
		w.cursor.Clear(maxWalkBytes)
	}
	w.eval.listWalks.under--
	w.list, w.eval, w.request, w.asker, w.path, w.plain = nil, nil, nil, nil, "", ""
}

// maxWalkBytes bounds the buffers for answers to questions that stay from walk to walk.
const maxWalkBytes = 1 << 16

// Answer returns the answer to a question about the request or the path.
func (w *Walk) Answer(q index.Question, buf []byte) (text string, made []byte) {
	if w.asker != nil {
		return w.asker.Ask(w.request, w.cursor.Segment(), q, buf)
	}
	w.eval.Spend(len(w.path) / work.TextSteps)
	if q == askPath {
		return w.path, nil
	}
	return w.plain, nil
}
