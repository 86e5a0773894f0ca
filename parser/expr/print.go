package expr

import "strings"

// String returns the expression in canonical form: it parses to the same tree.
func (e *Expr) String() string {
	var w writer
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

// writer writes nodes of an expression.
type writer struct{ strings.Builder }

// test writes t, in parentheses if it binds less than rank asks for.
func (w *writer) test(t Test, rank int) {
	switch t := t.(type) {
	case *Or:
		w.join(t.X, " || ", t.Y, rankOr, rank)
	case *And:
		w.join(t.X, " && ", t.Y, rankAnd, rank)
	case *Not:
		w.WriteByte('!')
		w.test(t.X, rankNot)
	case *Constant:
		if t.Value {
			w.WriteString("true")
		} else {
			w.WriteString("false")
		}
	case *Compare:
		w.relation(t.X, t.Op.String())
		w.word(t.Y)
	case *Binary:
		w.relation(t.X, t.Op.String())
		w.word(t.Y)
	case *Match:
		op := "=~"
		if t.Not {
			op = "!~"
		}
		w.relation(t.X, op)
		w.regex(t.Regex)
	case *In:
		w.relation(t.X, "in")
		w.list(t.List)
	case *Unary:
		w.WriteString(t.Op.String())
		w.WriteByte(' ')
		w.word(t.X)
	}
}

// join writes two tests with an operator of rank own between them.
func (w *writer) join(x Test, op string, y Test, own, rank int) {
	if own < rank {
		w.WriteByte('(')
		defer w.WriteByte(')')
	}
	w.test(x, own+1)
	w.WriteString(op)
	w.test(y, own)
}

// relation writes a word and the operator behind it.
func (w *writer) relation(x Word, op string) {
	w.word(x)
	w.WriteString(" " + op + " ")
}

// list writes the right side of "in".
func (w *writer) list(l List) {
	switch l := l.(type) {
	case *ListCall:
		w.call(l.Name, l.Arg)
	case *Words:
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
func (w *writer) word(x Word) {
	switch x := x.(type) {
	case *Concat:
		w.word(x.X)
		w.WriteString(" . ")
		w.word(x.Y)
	case *Text:
		w.WriteByte('\'')
		w.parts(x, '\'')
		w.WriteByte('\'')
	case *Call:
		w.call(x.Name, x.Arg)
	default:
		w.part(x, 0)
	}
}

// call writes the call of a function at the top level.
func (w *writer) call(name string, arg Word) {
	w.WriteString(name)
	w.WriteByte('(')
	w.word(arg)
	w.WriteByte(')')
}

// parts writes a text that the byte end closes.
func (w *writer) parts(t *Text, end byte) {
	for _, x := range t.Parts {
		w.part(x, end)
	}
}

// part writes a part of a text that the byte end closes, or a word of the top
// level that looks the same there.
func (w *writer) part(x Word, end byte) {
	switch x := x.(type) {
	case *Literal:
		w.literal(x.Text, end)
	case *Number:
		w.WriteString(x.Text)
	case *Group:
		w.WriteByte('$')
		w.WriteByte('0' + byte(x.N))
	case *Variable:
		w.WriteString("%{" + x.Name + "}")
	case *Call:
		w.WriteString("%{" + x.Name + ":")
		if arg, ok := x.Arg.(*Text); ok {
			w.parts(arg, '}')
		}
		w.WriteByte('}')
	}
}

// literal writes s with what needs it escaped in a text that the byte end
// closes.
func (w *writer) literal(s string, end byte) {
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
func (w *writer) regex(re *Regex) {
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
