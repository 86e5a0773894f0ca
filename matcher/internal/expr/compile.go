package expr

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// The codes of Compile's findings.
const (
	CodeBadPattern parser.Code = "bad-pattern" // a regular expression that PCRE refuses
	CodeSubnet     parser.Code = "expr-subnet" // what a subnet must be is none
)

// maxLevel is how deep the evaluation may nest, as in httpd. What lies deeper
// fails when it is evaluated, not before.
const maxLevel = 20

// Compile makes a program of e. flags are those of every regular expression.
// The error, if any, is a parser.Diagnostics with every finding.
func Compile(e *syntax.Expr, flags pcre.Flags) (*Program, error) {
	c := &compiler{flags: flags}
	p := &Program{at: e.Extent}
	if e.Test != nil {
		p.test = c.test(e.Test, 1)
	} else {
		p.value = c.word(root(e.Value), 1)
	}
	if len(c.finds) > 0 {
		return nil, c.finds
	}
	p.refers = c.refers
	return p, nil
}

// root returns the text of a string expression with the empty string at its
// end that httpd reads there, unless it ends in literal text. It counts for
// how deep the evaluation nests.
func root(t *syntax.Text) *syntax.Text {
	n := len(t.Parts)
	if n > 0 {
		if _, ok := t.Parts[n-1].(*syntax.Literal); ok {
			return t
		}
	}
	end := &syntax.Literal{Extent: t.Extent}
	return &syntax.Text{Extent: t.Extent, Parts: append(t.Parts[:n:n], end)}
}

// compiler holds what was found wrong.
type compiler struct {
	flags  pcre.Flags
	finds  parser.Diagnostics
	refers bool // to groups
}

func (c *compiler) errorf(code parser.Code, at parser.Extent, format string, args ...any) {
	c.finds = append(c.finds, &parser.Diagnostic{
		Extent: at, Severity: parser.Error, Code: code, Message: fmt.Sprintf(format, args...),
	})
}

// regex compiles a regular expression, nil if it has an error.
func (c *compiler) regex(re *syntax.Regex) *pattern.Pattern {
	flags := c.flags
	if re.NoCase {
		flags |= pcre.Caseless
	}
	p, err := pattern.Compile(re.Text, flags)
	if err != nil {
		c.errorf(CodeBadPattern, re.Extent, "cannot compile regular expression %q: %v", re.Text, err)
		return nil
	}
	return p
}

// subnet parses the operand of an operator that wants a constant subnet.
func (c *compiler) subnet(op string, w syntax.Word) subnet {
	s, ok := literal(w)
	if !ok {
		c.errorf(CodeSubnet, w.Span(), "%s wants a quoted subnet without variables", op)
		return subnet{}
	}
	net, ok := parseSubnet(s)
	if !ok {
		c.errorf(CodeSubnet, w.Span(), "%q is not a subnet", s)
	}
	return net
}

// literal returns the value of a quoted string without variables.
func literal(w syntax.Word) (string, bool) {
	t, ok := w.(*syntax.Text)
	if !ok || len(t.Parts) > 1 {
		return "", false
	}
	if len(t.Parts) == 0 {
		return "", true
	}
	l, ok := t.Parts[0].(*syntax.Literal)
	if !ok {
		return "", false
	}
	return l.Text, true
}

// tooDeep is a test or word beyond maxLevel.
type tooDeep struct{ at parser.Extent }

func (n tooDeep) fail(ev *evaluation) { ev.fail(n.at, "recursion limit reached") }

// deepTest is a test beyond maxLevel.
type deepTest struct{ tooDeep }

func (n deepTest) eval(ev *evaluation) bool {
	n.fail(ev)
	return false
}

// deepWord is a word beyond maxLevel.
type deepWord struct{ tooDeep }

func (n deepWord) eval(ev *evaluation) string {
	n.fail(ev)
	return ""
}
