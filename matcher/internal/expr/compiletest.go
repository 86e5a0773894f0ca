package expr

import (
	"github.com/modrewrite-go/modrewrite/parser"
)

// test compiles t, which is evaluated at level.
func (c *compiler) test(t parser.ExprTest, level int) test {
	n := c.testBelow(t, level)
	if level > maxLevel {
		return deepTest{tooDeep{t.Span()}}
	}
	return n
}

// testBelow compiles t. Its words, and all but the last of what it joins, are
// evaluated one level below.
func (c *compiler) testBelow(t parser.ExprTest, level int) test {
	switch t := t.(type) {
	case *parser.ExprConstant:
		return truth(t.Value)
	case *parser.ExprNot:
		return negate(c.test(t.X, level))
	case *parser.ExprAnd:
		return c.join(t, false, level)
	case *parser.ExprOr:
		return c.join(t, true, level)
	case *parser.ExprCompare:
		x, y := c.word(t.X, level+1), c.word(t.Y, level+1)
		return fold(&comparison{op: t.Op, x: x, y: y}, x, y)
	case *parser.ExprMatch:
		return &match{not: t.Not, x: c.word(t.X, level+1), re: c.regex(t.Regex), at: t.Regex.Extent}
	case *parser.ExprIn:
		return c.in(t, level+1)
	case *parser.ExprUnary:
		return c.unary(t, level+1)
	case *parser.ExprBinary:
		return c.binary(t, level+1)
	}
	return truth(false)
}

// join compiles a chain of "and" (or "or") to a flat list. What follows an
// operand that decides the chain alone is never evaluated, and one that never
// does is left out.
func (c *compiler) join(t parser.ExprTest, or bool, level int) test {
	j := &junction{or: or}
	decided := false
	add := func(n test) {
		v, constant := n.(truth)
		if decided || constant && bool(v) != or {
			return
		}
		decided = constant
		j.operands = append(j.operands, n)
	}
	for {
		x, y, ok := operands(t, or)
		if !ok {
			break
		}
		add(c.test(x, level+1))
		t = y
	}
	add(c.test(t, level))
	switch len(j.operands) {
	case 0:
		return truth(!or)
	case 1:
		return j.operands[0]
	}
	return j
}

// operands returns the two sides of t if it is an "or", or an "and".
func operands(t parser.ExprTest, or bool) (x, y parser.ExprTest, ok bool) {
	switch t := t.(type) {
	case *parser.ExprOr:
		return t.X, t.Y, or
	case *parser.ExprAnd:
		return t.X, t.Y, !or
	}
	return nil, nil, false
}

// in compiles "x in list"; its words are evaluated at level.
func (c *compiler) in(t *parser.ExprIn, level int) test {
	x := c.word(t.X, level)
	switch l := t.List.(type) {
	case *parser.ExprListCall:
		return &inExtensions{x: x, oid: c.word(l.Arg, level)}
	case *parser.ExprWords:
		n := &member{x: x}
		for _, w := range l.Words {
			n.list = append(n.list, c.word(w, level))
		}
		return fold(n, append(n.list, x)...)
	}
	return truth(false)
}

// unary compiles a test of one word, which is evaluated at level.
func (c *compiler) unary(t *parser.ExprUnary, level int) test {
	if t.Op == parser.ExprClientIn {
		return clientIn{c.subnet(t.Op.String(), t.X)}
	}
	x := c.word(t.X, level)
	switch t.Op {
	case parser.ExprNonEmpty:
		return negate(fold(isEmpty{x}, x))
	case parser.ExprEmpty:
		return fold(isEmpty{x}, x)
	case parser.ExprTruth:
		return fold(isTrue{x}, x)
	case parser.ExprExists, parser.ExprDir, parser.ExprFile, parser.ExprFileSize,
		parser.ExprLink, parser.ExprExecutable:
		return &fileTest{op: t.Op, x: x}
	case parser.ExprSubFile:
		return subFile{x}
	case parser.ExprSubURL:
		return subURL{x}
	case parser.ExprClientIn:
	}
	return truth(false)
}

// binary compiles a test by a named operator; its words are evaluated at
// level.
func (c *compiler) binary(t *parser.ExprBinary, level int) test {
	x := c.word(t.X, level)
	if t.Op == parser.ExprIPMatch {
		return addrIn{x, c.subnet(t.Op.String(), t.Y)}
	}
	y := c.word(t.Y, level)
	n := &wildcardTest{x: x, pattern: y, noCase: t.Op == parser.ExprStrCMatch, path: t.Op == parser.ExprFnMatch, at: t.Extent}
	if pattern, ok := y.(constant); ok {
		n.parsed = parseWildcards(string(pattern), n.noCase, n.path)
	}
	return fold(n, x, y)
}

// fold returns n, or what it yields if all of words are constant.
func fold(n test, words ...word) test {
	for _, w := range words {
		if _, ok := w.(constant); !ok {
			return n
		}
	}
	return truth(n.eval(&evaluation{}))
}

// negate returns the opposite of n.
func negate(n test) test {
	switch n := n.(type) {
	case truth:
		return !n
	case negation:
		return n.x
	}
	return negation{n}
}
