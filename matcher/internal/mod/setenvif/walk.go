package setenvif

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// walk is a walk along a list for a request. It has the same effect as trying each
// directive: one that is passed over would only look at its attribute.
type walk struct {
	*httpd.Walk // nil without an index: each directive is tried then

	s    *httpd.Request
	list *setEnvIfs
	subj envSubject
	done int // directives before it have been tried, or would have had no effect
}

// runSetEnvIf applies the SetEnvIf directives of a configuration. It returns 0,
// or the status to answer with where a value gets too long.
func runSetEnvIf(s *httpd.Request, p httpd.Parts) int {
	l := setEnvIfSlot.Of(p)
	if l == nil {
		return 0
	}
	w := walk{s: s, list: l}
	list := l.list.Index()
	if list == nil {
		return w.tryAll()
	}
	w.Walk = s.Walk(list, (*asker)(l.list))
	status := w.run()
	w.End()
	return status
}

// tryAll tries each directive. It returns what runSetEnvIf does.
func (w *walk) tryAll() int {
	for _, e := range w.list.list.All {
		if w.s.Eval.Over() || !w.try(e, false) {
			return 500
		}
	}
	return w.ended()
}

// run tries the directives that may have an effect. It returns what runSetEnvIf does.
func (w *walk) run() int {
	for n := w.list.list.Len(); ; {
		i := w.Next(w.done)
		if w.Traced() {
			w.check(w.done, min(i, n))
		}
		w.countLooks(w.done, min(i, n))
		if i >= n || w.s.Eval.Over() {
			return w.ended()
		}
		passed := i > w.done
		e := w.list.list.At(i)
		if passed {
			w.catchUp(i, e)
		}
		w.done = i + 1
		if !w.try(e, passed) || !w.tryUnlooked() {
			return 500
		}
	}
}

// ended returns what runSetEnvIf does once no directive is left.
func (w *walk) ended() int {
	if w.s.Eval.Over() {
		return 500
	}
	return 0
}

// catchUp has w.subj be what the directives before e, which is number i, would have left that
// were passed over, as far as e or a later one sees it.
func (w *walk) catchUp(i int, e *setEnvIf) {
	l := w.list
	switch {
	case l.reading && l.changing:
		for k := w.done; k < i; k++ {
			w.leave(l.list.At(k))
		}
	case e.expr != nil: // the directives after it may not look anew
		if before := w.lookBefore(i); before != nil {
			w.subj.lookAnew(w.s, before)
		}
	}
}

// countLooks counts for Vary what the directives look at that are passed over: those from the
// number first on, and before end.
func (w *walk) countLooks(first, end int) {
	if first < end && w.list.list.Looks() && w.s.RoomForVary() {
		w.list.list.Looked(&w.s.Vary, first, end)
	}
}

// leave has w.subj be what e leaves, which was passed over. What it looks at has been counted.
func (w *walk) leave(e *setEnvIf) {
	switch {
	case e.expr == nil:
		if e.attr != w.subj.attr {
			w.subj.lookAnew(w.s, e)
		}
	case e.groups.Changes:
		w.s.Eval.At = e
		names := w.s.Vary.Clone()
		e.exprHolds(w.s, &w.subj)
		w.s.Vary = names
	}
}

// lookBefore returns the last directive before i that is no expression, nil if that is not
// among those passed over.
func (w *walk) lookBefore(i int) *setEnvIf {
	for k := i - 1; k >= w.done; {
		e := w.list.list.At(k)
		switch {
		case e.expr == nil:
			return e
		case e.back > 0:
			k -= int(e.back)
		default:
			k = w.list.list.Start(k) - 1
		}
	}
	return nil
}

// try tries e. passed says that the one before it was passed over. It reports whether no
// value is too long.
func (w *walk) try(e *setEnvIf, passed bool) bool {
	if w.s.Eval.At = e; !w.s.Eval.Spend(work.TestSteps) {
		return false
	}
	if e.expr != nil {
		if held := e.exprHolds(w.s, &w.subj); !held {
			return true
		}
	} else {
		if passed || e.attr != w.subj.attr {
			w.subj.lookAnew(w.s, e)
		}
		if !w.finds(e) {
			return true
		}
	}
	if w.Walk != nil {
		w.Changed()
	}
	return assignAll(w.s, e, &w.subj)
}

// finds reports whether the condition of e, which is the directive that Next returned
// last, holds for what was looked at.
func (w *walk) finds(e *setEnvIf) bool {
	if w.Walk != nil {
		may, certain := w.May(e.part)
		if may && certain && !w.list.reading && !e.refers() {
			return true
		}
	}
	return e.finds(w.s, &w.subj)
}

// tryUnlooked tries the directives that follow the one tried last and see what that has
// looked at, as long as it is not what they would see if they looked themselves, which
// is what the index goes by. It reports whether no value is too long.
func (w *walk) tryUnlooked() bool {
	for w.done < w.list.list.Len() {
		e := w.list.list.At(w.done)
		if e.expr != nil && w.Next(w.done) > w.done {
			w.pass(e)
			continue
		}
		if e.expr != nil || e.attr != w.subj.attr || w.subj.asLooked(attributeOf(w.s, e)) {
			return true
		}
		w.s.Eval.At = e
		if w.done++; !w.s.Eval.Spend(work.TestSteps) {
			return false
		}
		if !e.finds(w.s, &w.subj) {
			continue
		}
		if w.Changed(); !assignAll(w.s, e, &w.subj) {
			return false
		}
	}
	return true
}

// pass passes over e, an expression.
func (w *walk) pass(e *setEnvIf) {
	if w.Traced() {
		w.check(w.done, w.done+1)
	}
	w.countLooks(w.done, w.done+1)
	if w.list.reading {
		w.leave(e)
	}
	w.done++
}

// check sees that the conditions of directives do not hold that the index passed over.
func (w *walk) check(from, to int) {
	for i := from; i < to; i++ {
		e := w.list.list.At(i)
		if e.expr != nil {
			if w.s.WouldHold(e.expr) {
				w.PassedOver(e.at)
			}
			continue
		}
		value := attributeOf(w.s, e)
		if e.pattern != nil && w.Matches(e.pattern, value) || e.pattern == nil && e.contained(w.s.Eval, value) {
			w.PassedOver(e.at)
		}
	}
}

// refers reports whether a value of e may refer to what its condition captures.
func (e *setEnvIf) refers() bool {
	for _, v := range e.vars.Entries {
		if strings.Contains(v.Value, "$") {
			return true
		}
	}
	return false
}
