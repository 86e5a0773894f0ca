package expr

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
	"github.com/modrewrite-go/modrewrite/parser/internal/suggest"
)

// report adds an error.
func (r *reader) report(at parser.Extent, code parser.Code, hint, format string, args ...any) {
	r.find(parser.Error, at, code, hint, format, args)
}

// find adds a finding.
func (r *reader) find(sev parser.Severity, at parser.Extent, code parser.Code, hint, format string, args []any) {
	r.found = append(r.found, &parser.Diagnostic{
		Extent: at, Severity: sev, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...),
	})
}

// syntax adds an error that ends the reading, unless one did before.
func (r *reader) syntax(at parser.Extent, code parser.Code, hint, format string, args ...any) {
	if r.failed {
		return
	}
	r.report(at, code, hint, format, args...)
	r.failed = true
	r.tok = token{i: len(r.s), j: len(r.s)}
}

// tokenExtent returns where the token at hand stands.
func (r *reader) tokenExtent() parser.Extent { return r.extent(r.tok.i, r.tok.j) }

// byteExtent returns where the byte at r.pos stands, or the end.
func (r *reader) byteExtent() parser.Extent {
	return r.extent(r.pos, min(r.pos+1, len(r.s)))
}

// unexpected adds an error for the token at hand.
func (r *reader) unexpected() {
	if r.tok.kind == tokenEnd {
		r.tooShort()
		return
	}
	r.syntax(r.tokenExtent(), CodeSyntax, "", "unexpected %q in an expression", r.tokenText())
}

// tooShort adds an error for an expression that lacks its end.
func (r *reader) tooShort() {
	if r.open != "" {
		r.syntax(r.extent(len(r.s)-len(r.open), len(r.s)), CodeSyntax, "", "nothing closes the regular expression")
		return
	}
	r.syntax(r.tokenExtent(), CodeSyntax, "", "the expression ends too early")
}

// ignored warns of what stands behind the end.
func (r *reader) ignored() {
	if r.open != "" && !r.failed {
		r.find(parser.Warning, r.extent(len(r.s)-len(r.open), len(r.s)), parser.CodeIgnoredText, "",
			"httpd ignores the rest of the expression, a regular expression that nothing closes", nil)
	}
}

// strayByte adds an error for a byte that begins no token.
func (r *reader) strayByte() {
	r.syntax(r.byteExtent(), CodeSyntax, "", "unexpected %q in an expression", r.s[r.pos:r.pos+1])
}

// noTest adds an error for the word from i on that nothing is asked of.
func (r *reader) noTest(i int) {
	if r.tok.kind != tokenEnd && !r.is(')') && r.tok.kind != tokenAnd && r.tok.kind != tokenOr {
		r.unexpected()
		return
	}
	r.syntax(r.extent(i, max(i, r.last)), CodeSyntax,
		"-n asks whether a string is not empty, -T whether it is true", "a string alone is not a test")
}

// noRegex adds an error for what stands in place of a regular expression.
func (r *reader) noRegex() {
	if r.tok.kind == tokenEnd {
		r.tooShort()
		return
	}
	r.syntax(r.tokenExtent(), CodeSyntax, "write /regex/ or m#regex#, without quotes",
		"a regular expression must follow =~ and !~")
}

// tooLong adds an error for a string or regular expression.
func (r *reader) tooLong(at parser.Extent, what string) {
	r.syntax(at, parser.CodeTooLarge, "", "%s in an expression is longer than %d bytes", what, maxString)
}

// tooDeep adds an error for an expression that is nested too deep.
func (r *reader) tooDeep() {
	r.syntax(r.byteExtent(), parser.CodeNestedTooDeep, "", "the expression is too long or nested too deep")
}

// loneName adds an error for a name without parentheses.
func (r *reader) loneName(name token) {
	word := r.s[name.i:name.j]
	hint := "a string stands in quotes"
	keywords := []string{"and", "or", "not", "true", "false", "in", "eq", "ne", "lt", "le", "gt", "ge"}
	for _, k := range keywords {
		if ascii.EqualFold(word, k) {
			hint = "write \"" + k + "\""
		}
	}
	if _, ok := find(word, inExpressions); ok {
		hint = "write %{" + word + "}"
	}
	r.syntax(r.extent(name.i, name.j), CodeSyntax, hint, "unexpected %q in an expression", word)
}

