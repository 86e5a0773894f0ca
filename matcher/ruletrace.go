package matcher

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
