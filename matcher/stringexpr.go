package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// stringExpr is an argument that httpd reads as a string expression: a
// constant, or a program.
type stringExpr struct {
	constant string
	program  *expr.Program
}

// argumentExpr compiles an argument as a string expression; ok is false if it
// has an error.
func (c *compiler) argumentExpr(w *parser.Word, sc *scope) (e stringExpr, ok bool) {
	p := c.stringExpr(w.Text, w.Extent, sc)
	if p == nil {
		return stringExpr{}, false
	}
	if text, ok := p.Constant(); ok {
		return stringExpr{constant: text}, true
	}
	return stringExpr{program: p}, true
}

// value returns the value for request s. It reports a failure.
func (e *stringExpr) value(s *state) (string, bool) {
	if e.program == nil {
		return e.constant, true
	}
	v, err := s.text(e.program)
	if err != nil {
		s.eval.reportError(err)
	}
	return v, err == nil
}
