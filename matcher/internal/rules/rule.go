package rules

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Rule is a compiled rule with the conditions before it: what it matches, where
// the run goes on after it, and what it does. There may be tens of thousands: the
// small fields stand together, which saves memory.
type Rule struct {
	At      parser.Extent
	Text    string // the pattern as written
	Pattern *pattern.Pattern
	Conds   []*Cond
	Action  Action
	Flow    Flow
	Traits  RuleTraits
}

// RuleTraits are what a rule is beside its pattern.
type RuleTraits uint8

// The traits of a rule.
const (
	Negated      RuleTraits = 1 << iota // it matches where its pattern does not
	usesCaptures                        // something refers to what the pattern captured
	usesConds                           // something refers to what the conditions captured
	// TracksAll says that what conditions capture is kept: group 0 of templates is the
	// match of the first one that holds, and their groups are numbered on.
	TracksAll
	// ForgetsFailed says that what the condition evaluated last captured counts, whether
	// or not it holds: one that does not match leaves no captures.
	ForgetsFailed
	// OwnSubject says that the action is a Subjecter.
	OwnSubject
	// BindsRight says that OR joins a condition to all that follow, and not to the next
	// one alone. One that bears OR at the end counts as written without.
	BindsRight
)

func (t RuleTraits) has(trait RuleTraits) bool { return t&trait != 0 }

// Flow says which rule is tried after one that matched.
type Flow struct {
	Rounds int32 // how often FlowNext starts again; 0 for the host's limit
	Skip   int32 // how many of the following rules are passed over
	How    FlowFlags
}

// FlowFlags are what a rule does to the order of rules.
type FlowFlags uint8

// The flags of a rule about the order of rules.
const (
	FlowLast   FlowFlags = 1 << iota // the run ends
	FlowEnd                          // the run ends, and no other list is run for the request
	FlowNext                         // the first rule is tried again
	FlowChain                        // if it does not match, the following rule is passed over
	FlowNoSubs                       // sub-requests pass it over
	FlowAgain                        // the rule itself is tried again
)

// Has reports whether f has one of the flags.
func (f FlowFlags) Has(flags FlowFlags) bool { return f&flags != 0 }

// Action is what a dialect's rule does once it matched.
type Action interface {
	// Apply does it for p, the rule that has it. The captures and the subject of p
	// are in r, as is what its conditions looked at.
	Apply(r *Run, p *Rule) Verdict
}

// Subjecter is the action of a rule whose pattern is matched with something else than
// the host's subject.
type Subjecter interface {
	Action
	// SubjectOf returns what it is matched with.
	SubjectOf(r *Run) string
}

// Verdict is how trying a rule ended.
type Verdict uint8

// The verdicts.
const (
	noMatch Verdict = iota
	Proceed         // the rule matched; the run goes on as its flow says
	Stop            // the rule matched, and its action ended the run
)

// Refer notes which captures the conditions of r and the templates of its action
// refer to.
func (r *Rule) Refer(templates ...*Template) {
	for _, c := range r.Conds {
		r.refer(&c.Input)
	}
	for _, t := range templates {
		r.refer(t)
	}
}

func (r *Rule) refer(t *Template) {
	if t.uses(PartRuleGroup) {
		r.Traits |= usesCaptures
	}
	if t.uses(PartCondGroup) {
		r.Traits |= usesConds
	}
}

// Cond is a compiled condition: a pattern or another test, and what it is tried on.
type Cond struct {
	At      parser.Extent
	Text    string // the pattern or test as written
	Input   Template
	Pattern *pattern.Pattern
	Test    CondTest // where there is no pattern
	Traits  CondTraits

	part  index.Part // what its list watches of it
	taken uint32     // 1 once a list has its rule, if it is the first condition of that
	group *condGroup // the conditions on the same variable, nil if alone or watched
	id    int32      // the pattern's number in the group
	run   int32      // conditions from this one on that OR joins within the group or question
}

// CondTest is a test that is not a regular expression.
type CondTest interface {
	// Holds tests input for c, whose negation does not count.
	Holds(r *Run, c *Cond, input string) bool
	// Silent reports whether nothing of the test shows, whatever it comes to. The input
	// of c is another matter.
	Silent(c *Cond) bool
	// Terms returns terms of which one has to hold for the test to. If none does, nothing
	// of the test shows even where Silent is false, but for what a Looker says. ok is
	// false if there are none.
	Terms(w *Watcher, c *Cond) (terms []index.Term, ok bool)
}

// CondTraits are what a condition is beside its test.
type CondTraits uint8

// The traits of a condition.
const (
	CondNot    CondTraits = 1 << iota // it holds where its test does not
	CondOr                            // it or the following one has to hold
	CondNoVary                        // the header fields it looks at do not show in Vary
	CondNoCase                        // case does not count, which logs say
)

// Has reports whether t has trait.
func (t CondTraits) Has(trait CondTraits) bool { return t&trait != 0 }

// Place returns where the rule stands and how it begins, for errors.
func (r *Rule) Place() (parser.Extent, string) { return r.At, "RewriteRule " + apr.Quote(r.Text) }
