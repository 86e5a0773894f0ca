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

// trace hands a step of the rules to the caller.
func (x *rewriting) trace(st Step) {
	if x.dir != nil {
		st.Dir = x.dir.prefix
	}
	x.req.eval.trace(x.req, st)
}

// trace hands a step to the host, if it wants to know.
func (r *run) trace(st Step) {
	if r.traced {
		r.host.trace(st)
	}
}

func (r *run) traceRule(p *rule, ok bool) {
	if r.traced { // asked here, as making a Step costs more than many a rule
		r.host.trace(Step{Kind: StepRule, At: p.at, Name: p.text, Input: r.subject, Matched: ok})
	}
}

func (r *run) traceCond(c *cond, input string, ok bool) {
	if r.traced {
		r.host.trace(Step{Kind: StepCond, At: c.at, Name: c.text, Input: input, Matched: ok})
	}
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
