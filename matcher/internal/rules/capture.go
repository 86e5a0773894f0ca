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
	if !r.hasGroups {
		return ""
	}
	return r.group(r.Rule.Pattern, r.Subject, &r.groups, n, r.Rule.At)
}

// condGroup returns what group n of a condition captured: of the one that matched last
// or, where the rule tracks all, of all in turn.
func (r *Run) condGroup(n int) string {
	switch {
	case !r.Rule.Traits.has(TracksAll):
		if !r.hasCondGroups {
			return ""
		}
		return r.group(r.condPattern, r.condSubject, &r.condGroups, n, r.Rule.At)
	case len(r.tracked) == 0:
		return ""
	case n == 0:
		return pattern.Group(r.tracked[0].subject, &r.tracked[0].groups, true, 0)
	}
	for i := range r.tracked {
		t := &r.tracked[i]
		if have := t.pattern.NumGroups(); n > have {
			n -= have
			continue
		}
		return r.group(t.pattern, t.subject, &t.groups, n, r.Rule.At)
	}
	return ""
}

// group returns what group n of p captured in subject; those up to pattern.MaxGroup are
// in g. For the others the subject is matched once more.
func (r *Run) group(p *pattern.Pattern, subject string, g *pattern.Captures, n int, at parser.Extent) string {
	if n <= pattern.MaxGroup {
		return pattern.Group(subject, g, true, n)
	}
	if p == nil || n > p.NumGroups() {
		return ""
	}
	number := (n - 1) / pattern.MaxGroup
	again := r.pages[page{p, number}]
	if again == nil {
		if again = p.Page(number); again == nil {
			return ""
		}
		if r.pages == nil {
			r.pages = map[page]*pattern.Pattern{}
		}
		r.pages[page{p, number}] = again
	}
	var there pattern.Captures
	if !r.Budget.Match(again, subject, &there, at) {
		return ""
	}
	return pattern.Group(subject, &there, true, n-number*pattern.MaxGroup)
}
