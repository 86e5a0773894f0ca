package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rule is a compiled rule with the conditions before it: what it matches, where
// the run goes on after it, and what it does. There may be tens of thousands: the
// small fields stand together, which saves memory.
type rule struct {
	at      parser.Extent
	text    string // the pattern as written
	pattern *pattern.Pattern
	conds   []*cond
	action  action
	flow    flow
	traits  ruleTraits
}

// ruleTraits are what a rule is beside its pattern.
type ruleTraits uint8

const (
	negated      ruleTraits = 1 << iota // it matches where its pattern does not
	usesCaptures                        // something refers to what the pattern captured
	usesConds                           // something refers to what the conditions captured
)

func (t ruleTraits) has(trait ruleTraits) bool { return t&trait != 0 }

// flow says which rule is tried after one that matched.
type flow struct {
	rounds int32 // how often flowNext starts again; 0 for the host's limit
	skip   int32 // how many of the following rules are passed over
	how    flowFlags
}

// flowFlags are what a rule does to the order of rules.
type flowFlags uint8

const (
	flowLast   flowFlags = 1 << iota // the run ends
	flowEnd                          // the run ends, and no other list is run for the request
	flowNext                         // the first rule is tried again
	flowChain                        // if it does not match, the following rule is passed over
	flowNoSubs                       // sub-requests pass it over
)

func (f flowFlags) has(flags flowFlags) bool { return f&flags != 0 }

// action is what a dialect's rule does once it matched.
type action interface {
	// apply does it for p, the rule that has it. The captures and the subject of p
	// are in r, as is what its conditions looked at.
	apply(r *run, p *rule) verdict
}

// verdict is how trying a rule ended.
type verdict uint8

const (
	noMatch verdict = iota
	proceed         // the rule matched; the run goes on as its flow says
	stop            // the rule matched, and its action ended the run
)

// refer notes which captures the conditions of r and the templates of its action
// refer to.
func (r *rule) refer(templates ...*template) {
	for _, c := range r.conds {
		templates = append(templates, &c.input)
	}
	for _, t := range templates {
		if t.uses(partRuleGroup) {
			r.traits |= usesCaptures
		}
		if t.uses(partCondGroup) {
			r.traits |= usesConds
		}
	}
}

// cond is a compiled condition: a pattern or another test, and what it is tried on.
type cond struct {
	at      parser.Extent
	text    string // the pattern or test as written
	input   template
	pattern *pattern.Pattern
	test    condTest // where there is no pattern
	traits  condTraits

	group *condGroup // the conditions on the same variable, nil if alone
	id    int32      // the pattern's number in the group
	run   int        // conditions from this one on that OR joins within the group
}

// condTest is a test that is not a regular expression.
type condTest interface {
	// holds tests input for c, whose negation does not count.
	holds(r *run, c *cond, input string) bool
}

// condTraits are what a condition is beside its test.
type condTraits uint8

const (
	condNot    condTraits = 1 << iota // it holds where its test does not
	condOr                            // it or the following one has to hold
	condNoVary                        // the header fields it looks at do not show in Vary
)

func (t condTraits) has(trait condTraits) bool { return t&trait != 0 }

func (r *rule) Place() (parser.Extent, string) { return r.at, "RewriteRule " + apr.Quote(r.text) }
