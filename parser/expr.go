package parser

import "strings"

// ExprOptions says in which surroundings an expression is read. A nil
// *ExprOptions means the zero value.
type ExprOptions struct {
	// Restricted refuses the functions file and filesize, as httpd does in
	// access files.
	Restricted bool
	// HasModule answers whether a module is there that brings variables and
	// functions of its own: "ssl_module" does. Nil means DefaultModules.
	HasModule func(name string) bool
}

// The codes of findings in expressions, beside CodeNotHere, CodeTooLarge and
// CodeNestedTooDeep.
const (
	CodeExprSyntax   Code = "expr-syntax"   // an expression can't be understood
	CodeExprVariable Code = "expr-variable" // there is no such variable
	CodeExprFunction Code = "expr-function" // there is no such function
	CodeExprOperator Code = "expr-operator" // there is no such operator
)

// ParseExpr reads src as a boolean expression that begins at at. The positions
// of its nodes are counted from there as if src stood in one line; all nodes of
// what came out of a macro have that of src. The error, if any, is
// a Diagnostics; the tree is nil then.
//
// Whether regular expressions and subnets are good is left to package matcher.
func ParseExpr(src string, at Extent, opts *ExprOptions) (*Expr, error) {
	e, found := parseExpr(textAt(src, at), opts, (*exprParser).boolean)
	return e, found.Err()
}

// ParseExprString reads src as a string expression, like ParseExpr.
func ParseExprString(src string, at Extent, opts *ExprOptions) (*Expr, error) {
	e, found := parseExpr(textAt(src, at), opts, (*exprParser).stringValue)
	return e, found.Err()
}

// parseExpr reads t, up to the first NUL, by one of the two roots. It returns
// no expression if there are errors.
func parseExpr(t text, opts *ExprOptions, root func(*exprParser, *Expr)) (*Expr, Diagnostics) {
	if i := strings.IndexByte(t.s, 0); i >= 0 {
		t = t.cut(0, i)
	}
	p := &exprParser{text: t}
	if opts != nil {
		p.opts = *opts
	}
	if p.opts.HasModule == nil {
		p.opts.HasModule = DefaultModules
	}
	e := &Expr{Extent: t.extent(), Source: t.s}
	root(p, e)
	if p.found.Err() != nil {
		return nil, p.found
	}
	e.Warnings = p.found
	return e, nil
}

// boolean reads the whole text as a test.
func (p *exprParser) boolean(e *Expr) {
	p.depth = 2 // the bottom and the mark of a boolean expression
	p.next()
	e.Test = p.test()
	if p.tok.kind != exprEnd {
		p.unexpected()
	}
	p.ignored()
}

// stringValue reads the whole text as the inside of a string.
func (p *exprParser) stringValue(e *Expr) {
	p.depth = 2
	e.Value = p.textUntil(0)
}
