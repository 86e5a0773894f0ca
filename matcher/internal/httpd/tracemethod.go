package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// traceMode is what TraceEnable says.
type traceMode uint8

const (
	traceUnset traceMode = iota // refused here; httpd answers
	traceOff
	traceOn
	traceExtended // with a body, too
)

// over returns m, or base where m is unset.
func (m traceMode) over(base traceMode) traceMode {
	if m == traceUnset {
		return base
	}
	return m
}

func applyTraceEnable(sc *Scope, n *parser.Directive) {
	switch strings.ToLower(n.Args[0].Text) {
	case "off":
		sc.Server.trace = traceOff
	case "on":
		sc.Server.trace = traceOn
	case "extended":
		sc.Server.trace = traceExtended
	default:
		sc.BadArgument(n, "must be On, Off or extended")
	}
}

// Traces reports whether TRACE is permitted.
func (s *Server) Traces() bool { return s.trace == traceOn || s.trace == traceExtended }

// echo returns how a TRACE request that stays here ends: with itself as the
// answer, or with a status. The rules of the server have run by then; access
// control does not apply, as in httpd.
func (s *Request) echo() int {
	switch s.Server.trace {
	case traceUnset, traceOff:
		return s.refuseMethod()
	case traceOn:
		if s.Eval.bodyLength != 0 {
			return s.Refuse(413, codeBadRequest, parser.Extent{}, "TraceEnable extended", "a TRACE request has a body")
		}
	case traceExtended:
	}
	return done
}

// handled returns how a request ends that the phases left with status: with
// status, or with that of a handler that would not serve it.
func (e *Evaluation) handled(s *Request, status int) int {
	switch {
	case status == 0 && s.Handler == RedirectHandler:
		return status // not yet the one that is served
	case e.bodyLength > 0 && e.tooLarge(s):
		return s.Refuse(413, codeBadRequest, parser.Extent{}, "LimitRequestBody lets larger ones in", "the body has %d bytes", e.bodyLength)
	case status != 0:
		return status
	case s.Method == "TRACE" && s.Server.trace < traceOn, s.Method == "CONNECT" && !s.IsProxy():
		return s.refuseMethod()
	}
	return status
}

// refuseMethod refuses a request for its method, TRACE or CONNECT.
func (s *Request) refuseMethod() int {
	return s.Refuse(405, codeBadRequest, parser.Extent{}, "", "the method %s is not served", s.Method)
}
