package parser

import "fmt"

// ExprCompareOp is the operator of an ExprCompare.
type ExprCompareOp uint8

// The comparisons: of strings byte by byte, of integers by value.
const (
	ExprEqual           ExprCompareOp = iota // = or ==
	ExprNotEqual                             // !=
	ExprLess                                 // <
	ExprLessEqual                            // <=
	ExprGreater                              // >
	ExprGreaterEqual                         // >=
	ExprIntEqual                             // -eq or eq
	ExprIntNotEqual                          // -ne or ne
	ExprIntLess                              // -lt or lt
	ExprIntLessEqual                         // -le or le
	ExprIntGreater                           // -gt or gt
	ExprIntGreaterEqual                      // -ge or ge
)

// String returns the operator as it is written.
func (op ExprCompareOp) String() string {
	names := [...]string{"==", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"}
	if int(op) < len(names) {
		return names[op]
	}
	return fmt.Sprintf("ExprCompareOp(%d)", uint8(op))
}

// ExprUnaryOp is the operator of an ExprUnary.
type ExprUnaryOp uint8

// The tests of one word.
const (
	ExprNonEmpty   ExprUnaryOp = iota // -n
	ExprEmpty                         // -z
	ExprTruth                         // -T: not empty, "0", "off", "no" or "false"
	ExprClientIn                      // -R: the client's address is in the subnet
	ExprExists                        // -e: the file exists
	ExprDir                           // -d: it is a directory
	ExprFile                          // -f: it is a regular file
	ExprFileSize                      // -s: it is a regular file with contents
	ExprLink                          // -L, -h: it is a symbolic link
	ExprExecutable                    // -x: it has an execute bit
	ExprSubFile                       // -F: a sub-request for the file succeeds
	ExprSubURL                        // -U, -A: a sub-request for the URL succeeds
)

// String returns the operator as it is written.
func (op ExprUnaryOp) String() string {
	for _, o := range exprUnaryOps {
		if o.op == op {
			return o.name
		}
	}
	return fmt.Sprintf("ExprUnaryOp(%d)", uint8(op))
}

// exprUnaryOps are the unary operators. Their names are case-sensitive.
var exprUnaryOps = []struct {
	name string
	op   ExprUnaryOp
}{
	{"-n", ExprNonEmpty},
	{"-z", ExprEmpty},
	{"-T", ExprTruth},
	{"-R", ExprClientIn},
	{"-e", ExprExists},
	{"-d", ExprDir},
	{"-f", ExprFile},
	{"-s", ExprFileSize},
	{"-L", ExprLink},
	{"-h", ExprLink},
	{"-x", ExprExecutable},
	{"-F", ExprSubFile},
	{"-U", ExprSubURL},
	{"-A", ExprSubURL},
}

// ExprBinaryOp is the operator of an ExprBinary.
type ExprBinaryOp uint8

// The tests of two words that have a name.
const (
	ExprIPMatch   ExprBinaryOp = iota // -ipmatch: the address X is in the subnet Y
	ExprStrMatch                      // -strmatch: X matches the wildcards of Y
	ExprStrCMatch                     // -strcmatch: the same without case
	ExprFnMatch                       // -fnmatch: the same where only "/" matches a slash
)

// String returns the operator as it is written.
func (op ExprBinaryOp) String() string {
	for _, o := range exprBinaryOps {
		if o.op == op {
			return o.name
		}
	}
	return fmt.Sprintf("ExprBinaryOp(%d)", uint8(op))
}

// exprBinaryOps are the named binary operators. Case does not matter.
var exprBinaryOps = []struct {
	name string
	op   ExprBinaryOp
}{
	{"-ipmatch", ExprIPMatch},
	{"-strmatch", ExprStrMatch},
	{"-strcmatch", ExprStrCMatch},
	{"-fnmatch", ExprFnMatch},
}
