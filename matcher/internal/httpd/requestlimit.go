package httpd

import (
	"strconv"

	"github.com/modrewrite-go/modrewrite/parser"
)

// limit is a bound that a directive sets, where 0 is a value like any other.
type limit struct {
	set bool
	n   int
}

// over returns l, or base where l is not set.
func (l limit) over(base limit) limit {
	if l.set {
		return l
	}
	return base
}

// orElse returns the limit, or def where it is not set.
func (l limit) orElse(def int) int {
	if l.set {
		return l.n
	}
	return def
}

// requestLimits are the limits of a server on what a client may send before
// it is known which virtual host it asks for. Those of the first virtual host
// on the connection's address hold, as in httpd.
type requestLimits struct {
	line      limit // LimitRequestLine
	fields    limit // LimitRequestFields; 0 is no limit
	fieldSize limit // LimitRequestFieldSize
}

// over returns l merged on top of base.
func (l requestLimits) over(base requestLimits) requestLimits {
	return requestLimits{
		line: l.line.over(base.line), fields: l.fields.over(base.fields), fieldSize: l.fieldSize.over(base.fieldSize),
	}
}

// parseLimit reads the argument of a directive that sets a limit. What follows
// the digits of a number, which httpd passes over, is refused.
func (sc *Scope) parseLimit(n *parser.Directive, l *limit) {
	number, err := strconv.Atoi(n.Args[0].Text)
	if err != nil || number < 0 {
		sc.BadArgument(n, "the limit must be a number that is not negative")
		return
	}
	*l = limit{set: true, n: number}
}

func applyLimitRequestLine(sc *Scope, n *parser.Directive) {
	sc.parseLimit(n, &sc.Server.limits.line)
}

func applyLimitRequestFields(sc *Scope, n *parser.Directive) {
	sc.parseLimit(n, &sc.Server.limits.fields)
}

func applyLimitRequestFieldSize(sc *Scope, n *parser.Directive) {
	sc.parseLimit(n, &sc.Server.limits.fieldSize)
}

func applyLimitRequestBody(sc *Scope, n *parser.Directive) {
	size, err := strconv.ParseInt(n.Args[0].Text, 10, 64)
	if err != nil || size < 0 {
		sc.BadArgument(n, "the limit must be a number of bytes that is not negative")
		return
	}
	sc.Dir.Core.bodyLimit = bodyLimit{set: true, n: size}
}

// BodyLimit is what LimitRequestBody says; 0 is no limit.
type bodyLimit struct {
	set bool
	n   int64
}

// checkFields checks how many header fields there are and how long they are,
// and notes the length of the body: 0, or the status to answer with.
func (e *Evaluation) checkFields(l *requestLimits) int {
	most := l.fields.orElse(e.Engine.Limits.RequestFields)
	size := l.fieldSize.orElse(e.Engine.Limits.RequestFieldSize)
	req, count := e.Req, 0
	if req.Host != "" {
		count++
		if len("Host: ")+len(req.Host) > size+1 {
			return 400
		}
	}
	if req.Chunked {
		e.bodyLength = -1
		count++
	}
	left := len(req.Header)
	for name, values := range req.Header {
		// One comparison after the other: they nearly always fail, whereas what a switch
		// branches by can't be foreseen, as the names come in any order.
		if name != "Host" {
			n := len(name)
			if (n == len("Content-Length") || n == len("Transfer-Encoding")) && !e.noteBody(name, values) {
				return 400
			}
			once := len(values) == 1 // as nearly all are there
			if (!once || n+len(": ")+len(values[0]) > size+1) && !fieldFits(name, values, size) {
				return 400
			}
			count += len(values)
		}
		if left--; left == 0 {
			break // to find that there is no other one takes as long as to find one
		}
	}
	if most > 0 && count > most {
		return 400
	}
	return 0
}

// fieldFits reports whether no field of a name is longer than size. As in httpd a field's
// line may have one byte more, and the value of a repeated field, which it joins, no more.
func fieldFits(name string, values []string, size int) bool {
	joined := -len(", ")
	for _, v := range values {
		if len(name)+len(": ")+len(v) > size+1 {
			return false
		}
		joined += len(v) + len(", ")
	}
	return joined <= size
}

// noteBody notes what a header field, which need not be one about it, says of the length
// of the body.
func (e *Evaluation) noteBody(name string, values []string) bool {
	switch name {
	case "Transfer-Encoding":
		e.bodyLength = -1
		return true
	case "Content-Length":
	default:
		return true
	}
	for _, v := range values {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return false
		}
		if e.bodyLength >= 0 {
			e.bodyLength = n
		}
	}
	return true
}

// BoundBody bounds the body of the request to n bytes, in addition to what directives
// say and also where the request is forwarded. n is more than 0.
func (s *Request) BoundBody(n int64) { s.Eval.bodyBound = n }

// HasOpenBody reports whether there is a body whose length is not announced.
func (s *Request) HasOpenBody() bool { return s.Eval.bodyLength < 0 }

// BodyLimit returns how many bytes the body of the request may have, 0 for any
// number.
func (s *Request) BodyLimit() int64 {
	limit, bound := s.directedLimit(), s.Eval.bodyBound
	if bound > 0 && (limit == 0 || bound < limit) {
		return bound
	}
	return limit
}

// directedLimit is what LimitRequestBody says. It does not apply to what a rule
// forwards, as in httpd.
func (s *Request) directedLimit() int64 {
	switch l := s.Dir.Core.bodyLimit; {
	case s.IsProxy():
		return 0
	case l.set:
		return l.n
	}
	return s.Eval.Engine.Limits.RequestBody
}

// tooLarge reports whether the body, whose length the client announced, is longer than
// the request may have. It is asked once, of the request that is answered or served, and
// not of the error document that follows.
func (e *Evaluation) tooLarge(s *Request) bool {
	if e.bodyRefused {
		return false
	}
	if limit := s.BodyLimit(); limit == 0 || e.bodyLength <= limit {
		return false
	}
	e.bodyRefused = true
	return true
}
