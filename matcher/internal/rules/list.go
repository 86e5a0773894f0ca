package rules

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Below these numbers of patterns on one subject, trying each is cheaper than
// asking a filter.
const (
	minFilteredRules = 4
	minFilteredConds = 4
)

// List is the rules of one scope in order, with what makes their evaluation
// cheap. It is immutable.
type List struct {
	rules   []*Rule
	filter  *set.Set // over the rules' patterns; nil for a short list
	negated []int32  // the rules with "!", which match where their pattern does not
	groups  []*condGroup
}

// condGroup is the conditions of a list that match a regular expression with
// one and the same variable.
type condGroup struct {
	index  int // in List.groups
	filter *set.Set
}

// NewList prepares rules for evaluation. linear leaves out all filters.
func NewList(rules []*Rule, linear bool) *List {
	l := &List{rules: rules}
	if linear || len(rules) == 0 {
		return l
	}
	if len(rules) >= minFilteredRules {
		patterns := make([]*pattern.Pattern, len(rules))
		for i, r := range rules {
			patterns[i] = r.Pattern
			if r.Traits.has(Negated) {
				l.negated = append(l.negated, int32(i)) //nolint:gosec // no ruleset has 2^31 rules
			}
		}
		l.filter = set.Over(patterns)
	}
	l.groupConds()
	return l
}

// groupConds groups the conditions by the variable they test. A rule that
// stands in several lists, by inheritance, gets copies of its conditions in
// each.
func (l *List) groupConds() {
	byKey := map[GroupKey][]*Cond{}
	var order []GroupKey
	for i, r := range l.rules {
		l.rules[i] = r.withOwnConds()
		for _, c := range l.rules[i].Conds {
			key, ok := c.groupKey()
			if !ok {
				continue
			}
			if byKey[key] == nil {
				order = append(order, key)
			}
			byKey[key] = append(byKey[key], c)
		}
	}
	for _, key := range order {
		if conds := byKey[key]; len(conds) >= minFilteredConds {
			l.addGroup(conds)
		}
	}
	for _, r := range l.rules {
		markRuns(r.Conds)
	}
}

// withOwnConds returns a copy of r that shares no condition with it.
func (r *Rule) withOwnConds() *Rule {
	if len(r.Conds) == 0 {
		return r
	}
	own := *r
	own.Conds = make([]*Cond, len(r.Conds))
	for i, c := range r.Conds {
		cc := *c
		cc.group, cc.run = nil, 0
		own.Conds[i] = &cc
	}
	return &own
}

func (l *List) addGroup(conds []*Cond) {
	g := &condGroup{index: len(l.groups)}
	patterns := make([]*pattern.Pattern, len(conds))
	for i, c := range conds {
		patterns[i] = c.Pattern
		c.group, c.id = g, int32(i) //nolint:gosec // no ruleset has 2^31 conditions
	}
	g.filter = set.Over(patterns)
	l.groups = append(l.groups, g)
}

// GroupKey tells variables apart whose value changes with substitutions only.
type GroupKey struct {
	Kind uint8
	Name string
}

func (c *Cond) groupKey() (GroupKey, bool) {
	if c.Pattern == nil || len(c.Input.Parts) != 1 || c.Input.Parts[0].Kind != PartValue {
		return GroupKey{}, false
	}
	return c.Input.Parts[0].Value.Key()
}

// markRuns finds the stretches of conditions that OR joins, that are in one
// group and not negated: all their patterns are answered at once.
func markRuns(conds []*Cond) {
	for i, c := range slices.Backward(conds) {
		if c.group == nil || c.Traits.Has(CondNot) || !c.Traits.Has(CondOr) {
			continue
		}
		c.run = 1
		if i+1 < len(conds) && conds[i+1].group == c.group && conds[i+1].id == c.id+1 {
			c.run += conds[i+1].run
		}
	}
}

// skipChain returns the index of the rule to try after rule i did not match:
// the rules chained to it are passed over.
func (l *List) skipChain(i int) int {
	for i < len(l.rules) && l.rules[i].Flow.How.Has(FlowChain) {
		i++
	}
	return i + 1
}

// candidates is what is known of a rule list for the subject of the run.
type candidates struct {
	known bool
	ids   []int32
}

