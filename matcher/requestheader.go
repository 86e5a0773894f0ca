package matcher

import (
	"errors"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// earlyHeaders does what Header and RequestHeader with "early" ask for, as soon
// as there is a request and again for each internal redirect. Only directives
// of the server apply: no section is known to apply yet.
func earlyHeaders(s *state) int {
	h := headersSlot.of(s.server.base.parts)
	changeRequest(s, h.request, true)
	e := s.eval
	for _, l := range h.always {
		switch {
		case !l.early:
		case l.op.action == headerEcho: // it always adds to the response proper
			s.earlyHeader = l.change(s, s.earlyHeader)
		default:
			e.errHeader = l.change(s, withCookies(e))
			e.cookies = e.errHeader["Set-Cookie"]
			delete(e.errHeader, "Set-Cookie")
		}
	}
	for _, l := range h.onSuccess {
		if l.early {
			s.earlyHeader = l.change(s, s.earlyHeader)
		}
	}
	return declined
}

// headersEarly is the hook for "early" directives.
func headersEarly() hook {
	return hook{
		wanted: func(d *dirConfig) bool { return headersSlot.of(d.parts) != nil },
		run:    earlyHeaders,
	}
}

// headersFixUp is the hook for RequestHeader.
func headersFixUp() hook {
	return hook{
		wanted: func(d *dirConfig) bool {
			h := headersSlot.of(d.parts)
			return h != nil && len(h.request) > 0
		},
		run: func(s *state) int {
			changeRequest(s, headersSlot.of(s.dir.parts).request, false)
			return declined
		},
	}
}

// withCookies returns the fields that every response has, the cookies included.
func withCookies(e *evaluation) map[string][]string {
	if e.errHeader == nil {
		e.errHeader = map[string][]string{}
	}
	setField(e.errHeader, "Set-Cookie", e.cookies)
	return e.errHeader
}

// changeRequest applies RequestHeader directives to the request. What they would
// make of a request without a header is kept beside it: that much of the header is
// the server's own.
func changeRequest(s *state, lines []*headerLine, early bool) {
	for _, l := range lines {
		if l.early != early || !l.holds(s) {
			continue
		}
		if s.eval.over() {
			return
		}
		if s.headersSet == nil {
			s.headersSet = map[string][]string{}
		}
		l.apply(s, s.ownRequestHeader(), s.headersSet)
	}
}

// change applies the directive to header, which is made if it is nil, and
// returns it.
func (l *headerLine) change(s *state, header map[string][]string) map[string][]string {
	if header == nil {
		header = map[string][]string{}
	}
	l.apply(s, header)
	return header
}

// apply applies the directive to each of headers.
func (l *headerLine) apply(s *state, headers ...map[string][]string) {
	e := s.eval
	elapsed := e.engine.now().Sub(e.now())
	room := e.meter.Mark()
	op := l.step(s)
	e.meter.Release(room) // but for its value
	ok, vary := op.holds(s.exprEnv(), e)
	s.addVary(vary)
	if !ok {
		return
	}
	value := op.valueIn(s.exprEnv(), e, elapsed)
	for _, header := range headers {
		if addFields(header, op.fields, &e.meter) != nil {
			return
		}
		op.changeField(e, header, value)
	}
}

// changeField takes the step on the field of header that it is about. A step that
// fails changes nothing.
func (op *headerOp) changeField(e *evaluation, header map[string][]string, value string) {
	values, err := op.apply(header[op.name], value, &e.meter)
	switch {
	case err == nil:
		setField(header, op.name, values)
	case errors.Is(err, pattern.ErrBudget) && !e.engine.limits.OverrunIsNoMatch:
		e.fail(op.overrun(err))
	}
}

// addFields adds fields behind those of a header, as much as meter allows.
func addFields(header, fields map[string][]string, meter *work.Meter) error {
	for name, added := range fields {
		if !meter.Charge(work.FieldBytes * (len(header[name]) + len(added))) {
			return meter.Err()
		}
		header[name] = slices.Concat(header[name], added)
	}
	return nil
}
