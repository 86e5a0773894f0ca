package rules

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// conditions tests the conditions of a rule: groups joined by OR must each
// have a true member. A false last condition that bears OR counts as true, as
// in httpd.
func (r *Run) conditions(conds []*Cond, captures bool) bool {
	room := r.Meter.Mark()
	hold := r.hold(conds, captures)
	r.Meter.Release(room) // what they are tested on is not kept
	return hold
}

// hold is conditions, but for what their subjects take.
func (r *Run) hold(conds []*Cond, captures bool) bool {
	if r.Rule.Traits.has(BindsRight) {
		return r.rightToLeft(conds, captures)
	}
	for i := 0; i < len(conds); i++ {
		if conds[i].run > 1 {
			if i = r.skipFalse(conds, i); i == len(conds) {
				return true // the last one bore OR
			}
		}
		c := conds[i]
		r.Budget.Reach(c)
		ok := r.Spend(work.RuleSteps) && r.condition(c, captures)
		if r.Budget.Failed() {
			return false
		}
		or := c.Traits.Has(CondOr)
		if !ok && !or {
			return false
		}
		if r.looked != "" {
			r.keepLooked(ok && !c.Traits.Has(CondNoVary))
		}
		if ok && or {
			for i < len(conds) && conds[i].Traits.Has(CondOr) {
				i++
			}
		}
	}
	return true
}

// rightToLeft is conditions where OR joins a condition to all that follow.
func (r *Run) rightToLeft(conds []*Cond, captures bool) bool {
	for i, c := range conds {
		r.Budget.Reach(c)
		ok := r.Spend(work.RuleSteps) && r.condition(c, captures)
		r.looked = ""
		switch {
		case r.Budget.Failed():
			return false
		case i == len(conds)-1, ok == c.Traits.Has(CondOr):
			return ok
		}
	}
	return true
}

// keepLooked adds what a condition looked at to vary if keep is true, and forgets
// it otherwise.
func (r *Run) keepLooked(keep bool) {
	if keep && r.looked != "" {
		r.Spend(len(r.Vary) / work.TextSteps)
		if r.Vary != "" {
			r.Vary += ", "
		}
		r.Vary += r.looked
	}
	r.looked = ""
}

// Look notes that a condition looked at the header field name.
func (r *Run) Look(name string) {
	if r.looked != "" {
		r.looked += ", "
	}
	r.looked += name
}

// skipFalse returns the index of the first condition from i on that is not
// certain to be false among those that OR joins to it.
func (r *Run) skipFalse(conds []*Cond, i int) int {
	for i < len(conds) && conds[i].run > 1 && !r.tells && !r.OneByOne {
		c := conds[i]
		input := r.Expand(&c.Input, nil)
		r.looked = ""
		n := r.skipRun(c, input)
		if r.Traced {
			for _, c := range conds[i : i+n] {
				r.traceCond(c, input, false)
			}
		}
		i += n
		if n == 0 || i < len(conds) && c.together(conds[i]) {
			break
		}
	}
	return i
}

// condition tests one condition. captures says whether what it captures is
// looked at.
func (r *Run) condition(c *Cond, captures bool) bool {
	input := r.Expand(&c.Input, nil)
	ok := r.test(c, input, captures) != c.Traits.Has(CondNot)
	r.traceCond(c, input, ok)
	return ok
}

// test tests c without its negation.
func (r *Run) test(c *Cond, input string, captures bool) bool {
	if c.Pattern == nil {
		return c.Test.Holds(r, c, input)
	}
	if may, certain := r.may(c, input); !may || certain && !captures {
		if !may && r.Rule.Traits.has(ForgetsFailed) {
			r.hasCondGroups = false
		}
		return may
	}
	ok := r.Budget.Match(c.Pattern, input, &r.matchGroups, c.At)
	switch {
	case !ok && r.Rule.Traits.has(ForgetsFailed):
		r.hasCondGroups = false
	case !ok || c.Traits.Has(CondNot) && !r.Rule.Traits.has(ForgetsFailed):
	case r.Rule.Traits.has(TracksAll):
		r.tracked = append(r.tracked, tracked{c, input, r.matchGroups})
	default:
		r.Capture(input, &r.matchGroups, true)
		r.condOf = c
	}
	return ok
}

// Capture makes what a condition captured in subject what templates refer to.
func (r *Run) Capture(subject string, g *pattern.Captures, ok bool) {
	r.condSubject, r.condGroups, r.hasCondGroups, r.condOf = subject, *g, ok, nil
}

// Place returns where the condition stands and how it begins, for errors.
func (c *Cond) Place() (parser.Extent, string) { return c.At, "RewriteCond … " + apr.Quote(c.Text) }
