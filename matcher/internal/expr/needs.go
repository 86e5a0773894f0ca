package expr

import (
	"strconv"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// Need is something that may have to hold for an expression to be true: that a text
// is equal to another, or matches a pattern.
type Need struct {
	Input   []Input // the text
	Text    string  // what it is equal to, or
	Pattern *pattern.Pattern
}

// Input is a piece of a text: a header of the request, or a variable, or else Text.
type Input struct {
	Header string
	IsVar  bool
	Var    syntax.Var
	Text   string
}

// Term returns the term that holds if n does, q being the question for its input.
func (n *Need) Term(q index.Question) index.Term {
	if n.Pattern != nil {
		return index.Pattern(q, n.Pattern.String(), n.Pattern.Flags())
	}
	return index.Text(q, n.Text, false)
}

// InputKey returns what tells in apart from other inputs.
func InputKey(in []Input) string {
	var b []byte
	for i := range in {
		b = strconv.AppendQuote(b, in[i].Header+"\x00"+in[i].Text)
		b = strconv.AppendInt(b, int64(in[i].Var), 10)
		b = strconv.AppendBool(b, in[i].IsVar)
	}
	return string(b)
}

// Quiet says what of an evaluation does not show.
type Quiet struct {
	// Variable reports whether asking for a variable, other than a header, does not.
	Variable func(v syntax.Var) bool
	// AnyHeader says that looking at no header does: its name does not go into Vary.
	AnyHeader bool
}

// Needs returns what the expression needs to be true: one of the needs has to hold,
// whatever else does. ok is false if that can't be told. If none of them holds,
// evaluating the expression does not show.
func (p *Program) Needs(q *Quiet) (needs []Need, ok bool) { return q.needs(p.test) }

// Silent reports whether evaluating the expression does not show, true or false.
func (p *Program) Silent(q *Quiet) bool { return q.test(p.test) }

// needs is Needs for a test.
func (q *Quiet) needs(t test) ([]Need, bool) {
	switch t := t.(type) {
	case truth:
		return nil, !bool(t)
	case *junction:
		if t.or {
			return q.either(t.operands)
		}
		return q.both(t.operands)
	case *comparison:
		if t.op != syntax.Equal {
			return nil, false
		}
		if text, ok := t.x.(constant); ok {
			return q.equal(t.y, string(text))
		}
		if text, ok := t.y.(constant); ok {
			return q.equal(t.x, string(text))
		}
	case *match:
		in, ok := q.input(t.x)
		if t.not || !ok {
			return nil, false
		}
		return []Need{{Input: in, Pattern: t.re}}, true
	case *member:
		return q.oneOf(t)
	}
	return nil, false
}

// equal returns the need that x is equal to text.
func (q *Quiet) equal(x word, text string) ([]Need, bool) {
	in, ok := q.input(x)
	return []Need{{Input: in, Text: text}}, ok
}

// oneOf returns the needs of "x in list".
func (q *Quiet) oneOf(t *member) (needs []Need, ok bool) {
	in, ok := q.input(t.x)
	for _, w := range t.list {
		text, constant := w.(constant)
		ok = ok && constant
		needs = append(needs, Need{Input: in, Text: string(text)})
	}
	return needs, ok
}

// either returns the needs of "or": those of all operands, as all are evaluated if
// none is true.
func (q *Quiet) either(operands []test) (all []Need, ok bool) {
	for _, t := range operands {
		needs, ok := q.needs(t)
		if !ok {
			return nil, false
		}
		all = append(all, needs...)
	}
	return all, true
}

// both returns the needs of "and": those of the first operand that has any. What is
// before it has to be silent, and what is after it is not evaluated if they don't
// hold.
func (q *Quiet) both(operands []test) ([]Need, bool) {
	for _, t := range operands {
		if needs, ok := q.needs(t); ok {
			return needs, true
		}
		if !q.test(t) {
			break
		}
	}
	return nil, false
}

// test reports whether evaluating t does not show.
func (q *Quiet) test(t test) bool {
	switch t := t.(type) {
	case truth:
		return true
	case negation:
		return q.test(t.x)
	case *junction:
		for _, x := range t.operands {
			if !q.test(x) {
				return false
			}
		}
		return true
	case *comparison:
		return q.words(t.x, t.y)
	case *match:
		return q.words(t.x)
	case *member:
		return q.words(t.x) && q.words(t.list...)
	case isEmpty:
		return q.words(t.x)
	case isTrue:
		return q.words(t.x)
	}
	return false
}

// words reports whether evaluating words does not show.
func (q *Quiet) words(words ...word) bool {
	for _, w := range words {
		if _, ok := w.(group); ok {
			continue
		}
		if _, ok := q.input(w); !ok {
			return false
		}
	}
	return true
}

// input returns the pieces of a word. ok is false if they are of other kinds, or
// looking at them shows.
func (q *Quiet) input(w word) (in []Input, ok bool) {
	switch w := w.(type) {
	case constant:
		return []Input{{Text: string(w)}}, true
	case envWord:
		v := syntax.Var(w)
		return []Input{{IsVar: true, Var: v}}, q.Variable(v)
	case headerWord:
		name, ok := w.x.(constant)
		quiet := q.AnyHeader || !w.vary || uri.EqualFold(string(name), "Host")
		return []Input{{Header: string(name)}}, ok && name != "" && quiet
	case *concat:
		for _, x := range w.words {
			more, ok := q.input(x)
			if !ok {
				return nil, false
			}
			in = append(in, more...)
		}
		return in, true
	}
	return nil, false
}
