package language

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// What Find looks at before it gives up: states, and steps that machines take.
const (
	maxStates = 6000
	maxWork   = 1_000_000
)

// Constraint says that a string is in a set, or not in it.
type Constraint struct {
	*Pattern
	Not bool
	// After is what stands before the part of the string that counts.
	After string
}

// In returns the constraint that a string is in p.
func In(p *Pattern) Constraint { return Constraint{Pattern: p} }

// NotIn returns the constraint that a string is not in p.
func NotIn(p *Pattern) Constraint { return Constraint{Pattern: p, Not: true} }

// Holds reports whether s meets the constraint.
func (c Constraint) Holds(s string) bool {
	rest, ok := strings.CutPrefix(s, c.After)
	if !ok {
		return c.Not
	}
	return c.Match(rest) != c.Not
}

// Verdict is the answer of Find.
type Verdict int

// The answers.
const (
	Unknown Verdict = iota // it takes too long to say
	None                   // there is no such string
	Found                  // there is one
)

// Find looks for a shortest string that meets one constraint of each of all. The
// answer None is certain; a string that was found is if all patterns are Exact.
func Find(all ...[]Constraint) (string, Verdict) {
	f := finder{seen: map[string]bool{}}
	for _, alternatives := range all {
		if slices.ContainsFunc(alternatives, func(c Constraint) bool { return c.Not && !c.Exact }) {
			continue // what the pattern does not match is not known
		}
		f.add(alternatives)
	}
	f.letters = letters(f.machines)
	return f.search()
}

// Empty reports whether certainly no string meets all constraints.
func Empty(all ...Constraint) bool {
	if likely(all) {
		return false
	}
	lists := make([][]Constraint, len(all))
	for i, c := range all {
		lists[i] = []Constraint{c}
	}
	_, v := Find(lists...)
	return v == None
}

// likely reports whether a string made of the parts of a pattern meets all
// constraints, as one mostly does where there is any.
func likely(all []Constraint) bool {
	if slices.ContainsFunc(all, func(c Constraint) bool { return !c.Exact }) {
		return false
	}
	for _, c := range all {
		if c.Not {
			continue
		}
		for _, s := range []string{(&sampler{rich: true}).text(c.tree), (&sampler{}).text(c.tree)} {
			s = c.After + s
			if !slices.ContainsFunc(all, func(c Constraint) bool { return !c.Holds(s) }) {
				return true
			}
		}
	}
	return false
}

// finder is the state of a search.
type finder struct {
	machines []*machine
	groups   [][]clause
	letters  []rune
	seen     map[string]bool
	queue    []node
}

// clause is a constraint by the machines of its parts.
type clause struct {
	parts []int
	nots  []bool
	not   bool
}

// node is a state of all machines and how it is reached.
type node struct {
	states []state
	from   int
	letter rune
}

func (f *finder) add(alternatives []Constraint) {
	var g []clause
	for _, c := range alternatives {
		cl := clause{not: c.Not}
		for _, p := range c.parts {
			cl.parts = append(cl.parts, len(f.machines))
			cl.nots = append(cl.nots, p.not)
			f.machines = append(f.machines, newMachine(p.prog, c.After))
		}
		g = append(g, cl)
	}
	f.groups = append(f.groups, g)
}

func (f *finder) search() (string, Verdict) {
	start := make([]state, len(f.machines))
	for i, m := range f.machines {
		start[i] = m.start()
	}
	f.push(node{states: start, from: -1})
	for at := 0; at < len(f.queue); at++ { //nolint:intrange // the queue grows
		n := f.queue[at]
		if f.accepts(n.states) {
			return f.text(at), Found
		}
		for _, c := range f.letters {
			if len(f.queue) > maxStates || f.work() > maxWork {
				return "", Unknown
			}
			next := make([]state, len(n.states))
			for i, m := range f.machines {
				next[i] = m.step(n.states[i], c)
			}
			if !f.hopeless(next) {
				f.push(node{states: next, from: at, letter: c})
			}
		}
	}
	return "", None
}

