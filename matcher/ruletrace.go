package matcher

// trace hands a step to the host, if it wants to know.
func (r *run) trace(ev event) {
	if r.traced {
		r.host.trace(ev)
	}
}

func (r *run) traceRule(p *rule, ok bool) {
	if r.traced { // asked here, as making an event costs more than many a rule
		r.host.trace(event{Kind: eventRule, At: p.at, Name: p.text, Input: r.subject, Matched: ok})
	}
}

func (r *run) traceCond(c *cond, input string, ok bool) {
	if r.traced {
		r.host.trace(event{Kind: eventCond, At: c.at, Name: c.text, Input: input, Matched: ok})
	}
}
