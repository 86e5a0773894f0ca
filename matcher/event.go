package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// eventKind is what an event is about. matcher.StepKind says more of each.
type eventKind uint8

const (
	eventStart eventKind = iota
	eventRule
	eventCond
	eventMatched
	eventRewrite
	eventQuery
	eventEnv
	eventCookie
	eventFlow
	eventMap
	eventSubreq
	eventMapped
	eventInternal
	eventReason
	eventDecision
	eventOmitted // of what keeps events, never the engine's
)

// eventDetail tells events of one kind apart. matcher.StepDetail says more of each.
type eventDetail uint8

const (
	noDetail eventDetail = iota
	eventRestart
	eventSameFile
	eventUnset
	eventNoMap
	eventEnds
	eventErrorDocument
	eventTakesPlace
	eventAdmitted
	eventRounds // as eventOmitted
)

// event is one thing that happens while a request is evaluated, for whoever has it
// explained. Its fields are those of matcher.Step, which says what they mean.
type event struct {
	Kind             eventKind
	Detail           eventDetail
	At               parser.Extent
	Dir              string
	Depth, Redirects int
	Name             string
	Input, Output    string
	Matched          bool
	Status           int
	Reason           *parser.Diagnostic
}

// trace hands an event of request s to the caller, if it wants to know. Its time
// does not count.
func (e *evaluation) trace(s *state, ev event) {
	if e.step == nil {
		return
	}
	ev.Depth, ev.Redirects = s.depth(), s.redirects()
	e.spend(work.EventSteps + (len(ev.Name)+len(ev.Input)+len(ev.Output))/work.TextSteps)
	paused := e.meter.Pause(false)
	e.step(ev)
	e.meter.Ignore(paused)
}
