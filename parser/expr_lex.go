package parser

import "strings"

// exprKind is the kind of a token of the top level of an expression.
type exprKind uint8

const (
	exprEnd     exprKind = iota // the end, also after an error
	exprTrue                    // true
	exprFalse                   // false
	exprInteger                 // 17, -5
	exprName                    // the name of a function
	exprQuote                   // the quote that opens a string
	exprBrace                   // %{
	exprBackref                 // $N
	exprPattern                 // /regex/
	exprUnary                   // -n
	exprBinary                  // -strmatch
	exprCompare                 // ==
	exprIsIn                    // in
	exprMatches                 // =~
	exprDiffers                 // !~
	exprAnd                     // &&
	exprOr                      // ||
	exprNot                     // !
	exprDot                     // .
	exprPunct                   // one of (){},:
)

// exprToken is a token, or the opening of one that is read on by the parser.
type exprToken struct {
	kind exprKind
	i, j int // where it begins and ends in the text
	op   ExprCompareOp
	// regex is what an exprPattern holds.
	regex *ExprRegex
}

// maxExprString is how long a regular expression, or a stretch of literal text
// in a string, may be.
const maxExprString = 8191

// exprDelims are the bytes that may follow the "m" of a regular expression.
const exprDelims = `/#$%^|?!'",;:._-`

// next reads the token at p.pos.
func (p *exprParser) next() {
	if p.failed {
		return
	}
	for p.pos < len(p.s) && strings.IndexByte(" \t\n", p.s[p.pos]) >= 0 {
		p.pos++
	}
	p.tok = exprToken{i: p.pos, j: p.pos}
	if p.pos == len(p.s) {
		return
	}
	n := p.scan(p.s[p.pos:])
	if n == 0 {
		p.strayByte()
	}
	if !p.failed {
		p.tok.j = p.tok.i + n
		p.pos = p.tok.j
	}
}

// scan finds the token that s begins with, sets its kind and returns its
// length, 0 if there is none.
func (p *exprParser) scan(s string) int {
	switch c := s[0]; {
	case c == '\'' || c == '"':
		return p.take(exprQuote, 1)
	case strings.HasPrefix(s, "%{"):
		return p.take(exprBrace, 2)
	case c == '$' && len(s) > 1 && isDigit(s[1]):
		return p.take(exprBackref, 2)
	case c == '/':
		return p.scanRegex(s, 1)
	case isLetter(c):
		return p.scanWord(s)
	case isDigit(c):
		return p.take(exprInteger, 1+digits(s[1:]))
	case c == '-' && len(s) > 1 && isDigit(s[1]):
		return p.take(exprInteger, 1+digits(s[1:]))
	case c == '-':
		return p.scanDash(s)
	case strings.IndexByte("(){},:", c) >= 0:
		return p.take(exprPunct, 1)
	}
	return p.scanSign(s)
}

// take sets the kind of the token and returns its length n.
func (p *exprParser) take(k exprKind, n int) int {
	p.tok.kind = k
	return n
}

// takeCompare is take for a comparison.
func (p *exprParser) takeCompare(op ExprCompareOp, n int) int {
	p.tok.op = op
	return p.take(exprCompare, n)
}

// scanSign finds an operator of other bytes than letters.
func (p *exprParser) scanSign(s string) int {
	if len(s) >= 2 {
		switch s[:2] {
		case "=~":
			return p.take(exprMatches, 2)
		case "!~":
			return p.take(exprDiffers, 2)
		case "&&":
			return p.take(exprAnd, 2)
		case "||":
			return p.take(exprOr, 2)
		case "==":
			return p.takeCompare(ExprEqual, 2)
		case "!=":
			return p.takeCompare(ExprNotEqual, 2)
		case "<=":
			return p.takeCompare(ExprLessEqual, 2)
		case ">=":
			return p.takeCompare(ExprGreaterEqual, 2)
		}
	}
	switch s[0] {
	case '=':
		return p.takeCompare(ExprEqual, 1)
	case '<':
		return p.takeCompare(ExprLess, 1)
	case '>':
		return p.takeCompare(ExprGreater, 1)
	case '!':
		return p.take(exprNot, 1)
	case '.':
		return p.take(exprDot, 1)
	}
	return 0
}

// scanWord finds a keyword, a name or a regular expression that begins with
// "m".
func (p *exprParser) scanWord(s string) int {
	n := 1 + nameBytes(s[1:])
	if s[0] == 'm' && n <= 2 && len(s) > 1 && strings.IndexByte(exprDelims, s[1]) >= 0 {
		return p.scanRegex(s, 2)
	}
	switch s[:n] {
	case "true":
		return p.take(exprTrue, n)
	case "false":
		return p.take(exprFalse, n)
	case "and":
		return p.take(exprAnd, n)
	case "or":
		return p.take(exprOr, n)
	case "not":
		return p.take(exprNot, n)
	}
	return p.scanRelation(s[:n], n, exprName)
}

// scanDash finds an operator that begins with "-".
func (p *exprParser) scanDash(s string) int {
	if len(s) == 1 || !isLetter(s[1]) && s[1] != '_' {
		return 0
	}
	n := 2 + nameBytes(s[2:])
	if n == 2 {
		return p.take(exprUnary, n)
	}
	return p.scanRelation(s[1:n], n, exprBinary)
}

// scanRelation finds what the operator name stands for, else otherwise; n is
// the length of the token.
func (p *exprParser) scanRelation(name string, n int, otherwise exprKind) int {
	switch name {
	case "in":
		return p.take(exprIsIn, n)
	case "eq":
		return p.takeCompare(ExprIntEqual, n)
	case "ne":
		return p.takeCompare(ExprIntNotEqual, n)
	case "lt":
		return p.takeCompare(ExprIntLess, n)
	case "le":
		return p.takeCompare(ExprIntLessEqual, n)
	case "gt":
		return p.takeCompare(ExprIntGreater, n)
	case "ge":
		return p.takeCompare(ExprIntGreaterEqual, n)
	}
	return p.take(otherwise, n)
}

// scanRegex finds a regular expression whose opening has n bytes, the
// delimiter being the last. Nothing escapes the delimiter. Without a second
// one httpd takes the first for the end of the expression.
func (p *exprParser) scanRegex(s string, n int) int {
	delim := s[n-1]
	end := strings.IndexByte(s[n:], delim)
	if end > maxExprString || end < 0 && len(s)-n > maxExprString {
		p.exprTooLong(p.cut(p.tok.i, p.tok.i+n), "a regular expression")
		return n
	}
	if end < 0 {
		p.open = p.cut(p.tok.i, len(p.s))
		return p.take(exprEnd, len(s))
	}
	re := &ExprRegex{Text: s[n : n+end], Delim: delim}
	n += end + 1
	if n < len(s) && s[n] == 'i' {
		re.NoCase = true
		n++
	}
	re.Extent = p.cut(p.tok.i, p.tok.i+n).extent()
	p.tok.regex = re
	return p.take(exprPattern, n)
}

// isLetter reports whether c is a letter of ASCII.
func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }

// digits returns how many decimal digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// nameBytes returns how many bytes of a name s begins with.
func nameBytes(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '_') {
		n++
	}
	return n
}
