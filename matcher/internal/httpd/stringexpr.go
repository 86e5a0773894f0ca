package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// StringExpr is an argument that httpd reads as a string expression: a
// constant, or a program.
type StringExpr struct {
	Constant string
	Program  *expr.Program
}

// ArgumentExpr compiles an argument as a string expression; ok is false if it
// has an error.
func (c *Compiler) ArgumentExpr(w parser.Word, sc *Scope) (e StringExpr, ok bool) {
	p := c.StringExpr(w, sc)
	if p == nil {
		return StringExpr{}, false
	}
	if text, ok := p.Constant(); ok {
		return StringExpr{Constant: text}, true
	}
	return StringExpr{Program: p}, true
}

// Value returns the value for request s. It reports a failure.
func (e *StringExpr) Value(s *Request) (string, bool) {
	if e.Program == nil {
		return e.Constant, true
	}
	v, err := s.Text(e.Program)
	if err != nil {
		s.Eval.ReportError(err)
	}
	return v, err == nil
}
