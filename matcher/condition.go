package matcher

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// conditions tests the conditions of a rule: groups joined by OR must each
// have a true member. A false last condition that bears OR counts as true, as
// in httpd.
func (r *run) conditions(conds []*cond, captures bool) bool {
	room := r.meter.Mark()
	defer r.meter.Release(room) // what they are tested on is not kept
	for i := 0; i < len(conds); i++ {
		i = r.skipFalse(conds, i)
		if i == len(conds) {
			return true // the last one bore OR
		}
		c := conds[i]
		r.budget.reach(c)
		ok := r.spend(work.RuleSteps) && r.condition(c, captures)
		if r.budget.failed() {
			return false
		}
		or := c.traits.has(condOr)
		if !ok && !or {
			return false
		}
		r.keepLooked(ok && !c.traits.has(condNoVary))
		if ok && or {
			for i < len(conds) && conds[i].traits.has(condOr) {
				i++
			}
		}
	}
	return true
}

// keepLooked adds what a condition looked at to vary if keep is true, and forgets
// it otherwise.
func (r *run) keepLooked(keep bool) {
	if keep && r.looked != "" {
		r.spend(len(r.vary) / work.TextSteps)
		if r.vary != "" {
			r.vary += ", "
		}
		r.vary += r.looked
	}
	r.looked = ""
}

// look notes that a condition looked at the header field name.
func (r *run) look(name string) {
	if r.looked != "" {
		r.looked += ", "
	}
	r.looked += name
}

// skipFalse returns the index of the first condition from i on that is not
// certain to be false among those that OR joins to it.
func (r *run) skipFalse(conds []*cond, i int) int {
	for i < len(conds) && conds[i].run > 1 {
		c := conds[i]
		input := r.expand(&c.input, nil)
		r.looked = ""
		n := r.skipRun(c, input)
		if r.traced {
			for _, c := range conds[i : i+n] {
				r.traceCond(c, input, false)
			}
		}
		i += n
		if n == 0 || i < len(conds) && conds[i].group == c.group {
			break
		}
	}
	return i
}

// condition tests one condition. captures says whether what it captures is
// looked at.
func (r *run) condition(c *cond, captures bool) bool {
	input := r.expand(&c.input, nil)
	ok := r.test(c, input, captures) != c.traits.has(condNot)
	r.traceCond(c, input, ok)
	return ok
}

// test tests c without its negation.
func (r *run) test(c *cond, input string, captures bool) bool {
	if c.pattern == nil {
		return c.test.holds(r, c, input)
	}
	if c.group != nil {
		if _, ok := slices.BinarySearch(r.memo(c.group, input).ids, c.id); !ok {
			return false
		}
		if !captures && c.group.filter.Exact(c.id) {
			return true
		}
	}
	ok := r.budget.match(c.pattern, input, &r.matchGroups, c.at)
	if ok && !c.traits.has(condNot) {
		r.capture(input, &r.matchGroups, true)
	}
	return ok
}

// capture makes what a condition captured in subject what templates refer to.
func (r *run) capture(subject string, g *pattern.Captures, ok bool) {
	r.condSubject, r.condGroups, r.hasCondGroups = subject, *g, ok
}

func (c *cond) Place() (parser.Extent, string) { return c.at, "RewriteCond … " + apr.Quote(c.text) }
