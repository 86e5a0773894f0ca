package rules

func (r *Run) traceRule(p *Rule, ok bool) {
	if r.Traced {
		r.Host.TriedRule(p, r.Subject, ok)
	}
}

func (r *Run) traceCond(c *Cond, input string, ok bool) {
	if r.Traced {
		r.Host.TriedCond(c, input, ok)
	}
}
