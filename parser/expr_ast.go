package parser

// Expr is an expression of httpd's expression language. A boolean one, as
// that of <If> and "RewriteCond expr", is a test; a string one, as the URL of
// Redirect in a <Location>, is a text with variables.
type Expr struct {
	Extent
	Source string    // as written
	Test   ExprTest  // of a boolean expression; nil otherwise
	Value  *ExprText // of a string expression; nil otherwise

	Warnings Diagnostics // findings that are no errors
}

// ExprTest is what is true or false: *ExprConstant, *ExprNot, *ExprAnd,
// *ExprOr, *ExprCompare, *ExprMatch, *ExprIn, *ExprUnary or *ExprBinary.
type ExprTest interface {
	Node
	exprTest()
}

// ExprConstant is "true" or "false".
type ExprConstant struct {
	Extent
	Value bool
}

// ExprNot is "!X", also written "not X".
type ExprNot struct {
	Extent
	X ExprTest
}

// ExprAnd is "X && Y", also written "X and Y". A chain nests to the right.
type ExprAnd struct {
	Extent
	X, Y ExprTest
}

// ExprOr is "X || Y", also written "X or Y". A chain nests to the right.
type ExprOr struct {
	Extent
	X, Y ExprTest
}

// ExprCompare compares two words as strings or as integers.
type ExprCompare struct {
	Extent
	Op   ExprCompareOp
	X, Y ExprWord
}

// ExprMatch is "X =~ /regex/" or "X !~ /regex/".
type ExprMatch struct {
	Extent
	Not   bool // "!~"
	X     ExprWord
	Regex *ExprRegex
}

// ExprRegex is a regular expression: "/text/", "m#text#", "/text/i".
type ExprRegex struct {
	Extent
	Text   string // between the delimiters
	Delim  byte   // the delimiter; it is not in Text
	NoCase bool   // flag "i"
}

// ExprIn is "X in LIST", also written "X -in LIST".
type ExprIn struct {
	Extent
	X    ExprWord
	List ExprList
}

// ExprList is the right side of an ExprIn: *ExprWords or *ExprListCall.
type ExprList interface {
	Node
	exprList()
}

// ExprWords is "{word, word, …}".
type ExprWords struct {
	Extent
	Words []ExprWord // at least one
}

// ExprListCall is the call of a function that returns a list, "name(word)".
type ExprListCall struct {
	Extent
	Name string // as written
	Func ExprListFunc
	Arg  ExprWord
}

// ExprUnary is a test of one word: "-n X", "-f X".
type ExprUnary struct {
	Extent
	Op ExprUnaryOp
	X  ExprWord
}

// ExprBinary is a test of two words by a named operator: "X -strmatch Y".
type ExprBinary struct {
	Extent
	Op   ExprBinaryOp
	X, Y ExprWord
}

// ExprWord is what has a string value: *ExprNumber, *ExprText, *ExprConcat,
// *ExprVariable, *ExprGroup or *ExprCall; within an ExprText also
// *ExprLiteral.
type ExprWord interface {
	Node
	exprWord()
}

// ExprNumber is an integer. Its value is its text.
type ExprNumber struct {
	Extent
	Text string
}

// ExprText is a quoted string, the argument of %{func:argument} or a whole
// string expression. Its parts are *ExprLiteral, *ExprVariable, *ExprGroup
// and *ExprCall; there are none in an empty one.
type ExprText struct {
	Extent
	Parts []ExprWord
}

// ExprLiteral is a part of an ExprText that stands for itself.
type ExprLiteral struct {
	Extent
	Text string // escapes resolved, cut at the first NUL
}

// ExprConcat is "X . Y". A chain nests to the right.
type ExprConcat struct {
	Extent
	X, Y ExprWord
}

// ExprVariable is "%{NAME}".
type ExprVariable struct {
	Extent
	Name string // as written
	Var  ExprVar
}

// ExprGroup is "$N": what group N of the expression's last capturing regular
// expression matched.
type ExprGroup struct {
	Extent
	N int
}

// ExprCall is the call of a function that returns a string, "name(word)" or
// "%{name:text}". The argument of the latter, and of every call that is part
// of an ExprText, is an *ExprText.
type ExprCall struct {
	Extent
	Name string // as written
	Func ExprFunc
	Arg  ExprWord
}

func (*Expr) node()         {}
func (*ExprConstant) node() {}
func (*ExprNot) node()      {}
func (*ExprAnd) node()      {}
func (*ExprOr) node()       {}
func (*ExprCompare) node()  {}
func (*ExprMatch) node()    {}
func (*ExprRegex) node()    {}
func (*ExprIn) node()       {}
func (*ExprWords) node()    {}
func (*ExprListCall) node() {}
func (*ExprUnary) node()    {}
func (*ExprBinary) node()   {}
func (*ExprNumber) node()   {}
func (*ExprText) node()     {}
func (*ExprLiteral) node()  {}
func (*ExprConcat) node()   {}
func (*ExprVariable) node() {}
func (*ExprGroup) node()    {}
func (*ExprCall) node()     {}

func (*ExprConstant) exprTest() {}
func (*ExprNot) exprTest()      {}
func (*ExprAnd) exprTest()      {}
func (*ExprOr) exprTest()       {}
func (*ExprCompare) exprTest()  {}
func (*ExprMatch) exprTest()    {}
func (*ExprIn) exprTest()       {}
func (*ExprUnary) exprTest()    {}
func (*ExprBinary) exprTest()   {}

func (*ExprWords) exprList()    {}
func (*ExprListCall) exprList() {}

func (*ExprNumber) exprWord()   {}
func (*ExprText) exprWord()     {}
func (*ExprLiteral) exprWord()  {}
func (*ExprConcat) exprWord()   {}
func (*ExprVariable) exprWord() {}
func (*ExprGroup) exprWord()    {}
func (*ExprCall) exprWord()     {}
