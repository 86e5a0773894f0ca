package parser

import "strings"

// String returns the expression in canonical form: it parses to the same tree.
func (e *Expr) String() string {
	var w exprWriter
	if e.Test != nil {
		w.test(e.Test, rankOr)
	} else {
		w.parts(e.Value, 0)
	}
	return w.String()
}

// The ranks of tests, from the one that binds least.
const (
	rankOr = iota
	rankAnd
	rankNot
)

// exprWriter writes nodes of an expression.
type exprWriter struct{ strings.Builder }

// test writes t, in parentheses if it binds less than rank asks for.
func (w *exprWriter) test(t ExprTest, rank int) {
	switch t := t.(type) {
	case *ExprOr:
		w.join(t.X, " || ", t.Y, rankOr, rank)
	case *ExprAnd:
		w.join(t.X, " && ", t.Y, rankAnd, rank)
	case *ExprNot:
		w.WriteByte('!')
		w.test(t.X, rankNot)
	case *ExprConstant:
		if t.Value {
			w.WriteString("true")
		} else {
			w.WriteString("false")
		}
	case *ExprCompare:
		w.relation(t.X, t.Op.String())
		w.word(t.Y)
	case *ExprBinary:
		w.relation(t.X, t.Op.String())
		w.word(t.Y)
	case *ExprMatch:
		op := "=~"
		if t.Not {
			op = "!~"
		}
		w.relation(t.X, op)
		w.regex(t.Regex)
	case *ExprIn:
		w.relation(t.X, "in")
		w.list(t.List)
	case *ExprUnary:
		w.WriteString(t.Op.String())
		w.WriteByte(' ')
		w.word(t.X)
	}
}

// join writes two tests with an operator of rank own between them.
func (w *exprWriter) join(x ExprTest, op string, y ExprTest, own, rank int) {
	if own < rank {
		w.WriteByte('(')
		defer w.WriteByte(')')
	}
	w.test(x, own+1)
	w.WriteString(op)
	w.test(y, own)
}

// relation writes a word and the operator behind it.
func (w *exprWriter) relation(x ExprWord, op string) {
	w.word(x)
	w.WriteString(" " + op + " ")
}

// list writes the right side of "in".
func (w *exprWriter) list(l ExprList) {
	switch l := l.(type) {
	case *ExprListCall:
		w.call(l.Name, l.Arg)
	case *ExprWords:
		w.WriteByte('{')
		for i, x := range l.Words {
			if i > 0 {
				w.WriteString(", ")
			}
			w.word(x)
		}
		w.WriteByte('}')
	}
}

// word writes a word of the top level.
func (w *exprWriter) word(x ExprWord) {
	switch x := x.(type) {
	case *ExprConcat:
		w.word(x.X)
		w.WriteString(" . ")
		w.word(x.Y)
	case *ExprText:
		w.WriteByte('\'')
		w.parts(x, '\'')
		w.WriteByte('\'')
	case *ExprCall:
		w.call(x.Name, x.Arg)
	default:
		w.part(x, 0)
	}
}

// call writes the call of a function at the top level.
func (w *exprWriter) call(name string, arg ExprWord) {
	w.WriteString(name)
	w.WriteByte('(')
	w.word(arg)
	w.WriteByte(')')
}

// parts writes a text that the byte end closes.
func (w *exprWriter) parts(t *ExprText, end byte) {
	for _, x := range t.Parts {
		w.part(x, end)
	}
}

// part writes a part of a text that the byte end closes, or a word of the top
// level that looks the same there.
func (w *exprWriter) part(x ExprWord, end byte) {
	switch x := x.(type) {
	case *ExprLiteral:
		w.literal(x.Text, end)
	case *ExprNumber:
		w.WriteString(x.Text)
	case *ExprGroup:
		w.WriteByte('$')
		w.WriteByte('0' + byte(x.N))
	case *ExprVariable:
		w.WriteString("%{" + x.Name + "}")
	case *ExprCall:
		w.WriteString("%{" + x.Name + ":")
		if arg, ok := x.Arg.(*ExprText); ok {
			w.parts(arg, '}')
		}
		w.WriteByte('}')
	}
}

// literal writes s with what needs it escaped in a text that the byte end
// closes.
func (w *exprWriter) literal(s string, end byte) {
	if s == "" {
		w.WriteString(`\0`)
	}
	for i := range len(s) {
		c := s[i]
		if k := strings.IndexByte("\n\r\t\b\f", c); k >= 0 {
			w.WriteByte('\\')
			c = "nrtbf"[k]
		} else if c == '\\' || c == end || end == '}' && (c == '\'' || c == '"') ||
			strings.HasPrefix(s[i:], "%{") || isBackref(s[i:]) {
			w.WriteByte('\\')
		}
		w.WriteByte(c)
	}
}

// regex writes re between its own delimiters.
func (w *exprWriter) regex(re *ExprRegex) {
	if re.Delim != '/' {
		w.WriteByte('m')
	}
	w.WriteByte(re.Delim)
	w.WriteString(re.Text)
	w.WriteByte(re.Delim)
	if re.NoCase {
		w.WriteByte('i')
	}
}
