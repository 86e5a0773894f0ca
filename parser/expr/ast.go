package expr

import "github.com/modrewrite-go/modrewrite/parser"

// Node is one element of an expression's tree. The nodes are *Expr, the Tests,
// the Lists, the Words and *Regex.
type Node interface {
	Span() parser.Extent
	node()
}

// Expr is an expression of httpd's expression language. A boolean one, as
// that of <If> and "RewriteCond expr", is a test; a string one, as the URL of
// Redirect in a <Location>, is a text with variables.
type Expr struct {
	parser.Extent
	Source string // as written
	Test   Test   // of a boolean expression; nil otherwise
	Value  *Text  // of a string expression; nil otherwise

	Warnings parser.Diagnostics // findings that are not errors
}

// Test is what is true or false: *Constant, *Not, *And, *Or, *Compare, *Match,
// *In, *Unary or *Binary.
type Test interface {
	Node
	test()
}

// Constant is "true" or "false".
type Constant struct {
	parser.Extent
	Value bool
}

// Not is "!X", also written "not X".
type Not struct {
	parser.Extent
	X Test
}

// And is "X && Y", also written "X and Y". A chain nests to the right.
type And struct {
	parser.Extent
	X, Y Test
}

// Or is "X || Y", also written "X or Y". A chain nests to the right.
type Or struct {
	parser.Extent
	X, Y Test
}

// Compare compares two words as strings or as integers.
type Compare struct {
	parser.Extent
	Op   CompareOp
	X, Y Word
}

// Match is "X =~ /regex/" or "X !~ /regex/".
type Match struct {
	parser.Extent
	Not   bool // "!~"
	X     Word
	Regex *Regex
}

// Regex is a regular expression: "/text/", "m#text#", "/text/i".
type Regex struct {
	parser.Extent
	Text   string // between the delimiters
	Delim  byte   // the delimiter; it is not in Text
	NoCase bool   // flag "i"
}

// In is "X in LIST", also written "X -in LIST".
type In struct {
	parser.Extent
	X    Word
	List List
}

// List is the right side of an In: *Words or *ListCall.
type List interface {
	Node
	list()
}

// Words is "{word, word, …}".
type Words struct {
	parser.Extent
	Words []Word // at least one
}

// ListCall is the call of a function that returns a list, "name(word)". The only
// such function is PeerExtList, of mod_ssl: the values of an extension of the
// client's certificate.
type ListCall struct {
	parser.Extent
	Name string // as written
	Arg  Word
}

// Unary is a test of one word: "-n X", "-f X".
type Unary struct {
	parser.Extent
	Op UnaryOp
	X  Word
}

// Binary is a test of two words by a named operator: "X -strmatch Y".
type Binary struct {
	parser.Extent
	Op   BinaryOp
	X, Y Word
}

// Word is what has a string value: *Number, *Text, *Concat, *Variable, *Group
// or *Call; within a Text also *Literal.
type Word interface {
	Node
	word()
}

// Number is an integer. Its value is its text.
type Number struct {
	parser.Extent
	Text string
}

// Text is a quoted string, the argument of %{func:argument} or a whole string
// expression. Its parts are *Literal, *Variable, *Group and *Call; there are
// none in an empty one.
type Text struct {
	parser.Extent
	Parts []Word
}

// Literal is a part of a Text that stands for itself.
type Literal struct {
	parser.Extent
	Text string // escapes resolved, cut at the first NUL
}

// Concat is "X . Y". A chain nests to the right.
type Concat struct {
	parser.Extent
	X, Y Word
}

// Variable is "%{NAME}".
type Variable struct {
	parser.Extent
	Name string // as written
	Var  Var
}

// Group is "$N": what group N of the expression's last capturing regular
// expression matched.
type Group struct {
	parser.Extent
	N int
}

// Call is the call of a function that returns a string, "name(word)" or
// "%{name:text}". The argument of the latter, and of every call that is part
// of a Text, is an *Text.
type Call struct {
	parser.Extent
	Name string // as written
	Func Func
	Arg  Word
}

func (*Expr) node()     {}
func (*Constant) node() {}
func (*Not) node()      {}
func (*And) node()      {}
func (*Or) node()       {}
func (*Compare) node()  {}
func (*Match) node()    {}
func (*Regex) node()    {}
func (*In) node()       {}
func (*Words) node()    {}
func (*ListCall) node() {}
func (*Unary) node()    {}
func (*Binary) node()   {}
func (*Number) node()   {}
func (*Text) node()     {}
func (*Literal) node()  {}
func (*Concat) node()   {}
func (*Variable) node() {}
func (*Group) node()    {}
func (*Call) node()     {}

func (*Constant) test() {}
func (*Not) test()      {}
func (*And) test()      {}
func (*Or) test()       {}
func (*Compare) test()  {}
func (*Match) test()    {}
func (*In) test()       {}
func (*Unary) test()    {}
func (*Binary) test()   {}

func (*Words) list()    {}
func (*ListCall) list() {}

func (*Number) word()   {}
func (*Text) word()     {}
func (*Literal) word()  {}
func (*Concat) word()   {}
func (*Variable) word() {}
func (*Group) word()    {}
func (*Call) word()     {}
