package expr

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// word compiles w, which is evaluated at level.
func (c *compiler) word(w syntax.Word, level int) word {
	if t, ok := w.(*syntax.Text); ok && len(t.Parts) == 1 {
		w = t.Parts[0]
	}
	n := c.wordBelow(w, level)
	if level > maxLevel {
		return deepWord{tooDeep{w.Span()}}
	}
	return n
}

// wordBelow compiles w. What it is made of is evaluated one level below.
func (c *compiler) wordBelow(w syntax.Word, level int) word {
	switch w := w.(type) {
	case *syntax.Number:
		return constant(w.Text)
	case *syntax.Literal:
		return constant(w.Text)
	case *syntax.Group:
		c.refers = true
		return group(w.N)
	case *syntax.Variable:
		return variable(w)
	case *syntax.Call:
		return call(w, c.word(w.Arg, level+1))
	case *syntax.Concat, *syntax.Text:
		if x, y, ok := split(w); ok {
			return c.concat(w.Span(), x, y, level+1)
		}
	}
	return constant("")
}

// split returns the two sides of a concatenation. httpd reads a text of
// several parts as one whose left side holds all parts but the last.
func split(w syntax.Word) (x, y syntax.Word, ok bool) {
	switch w := w.(type) {
	case *syntax.Concat:
		return w.X, w.Y, true
	case *syntax.Text:
		if n := len(w.Parts); n > 1 {
			return &syntax.Text{Extent: w.Extent, Parts: w.Parts[:n-1]}, w.Parts[n-1], true
		}
	}
	return nil, nil, false
}

// concat compiles the concatenation of x and y. As in httpd it is flattened
// along the left sides and evaluated from its end, if x is one too; else along
// the right sides, and evaluated from its start.
func (c *compiler) concat(at parser.Extent, x, y syntax.Word, level int) word {
	var words []word
	left, right, fromEnd := split(x)
	if fromEnd {
		words = append(words, c.word(y, level))
		for ok := true; ok; left, right, ok = split(x) {
			words = append(words, c.word(right, level))
			x = left
		}
		words = append(words, c.word(x, level))
		slices.Reverse(words)
	} else {
		words = append(words, c.word(x, level))
		for left, right, ok := split(y); ok; left, right, ok = split(y) {
			words = append(words, c.word(left, level))
			y = right
		}
		words = append(words, c.word(y, level))
	}
	return foldWord(&concat{at: at, words: words, fromEnd: fromEnd}, words...)
}

// foldWord returns n, or its value if all of words are constant.
func foldWord(n word, words ...word) word {
	for _, w := range words {
		if _, ok := w.(constant); !ok {
			return n
		}
	}
	ev := &evaluation{}
	if s := n.eval(ev); ev.err == nil {
		return constant(s)
	}
	return n
}
