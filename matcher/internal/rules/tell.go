package rules

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// tracePassed reports the rules that next skipped, as if each had been tried.
func (r *Run) tracePassed(l *List, from, to int) {
	for i := from; i < to; {
		if p := l.rules[i]; r.passes(p) {
			i++
		} else {
			r.tell(l, i)
			i = l.skipChain(i)
		}
	}
}

// tell reports the steps of trying rule i, which next has skipped: it tries it up to
// the watch, without believing anything that the index says. If the watch holds then, the
// index is wrong, which denies the request.
func (r *Run) tell(l *List, i int) {
	p := l.rules[i]
	t := *r
	t.Budget, t.tells = lenient{r.Budget, r.Meter}, true
	t.Rule = p
	t.Subject = t.subjectOf(p)
	not := p.Traits.has(Negated)
	ok := t.Budget.Match(p.Pattern, t.Subject, &t.matchGroups, p.At) != not
	t.traceRule(p, ok)
	if ok {
		t.groups, t.hasGroups, t.hasCondGroups = t.matchGroups, !not, false
		ok = t.conditions(p.Conds[:l.ends[i]], false)
	}
	r.looked = ""
	if ok && r.skipsAgain(l, i) {
		r.Budget.PassedOver(p.At)
	}
}

// skipsAgain reports whether the index still passes over rule i when all questions are
// asked anew, so that no answer has changed meanwhile: variables that the caller of the
// engine answers for may at any time.
func (r *Run) skipsAgain(l *List, i int) bool {
	r.cursor.Start(l.index, r, r.Meter)
	return r.cursor.Next(i) != i && !r.over()
}

// lenient is a budget for what is only reported: no place is noted, and a pattern that
// is too much is one that does not match.
type lenient struct {
	Budget

	meter *work.Meter
}

// Reach notes nothing.
func (lenient) Reach(work.Place) {}

// Match matches p with s, within the time of the request.
func (l lenient) Match(p *pattern.Pattern, s string, g *pattern.Captures, _ parser.Extent) bool {
	ok, err := p.MatchWithin(s, g, 0, l.meter)
	return ok && err == nil
}
