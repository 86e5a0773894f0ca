package expr

import (
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// test compiles t, which is evaluated at level.
func (c *compiler) test(t syntax.Test, level int) test {
	n := c.testBelow(t, level)
	if level > maxLevel {
		return deepTest{tooDeep{t.Span()}}
	}
	return n
}

// testBelow compiles t. Its words, and all but the last of what it joins, are
// evaluated one level below.
func (c *compiler) testBelow(t syntax.Test, level int) test {
	switch t := t.(type) {
	case *syntax.Constant:
		return truth(t.Value)
	case *syntax.Not:
		return negate(c.test(t.X, level))
	case *syntax.And:
		return c.join(t, false, level)
	case *syntax.Or:
		return c.join(t, true, level)
	case *syntax.Compare:
		x, y := c.word(t.X, level+1), c.word(t.Y, level+1)
		return fold(&comparison{op: t.Op, x: x, y: y}, x, y)
	case *syntax.Match:
		return &match{not: t.Not, x: c.word(t.X, level+1), re: c.regex(t.Regex), at: t.Regex.Extent}
	case *syntax.In:
		return c.in(t, level+1)
	case *syntax.Unary:
		return c.unary(t, level+1)
	case *syntax.Binary:
		return c.binary(t, level+1)
	}
	return truth(false)
}

// join compiles a chain of "and" (or "or") to a flat list. What follows an
// operand that decides the chain alone is never evaluated, and one that never
// does is left out.
func (c *compiler) join(t syntax.Test, or bool, level int) test {
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
func operands(t syntax.Test, or bool) (x, y syntax.Test, ok bool) {
	switch t := t.(type) {
	case *syntax.Or:
		return t.X, t.Y, or
	case *syntax.And:
		return t.X, t.Y, !or
	}
	return nil, nil, false
}

// in compiles "x in list"; its words are evaluated at level.
func (c *compiler) in(t *syntax.In, level int) test {
	x := c.word(t.X, level)
	switch l := t.List.(type) {
	case *syntax.ListCall:
		return &inExtensions{x: x, oid: c.word(l.Arg, level)}
	case *syntax.Words:
		n := &member{x: x}
		for _, w := range l.Words {
			n.list = append(n.list, c.word(w, level))
		}
		return fold(n, append(n.list, x)...)
	}
	return truth(false)
}

// unary compiles a test of one word, which is evaluated at level.
func (c *compiler) unary(t *syntax.Unary, level int) test {
	if t.Op == syntax.ClientIn {
		return clientIn{c.subnet(t.Op.String(), t.X)}
	}
	x := c.word(t.X, level)
	switch t.Op {
	case syntax.NonEmpty:
		return negate(fold(isEmpty{x}, x))
	case syntax.Empty:
		return fold(isEmpty{x}, x)
	case syntax.Truth:
		return fold(isTrue{x}, x)
	case syntax.Exists, syntax.Dir, syntax.File, syntax.FileSize,
		syntax.Link, syntax.Executable:
		return &fileTest{op: t.Op, x: x}
	case syntax.SubFile:
		return subFile{x}
	case syntax.SubURL:
		return subURL{x}
	case syntax.ClientIn:
	}
	return truth(false)
}

// binary compiles a test by a named operator; its words are evaluated at
// level.
func (c *compiler) binary(t *syntax.Binary, level int) test {
	x := c.word(t.X, level)
	if t.Op == syntax.IPMatch {
		return addrIn{x, c.subnet(t.Op.String(), t.Y)}
	}
	y := c.word(t.Y, level)
	n := &wildcardTest{x: x, pattern: y, noCase: t.Op == syntax.StrCMatch, path: t.Op == syntax.FnMatch, at: t.Extent}
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
