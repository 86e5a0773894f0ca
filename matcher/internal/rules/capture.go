package rules

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// tracked is what a condition captured, of a rule that tracks all.
type tracked struct {
	pattern *pattern.Pattern
	subject string
	groups  pattern.Captures
}

// page is a pattern and which of its groups are asked for.
type page struct {
	pattern *pattern.Pattern
	number  int
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
	return r.group(r.Rule.Pattern, r.Subject, &r.groups, n, r.Rule.At)
}

// condGroup returns what group n of a condition captured: of the one that matched last
// or, where the rule tracks all, of all in turn.
func (r *Run) condGroup(n int) string {
	s, _ := r.condGroupSet(n)
	return s
}

// Took reports whether a group that a template may refer to took part in the match.
func (r *Run) Took(kind PartKind, n int) bool {
	took := false
	switch kind {
	case PartRuleGroup:
		_, took = r.ruleGroupSet(n)
	case PartCondGroup:
		_, took = r.condGroupSet(n)
	case PartLiteral, PartEscaped, PartValue, PartMap:
	}
	return took
}

// condGroupSet is condGroup that tells whether the group took part in the match.
func (r *Run) condGroupSet(n int) (string, bool) {
	switch {
	case !r.Rule.Traits.has(TracksAll):
		if !r.hasCondGroups {
			return "", false
		}
		return r.group(r.condPattern, r.condSubject, &r.condGroups, n, r.Rule.At)
	case len(r.tracked) == 0:
		return "", false
	case n == 0:
		return groupSet(r.tracked[0].subject, &r.tracked[0].groups, 0)
	}
	for i := range r.tracked {
		t := &r.tracked[i]
		if have := t.pattern.NumGroups(); n > have {
			n -= have
			continue
		}
		return r.group(t.pattern, t.subject, &t.groups, n, r.Rule.At)
	}
	return "", false
}

// group returns what group n of p captured in subject; those up to pattern.MaxGroup are
// in g. For the others the subject is matched once more.
func (r *Run) group(p *pattern.Pattern, subject string, g *pattern.Captures, n int, at parser.Extent) (string, bool) {
	if n <= pattern.MaxGroup {
		return groupSet(subject, g, n)
	}
	if p == nil || n > p.NumGroups() {
		return "", false
	}
	number := (n - 1) / pattern.MaxGroup
	again := r.pages[page{p, number}]
	if again == nil {
		if again = p.Page(number); again == nil {
			return "", false
		}
		if r.pages == nil {
			r.pages = map[page]*pattern.Pattern{}
		}
		r.pages[page{p, number}] = again
	}
	var there pattern.Captures
	if !r.Budget.Match(again, subject, &there, at) {
		return "", false
	}
	return groupSet(subject, &there, n-number*pattern.MaxGroup)
}

func groupSet(subject string, g *pattern.Captures, n int) (string, bool) {
	return pattern.Group(subject, g, true, n), g[2*n] >= 0
}
