package matcher

import (
	"fmt"
	"strconv"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// StepKind says what a Step is about.
type StepKind int

// The kinds of step.
const (
	StepStart    = StepKind(httpd.EventStart)    // a run over a list of rules begins
	StepRule     = StepKind(httpd.EventRule)     // a rule's pattern was tried on Input
	StepCond     = StepKind(httpd.EventCond)     // a condition was tested on Input
	StepMatched  = StepKind(httpd.EventMatched)  // a rule matched, conditions included
	StepRewrite  = StepKind(httpd.EventRewrite)  // Input became Output
	StepQuery    = StepKind(httpd.EventQuery)    // the query became Output
	StepEnv      = StepKind(httpd.EventEnv)      // an environment variable was set or unset
	StepCookie   = StepKind(httpd.EventCookie)   // a cookie was set
	StepFlow     = StepKind(httpd.EventFlow)     // the order of rules changed: skip, chain, next, last, end
	StepMap      = StepKind(httpd.EventMap)      // a map was looked up: Input is the key, Output the value
	StepSubreq   = StepKind(httpd.EventSubreq)   // a sub-request begins or ends
	StepMapped   = StepKind(httpd.EventMapped)   // the request maps to file Output
	StepInternal = StepKind(httpd.EventInternal) // an internal redirect to Output
	StepReason   = StepKind(httpd.EventReason)   // the engine refuses the request itself, or something that a rule asks for
	StepDecision = StepKind(httpd.EventDecision) // the result
	StepOmitted  = StepKind(httpd.EventOmitted)  // steps were left out: not by the engine, but by what keeps them
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

// Step is one thing that happened while a request was evaluated. Which fields are
// set depends on Kind; [Step.String] tells it in words.
type Step struct {
	Kind StepKind
	// Detail tells steps of one kind apart, "" where there is nothing to tell:
	//   - StepFlow: "restart" where N has the first rule tried again, "same-file" where
	//     the result is the file that the request maps to already
	//   - StepQuery: "unset" where there is no query any more
	//   - StepEnv: "unset" where the variable is removed
	//   - StepMap: "no-map" where there is no map of that name
	//   - StepSubreq: "ends" where the sub-request ends
	//   - StepInternal: "error-document" where Output answers for Status, "takes-place"
	//     where it is served in the place of Input
	//   - StepDecision: "admitted" where the client may have what it asked for
	//   - StepOmitted: "rounds" where Rounds rounds of N were the same
	Detail string
	// At is where the rule, condition or section stands; not valid where none
	// is concerned.
	At parser.Extent
	// Dir is the directory of the per-directory context, "" in server context.
	Dir string
	// Depth is the nesting of sub-requests, Redirects the number of internal
	// redirects so far.
	Depth, Redirects int
	// Name is the pattern of StepRule and the test of StepCond as written, "" for
	// an expression of a section; the variable of StepEnv; the map of StepMap.
	Name string
	// Input is what a pattern or test was tried on, the key of a map, or the URL
	// that a run of rules or a sub-request begins with. Output is the result:
	// the value of a variable or a map, the new URL, query, file or cookie.
	Input, Output string
	Matched       bool // of StepRule and StepCond; of StepMap: the key has a value
	Status        int  // of StepSubreq, StepInternal and StepDecision; 0 if there is none
	// Reason is why the engine refuses something, of StepReason.
	Reason *parser.Diagnostic
	// Action and Err are what Eval returns, of StepDecision.
	Action Action
	Err    error
	// Omitted is how many steps StepOmitted stands for, Rounds of how many rounds.
	Omitted, Rounds int
}

// stepOf returns what happened as a step.
func stepOf(e *httpd.Event) Step {
	return Step{
		Kind: StepKind(e.Kind), Detail: e.Detail, At: e.At, Dir: e.Dir, Depth: e.Depth, Redirects: e.Redirects,
		Name: e.Name, Input: e.Input, Output: e.Output, Matched: e.Matched, Status: e.Status, Reason: e.Reason,
	}
}

// decision returns what a request came to as a step.
func decision(a *httpd.Answer, res *Result, err error) Step {
	st := Step{
		Kind: StepDecision, At: res.Rule, Depth: a.Last.Depth(), Redirects: a.Last.Redirects(),
		Status: res.Status, Action: res.Action, Err: err, Output: res.Location,
	}
	switch res.Action {
	case Rewrite:
		st.Output = res.Path
	case Proxy:
		st.Output = res.ProxyURL
	case Pass, Redirect, Respond:
	}
	return st
}

// String tells the step in one line, without its position.
func (s Step) String() string {
	switch s.Kind {
	case StepStart:
		if s.Dir == "" {
			return "the server's rules on " + apr.Quote(s.Input)
		}
		return "the rules of " + s.Dir + " on " + apr.Quote(s.Input)
	case StepRule:
		return "pattern " + s.Name + " on " + apr.Quote(s.Input) + ": " + s.matchWord()
	case StepCond:
		if s.Name == "" {
			return "the section's expression: " + s.matchWord()
		}
		return "condition " + s.Name + " on " + apr.Quote(s.Input) + ": " + s.matchWord()
	case StepMatched:
		return "the rule matches"
	case StepRewrite:
		return apr.Quote(s.Input) + " becomes " + apr.Quote(s.Output)
	case StepQuery:
		if s.Detail == httpd.EventUnset {
			return "no query"
		}
		return "the query is " + apr.Quote(s.Output)
	case StepEnv:
		if s.Detail == httpd.EventUnset {
			return "unset " + s.Name
		}
		return "set " + s.Name + " to " + apr.Quote(s.Output)
	case StepCookie:
		return "set cookie " + s.Output
	case StepFlow:
		return s.flow()
	case StepMap:
		return s.lookup()
	case StepSubreq:
		if s.Detail == httpd.EventEnds {
			return "sub-request ends with status " + strconv.Itoa(s.Status)
		}
		return "sub-request for " + apr.Quote(s.Input)
	case StepMapped:
		return "maps the URL to " + s.Output
	case StepInternal:
		return s.redirect()
	case StepReason:
		return s.reason()
	case StepDecision:
		return s.decision()
	case StepOmitted:
		return s.omitted()
	}
	return s.Kind.String()
}

func (s *Step) matchWord() string {
	if s.Matched {
		return "matches"
	}
	return "no match"
}

func (s *Step) flow() string {
	switch s.Detail {
	case httpd.EventSameFile:
		return "the result is the file the request maps to already: no redirect"
	case httpd.EventRestart:
		return "start again from the first rule"
	default:
		return s.Kind.String()
	}
}

func (s *Step) lookup() string {
	switch {
	case s.Detail == httpd.EventNoMap:
		return "there is no map " + s.Name
	case !s.Matched:
		return "map " + s.Name + " has no value for " + apr.Quote(s.Input)
	}
	return "map " + s.Name + ": " + apr.Quote(s.Input) + " is " + apr.Quote(s.Output)
}

func (s *Step) redirect() string {
	switch s.Detail {
	case httpd.EventErrorDocument:
		return "error document " + s.Output + " for status " + strconv.Itoa(s.Status)
	case httpd.EventTakesPlace:
		return s.Output + " is served in the place of " + s.Input
	default:
		return "internal redirect to " + s.Output
	}
}

func (s *Step) reason() string {
	switch {
	case s.Reason == nil:
		return ""
	case s.Reason.Hint != "":
		return s.Reason.Message + " (" + s.Reason.Hint + ")"
	}
	return s.Reason.Message
}

func (s *Step) decision() string {
	if s.Detail == httpd.EventAdmitted {
		return "the client is let in"
	}
	text := s.Action.String()
	switch s.Action {
	case Rewrite, Proxy:
		text += " to " + s.Output
	case Redirect:
		text += " " + strconv.Itoa(s.Status) + " to " + s.Output
	case Respond:
		text += " with " + strconv.Itoa(s.Status)
	case Pass:
	}
	if s.Err != nil {
		text += ": " + s.Err.Error()
	}
	return text
}

func (s *Step) omitted() string {
	if s.Detail == httpd.EventRounds {
		return fmt.Sprintf("this rule feeds itself: %d more rounds were the same and are left out (%d steps)", s.Rounds, s.Omitted)
	}
	return fmt.Sprintf("(%d steps left out)", s.Omitted)
}