// openText adds an error for a text that the byte end does not close.
func (r *reader) openText(end byte) {
	if end == 0 {
		r.syntax(r.byteExtent(), CodeSyntax, "write \\n", "a string can't hold the end of a line")
		return
	}
	r.syntax(r.byteExtent(), CodeSyntax, "", "no %q closes the string", end)
}

// strayQuote adds an error for a quote in the argument of %{func:argument}.
// httpd's own parser ends the server there.
func (r *reader) strayQuote() {
	r.syntax(r.byteExtent(), CodeSyntax, "write func('argument')",
		"no quote may stand in %%{func:argument}")
}

// badEscape adds an error for the escape s at r.pos.
func (r *reader) badEscape(s string) {
	r.syntax(r.extent(r.pos, r.pos+len(s)), CodeSyntax, "octal escapes go from \\0 to \\377",
		"bad escape %q in an expression", s)
}

// badVariable adds an error for what can't stand in "%{" at r.pos.
func (r *reader) badVariable() {
	if r.pos == len(r.s) {
		r.openText('}')
		return
	}
	r.syntax(r.byteExtent(), CodeSyntax, "", "unexpected %q in the name of a variable", r.s[r.pos:r.pos+1])
}

// noArgument adds an error for "%{func:}".
func (r *reader) noArgument(name string) {
	r.syntax(r.byteExtent(), CodeSyntax, "", "%s lacks its argument", name)
}

// variable returns the variable called name.
func (r *reader) variable(name string, at parser.Extent) Var {
	if v, ok := find(name, inExpressions); ok {
		return v
	}
	if hasSSLPrefix(name) && r.opts.HasModule(sslModule) {
		return VarSSL
	}
	r.report(at, CodeVariable, hintVariable(name), "unknown variable %q in an expression", name)
	return 0
}

// hintVariable says what to write in place of the unknown variable name.
func hintVariable(name string) string {
	if rest, ok := strings.CutPrefix(strings.ToUpper(name), "HTTP_"); ok && rest != "" {
		return "a request header is %{HTTP:" + strings.ReplaceAll(rest, "_", "-") + "}"
	}
	names := make([]string, 0, len(variables))
	for _, v := range variables {
		if v.known&inExpressions != 0 {
			names = append(names, v.name)
		}
	}
	return suggest.Hint(name, names)
}

// function returns the function called name.
func (r *reader) function(name string, at parser.Extent) Func {
	if r.failed {
		return 0
	}
	names := make([]string, 0, len(functions))
	for _, f := range functions {
		switch {
		case f.module != "" && !r.opts.HasModule(f.module):
		case !ascii.EqualFold(name, f.name):
			names = append(names, f.name)
		case f.restricted && r.opts.Restricted:
			r.report(at, parser.CodeNotHere, "", "%s is not available in access files", f.name)
			return f.fn
		default:
			return f.fn
		}
	}
	r.report(at, CodeFunction, suggest.Hint(name, names), "unknown function %q in an expression", name)
	return 0
}

// listFunction checks that name is a function that returns a list.
func (r *reader) listFunction(name string, at parser.Extent) {
	if r.failed || ascii.EqualFold(name, "PeerExtList") && r.opts.HasModule(sslModule) {
		return
	}
	r.report(at, CodeFunction, "a list of words is {word, word}", "unknown list function %q in an expression", name)
}

// unaryOp returns the unary operator at hand.
func (r *reader) unaryOp() UnaryOp {
	name := r.tokenText()
	for _, o := range unaryOps {
		if o.name == name {
			return o.op
		}
	}
	r.report(r.tokenExtent(), CodeOperator, "", "unknown operator %q in an expression", name)
	return 0
}

// binaryOp returns the named binary operator at hand.
func (r *reader) binaryOp() BinaryOp {
	name := r.tokenText()
	names := make([]string, len(binaryOps))
	for i, o := range binaryOps {
		if ascii.EqualFold(o.name, name) {
			return o.op
		}
		names[i] = o.name
	}
	r.report(r.tokenExtent(), CodeOperator, suggest.Hint(name, names), "unknown operator %q in an expression", name)
	return 0
}
