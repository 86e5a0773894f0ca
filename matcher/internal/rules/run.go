package rules

import (
	"cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Run is one pass over a list of rules, for a request that a dialect of rules sees
// through its host.
type Run struct {
	Host   Host
	Budget Budget
	Meter  *work.Meter
	Sub    bool // the request is a sub-request
	Traced bool // the host wants to know each step
	// OneByOne says that each rule is tried: what an index asks for shows.
	OneByOne bool
	Rounds   int // how often rules may start again

	Rule          *Rule  // the one that is tried
	Subject       string // what its pattern was matched with
	groups        pattern.Captures
	hasGroups     bool
	matchGroups   pattern.Captures // of the match at hand
	condSubject   string
	condGroups    pattern.Captures
	hasCondGroups bool
	condOf        *Cond     // that captured them; nil if another test than a pattern did
	tracked       []tracked // by the conditions of a rule that tracks all

	looked string // names of the header fields the current condition looked at
	Vary   string // and those the current rule's true conditions looked at

	list   *List
	cursor index.Cursor // in list
	memos  []condMemo   // by condGroup.index, where there is no other list
	tells  bool         // a rule that was passed over is being reported
}

// Host is a request as a dialect of rules sees it.
type Host interface {
	// Subject returns what the next rule's pattern is matched with. It changes with
	// what actions do alone, and is cheap to ask for.
	Subject() string
	// LookupMap returns the value that the map of call has for key.
	LookupMap(call *MapCall, key string) (value string, found bool)
	tracer
}

// tracer is told what a run does, if the run is traced.
type tracer interface {
	// TriedRule says whether the pattern of p matched subject.
	TriedRule(p *Rule, subject string, matched bool)
	// TriedCond says whether c holds of input.
	TriedCond(c *Cond, input string, holds bool)
	// Matched says that p matched, conditions included.
	Matched(p *Rule)
	// Restarts says that p has the first rule tried again.
	Restarts(p *Rule)
}

// Budget bounds what a run may do. The run's meter is part of it.
type Budget interface {
	// Reach notes what is being evaluated, for errors.
	Reach(p work.Place)
	// Try is reach for a rule. It reports whether the request may go on.
	Try(p work.Place) bool
	// Exceed notes that the meter is exhausted, and returns false.
	Exceed() bool
	// Failed reports whether the request is denied by an error.
	Failed() bool
	// Locate says that the error, if it is known of no place, is one of what stands
	// at at.
	Locate(at parser.Extent)
	// PassedOver notes that the index passed over the rule written at the place at,
	// whose watch holds. That denies the request.
	PassedOver(at parser.Extent)
	// Match matches p with s.
	Match(p *pattern.Pattern, s string, g *pattern.Captures, at parser.Extent) bool
}

// Clear empties r. Its host, budget and meter stay, as do its buffers and the captures,
// which are large: other fields say whether they are set.
func (r *Run) Clear() {
	if r.Rule != nil || r.Traced { // a rule was tried
		r.clearTried()
	}
	r.Sub, r.Traced, r.OneByOne, r.Rounds = false, false, false, 0
	if r.list != nil {
		r.cursor.Clear(maxKept)
		r.list = nil
	}
}

// clearTried empties what is there once a rule was tried.
func (r *Run) clearTried() {
	r.Rule, r.Subject, r.condSubject = nil, "", ""
	r.hasGroups, r.hasCondGroups, r.looked, r.Vary = false, false, "", ""
	r.condOf = nil
	clear(r.tracked[:cap(r.tracked)]) // rules before the last one may have tracked more
	r.tracked = r.tracked[:0]
	for i := range r.memos {
		m := &r.memos[i]
		m.group, m.known, m.input = nil, false, ""
	}
}

// maxKept bounds the buffers for answers to questions that stay from run to run, in
// bytes.
const maxKept = 1 << 16

// Finish is how a run ended.
type Finish uint8

// How a run can end.
const (
	Finished Finish = iota // with the list, or by a rule that is the last one
	Ended                  // by a rule after which no other list is run
	Stopped                // by a rule's action
	Looped                 // rules started again too often
	Failed                 // the request took too much, or met another error
)

// All tries the rules of l in order and returns how that ended.
func (r *Run) All(l *List) Finish {
	if r.indexed(l) {
		r.list = l
		r.cursor.Start(l.index, r, r.Meter)
	}
	round, due := 1, none
	for i := 0; ; {
		from := i
		if i != due {
			if i = r.next(l, from); l.looks != nil && r.indexed(l) {
				r.passed(l, from, min(i, len(l.rules)))
			}
		}
		due = none
		if r.over() {
			return Failed
		}
		if r.Traced {
			r.tracePassed(l, from, min(i, len(l.rules)))
			if r.Budget.Failed() {
				return Failed
			}
			if r.indexed(l) {
				r.cursor.At(i) // tracing what was passed over may have moved the cursor
			}
		}
		if i >= len(l.rules) {
			return Finished
		}
		p := l.rules[i]
		if r.passes(p) {
			i++
			continue
		}
		r.Rule = p
		if !r.Budget.Try(p) {
			return Failed
		}
		v := r.apply(l, i)
		if r.Budget.Failed() {
			r.Budget.Locate(p.At)
			return Failed
		}
		if v != noMatch {
			r.cursor.Changed()
		}
		switch how := p.Flow.How; {
		case v == noMatch:
			i = l.skipChain(i)
		case v == Stop:
			return Stopped
		case how.Has(FlowEnd):
			return Ended
		case how.Has(FlowLast):
			return Finished
		case how.Has(FlowNext):
			round++
			if round >= cmp.Or(int(p.Flow.Rounds), r.Rounds) {
				return Looped
			}
			if r.Traced {
				r.Host.Restarts(p)
			}
			i = 0
		case how.Has(FlowAgain):
			round++
			if round >= cmp.Or(int(p.Flow.Rounds), r.Rounds) {
				return Looped
			}
		default:
			i += 1 + min(int(p.Flow.Skip), len(l.rules)) // their sum may not fit an int
			due = l.due(i)
		}
	}
}

// indexed reports whether the index of l says which rules are tried.
func (r *Run) indexed(l *List) bool { return l.index != nil && !r.OneByOne }

// none is the index of no rule.
const none = -1

// due returns i if rule i, at which the run goes on after one that matched, is to be tried
// although the index passes it over: it goes by whether the chain before it failed.
func (l *List) due(i int) int {
	if i < len(l.chained) && l.chained[i] {
		return i
	}
	return none
}

// apply tries rule i of l on the request.
func (r *Run) apply(l *List, i int) Verdict {
	p := l.rules[i]
	r.Vary = ""
	r.Subject = r.subjectOf(p)
	r.Spend(work.RuleSteps + len(r.Subject)/work.TextSteps)
	not := p.Traits.has(Negated)
	ok := r.matchRule(l, i, &r.matchGroups) != not
	r.traceRule(p, ok)
	if !ok {
		return noMatch
	}
	r.looked, r.hasCondGroups, r.tracked = "", false, r.tracked[:0]
	if r.hasGroups = !not; p.Traits.has(usesCaptures) { // otherwise nothing refers to them
		r.groups = r.matchGroups
	}
	if len(p.Conds) > 0 {
		holds := r.conditions(p.Conds, p.Traits.has(usesConds))
		r.Budget.Reach(p)
		if !holds {
			return noMatch
		}
	}
	if r.Traced {
		r.Host.Matched(p)
	}
	return p.Action.Apply(r, p)
}

// subjectOf returns what the pattern of p is matched with.
func (r *Run) subjectOf(p *Rule) string {
	if p.Traits.has(OwnSubject) {
		if s, ok := p.Action.(Subjecter); ok {
			return s.SubjectOf(r)
		}
	}
	return r.Host.Subject()
}

// Spend notes that n steps are taken. It reports whether the request may go on.
func (r *Run) Spend(n int) bool { return r.Meter.Take(n) || r.goesOn() }

// goesOn looks whether the request may go on, and denies it if not.
func (r *Run) goesOn() bool { return r.Meter.Look() || r.Budget.Exceed() }

// Charge notes that a text of n bytes is going to be made. It reports whether
// there is room for it.
func (r *Run) Charge(n int) bool { return r.Meter.Charge(n) || r.Budget.Exceed() }

// fits is charge for a text that is charged for once it is made.
func (r *Run) fits(n int) bool {
	room := r.Meter.Mark()
	ok := r.Charge(n)
	r.Meter.Release(room)
	return ok
}

// over reports whether the request took too much.
func (r *Run) over() bool { return r.Meter.Err() != nil && !r.Budget.Exceed() }