// has reports whether rule i may match.
func (c *candidates) has(i int) bool {
	_, ok := slices.BinarySearch(c.ids, int32(i)) //nolint:gosec // i is an index of ids' list
	return ok
}

// next returns the index of the first rule at or after from that may match,
// len(l.rules) if there is none. It never passes over a rule that matches.
func (r *Run) next(l *List, from int) int {
	if l.filter == nil || from >= len(l.rules) {
		return from
	}
	r.findCandidates(l)
	a := firstAtLeast(r.candidates.ids, from)
	b := firstAtLeast(l.negated, from)
	for a < len(r.candidates.ids) || b < len(l.negated) {
		var i int
		if b == len(l.negated) || a < len(r.candidates.ids) && r.candidates.ids[a] < l.negated[b] {
			i = int(r.candidates.ids[a])
			a++
		} else {
			i = int(l.negated[b])
			b++
		}
		if r.reachable(l, i, from) {
			return i
		}
	}
	return len(l.rules)
}

func firstAtLeast(ids []int32, from int) int {
	i, _ := slices.BinarySearch(ids, int32(from)) //nolint:gosec // from is an index of ids' list
	return i
}

// findCandidates asks the filter, unless the subject is the one it was asked
// for before.
func (r *Run) findCandidates(l *List) {
	subject := r.Host.Subject()
	if r.candidates.known && subject == r.Subject {
		return
	}
	r.candidates.known, r.Subject = true, subject
	r.candidates.ids = r.ask(l.filter, r.candidates.ids[:0], subject)
}

// ask appends to dst which patterns of f may match subject. It is for the caller
// to see whether the request took too much.
func (r *Run) ask(f *set.Set, dst []int32, subject string) []int32 {
	r.Spend(len(subject) / work.TextSteps)
	return f.CandidatesWithin(dst, subject, r.Meter)
}

// reachable reports whether rule i is tried if none of the rules between from
// and it matches: a rule of a chain is not, if the one before it
// fails. A rule that sub-requests pass over fails no chain.
func (r *Run) reachable(l *List, i, from int) bool {
	for ; i > from && l.rules[i-1].Flow.How.Has(FlowChain); i-- {
		if !r.passes(l.rules[i-1]) {
			return false
		}
	}
	return true
}

// passes reports whether p is passed over because the request is a sub-request.
func (r *Run) passes(p *Rule) bool { return r.Sub && p.Flow.How.Has(FlowNoSubs) }

// tracePassed reports the rules that next skipped, as if each had been tried.
func (r *Run) tracePassed(l *List, from, to int) {
	for i := from; i < to; {
		if p := l.rules[i]; r.passes(p) {
			i++
		} else {
			r.traceRule(p, false)
			i = l.skipChain(i)
		}
	}
}

// matchRule matches the pattern of rule i with the subject.
func (r *Run) matchRule(l *List, i int, g *pattern.Captures) bool {
	p := l.rules[i]
	if l.filter != nil {
		if !r.candidates.has(i) {
			return false
		}
		if !p.Traits.has(usesCaptures) && l.filter.Exact(int32(i)) { //nolint:gosec // i is an index of the list
			return true
		}
	}
	return r.Budget.Match(p.Pattern, r.Subject, g, p.At)
}

// condMemo is what is known of a group of conditions for one input.
type condMemo struct {
	known bool
	input string
	ids   []int32
}

// memo returns which conditions of a group may match input.
func (r *Run) memo(g *condGroup, input string) *condMemo {
	for len(r.memos) <= g.index {
		r.memos = append(r.memos, condMemo{})
	}
	m := &r.memos[g.index]
	if !m.known || m.input != input {
		m.known, m.input = true, input
		m.ids = r.ask(g.filter, m.ids[:0], input)
	}
	return m
}

// skipRun returns how many conditions from c on are certain to be false, given
// their input: at most all of those that OR joins to it within its group.
func (r *Run) skipRun(c *Cond, input string) int {
	ids := r.memo(c.group, input).ids
	i := firstAtLeast(ids, int(c.id))
	if i == len(ids) {
		return c.run
	}
	return min(int(ids[i]-c.id), c.run)
}