// work returns how many steps the machines have taken.
func (f *finder) work() int {
	n := 0
	for _, m := range f.machines {
		n += m.steps
	}
	return n
}

func (f *finder) push(n node) {
	var key strings.Builder
	for i := range n.states {
		n.states[i].key(&key)
	}
	if k := key.String(); !f.seen[k] {
		f.seen[k] = true
		f.queue = append(f.queue, n)
	}
}

// text returns the string that leads to the node at.
func (f *finder) text(at int) string {
	var rs []rune
	for ; f.queue[at].from >= 0; at = f.queue[at].from {
		rs = append(rs, f.queue[at].letter)
	}
	slices.Reverse(rs)
	return string(rs)
}

func (f *finder) accepts(states []state) bool {
	for _, g := range f.groups {
		if !slices.ContainsFunc(g, func(c clause) bool { return f.holds(c, states) }) {
			return false
		}
	}
	return true
}

func (f *finder) holds(c clause, states []state) bool {
	for k, i := range c.parts {
		if f.machines[i].accepts(states[i]) == c.nots[k] {
			return c.not
		}
	}
	return !c.not
}

// hopeless reports whether no string that begins so can meet all constraints.
func (f *finder) hopeless(states []state) bool {
	return slices.ContainsFunc(f.groups, func(g []clause) bool {
		return !slices.ContainsFunc(g, func(c clause) bool { return f.possible(c, states) })
	})
}

func (f *finder) possible(c clause, states []state) bool {
	if c.not {
		return len(c.parts) != 1 || c.nots[0] || !states[c.parts[0]].matched
	}
	for k, i := range c.parts {
		if !c.nots[k] && states[i].dead() || c.nots[k] && states[i].matched {
			return false
		}
	}
	return true
}

// letters returns one letter of each kind that the machines tell apart, those that
// look best in a message first.
func letters(machines []*machine) []rune {
	cuts := map[rune]bool{0: true, ' ': true, '!': true, '0': true, ':': true, 'A': true, '[': true, '_': true, '`': true, 'a': true, '{': true, 0x7f: true, 0x80: true}
	cut := func(lo, hi rune) {
		cuts[lo] = true
		cuts[hi+1] = true
	}
	for _, m := range machines {
		for _, c := range m.after {
			cut(c, c)
		}
		for i := range m.prog.Inst {
			ranges(&m.prog.Inst[i], cut)
		}
	}
	var sorted []rune
	for c := range cuts {
		sorted = append(sorted, c)
	}
	slices.Sort(sorted)
	var out []rune
	for i, lo := range sorted {
		hi := rune(0x10ffff)
		if i+1 < len(sorted) {
			hi = sorted[i+1] - 1
		}
		if lo <= hi && (lo < 0xd800 || lo > 0xdfff) {
			out = append(out, lo)
		}
	}
	slices.SortStableFunc(out, func(a, b rune) int { return ugliness(a) - ugliness(b) })
	return out
}

// ranges calls cut for each range of letters that an instruction takes.
func ranges(in *syntax.Inst, cut func(lo, hi rune)) {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1:
		if len(in.Rune) == 1 {
			folds(in.Rune[0], syntax.Flags(in.Arg)&syntax.FoldCase != 0, cut)
			return
		}
		for i := 0; i+1 < len(in.Rune); i += 2 {
			cut(in.Rune[i], in.Rune[i+1])
		}
	case syntax.InstRuneAnyNotNL:
		cut('\n', '\n')
	default:
	}
}

// ugliness orders letters by how odd they look in a message.
func ugliness(c rune) int {
	switch {
	case c >= 'a' && c <= 'z':
		return 0
	case c >= '0' && c <= '9':
		return 1
	case strings.ContainsRune("/.-_", c):
		return 2
	case c >= 'A' && c <= 'Z':
		return 3
	case c > ' ' && c < 0x7f:
		return 4
	case c >= 0x80:
		return 5
	}
	return 6
}
