package parser

// maxExprDepth is how many tokens and finished parts may wait for what they
// belong to. It is that of httpd's parser, which gives up there.
const maxExprDepth = 9999

// exprParser is the state of reading one expression. After a syntax error it
// sees nothing but the end.
type exprParser struct {
	text
	opts   ExprOptions
	found  Diagnostics
	failed bool // a syntax error was found
	open   text // the regular expression that nothing closes, which ends all

	pos  int       // where the next token begins
	tok  exprToken // the token at hand
	last int       // where the token before it ends

	// depth counts the tokens and finished parts that wait. A function that
	// reads something leaves it one higher.
	depth int
}

// push counts a token that waits.
func (p *exprParser) push() {
	p.depth++
	if p.depth > maxExprDepth {
		p.exprTooDeep()
	}
}

// shift goes to the next token.
func (p *exprParser) shift() {
	p.push()
	p.last = p.tok.j
	p.next()
}

// reduce says that what was read since depth was base is one part. Its extent
// begins at i.
func (p *exprParser) reduce(base, i int) Extent {
	p.depth = base + 1
	return p.cut(i, max(i, p.last)).extent()
}

// is reports whether the token at hand is the punctuation c.
func (p *exprParser) is(c byte) bool {
	return p.tok.kind == exprPunct && p.s[p.tok.i] == c
}

// expect goes over the punctuation c.
func (p *exprParser) expect(c byte) {
	if !p.is(c) {
		p.unexpected()
		return
	}
	p.shift()
}

// tokenText returns the token at hand as it is written.
func (p *exprParser) tokenText() string { return p.s[p.tok.i:p.tok.j] }

// test reads a test with the operators of all ranks.
func (p *exprParser) test() ExprTest {
	base, i := p.depth, p.tok.i
	x := p.conjunction()
	if p.tok.kind != exprOr {
		return x
	}
	p.shift()
	y := p.test()
	return &ExprOr{Extent: p.reduce(base, i), X: x, Y: y}
}

// conjunction reads a test without an "||" outside of parentheses.
func (p *exprParser) conjunction() ExprTest {
	base, i := p.depth, p.tok.i
	x := p.negation()
	if p.tok.kind != exprAnd {
		return x
	}
	p.shift()
	y := p.conjunction()
	return &ExprAnd{Extent: p.reduce(base, i), X: x, Y: y}
}

// negation reads a test without "&&" and "||" outside of parentheses.
func (p *exprParser) negation() ExprTest {
	base, i := p.depth, p.tok.i
	switch {
	case p.tok.kind == exprNot:
		p.shift()
		x := p.negation()
		return &ExprNot{Extent: p.reduce(base, i), X: x}
	case p.is('('):
		p.shift()
		x := p.test()
		p.expect(')')
		p.reduce(base, i)
		return x
	case p.tok.kind == exprTrue, p.tok.kind == exprFalse:
		value := p.tok.kind == exprTrue
		p.shift()
		return &ExprConstant{Extent: p.reduce(base, i), Value: value}
	case p.tok.kind == exprUnary:
		op := p.unaryOp()
		p.shift()
		x := p.concatenation()
		return &ExprUnary{Extent: p.reduce(base, i), Op: op, X: x}
	}
	return p.relation(base, i)
}

// relation reads a test that begins with a word.
func (p *exprParser) relation(base, i int) ExprTest {
	x := p.concatenation()
	op := p.tok
	switch op.kind { //nolint:exhaustive // no other token makes a test of a word
	case exprCompare:
		p.shift()
		y := p.concatenation()
		return &ExprCompare{Extent: p.reduce(base, i), Op: op.op, X: x, Y: y}
	case exprBinary:
		binary := p.binaryOp()
		p.shift()
		y := p.concatenation()
		return &ExprBinary{Extent: p.reduce(base, i), Op: binary, X: x, Y: y}
	case exprMatches, exprDiffers:
		p.shift()
		re := p.regex()
		return &ExprMatch{Extent: p.reduce(base, i), Not: op.kind == exprDiffers, X: x, Regex: re}
	case exprIsIn:
		p.shift()
		list := p.list()
		return &ExprIn{Extent: p.reduce(base, i), X: x, List: list}
	}
	p.noTest(i)
	return nil
}

// regex reads a regular expression.
func (p *exprParser) regex() *ExprRegex {
	re := p.tok.regex
	if p.tok.kind != exprPattern {
		p.noRegex()
		return nil
	}
	p.shift()
	return re
}

// list reads the right side of "in".
func (p *exprParser) list() ExprList {
	base, i := p.depth, p.tok.i
	if p.tok.kind == exprName {
		name, at := p.tokenText(), p.tokenExtent()
		arg := p.arguments()
		p.listFunction(name, at)
		return &ExprListCall{Extent: p.reduce(base, i), Name: name, Func: ExprFuncPeerExtList, Arg: arg}
	}
	p.expect('{')
	words := []ExprWord{p.concatenation()}
	for p.is(',') {
		p.shift()
		words = append(words, p.concatenation())
		p.depth = base + 2 // the brace and the words
	}
	p.expect('}')
	return &ExprWords{Extent: p.reduce(base, i), Words: words}
}

// concatenation reads a word, which may be several with dots between them.
func (p *exprParser) concatenation() ExprWord {
	base, i := p.depth, p.tok.i
	x := p.operand()
	if p.tok.kind != exprDot {
		return x
	}
	p.shift()
	y := p.concatenation()
	return &ExprConcat{Extent: p.reduce(base, i), X: x, Y: y}
}

// operand reads a word without dots.
func (p *exprParser) operand() ExprWord {
	base, i := p.depth, p.tok.i
	switch p.tok.kind { //nolint:exhaustive // no other token begins a word
	case exprInteger:
		number := p.tokenText()
		p.shift()
		return &ExprNumber{Extent: p.reduce(base, i), Text: number}
	case exprBackref:
		n := int(p.s[i+1] - '0')
		p.shift()
		return &ExprGroup{Extent: p.reduce(base, i), N: n}
	case exprQuote:
		return p.quoted(base)
	case exprBrace:
		p.pos = i
		w := p.braced()
		p.last = p.pos
		p.next()
		return w
	case exprName:
		name, at := p.tokenText(), p.tokenExtent()
		arg := p.arguments()
		fn := p.function(name, at)
		return &ExprCall{Extent: p.reduce(base, i), Name: name, Func: fn, Arg: arg}
	}
	p.unexpected()
	return nil
}

// arguments reads a function's name and its argument in parentheses.
func (p *exprParser) arguments() ExprWord {
	name := p.tok
	p.shift()
	if !p.is('(') {
		p.loneName(name)
		return nil
	}
	p.shift()
	arg := p.concatenation()
	p.expect(')')
	return arg
}
