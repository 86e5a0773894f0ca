package expr

import "github.com/modrewrite-go/modrewrite/parser"

// maxDepth is how many tokens and finished parts may wait for what they
// belong to. It is that of httpd's parser, which gives up there.
const maxDepth = 9999

// reader is the state of reading one expression. After a syntax error it
// sees nothing but the end.
type reader struct {
	s string      // the whole text
	w parser.Word // the same with its place

	opts   Options
	found  parser.Diagnostics
	failed bool   // a syntax error was found
	open   string // the regular expression that nothing closes, which ends all

	pos  int   // where the next token begins
	tok  token // the token at hand
	last int   // where the token before it ends

	// depth counts the tokens and finished parts that wait. A function that
	// reads something leaves it one higher.
	depth int
}

// extent returns where the bytes from i to j stand.
func (r *reader) extent(i, j int) parser.Extent { return r.w.Part(i, j).Extent }

// push counts a token that waits.
func (r *reader) push() {
	r.depth++
	if r.depth > maxDepth {
		r.tooDeep()
	}
}

// shift goes to the next token.
func (r *reader) shift() {
	r.push()
	r.last = r.tok.j
	r.next()
}

// reduce says that what was read since depth was base is one part. Its extent
// begins at i.
func (r *reader) reduce(base, i int) parser.Extent {
	r.depth = base + 1
	return r.extent(i, max(i, r.last))
}

// is reports whether the token at hand is the punctuation c.
func (r *reader) is(c byte) bool {
	return r.tok.kind == tokenPunct && r.s[r.tok.i] == c
}

// expect goes over the punctuation c.
func (r *reader) expect(c byte) {
	if !r.is(c) {
		r.unexpected()
		return
	}
	r.shift()
}

// tokenText returns the token at hand as it is written.
func (r *reader) tokenText() string { return r.s[r.tok.i:r.tok.j] }

// test reads a test with the operators of all ranks.
func (r *reader) test() Test {
	base, i := r.depth, r.tok.i
	x := r.conjunction()
	if r.tok.kind != tokenOr {
		return x
	}
	r.shift()
	y := r.test()
	return &Or{Extent: r.reduce(base, i), X: x, Y: y}
}

// conjunction reads a test without an "||" outside of parentheses.
func (r *reader) conjunction() Test {
	base, i := r.depth, r.tok.i
	x := r.negation()
	if r.tok.kind != tokenAnd {
		return x
	}
	r.shift()
	y := r.conjunction()
	return &And{Extent: r.reduce(base, i), X: x, Y: y}
}

// negation reads a test without "&&" and "||" outside of parentheses.
func (r *reader) negation() Test {
	base, i := r.depth, r.tok.i
	switch {
	case r.tok.kind == tokenNot:
		r.shift()
		x := r.negation()
		return &Not{Extent: r.reduce(base, i), X: x}
	case r.is('('):
		r.shift()
		x := r.test()
		r.expect(')')
		r.reduce(base, i)
		return x
	case r.tok.kind == tokenTrue, r.tok.kind == tokenFalse:
		value := r.tok.kind == tokenTrue
		r.shift()
		return &Constant{Extent: r.reduce(base, i), Value: value}
	case r.tok.kind == tokenUnary:
		op := r.unaryOp()
		r.shift()
		x := r.concatenation()
		return &Unary{Extent: r.reduce(base, i), Op: op, X: x}
	}
	return r.relation(base, i)
}

// relation reads a test that begins with a word.
func (r *reader) relation(base, i int) Test {
	x := r.concatenation()
	op := r.tok
	switch op.kind { //nolint:exhaustive // no other token makes a test of a word
	case tokenCompare:
		r.shift()
		y := r.concatenation()
		return &Compare{Extent: r.reduce(base, i), Op: op.op, X: x, Y: y}
	case tokenBinary:
		binary := r.binaryOp()
		r.shift()
		y := r.concatenation()
		return &Binary{Extent: r.reduce(base, i), Op: binary, X: x, Y: y}
	case tokenMatches, tokenDiffers:
		r.shift()
		re := r.regex()
		return &Match{Extent: r.reduce(base, i), Not: op.kind == tokenDiffers, X: x, Regex: re}
	case tokenIsIn:
		r.shift()
		list := r.list()
		return &In{Extent: r.reduce(base, i), X: x, List: list}
	}
	r.noTest(i)
	return nil
}

// regex reads a regular expression.
func (r *reader) regex() *Regex {
	re := r.tok.regex
	if r.tok.kind != tokenPattern {
		r.noRegex()
		return nil
	}
	r.shift()
	return re
}

// list reads the right side of "in".
func (r *reader) list() List {
	base, i := r.depth, r.tok.i
	if r.tok.kind == tokenName {
		name, at := r.tokenText(), r.tokenExtent()
		arg := r.arguments()
		r.listFunction(name, at)
		return &ListCall{Extent: r.reduce(base, i), Name: name, Arg: arg}
	}
	r.expect('{')
	words := []Word{r.concatenation()}
	for r.is(',') {
		r.shift()
		words = append(words, r.concatenation())
		r.depth = base + 2 // the brace and the words
	}
	r.expect('}')
	return &Words{Extent: r.reduce(base, i), Words: words}
}

// concatenation reads a word, which may be several with dots between them.
func (r *reader) concatenation() Word {
	base, i := r.depth, r.tok.i
	x := r.operand()
	if r.tok.kind != tokenDot {
		return x
	}
	r.shift()
	y := r.concatenation()
	return &Concat{Extent: r.reduce(base, i), X: x, Y: y}
}

// operand reads a word without dots.
func (r *reader) operand() Word {
	base, i := r.depth, r.tok.i
	switch r.tok.kind { //nolint:exhaustive // no other token begins a word
	case tokenInteger:
		number := r.tokenText()
		r.shift()
		return &Number{Extent: r.reduce(base, i), Text: number}
	case tokenBackref:
		n := int(r.s[i+1] - '0')
		r.shift()
		return &Group{Extent: r.reduce(base, i), N: n}
	case tokenQuote:
		return r.quoted(base)
	case tokenBrace:
		r.pos = i
		w := r.braced()
		r.last = r.pos
		r.next()
		return w
	case tokenName:
		name, at := r.tokenText(), r.tokenExtent()
		arg := r.arguments()
		fn := r.function(name, at)
		return &Call{Extent: r.reduce(base, i), Name: name, Func: fn, Arg: arg}
	}
	r.unexpected()
	return nil
}

// arguments reads a function's name and its argument in parentheses.
func (r *reader) arguments() Word {
	name := r.tok
	r.shift()
	if !r.is('(') {
		r.loneName(name)
		return nil
	}
	r.shift()
	arg := r.concatenation()
	r.expect(')')
	return arg
}
