package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// EventKind is what an event is about. matcher.StepKind says more of each.
type EventKind uint8

// The kinds of events.
const (
	EventStart EventKind = iota
	EventRule
	EventCond
	EventMatched
	EventRewrite
	EventQuery
	EventEnv
	EventCookie
	EventFlow
	EventMap
	EventSubreq
	EventMapped
	EventInternal
	EventReason
	EventDecision
	EventOmitted // of what keeps events, never the engine's
)

// What tells events of one kind apart, in Detail. matcher.Step says more of each.
const (
	EventRestart       = "restart"
	EventSameFile      = "same-file"
	EventUnset         = "unset"
	EventNoMap         = "no-map"
	EventEnds          = "ends"
	EventErrorDocument = "error-document"
	EventTakesPlace    = "takes-place"
	EventAdmitted      = "admitted"
	EventRounds        = "rounds" // as EventOmitted
)

// Event is one thing that happens while a request is evaluated, for a caller who has it
// explained. Its fields are those of matcher.Step, which says what they mean.
type Event struct {
	Kind             EventKind
	Detail           string
	At               parser.Extent
	Dir              string
	Depth, Redirects int
	Name             string
	Input, Output    string
	Matched          bool
	Status           int
	Reason           *parser.Diagnostic
}

// Trace hands an event of request s to the caller, if it wants to know. Its time
// does not count.
func (e *Evaluation) Trace(s *Request, ev Event) {
	if e.Step == nil {
		return
	}
	ev.Depth, ev.Redirects = s.Depth(), s.Redirects()
	e.Spend(work.EventSteps + (len(ev.Name)+len(ev.Input)+len(ev.Output))/work.TextSteps)
	paused := e.Meter.Pause(false)
	e.Step(ev)
	e.Meter.Ignore(paused)
}
