package headers

import (
	"errors"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// earlyHeaders does what Header and RequestHeader with "early" ask for, as soon
// as there is a request and again for each internal redirect. Only directives
// of the server apply: no section is known to apply yet.
func earlyHeaders(s *httpd.Request) int {
	h := headersSlot.Of(s.Server.Base.Parts)
	changeRequest(s, h.request, true)
	e := s.Eval
	each(s, h.always, true, nil, func(l *headerLine) bool {
		if l.op.action == headerEcho { // it always adds to the response proper
			s.EarlyHeader = l.change(s, s.EarlyHeader)
			return true
		}
		e.ErrHeader = l.change(s, withCookies(e))
		e.Cookies = e.ErrHeader["Set-Cookie"]
		delete(e.ErrHeader, "Set-Cookie")
		return true
	})
	each(s, h.onSuccess, true, nil, func(l *headerLine) bool {
		s.EarlyHeader = l.change(s, s.EarlyHeader)
		return true
	})
	return httpd.Declined
}

// Early is the hook for "early" directives.
func Early() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return headersSlot.Of(d.Parts) != nil },
		Run:    earlyHeaders,
	}
}

// FixUp is the hook for RequestHeader.
func FixUp() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			h := headersSlot.Of(d.Parts)
			return h != nil && h.request.Len() > 0
		},
		Run: func(s *httpd.Request) int {
			changeRequest(s, headersSlot.Of(s.Dir.Parts).request, false)
			return httpd.Declined
		},
	}
}

// withCookies returns the fields that every response has, the cookies included.
func withCookies(e *httpd.Evaluation) map[string][]string {
	if e.ErrHeader == nil {
		e.ErrHeader = map[string][]string{}
	}
	httpd.SetField(e.ErrHeader, "Set-Cookie", e.Cookies)
	return e.ErrHeader
}

// changeRequest applies RequestHeader directives to the request. What they would
// make of a request without a header is kept beside it: that much of the header is
// the server's own.
func changeRequest(s *httpd.Request, list *headerList, early bool) {
	var passed func(first, end int)
	if !early && list.Looks() { // before, the others are not evaluated
		passed = func(first, end int) {
			if s.RoomForVary() {
				list.Looked(&s.Vary, first, end)
			}
		}
	}
	each(s, list, early, passed, func(l *headerLine) bool {
		if s.Eval.Over() {
			return false
		}
		op, value, ok := l.settle(s)
		if !ok {
			return true
		}
		if s.HeadersSet == nil {
			s.HeadersSet = map[string][]string{}
		}
		op.changeFields(s.Eval, value, s.OwnRequestHeader(), s.HeadersSet)
		return true
	})
}

// change applies the directive to header, which is made if it is nil, and
// returns it.
func (l *headerLine) change(s *httpd.Request, header map[string][]string) map[string][]string {
	op, value, ok := l.settle(s)
	if !ok {
		return header
	}
	if header == nil {
		header = map[string][]string{}
	}
	op.changeFields(s.Eval, value, header)
	return header
}

// settle returns what the directive does, and with which value. ok is false if its
// condition does not hold.
func (l *headerLine) settle(s *httpd.Request) (op headerOp, value string, ok bool) {
	e := s.Eval
	elapsed := e.Engine.Now().Sub(e.Now())
	room := e.Meter.Mark()
	op = l.step(s)
	e.Meter.Release(room) // but for its value
	ok, looked := op.holds(s.ExprEnv(), e)
	if s.AddVary(looked); !ok {
		return op, "", false
	}
	return op, op.valueIn(s.ExprEnv(), e, elapsed), true
}

// changeFields takes the step on each of headers.
func (op *headerOp) changeFields(e *httpd.Evaluation, value string, headers ...map[string][]string) {
	for _, header := range headers {
		if addFields(header, op.fields, &e.Meter) != nil {
			return
		}
		op.changeField(e, header, value)
	}
}

// changeField takes the step on the field of header that it is about. A step that
// fails changes nothing.
func (op *headerOp) changeField(e *httpd.Evaluation, header map[string][]string, value string) {
	values, err := op.apply(header[op.name], value, &e.Meter)
	switch {
	case err == nil:
		httpd.SetField(header, op.name, values)
	case errors.Is(err, pattern.ErrBudget) && !e.Engine.Limits.OverrunIsNoMatch:
		e.Fail(op.overrun(err))
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
