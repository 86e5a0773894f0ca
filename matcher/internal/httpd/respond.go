package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Decide takes the client's request to its answer.
func (e *Evaluation) Decide() *Answer {
	a := &e.answer
	a.conclusion = e.follow(e.receive())
	if field := e.complete(a); field != "" {
		a.conclusion = e.withoutHeader(a.Last, field)
		if e.complete(a) != "" {
			a.strip()
		}
	}
	return a
}

// complete says all there is to say of an answer, which becomes a refusal where the
// evaluation took too much. It names a field of the response that may not be sent,
// "" if there is none.
func (e *Evaluation) complete(a *Answer) string {
	e.settle()
	a.complete()
	if e.Meter.Err() != nil {
		a.conclusion = e.overrun(a.Last)
		a.complete()
	}
	return a.unsendable()
}

// follow processes s, unless there is a status to answer with already, and the
// requests that it leads to: internal redirects and error documents.
func (e *Evaluation) follow(s *Request, status int) conclusion {
	for {
		if status == 0 {
			status = e.handled(s, s.process())
		}
		if e.err != nil && status < 400 {
			status = 500
		}
		var next, by *Request
		switch {
		case e.Over():
			return conclusion{Last: s, By: s}
		case status == done:
			s.Status = 200
			return conclusion{Last: s, By: s, Bare: true}
		case status != 0:
			next, by = s.die(status)
		case s.RestartsAt.OK:
			next, by = s.restarted()
		default:
			if status = e.handlerFailure(); status == 0 {
				return conclusion{Last: s}
			}
			next, by = s.die(status)
		}
		if by != nil {
			return conclusion{Last: s, By: by}
		}
		s, status = next, 0
	}
}

// withoutHeader answers with 500 in the place of a response whose header may not
// be sent because of field. As httpd does it drops the header and begins anew with
// an error of the last request, s.
func (e *Evaluation) withoutHeader(s *Request, field string) conclusion {
	e.first.Refuse(500, codeUnsafeHeader, e.Rule, "", "a field of the response's header holds what may not be sent: %s", field)
	e.Cookies, e.ErrHeader, e.Later, s.EarlyHeader, s.Location, s.Vary = nil, nil, nil, nil, "", vary.Names{}
	if s.Status != 200 {
		return conclusion{Last: s, By: s.firstError(500)}
	}
	return e.follow(s, 500)
}

// overrun answers with 500 and nothing else, because the evaluation took too
// much. What s, the last request, has gathered is dropped.
func (e *Evaluation) overrun(s *Request) conclusion {
	e.Over()
	e.settle()
	e.Cookies, e.ErrHeader, e.Later, s.Custom = nil, nil, nil, nil
	s.Status, s.Env, s.Location, s.Vary, s.EarlyHeader, s.HeadersIn = 500, apr.Table{}, "", vary.Names{}, nil, nil
	return conclusion{Last: s, By: s, Bare: true}
}

// restarted returns the internal redirect that the rules of the directory made,
// or what answers if there were too many.
func (s *Request) restarted() (next, by *Request) {
	e := s.Eval
	target := s.RestartsAt.Text
	if s.Args.OK {
		target += "?" + s.Args.Text
	}
	e.Trace(s, Event{Kind: EventInternal, Output: target})
	if next = s.internalRedirect(target); next != nil {
		return next, nil
	}
	e.Fail(&parser.Diagnostic{
		Extent: e.Rule, Severity: parser.Error, Code: CodeLimit, Message: "too many internal redirects",
	})
	return s.die(500)
}

// handlerFailure returns the next of the statuses with which the handler is
// known to fail, 0 if it succeeds.
func (e *Evaluation) handlerFailure() int {
	if e.failures == len(e.Req.Failed) {
		return 0
	}
	e.failures++
	return e.Req.Failed[e.failures-1]
}
