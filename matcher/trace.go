package matcher

// trace hands a step of request s to the caller, if it wants to know. Its time
// does not count.
func (e *evaluation) trace(s *state, st Step) {
	if e.step == nil {
		return
	}
	st.Depth, st.Redirects = s.depth(), s.redirects()
	e.spend(stepSteps + (len(st.Name)+len(st.Input)+len(st.Output))/textSteps)
	paused := e.meter.Pause(false)
	e.step(st)
	e.meter.Ignore(paused)
}

// traceResult tells what s came to.
func (e *evaluation) traceResult(s *state, res *Result) {
	st := Step{Kind: StepDecision, At: res.Rule, Status: res.Status, Action: res.Action, Err: e.failure, Output: res.Location}
	switch res.Action {
	case Rewrite:
		st.Output = res.Path
	case Proxy:
		st.Output = res.ProxyURL
	case Pass, Redirect, Respond:
	}
	e.trace(s, st)
}
