package parser

import (
	"fmt"
	"strings"
)

// report adds an error.
func (p *exprParser) report(at Extent, code Code, hint, format string, args ...any) {
	p.find(Error, at, code, hint, format, args)
}

// find adds a finding.
func (p *exprParser) find(sev Severity, at Extent, code Code, hint, format string, args []any) {
	p.found = append(p.found, &Diagnostic{
		Extent: at, Severity: sev, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...),
	})
}

// syntax adds an error that ends the reading, unless one did before.
func (p *exprParser) syntax(at Extent, code Code, hint, format string, args ...any) {
	if p.failed {
		return
	}
	p.report(at, code, hint, format, args...)
	p.failed = true
	p.tok = exprToken{i: len(p.s), j: len(p.s)}
}

// tokenExtent returns where the token at hand stands.
func (p *exprParser) tokenExtent() Extent { return p.cut(p.tok.i, p.tok.j).extent() }

// byteExtent returns where the byte at p.pos stands, or the end.
func (p *exprParser) byteExtent() Extent {
	return p.cut(p.pos, min(p.pos+1, len(p.s))).extent()
}

// unexpected adds an error for the token at hand.
func (p *exprParser) unexpected() {
	if p.tok.kind == exprEnd {
		p.tooShort()
		return
	}
	p.syntax(p.tokenExtent(), CodeExprSyntax, "", "unexpected %q in an expression", p.tokenText())
}

// tooShort adds an error for an expression that lacks its end.
func (p *exprParser) tooShort() {
	if p.open.s != "" {
		p.syntax(p.open.extent(), CodeExprSyntax, "", "nothing closes the regular expression")
		return
	}
	p.syntax(p.tokenExtent(), CodeExprSyntax, "", "the expression ends too early")
}

// ignored warns of what stands behind the end.
func (p *exprParser) ignored() {
	if p.open.s != "" && !p.failed {
		p.find(Warning, p.open.extent(), CodeIgnoredText, "",
			"httpd ignores the rest of the expression, a regular expression that nothing closes", nil)
	}
}

// strayByte adds an error for a byte that begins no token.
func (p *exprParser) strayByte() {
	p.syntax(p.byteExtent(), CodeExprSyntax, "", "unexpected %q in an expression", p.s[p.pos:p.pos+1])
}

// noTest adds an error for the word from i on that nothing is asked of.
func (p *exprParser) noTest(i int) {
	if p.tok.kind != exprEnd && !p.is(')') && p.tok.kind != exprAnd && p.tok.kind != exprOr {
		p.unexpected()
		return
	}
	p.syntax(p.cut(i, max(i, p.last)).extent(), CodeExprSyntax,
		"-n asks whether a string is not empty, -T whether it is true", "a string alone is no test")
}

// noRegex adds an error for what stands in place of a regular expression.
func (p *exprParser) noRegex() {
	if p.tok.kind == exprEnd {
		p.tooShort()
		return
	}
	p.syntax(p.tokenExtent(), CodeExprSyntax, "write /regex/ or m#regex#, without quotes",
		"a regular expression must follow =~ and !~")
}

// exprTooLong adds an error for a string or regular expression at t.
func (p *exprParser) exprTooLong(t text, what string) {
	p.syntax(t.extent(), CodeTooLarge, "", "%s in an expression is longer than %d bytes", what, maxExprString)
}

// exprTooDeep adds an error for an expression that is nested too deep.
func (p *exprParser) exprTooDeep() {
	p.syntax(p.byteExtent(), CodeNestedTooDeep, "", "the expression is too long or nested too deep")
}

// loneName adds an error for a name without parentheses.
func (p *exprParser) loneName(name exprToken) {
	word := p.s[name.i:name.j]
	hint := "a string stands in quotes"
	keywords := []string{"and", "or", "not", "true", "false", "in", "eq", "ne", "lt", "le", "gt", "ge"}
	for _, k := range keywords {
		if equalFold(word, k) {
			hint = "write \"" + k + "\""
		}
	}
	for _, v := range exprVars {
		if equalFold(word, v.name) {
			hint = "write %{" + word + "}"
		}
	}
	p.syntax(p.cut(name.i, name.j).extent(), CodeExprSyntax, hint, "unexpected %q in an expression", word)
}

