package expr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// tokenKind is the kind of a token of the top level of an expression.
type tokenKind uint8

const (
	tokenEnd     tokenKind = iota // the end, also after an error
	tokenTrue                     // true
	tokenFalse                    // false
	tokenInteger                  // 17, -5
	tokenName                     // the name of a function
	tokenQuote                    // the quote that opens a string
	tokenBrace                    // %{
	tokenBackref                  // $N
	tokenPattern                  // /regex/
	tokenUnary                    // -n
	tokenBinary                   // -strmatch
	tokenCompare                  // ==
	tokenIsIn                     // in
	tokenMatches                  // =~
	tokenDiffers                  // !~
	tokenAnd                      // &&
	tokenOr                       // ||
	tokenNot                      // !
	tokenDot                      // .
	tokenPunct                    // one of (){},:
)

// token is a token, or the opening of one that is read on by the parser.
type token struct {
	kind tokenKind
	i, j int // where it begins and ends in the text
	op   CompareOp
	// regex is what an tokenPattern holds.
	regex *Regex
}

// maxString is how long a regular expression, or a stretch of literal text
// in a string, may be.
const maxString = 8191

// regexDelims are the bytes that may follow the "m" of a regular expression.
const regexDelims = `/#$%^|?!'",;:._-`

// next reads the token at r.pos.
func (r *reader) next() {
	if r.failed {
		return
	}
	for r.pos < len(r.s) && strings.IndexByte(" \t\n", r.s[r.pos]) >= 0 {
		r.pos++
	}
	r.tok = token{i: r.pos, j: r.pos}
	if r.pos == len(r.s) {
		return
	}
	n := r.scan(r.s[r.pos:])
	if n == 0 {
		r.strayByte()
	}
	if !r.failed {
		r.tok.j = r.tok.i + n
		r.pos = r.tok.j
	}
}

// scan finds the token that s begins with, sets its kind and returns its
// length, 0 if there is none.
func (r *reader) scan(s string) int {
	switch c := s[0]; {
	case c == '\'' || c == '"':
		return r.take(tokenQuote, 1)
	case strings.HasPrefix(s, "%{"):
		return r.take(tokenBrace, 2)
	case c == '$' && len(s) > 1 && ascii.IsDigit(s[1]):
		return r.take(tokenBackref, 2)
	case c == '/':
		return r.scanRegex(s, 1)
	case ascii.IsLetter(c):
		return r.scanWord(s)
	case ascii.IsDigit(c):
		return r.take(tokenInteger, 1+digits(s[1:]))
	case c == '-' && len(s) > 1 && ascii.IsDigit(s[1]):
		return r.take(tokenInteger, 1+digits(s[1:]))
	case c == '-':
		return r.scanDash(s)
	case strings.IndexByte("(){},:", c) >= 0:
		return r.take(tokenPunct, 1)
	}
	return r.scanSign(s)
}

// take sets the kind of the token and returns its length n.
func (r *reader) take(k tokenKind, n int) int {
	r.tok.kind = k
	return n
}

// takeCompare is take for a comparison.
func (r *reader) takeCompare(op CompareOp, n int) int {
	r.tok.op = op
	return r.take(tokenCompare, n)
}

// scanSign finds an operator of other bytes than letters.
func (r *reader) scanSign(s string) int {
	if len(s) >= 2 {
		switch s[:2] {
		case "=~":
			return r.take(tokenMatches, 2)
		case "!~":
			return r.take(tokenDiffers, 2)
		case "&&":
			return r.take(tokenAnd, 2)
		case "||":
			return r.take(tokenOr, 2)
		case "==":
			return r.takeCompare(Equal, 2)
		case "!=":
			return r.takeCompare(NotEqual, 2)
		case "<=":
			return r.takeCompare(LessEqual, 2)
		case ">=":
			return r.takeCompare(GreaterEqual, 2)
		}
	}
	switch s[0] {
	case '=':
		return r.takeCompare(Equal, 1)
	case '<':
		return r.takeCompare(Less, 1)
	case '>':
		return r.takeCompare(Greater, 1)
	case '!':
		return r.take(tokenNot, 1)
	case '.':
		return r.take(tokenDot, 1)
	}
	return 0
}

// scanWord finds a keyword, a name or a regular expression that begins with
// "m".
func (r *reader) scanWord(s string) int {
	n := 1 + nameBytes(s[1:])
	if s[0] == 'm' && n <= 2 && len(s) > 1 && strings.IndexByte(regexDelims, s[1]) >= 0 {
		return r.scanRegex(s, 2)
	}
	switch s[:n] {
	case "true":
		return r.take(tokenTrue, n)
	case "false":
		return r.take(tokenFalse, n)
	case "and":
		return r.take(tokenAnd, n)
	case "or":
		return r.take(tokenOr, n)
	case "not":
		return r.take(tokenNot, n)
	}
	return r.scanRelation(s[:n], n, tokenName)
}

// scanDash finds an operator that begins with "-".
func (r *reader) scanDash(s string) int {
	if len(s) == 1 || !ascii.IsLetter(s[1]) && s[1] != '_' {
		return 0
	}
	n := 2 + nameBytes(s[2:])
	if n == 2 {
		return r.take(tokenUnary, n)
	}
	return r.scanRelation(s[1:n], n, tokenBinary)
}

// scanRelation finds what the operator name stands for, else otherwise; n is
// the length of the token.
func (r *reader) scanRelation(name string, n int, otherwise tokenKind) int {
	switch name {
	case "in":
		return r.take(tokenIsIn, n)
	case "eq":
		return r.takeCompare(IntEqual, n)
	case "ne":
		return r.takeCompare(IntNotEqual, n)
	case "lt":
		return r.takeCompare(IntLess, n)
	case "le":
		return r.takeCompare(IntLessEqual, n)
	case "gt":
		return r.takeCompare(IntGreater, n)
	case "ge":
		return r.takeCompare(IntGreaterEqual, n)
	}
	return r.take(otherwise, n)
}

// scanRegex finds a regular expression whose opening has n bytes, the
// delimiter being the last. Nothing escapes the delimiter. Without a second
// one httpd takes the first for the end of the expression.
func (r *reader) scanRegex(s string, n int) int {
	delim := s[n-1]
	end := strings.IndexByte(s[n:], delim)
	if end > maxString || end < 0 && len(s)-n > maxString {
		r.tooLong(r.extent(r.tok.i, r.tok.i+n), "a regular expression")
		return n
	}
	if end < 0 {
		r.open = r.s[r.tok.i:]
		return r.take(tokenEnd, len(s))
	}
	re := &Regex{Text: s[n : n+end], Delim: delim}
	n += end + 1
	if n < len(s) && s[n] == 'i' {
		re.NoCase = true
		n++
	}
	re.Extent = r.extent(r.tok.i, r.tok.i+n)
	r.tok.regex = re
	return r.take(tokenPattern, n)
}

// digits returns how many decimal digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && ascii.IsDigit(s[n]) {
		n++
	}
	return n
}

// nameBytes returns how many bytes of a name s begins with.
func nameBytes(s string) int {
	n := 0
	for n < len(s) && (ascii.IsLetter(s[n]) || ascii.IsDigit(s[n]) || s[n] == '_') {
		n++
	}
	return n
}
