package matcher

import (
	"cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// run is one pass over a list of rules, for a request that a dialect of rules sees
// through its host.
type run struct {
	host   host
	budget budget
	meter  *work.Meter
	sub    bool // the request is a sub-request
	traced bool // the host wants to know each step
	rounds int  // how often rules may start again

	rule          *rule  // the one that is tried
	subject       string // what its pattern was matched with
	groups        pattern.Captures
	hasGroups     bool
	matchGroups   pattern.Captures // of the match at hand
	condSubject   string
	condGroups    pattern.Captures
	hasCondGroups bool

	looked string // names of the header fields the current condition looked at
	vary   string // and those the current rule's true conditions looked at

	candidates candidates
	memos      []condMemo // by condGroup.index
}

// host is a request as a dialect of rules sees it.
type host interface {
	// subject returns what the next rule's pattern is matched with. It changes with
	// what actions do alone, and is cheap to ask for.
	subject() string
	// lookupMap returns the value that the map of call has for key.
	lookupMap(call *mapCall, key string) (value string, found bool)
	tracer
}

// tracer is told what a run does, if the run is traced.
type tracer interface {
	// triedRule says whether the pattern of p matched subject.
	triedRule(p *rule, subject string, matched bool)
	// triedCond says whether c holds of input.
	triedCond(c *cond, input string, holds bool)
	// matched says that p matched, conditions included.
	matched(p *rule)
	// restarts says that p has the first rule tried again.
	restarts(p *rule)
}

// budget bounds what a run may do. The run's meter is part of it.
type budget interface {
	// reach notes what is being evaluated, for errors.
	reach(p work.Place)
	// try is reach for a rule. It reports whether the request may go on.
	try(p work.Place) bool
	// exceed notes that the meter is exhausted, and returns false.
	exceed() bool
	// failed reports whether the request is denied by an error.
	failed() bool
	// locate says that the error, if it is known of no place, is one of what stands
	// at at.
	locate(at parser.Extent)
	// match matches p with s.
	match(p *pattern.Pattern, s string, g *pattern.Captures, at parser.Extent) bool
}

// clear empties r. Its buffers stay, and the captures, which are large: other
// fields say whether they are set.
func (r *run) clear() {
	r.host, r.budget, r.meter, r.sub, r.traced, r.rounds = nil, nil, nil, false, false, 0
	r.rule, r.subject, r.condSubject = nil, "", ""
	r.hasGroups, r.hasCondGroups, r.looked, r.vary = false, false, "", ""
	r.candidates = candidates{ids: r.candidates.ids[:0]}
	for i := range r.memos {
		m := &r.memos[i]
		m.known, m.input = false, ""
	}
}

// finish is how a run ended.
type finish uint8

const (
	finished finish = iota // with the list, or by a rule that is the last one
	ended                  // by a rule after which no other list is run
	stopped                // by a rule's action
	looped                 // rules started again too often
	failed                 // the request took too much, or met another error
)

// all tries the rules of l in order and returns how that ended.
func (r *run) all(l *ruleList) finish {
	round := 1
	for i := 0; ; {
		from := i
		i = r.next(l, from)
		if r.over() {
			return failed
		}
		if r.traced {
			r.tracePassed(l, from, min(i, len(l.rules)))
		}
		if i >= len(l.rules) {
			return finished
		}
		p := l.rules[i]
		if r.passes(p) {
			i++
			continue
		}
		r.rule = p
		if !r.budget.try(p) {
			return failed
		}
		v := r.apply(l, i)
		if r.budget.failed() {
			r.budget.locate(p.at)
			return failed
		}
		switch how := p.flow.how; {
		case v == noMatch:
			i = l.skipChain(i)
		case v == stop:
			return stopped
		case how.has(flowEnd):
			return ended
		case how.has(flowLast):
			return finished
		case how.has(flowNext):
			round++
			if round >= cmp.Or(int(p.flow.rounds), r.rounds) {
				return looped
			}
			if r.traced {
				r.host.restarts(p)
			}
			i = 0
		default:
			i += 1 + int(p.flow.skip)
		}
	}
}

// apply tries rule i of l on the request.
func (r *run) apply(l *ruleList, i int) verdict {
	p := l.rules[i]
	r.vary = ""
	r.subject = r.host.subject()
	r.spend(work.RuleSteps + len(r.subject)/work.TextSteps)
	not := p.traits.has(negated)
	ok := r.matchRule(l, i, &r.matchGroups) != not
	r.traceRule(p, ok)
	if !ok {
		return noMatch
	}
	r.looked, r.hasCondGroups = "", false
	r.groups, r.hasGroups = r.matchGroups, !not
	if len(p.conds) > 0 {
		holds := r.conditions(p.conds, p.traits.has(usesConds))
		r.budget.reach(p)
		if !holds {
			return noMatch
		}
	}
	if r.traced {
		r.host.matched(p)
	}
	return p.action.apply(r, p)
}

// spend notes that n steps are taken. It reports whether the request may go on.
func (r *run) spend(n int) bool { return r.meter.Spend(n) || r.budget.exceed() }

// charge notes that a text of n bytes is going to be made. It reports whether
// there is room for it.
func (r *run) charge(n int) bool { return r.meter.Charge(n) || r.budget.exceed() }

// fits is charge for a text that is charged for once it is made.
func (r *run) fits(n int) bool {
	room := r.meter.Mark()
	ok := r.charge(n)
	r.meter.Release(room)
	return ok
}

// over reports whether the request took too much.
func (r *run) over() bool { return r.meter.Err() != nil && !r.budget.exceed() }
