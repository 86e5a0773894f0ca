package headers

import (
	"errors"
	"slices"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// Response is the hook for Header.
func Response() httpd.ResponseHook {
	return httpd.ResponseHook{
		Wanted: func(d *httpd.DirConfig) bool {
			h := headersSlot.Of(d.Parts)
			return h != nil && h.always.Len()+h.onSuccess.Len() > 0
		},
		Applies: changesHeader,
		Plan:    planHeaders,
	}
}

// changesHeader reports whether Header directives may do anything for s. For most requests
// that thousands of them have conditions for, none does.
func changesHeader(s *httpd.Request, answered bool) bool {
	h := headersSlot.Of(s.Dir.Parts)
	return anyFor(s, h.always) || !answered && anyFor(s, h.onSuccess)
}

// anyFor reports whether directives of list may do anything for s.
func anyFor(s *httpd.Request, list *headerList) (may bool) {
	passed := func(first, end int) {
		var names vary.Names
		list.Looked(&names, first, end)
		may = may || !names.Empty()
	}
	each(s, list, false, passed, func(*headerLine) bool {
		may = true
		return false
	})
	return may
}

// planHeaders adds the steps of the Header directives that hold for s.
func planHeaders(s *httpd.Request, p *httpd.Plan, answered bool) {
	h := headersSlot.Of(s.Dir.Parts)
	ops := headerOps(s, h.always, true, nil)
	if !answered {
		ops = headerOps(s, h.onSuccess, false, ops)
	}
	whole := slices.ContainsFunc(ops, headerOp.seesVary)
	if whole {
		p.Vary = s.VaryText()
	}
	for i := range ops {
		ops[i].settleLooked(s, whole)
	}
	p.Unsure = slices.ContainsFunc(ops, func(op headerOp) bool { return !apr.IsToken(op.name) || !httpd.SafeHeader(op.value) })
	if slices.ContainsFunc(ops, headerOp.isExpr) {
		p.Request = s.Outliving()
	}
	if slices.ContainsFunc(ops, headerOp.isTimed) {
		p.Timed(s)
	}
	p.Changes = append(p.Changes, headerSteps(ops))
}

// headerSteps are steps of Header directives, in order.
type headerSteps []headerOp

// change takes the steps. A list of steps ends where one of them fails.
func (h headerSteps) Change(c *httpd.Completion) {
	elapsed := c.Plan.Elapsed()
	failed := [2]bool{}
	for i := range h {
		op := &h[i]
		list := 0
		if op.always {
			list = 1
		}
		if !failed[list] {
			err := op.take(c, elapsed)
			if op.check(c, err); c.Fatal != nil {
				return
			}
			failed[list] = err != nil
		}
	}
}

// headerOps appends what the directives of a list do to ops.
func headerOps(s *httpd.Request, list *headerList, always bool, ops []headerOp) []headerOp {
	passed := func(first, end int) {
		var names vary.Names
		if list.Looked(&names, first, end); !names.Empty() {
			ops = append(ops, headerOp{at: list.At(first).at, action: headerLooked, always: always, name: "Vary", names: &names})
		}
	}
	each(s, list, false, passed, func(l *headerLine) bool {
		ops = append(ops, l.step(s))
		return true
	})
	return ops
}

// check looks whether the step that ended with err took too much, in which case
// the header may not be sent.
func (op *headerOp) check(c *httpd.Completion, err error) {
	e := c.Engine
	switch {
	case c.Meter.Err() != nil:
		c.Fatal = e.Exceeded(c.Meter.Err(), op)
	case errors.Is(err, pattern.ErrBudget) && !e.Limits.OverrunIsNoMatch:
		c.Fatal = op.overrun(err)
	default:
		return
	}
	e.ReportError(c.Fatal)
}

// seesVary reports whether the step may look at Vary as it is before a name in it stands
// once.
func (op headerOp) seesVary() bool {
	return op.isExpr() || op.name == "Vary" && op.action != headerLooked
}

// settleLooked makes the names of a headerLooked its value: whole as they are, else without
// most that are repeated.
func (op *headerOp) settleLooked(s *httpd.Request, whole bool) {
	switch {
	case op.names == nil:
		return
	case whole:
		op.value = s.TextOf(op.names)
	default:
		op.value = vary.Join(slices.Collect(op.names.Once))
	}
	op.names = nil
}

// take takes the step, elapsed after the request arrived.
func (op *headerOp) take(c *httpd.Completion, elapsed time.Duration) (err error) {
	if op.action == headerLooked {
		c.Out["Vary"], err = appendFieldWithin(c.Out["Vary"], op.value, c.Meter)
		return err
	}
	p := c.Plan
	var value string
	if p.Request != nil {
		env, e := c.Env(p.Request), p.Request.Eval
		ok, looked := op.holds(env, e)
		if looked != "" {
			if c.Out["Vary"], err = appendFieldWithin(c.Out["Vary"], looked, c.Meter); err != nil {
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
func (op *headerOp) changeHeader(c *httpd.Completion, value string) error {
	if err := addFields(c.Out, op.fields, c.Meter); err != nil {
		return err
	}
	table := &c.Out
	if op.always {
		table = &c.Err
	}
	if op.name == "Content-Type" {
		if err := op.changeType(c, value, len((*table)[op.name]) > 0); err != nil {
			return err
		}
	}
	values, err := op.apply((*table)[op.name], value, c.Meter)
	if err != nil {
		return err
	}
	if *table == nil {
		*table = map[string][]string{}
	}
	httpd.SetField(*table, op.name, values)
	return nil
}

// changeType takes a step on the response's type, which httpd keeps apart from
// the fields. present says that the table has the field as well.
func (op *headerOp) changeType(c *httpd.Completion, value string, present bool) error {
	switch op.action {
	case headerSet:
		c.ContentType = value
	case headerSetIfEmpty:
		if !present {
			c.ContentType = value
		}
	case headerUnset:
		c.ContentType, c.Untyped = "", true
	case headerEdit, headerEditAll:
		if c.ContentType != "" {
			edited, err := op.editValue(c.ContentType, value, c.Meter)
			if err != nil {
				return err
			}
			c.ContentType = edited
		}
	case headerAdd, headerAppend, headerMerge, headerEcho, headerNote, headerLooked:
	}
	return nil
}
