package matcher

import (
	"errors"
	"slices"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
)

// headersResponse is the hook for Header.
func headersResponse() responseHook {
	return responseHook{
		wanted: func(d *dirConfig) bool { return headersSlot.of(d.parts) != nil },
		plan:   planHeaders,
	}
}

// planHeaders adds the steps of the Header directives that hold for s.
func planHeaders(s *state, p *plan, answered bool) {
	h := headersSlot.of(s.dir.parts)
	ops := headerOps(s, h.always, nil)
	if !answered {
		ops = headerOps(s, h.onSuccess, ops)
	}
	if len(ops) > 0 {
		p.vary = s.vary
	}
	p.unsure = slices.ContainsFunc(ops, func(op headerOp) bool { return !apr.IsToken(op.name) || !safeHeader(op.value) })
	if slices.ContainsFunc(ops, headerOp.isExpr) {
		p.request = s.outliving()
	}
	if slices.ContainsFunc(ops, headerOp.isTimed) {
		p.timed(s)
	}
	p.changes = append(p.changes, headerSteps(ops))
}

// headerSteps are steps of Header directives, in order.
type headerSteps []headerOp

// change takes the steps. A list of steps ends where one of them fails.
func (h headerSteps) change(c *completion) {
	elapsed := c.plan.elapsed()
	failed := [2]bool{}
	for i := range h {
		op := &h[i]
		list := 0
		if op.always {
			list = 1
		}
		if !failed[list] {
			err := op.take(c, elapsed)
			if op.check(c, err); c.fatal != nil {
				return
			}
			failed[list] = err != nil
		}
	}
}

// headerOps appends what the directives of a list do to ops.
func headerOps(s *state, lines []*headerLine, ops []headerOp) []headerOp {
	for _, l := range lines {
		if !l.early && l.holds(s) {
			ops = append(ops, l.step(s))
		}
	}
	return ops
}

// check looks whether the step that ended with err took too much, in which case
// the header may not be sent.
func (op *headerOp) check(c *completion, err error) {
	e := c.engine
	switch {
	case c.meter.Err() != nil:
		c.fatal = e.exceeded(c.meter.Err(), op)
	case errors.Is(err, pattern.ErrBudget) && !e.limits.OverrunIsNoMatch:
		c.fatal = op.overrun(err)
	default:
		return
	}
	e.reportError(c.fatal)
}

// take takes the step, elapsed after the request arrived.
func (op *headerOp) take(c *completion, elapsed time.Duration) error {
	p := c.plan
	var value string
	if p.request != nil {
		env, e := c.env(p.request), p.request.eval
		ok, vary := op.holds(env, e)
		if vary != "" {
			var err error
			if c.out["Vary"], err = appendFieldWithin(c.out["Vary"], vary, c.meter); err != nil {
				return err
			}
		}
		if !ok {
			return nil
		}
		value = op.valueIn(env, e, elapsed)
	} else {
		value = op.valueAfter(elapsed)
	}
	return op.changeHeader(c, value)
}

// changeHeader does to the header what op does with value.
func (op *headerOp) changeHeader(c *completion, value string) error {
	if err := addFields(c.out, op.fields, c.meter); err != nil {
		return err
	}
	table := &c.out
	if op.always {
		table = &c.err
	}
	if op.name == "Content-Type" {
		if err := op.changeType(c, value, len((*table)[op.name]) > 0); err != nil {
			return err
		}
	}
	values, err := op.apply((*table)[op.name], value, c.meter)
	if err != nil {
		return err
	}
	if *table == nil {
		*table = map[string][]string{}
	}
	setField(*table, op.name, values)
	return nil
}

// changeType takes a step on the response's type, which httpd keeps apart from
// the fields. present says that the table has the field as well.
func (op *headerOp) changeType(c *completion, value string, present bool) error {
	switch op.action {
	case headerSet:
		c.contentType = value
	case headerSetIfEmpty:
		if !present {
			c.contentType = value
		}
	case headerUnset:
		c.contentType, c.untyped = "", true
	case headerEdit, headerEditAll:
		if c.contentType != "" {
			edited, err := op.editValue(c.contentType, value, c.meter)
			if err != nil {
				return err
			}
			c.contentType = edited
		}
	case headerAdd, headerAppend, headerMerge, headerEcho, headerNote:
	}
	return nil
}