// openText adds an error for a text that the byte end does not close.
func (p *exprParser) openText(end byte) {
	if end == 0 {
		p.syntax(p.byteExtent(), CodeExprSyntax, "write \\n", "a string can't hold the end of a line")
		return
	}
	p.syntax(p.byteExtent(), CodeExprSyntax, "", "no %q closes the string", end)
}

// strayQuote adds an error for a quote in the argument of %{func:argument}.
// httpd's own parser ends the server there.
func (p *exprParser) strayQuote() {
	p.syntax(p.byteExtent(), CodeExprSyntax, "write func('argument')",
		"no quote may stand in %%{func:argument}")
}

// badEscape adds an error for the escape s at p.pos.
func (p *exprParser) badEscape(s string) {
	p.syntax(p.cut(p.pos, p.pos+len(s)).extent(), CodeExprSyntax, "octal escapes go from \\0 to \\377",
		"bad escape %q in an expression", s)
}

// badVariable adds an error for what can't stand in "%{" at p.pos.
func (p *exprParser) badVariable() {
	if p.pos == len(p.s) {
		p.openText('}')
		return
	}
	p.syntax(p.byteExtent(), CodeExprSyntax, "", "unexpected %q in the name of a variable", p.s[p.pos:p.pos+1])
}

// noArgument adds an error for "%{func:}".
func (p *exprParser) noArgument(name string) {
	p.syntax(p.byteExtent(), CodeExprSyntax, "", "%s lacks its argument", name)
}

// variable returns the variable called name.
func (p *exprParser) variable(name string, at Extent) ExprVar {
	for _, v := range exprVars {
		if equalFold(name, v.name) {
			return v.v
		}
	}
	if hasSSLPrefix(name) && p.opts.HasModule(sslModule) {
		return ExprVarSSL
	}
	p.report(at, CodeExprVariable, hintVariable(name), "unknown variable %q in an expression", name)
	return 0
}

// hintVariable says what to write in place of the unknown variable name.
func hintVariable(name string) string {
	if rest, ok := strings.CutPrefix(strings.ToUpper(name), "HTTP_"); ok && rest != "" {
		return "a request header is %{HTTP:" + strings.ReplaceAll(rest, "_", "-") + "}"
	}
	names := make([]string, len(exprVars))
	for i, v := range exprVars {
		names[i] = v.name
	}
	return suggest(name, names)
}

// function returns the function called name.
func (p *exprParser) function(name string, at Extent) ExprFunc {
	if p.failed {
		return 0
	}
	names := make([]string, 0, len(exprFuncs))
	for _, f := range exprFuncs {
		switch {
		case f.module != "" && !p.opts.HasModule(f.module):
		case !equalFold(name, f.name):
			names = append(names, f.name)
		case f.restricted && p.opts.Restricted:
			p.report(at, CodeNotHere, "", "%s is not available in access files", f.name)
			return f.fn
		default:
			return f.fn
		}
	}
	p.report(at, CodeExprFunction, suggest(name, names), "unknown function %q in an expression", name)
	return 0
}

// listFunction checks that name is a function that returns a list.
func (p *exprParser) listFunction(name string, at Extent) {
	if p.failed || equalFold(name, "PeerExtList") && p.opts.HasModule(sslModule) {
		return
	}
	p.report(at, CodeExprFunction, "a list of words is {word, word}", "unknown list function %q in an expression", name)
}

// unaryOp returns the unary operator at hand.
func (p *exprParser) unaryOp() ExprUnaryOp {
	name := p.tokenText()
	for _, o := range exprUnaryOps {
		if o.name == name {
			return o.op
		}
	}
	p.report(p.tokenExtent(), CodeExprOperator, "", "unknown operator %q in an expression", name)
	return 0
}

// binaryOp returns the named binary operator at hand.
func (p *exprParser) binaryOp() ExprBinaryOp {
	name := p.tokenText()
	names := make([]string, len(exprBinaryOps))
	for i, o := range exprBinaryOps {
		if equalFold(o.name, name) {
			return o.op
		}
		names[i] = o.name
	}
	p.report(p.tokenExtent(), CodeExprOperator, suggest(name, names), "unknown operator %q in an expression", name)
	return 0
}
