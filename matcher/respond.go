package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// decide takes the client's request to its answer.
func (e *evaluation) decide() *answer {
	a := &e.answer
	a.conclusion = e.follow(e.receive())
	if field := e.complete(a); field != "" {
		a.conclusion = e.withoutHeader(a.last, field)
		if e.complete(a) != "" {
			a.strip()
		}
	}
	return a
}

// complete says all there is to say of an answer, which becomes a refusal where the
// evaluation took too much. It names a field of the response that may not be sent,
// "" if there is none.
func (e *evaluation) complete(a *answer) string {
	e.settle()
	a.complete()
	if e.meter.Err() != nil {
		a.conclusion = e.overrun(a.last)
		a.complete()
	}
	return a.unsendable()
}

// follow processes s, unless there is a status to answer with already, and the
// requests that it leads to: internal redirects and error documents.
func (e *evaluation) follow(s *state, status int) conclusion {
	for {
		if status == 0 {
			status = e.handled(s, s.process())
		}
		if e.err != nil && status < 400 {
			status = 500
		}
		var next, by *state
		switch {
		case e.over():
			return conclusion{last: s, by: s}
		case status == done:
			s.status = 200
			return conclusion{last: s, by: s, bare: true}
		case status != 0:
			next, by = s.die(status)
		case s.restartsAt.OK:
			next, by = s.restarted()
		default:
			if status = e.handlerFailure(); status == 0 {
				return conclusion{last: s}
			}
			next, by = s.die(status)
		}
		if by != nil {
			return conclusion{last: s, by: by}
		}
		s, status = next, 0
	}
}

// withoutHeader answers with 500 in the place of a response whose header may not
// be sent because of field. As httpd does it drops the header and begins anew with
// an error of the last request, s.
func (e *evaluation) withoutHeader(s *state, field string) conclusion {
	e.first.refuse(500, codeUnsafeHeader, e.rule, "", "a field of the response's header holds what may not be sent: %s", field)
	e.cookies, e.errHeader, s.earlyHeader, s.location, s.vary = nil, nil, nil, "", ""
	if s.status != 200 {
		return conclusion{last: s, by: s.firstError(500)}
	}
	return e.follow(s, 500)
}

// overrun answers with 500 and nothing else, because the evaluation took too
// much. What s, the last request, has gathered is dropped.
func (e *evaluation) overrun(s *state) conclusion {
	e.over()
	e.settle()
	e.cookies, e.errHeader = nil, nil
	s.status, s.env, s.location, s.vary, s.earlyHeader, s.headersIn = 500, apr.Table{}, "", "", nil, nil
	return conclusion{last: s, by: s, bare: true}
}

// restarted returns the internal redirect that the rules of the directory made,
// or what answers if there were too many.
func (s *state) restarted() (next, by *state) {
	e := s.eval
	target := s.restartsAt.Text
	if s.args.OK {
		target += "?" + s.args.Text
	}
	e.trace(s, event{Kind: eventInternal, Output: target})
	if next = s.internalRedirect(target); next != nil {
		return next, nil
	}
	e.fail(&parser.Diagnostic{
		Extent: e.rule, Severity: parser.Error, Code: CodeLimit, Message: "too many internal redirects",
	})
	return s.die(500)
}

// handlerFailure returns the next of the statuses with which the handler is
// known to fail, 0 if it succeeds.
func (e *evaluation) handlerFailure() int {
	if e.failures == len(e.req.Failed) {
		return 0
	}
	e.failures++
	return e.req.Failed[e.failures-1]
}
