package matcher

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/parser"
)

// StepKind says what a Step tells of.
type StepKind int

// The kinds of step.
const (
	StepStart    StepKind = iota // a run over a list of rules begins
	StepRule                     // a rule's pattern was tried on Input
	StepCond                     // a condition was tested on Input
	StepMatched                  // a rule matched, conditions included
	StepRewrite                  // Input became Output
	StepQuery                    // the query became Output
	StepEnv                      // an environment variable was set or unset
	StepCookie                   // a cookie was set
	StepFlow                     // the order of rules changed: skip, chain, next, last, end
	StepMap                      // a map was looked up: Input is the key, Output the value
	StepSubreq                   // a sub-request begins or ends
	StepMapped                   // the request maps to file Output
	StepInternal                 // an internal redirect to Output
	StepReason                   // the engine refuses the request itself, or something that a rule asks for
	StepDecision                 // the result
	StepOmitted                  // steps were left out: not by the engine, but by what keeps them
)

// String returns the name of the kind, as in JSON of the command: "rule",
// "internal-redirect".
func (k StepKind) String() string {
	switch k {
	case StepStart:
		return "start"
	case StepRule:
		return "rule"
	case StepCond:
		return "cond"
	case StepMatched:
		return "matched"
	case StepRewrite:
		return "rewrite"
	case StepQuery:
		return "query"
	case StepEnv:
		return "env"
	case StepCookie:
		return "cookie"
	case StepFlow:
		return "flow"
	case StepMap:
		return "map"
	case StepSubreq:
		return "subrequest"
	case StepMapped:
		return "mapped"
	case StepInternal:
		return "internal-redirect"
	case StepReason:
		return "reason"
	case StepDecision:
		return "decision"
	case StepOmitted:
		return "omitted"
	}
	return fmt.Sprintf("StepKind(%d)", int(k))
}

// Step is one thing that happened while a request was evaluated.
type Step struct {
	Kind StepKind
	// At is where the rule, condition or section stands; not valid where none
	// is concerned.
	At parser.Extent
	// Dir is the directory of the per-directory context, "" in server context.
	Dir string
	// Depth is the nesting of sub-requests, Redirects the number of internal
	// redirects so far.
	Depth, Redirects int
	Input, Output    string
	Matched          bool // for StepRule and StepCond
	Restart          bool // of StepFlow: the first rule is tried again, by [N]
	// Text tells the step in one line, without position.
	Text string
}
