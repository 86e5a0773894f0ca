package matcher

func (r *run) traceRule(p *rule, ok bool) {
	if r.traced {
		r.host.triedRule(p, r.subject, ok)
	}
}

func (r *run) traceCond(c *cond, input string, ok bool) {
	if r.traced {
		r.host.triedCond(c, input, ok)
	}
}
