package rules

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// tracked is what a condition captured, of a rule that tracks all.
type tracked struct {
	cond    *Cond
	subject string
	groups  pattern.Captures
}

// Captured is what a condition captured: a part of what it was tried on.
type Captured struct {
	Cond     *Cond // nil if it was not a pattern that captured it
	Subject  string
	From, To int
}

// ruleGroup returns what group n of the rule's pattern captured.
func (r *Run) ruleGroup(n int) string {
	s, _ := r.ruleGroupSet(n)
	return s
}

// ruleGroupSet is ruleGroup that tells whether the group took part in the match.
func (r *Run) ruleGroupSet(n int) (string, bool) {
	if !r.hasGroups {
		return "", false
	}
	from, to, ok := r.group(r.Rule.Pattern, r.Subject, &r.groups, n, r.Rule.At)
	if !ok {
		return "", false
	}
	return r.Subject[from:to], true
}

// condGroup returns what group n of a condition captured: of the one that matched last
// or, where the rule tracks all, of all in turn.
func (r *Run) condGroup(n int) string {
	c, ok := r.CondCaptured(n)
	if !ok {
		return ""
	}
	return c.Subject[c.From:c.To]
}

// Took reports whether a group that a template may refer to took part in the match.
func (r *Run) Took(kind PartKind, n int) bool {
	took := false
	switch kind {
	case PartRuleGroup:
		_, took = r.ruleGroupSet(n)
	case PartCondGroup:
		_, took = r.CondCaptured(n)
	case PartLiteral, PartEscaped, PartValue, PartMap:
	}
	return took
}

// CondCaptured returns what a template gets that refers to group n of the conditions. ok
// is false if the group took no part in a match.
func (r *Run) CondCaptured(n int) (c Captured, ok bool) {
	switch {
	case !r.Rule.Traits.has(TracksAll):
		if !r.hasCondGroups {
			return Captured{}, false
		}
		return r.captured(r.condOf, r.condSubject, &r.condGroups, n)
	case len(r.tracked) == 0:
		return Captured{}, false
	case n == 0:
		t := &r.tracked[0]
		return r.captured(t.cond, t.subject, &t.groups, 0)
	}
	for i := range r.tracked {
		t := &r.tracked[i]
		if have := t.cond.Pattern.NumGroups(); n > have {
			n -= have
			continue
		}
		return r.captured(t.cond, t.subject, &t.groups, n)
	}
	return Captured{}, false
}

// captured returns what group n of c captured in subject.
func (r *Run) captured(c *Cond, subject string, g *pattern.Captures, n int) (Captured, bool) {
	var p *pattern.Pattern
	if c != nil {
		p = c.Pattern
	}
	from, to, ok := r.group(p, subject, g, n, r.Rule.At)
	return Captured{c, subject, from, to}, ok
}

// group returns where group n of p is in subject; those up to pattern.MaxGroup are in g.
// For the others the subject is matched once more. ok is false for one that took no part
// in the match.
func (r *Run) group(p *pattern.Pattern, subject string, g *pattern.Captures, n int, at parser.Extent) (from, to int, ok bool) {
	if n > pattern.MaxGroup {
		if p == nil || n > p.NumGroups() {
			return 0, 0, false
		}
		number := (n - 1) / pattern.MaxGroup
		again, there := p.Page(number), pattern.Captures{}
		if again == nil || !r.Budget.Match(again, subject, &there, at) {
			return 0, 0, false
		}
		g, n = &there, n-number*pattern.MaxGroup
	}
	from = max(g[2*n], 0)
	return from, max(g[2*n+1], from), g[2*n] >= 0
}
