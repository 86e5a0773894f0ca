package expr

import "fmt"

// CompareOp is the operator of a Compare.
type CompareOp uint8

// The comparisons: of strings byte by byte, of integers by value.
const (
	Equal           CompareOp = iota // = or ==
	NotEqual                         // !=
	Less                             // <
	LessEqual                        // <=
	Greater                          // >
	GreaterEqual                     // >=
	IntEqual                         // -eq or eq
	IntNotEqual                      // -ne or ne
	IntLess                          // -lt or lt
	IntLessEqual                     // -le or le
	IntGreater                       // -gt or gt
	IntGreaterEqual                  // -ge or ge
)

// String returns the operator as it is written.
func (op CompareOp) String() string {
	names := [...]string{"==", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"}
	if int(op) < len(names) {
		return names[op]
	}
	return fmt.Sprintf("CompareOp(%d)", uint8(op))
}

// UnaryOp is the operator of a Unary.
type UnaryOp uint8

// The tests of one word.
const (
	NonEmpty   UnaryOp = iota // -n
	Empty                     // -z
	Truth                     // -T: not empty, "0", "off", "no" or "false"
	ClientIn                  // -R: the client's address is in the subnet
	Exists                    // -e: the file exists
	Dir                       // -d: it is a directory
	File                      // -f: it is a regular file
	FileSize                  // -s: it is a regular file with contents
	Link                      // -L, -h: it is a symbolic link
	Executable                // -x: it has an execute bit
	SubFile                   // -F: a sub-request for the file succeeds
	SubURL                    // -U, -A: a sub-request for the URL succeeds
)

// String returns the operator as it is written.
func (op UnaryOp) String() string {
	for _, o := range unaryOps {
		if o.op == op {
			return o.name
		}
	}
	return fmt.Sprintf("UnaryOp(%d)", uint8(op))
}

// unaryOps are the unary operators. Their names are case-sensitive.
var unaryOps = []struct {
	name string
	op   UnaryOp
}{
	{"-n", NonEmpty},
	{"-z", Empty},
	{"-T", Truth},
	{"-R", ClientIn},
	{"-e", Exists},
	{"-d", Dir},
	{"-f", File},
	{"-s", FileSize},
	{"-L", Link},
	{"-h", Link},
	{"-x", Executable},
	{"-F", SubFile},
	{"-U", SubURL},
	{"-A", SubURL},
}

// BinaryOp is the operator of a Binary.
type BinaryOp uint8

// The tests of two words that have a name.
const (
	IPMatch   BinaryOp = iota // -ipmatch: the address X is in the subnet Y
	StrMatch                  // -strmatch: X matches the wildcards of Y
	StrCMatch                 // -strcmatch: the same without case
	FnMatch                   // -fnmatch: the same where only "/" matches a slash
)

// String returns the operator as it is written.
func (op BinaryOp) String() string {
	for _, o := range binaryOps {
		if o.op == op {
			return o.name
		}
	}
	return fmt.Sprintf("BinaryOp(%d)", uint8(op))
}

// binaryOps are the named binary operators. Case does not matter.
var binaryOps = []struct {
	name string
	op   BinaryOp
}{
	{"-ipmatch", IPMatch},
	{"-strmatch", StrMatch},
	{"-strcmatch", StrCMatch},
	{"-fnmatch", FnMatch},
}
