package matcher

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

func applyTraceEnable(sc *scope, n *parser.Directive) {
	switch strings.ToLower(n.Args[0].Text) {
	case "off":
		sc.server.trace = traceOff
	case "on":
		sc.server.trace = traceOn
	case "extended":
		sc.server.trace = traceExtended
	default:
		sc.badArgument(n, "must be On, Off or extended")
	}
}

// echo returns how a TRACE request that stays here ends: with itself as the
// answer, or with a status. The rules of the server have run by then; access
// control does not apply, as in httpd.
func (s *state) echo() int {
	switch s.server.trace {
	case traceUnset, traceOff:
		return s.refuseMethod()
	case traceOn:
		if s.eval.bodyLength != 0 {
			return s.refuse(413, codeBadRequest, parser.Extent{}, "TraceEnable extended", "a TRACE request has a body")
		}
	case traceExtended:
	}
	return done
}

// handled returns how a request ends that the phases left with status: with
// status, or with that of a handler that would not serve it.
func (e *evaluation) handled(s *state, status int) int {
	switch {
	case status == 0 && s.handler == redirectHandler:
		return status // not yet the one that is served
	case e.tooLarge(s):
		return s.refuse(413, codeBadRequest, parser.Extent{}, "LimitRequestBody lets larger ones in", "the body has %d bytes", e.bodyLength)
	case status != 0:
		return status
	case s.method == "TRACE" && s.server.trace < traceOn, s.method == "CONNECT" && !s.isProxy():
		return s.refuseMethod()
	}
	return status
}

// refuseMethod refuses a request for its method, TRACE or CONNECT.
func (s *state) refuseMethod() int {
	return s.refuse(405, codeBadRequest, parser.Extent{}, "", "the method %s is not served", s.method)
}
