// Package expr reads the expressions of Apache httpd's configuration, as they
// stand in <If>, "RewriteCond expr", "Require expr" or "Header … expr=", into
// a tree, and prints them. What an expression comes to for a request is for
// package matcher to say.
//
// All functions are safe for concurrent use; a tree is not written to after it
// was returned.
package expr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Options says in which surroundings an expression is read. A nil *Options
// means the zero value.
type Options struct {
	// Restricted refuses the functions file and filesize, as httpd does in
	// access files.
	Restricted bool
	// HasModule reports whether a module is loaded that adds variables and
	// functions: "ssl_module" does. Nil means parser.DefaultModules.
	HasModule func(name string) bool
}

// The codes of findings in expressions, beside package parser's CodeNotHere,
// CodeTooLarge, CodeNestedTooDeep and CodeIgnoredText.
const (
	CodeSyntax   parser.Code = "expr-syntax"   // an expression can't be understood
	CodeVariable parser.Code = "expr-variable" // there is no such variable
	CodeFunction parser.Code = "expr-function" // there is no such function
	CodeOperator parser.Code = "expr-operator" // there is no such operator
)

// Parse reads src as a boolean expression. Its nodes stand where parser.Word.Part
// has their bytes. The error, if any, is a parser.Diagnostics; the tree is nil then.
//
// Whether regular expressions and subnets are good is left to package matcher.
func Parse(src parser.Word, opts *Options) (*Expr, error) {
	e, found := read(src, opts, (*reader).boolean)
	return e, found.Err()
}

// ParseString reads src as a string expression, like Parse.
func ParseString(src parser.Word, opts *Options) (*Expr, error) {
	e, found := read(src, opts, (*reader).stringValue)
	return e, found.Err()
}

// read reads w, up to the first NUL, by one of the two roots. It returns
// no expression if there are errors.
func read(w parser.Word, opts *Options, root func(*reader, *Expr)) (*Expr, parser.Diagnostics) {
	src, _, _ := strings.Cut(w.Text, "\x00")
	r := &reader{s: src, w: w}
	if opts != nil {
		r.opts = *opts
	}
	if r.opts.HasModule == nil {
		r.opts.HasModule = parser.DefaultModules
	}
	e := &Expr{Extent: r.extent(0, len(src)), Source: src}
	root(r, e)
	if r.found.Err() != nil {
		return nil, r.found
	}
	e.Warnings = r.found
	return e, nil
}

// boolean reads the whole text as a test.
func (r *reader) boolean(e *Expr) {
	r.depth = 2 // the bottom and the mark of a boolean expression
	r.next()
	e.Test = r.test()
	if r.tok.kind != tokenEnd {
		r.unexpected()
	}
	r.ignored()
}

// stringValue reads the whole text as the inside of a string.
func (r *reader) stringValue(e *Expr) {
	r.depth = 2
	e.Value = r.textUntil(0)
}
