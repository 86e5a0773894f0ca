package rules

import (
	"slices"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// minFilteredConds is the number of patterns on one subject from which on asking a
// filter is cheaper than trying each.
const minFilteredConds = 4

// List is the rules of one scope in order, with what makes their evaluation
// cheap. It is immutable.
type List struct {
	watches

	rules  []*Rule
	groups []*condGroup
	index  *index.List // nil where each rule is tried
}

// condGroup is the conditions of a list, watched ones aside, that match a regular
// expression with one and the same variable.
type condGroup struct {
	index  int // in List.groups, if the list is not one of several that are joined
	filter *set.Set
}

// Options are the settings of a list.
type Options struct {
	// Linear leaves out all that is there to be fast: rules are tried one by one.
	Linear bool
	// Index is for the index of what rules watch. Fixed and Chosen are not looked at.
	Index index.Options
}

// NewList prepares rules for evaluation.
func NewList(rules []*Rule, o *Options) *List {
	l := &List{rules: make([]*Rule, len(rules))}
	for i, r := range rules {
		l.rules[i] = r.inList()
	}
	if o.Linear || len(rules) == 0 {
		return l
	}
	l.watch(o.Index)
	l.groupConds(o.Index.Cache)
	return l
}

// Join returns the rules of lists one after the other, as one list that shares with them
// what makes their evaluation cheap. ok is false if they can't be joined, as the last rule of
// one has a say in whether the first one of the next is tried.
func Join(lists []*List) (joined *List, ok bool) {
	lists = slices.DeleteFunc(slices.Clone(lists), func(l *List) bool { return len(l.rules) == 0 })
	if len(lists) == 1 {
		return lists[0], true
	}
	n, indexes, lens := 0, make([]*index.Index, len(lists)), make([]int, len(lists))
	for i, l := range lists {
		if len(l.indexes) > 1 || i+1 < len(lists) && l.rules[len(l.rules)-1].Flow.How.Has(FlowChain) {
			return nil, false
		}
		if len(l.indexes) == 1 {
			indexes[i] = l.indexes[0]
		}
		lens[i] = len(l.rules)
		n += lens[i]
	}
	joined = &List{rules: make([]*Rule, 0, n), index: index.Join(indexes, lens)}
	if joined.index != nil {
		joined.watches = joinWatches(lists, n)
		joined.indexes = indexes
	}
	for _, l := range lists {
		joined.rules = append(joined.rules, l.rules...)
		joined.groups = append(joined.groups, l.groups...)
	}
	return joined, true
}

// chains reports whether the rule after r is tried only if r has matched.
func (r *Rule) chains() bool {
	return r.Flow.How.Has(FlowChain) && !r.Flow.How.Has(FlowNoSubs)
}

// Rules returns the rules of the list. What it copied of those it was made from need not be
// kept beside them.
func (l *List) Rules() []*Rule { return l.rules }

// groupConds groups the conditions that are not watched by the variable they test.
func (l *List) groupConds(cache *set.Cache) {
	byName := map[string][]*Cond{}
	var order []string
	for _, r := range l.rules {
		for _, c := range r.Conds {
			name, ok := c.groupName()
			if !ok {
				continue
			}
			if byName[name] == nil {
				order = append(order, name)
			}
			byName[name] = append(byName[name], c)
		}
	}
	for _, name := range order {
		if conds := byName[name]; len(conds) >= minFilteredConds {
			l.addGroup(conds, cache)
		}
	}
	for _, r := range l.rules {
		markRuns(r.Conds)
	}
}

// inList returns r for a list of which it is one. A rule that stands in several lists, by
// inheritance, is itself in the first one, and a copy with conditions of its own in each
// of the others.
func (r *Rule) inList() *Rule {
	if len(r.Conds) == 0 || atomic.CompareAndSwapUint32(&r.Conds[0].taken, 0, 1) {
		return r
	}
	// What the first list has noted is not looked at: it may be about to note it.
	own := &Rule{At: r.At, Text: r.Text, Pattern: r.Pattern, Action: r.Action, Flow: r.Flow, Traits: r.Traits}
	own.Conds = make([]*Cond, len(r.Conds))
	conds := make([]Cond, len(r.Conds))
	for i, c := range r.Conds {
		conds[i] = Cond{At: c.At, Text: c.Text, Input: c.Input, Pattern: c.Pattern, Test: c.Test, Traits: c.Traits, taken: 1}
		own.Conds[i] = &conds[i]
	}
	return own
}

// addGroup makes a group of conds. Those with the same pattern have the same number: a
// condition that each of thousands of rules has is one for the filter.
func (l *List) addGroup(conds []*Cond, cache *set.Cache) {
	type source struct {
		text  string
		flags pcre.Flags
	}
	g := &condGroup{index: len(l.groups)}
	var patterns []*pattern.Pattern
	known := map[source]int32{}
	for _, c := range conds {
		src := source{c.Pattern.String(), c.Pattern.Flags()}
		id, ok := known[src]
		if !ok {
			id = int32(len(patterns)) //nolint:gosec // no ruleset has 2^31 conditions
			known[src] = id
			patterns = append(patterns, c.Pattern)
		}
		c.group, c.id = g, id
	}
	g.filter = set.Over(patterns, &set.Options{Cache: cache})
	l.groups = append(l.groups, g)
}

// groupName returns the name of the variable that c matches a regular expression
// with. ok is false if it has none, or is watched.
func (c *Cond) groupName() (name string, ok bool) {
	if c.part.Watched() || c.Pattern == nil || len(c.Input.Parts) != 1 || c.Input.Parts[0].Kind != PartValue {
		return "", false
	}
	v := c.Input.Parts[0].Value
	return v.Name(), v.Nature().Has(Silent)
}

// markRuns finds the stretches of conditions that OR joins, that are in one
// group or question and not negated: all their patterns are answered at once.
func markRuns(conds []*Cond) {
	for i, c := range slices.Backward(conds) {
		if c.group == nil && !c.part.Watched() || c.Traits.Has(CondNot) || !c.Traits.Has(CondOr) {
			continue
		}
		c.run = 1
		if i+1 < len(conds) && c.precedes(conds[i+1]) {
			c.run += conds[i+1].run
		}
	}
}

// precedes reports whether d is the condition after c in its group or question.
func (c *Cond) precedes(d *Cond) bool {
	if c.part.Watched() {
		return c.part.Next(d.part)
	}
	return d.group == c.group && d.id == c.id+1
}

// together reports whether c and d are in one group or question.
func (c *Cond) together(d *Cond) bool {
	if c.part.Watched() {
		return c.part.Together(d.part)
	}
	return d.group == c.group
}

// skipChain returns the index of the rule to try after rule i did not match:
// the rules chained to it are passed over.
func (l *List) skipChain(i int) int {
	for i < len(l.rules) && l.rules[i].Flow.How.Has(FlowChain) {
		i++
	}
	return i + 1
}

// next returns the index of the first rule at or after from that may match,
// len(l.rules) if there is none. It never passes over a rule that matches.
func (r *Run) next(l *List, from int) int {
	if !r.indexed(l) || from >= len(l.rules) {
		return from
	}
	for i := r.cursor.Next(from); i < len(l.rules); i = r.cursor.Next(i + 1) {
		if r.reachable(l, i, from) {
			return i
		}
	}
	return len(l.rules)
}

// ask appends to dst which patterns of f may match subject. If that takes too much some
// may be missing, and the request is denied.
func (r *Run) ask(f *set.Set, dst []int32, subject string) []int32 {
	r.Spend(len(subject) / work.TextSteps)
	dst = f.CandidatesWithin(dst, subject, r.Meter)
	r.over()
	return dst
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

// matchRule matches the pattern of rule i with the subject.
func (r *Run) matchRule(l *List, i int, g *pattern.Captures) bool {
	p := l.rules[i]
	if p.Pattern.MatchesAll() && !p.Traits.has(usesCaptures) {
		return true
	}
	if r.indexed(l) {
		switch may, certain := r.cursor.May(l.patterns[i]); {
		case !may:
			return false
		case certain && !p.Traits.has(usesCaptures):
			return true
		}
	}
	return r.Budget.Match(p.Pattern, r.Subject, g, p.At)
}

// condMemo is what is known of a group of conditions for one input.
type condMemo struct {
	group *condGroup
	known bool
	input string
	ids   []int32
}

// memo returns which conditions of a group may match input.
func (r *Run) memo(g *condGroup, input string) *condMemo {
	m := r.memoOf(g)
	if !m.known || m.input != input {
		m.known, m.input = true, input
		m.ids = r.ask(g.filter, m.ids[:0], input)
	}
	return m
}

// memoOf returns what is known of g. Groups of different lists may have the same number.
func (r *Run) memoOf(g *condGroup) *condMemo {
	for len(r.memos) <= g.index {
		r.memos = append(r.memos, condMemo{})
	}
	if m := &r.memos[g.index]; m.group == g || !m.known {
		m.group = g
		return m
	}
	var free *condMemo
	for i := range r.memos {
		switch m := &r.memos[i]; m.group {
		case g:
			return m
		case nil:
			free = m
		}
	}
	if free == nil {
		r.memos = append(r.memos, condMemo{})
		free = &r.memos[len(r.memos)-1]
	}
	free.group = g
	return free
}

// skipRun returns how many conditions from c on are certain to be false, given
// their input: at most all of those that OR joins to it within its group or question.
func (r *Run) skipRun(c *Cond, input string) int {
	if c.part.Watched() {
		return r.cursor.Ahead(c.part, int(c.run))
	}
	ids := r.memo(c.group, input).ids
	i, _ := slices.BinarySearch(ids, c.id)
	if i == len(ids) {
		return int(c.run)
	}
	return int(min(ids[i]-c.id, c.run))
}

// may reports whether the pattern of c may match input, and whether it is certain to
// if it may, as far as that is known.
func (r *Run) may(c *Cond, input string) (may, certain bool) {
	switch {
	case r.tells, r.OneByOne:
		return true, false
	case c.part.Watched():
		return r.cursor.May(c.part)
	case c.group == nil:
		return true, false
	}
	if _, may = slices.BinarySearch(r.memo(c.group, input).ids, c.id); may {
		certain = c.group.filter.Exact(c.id)
	}
	return may, certain
}
