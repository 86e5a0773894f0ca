package pcre

// Flags are the options a pattern is compiled with. Options inside the pattern,
// such as (?i), change them on the way.
type Flags uint16

// The flags. Apache's own default is DotAll|DollarEndOnly, with Caseless for
// the flag NC. PCRE2's DUPNAMES is always on, as in Apache.
const (
	Caseless      Flags = 1 << iota // (?i): ASCII letters match in either case
	Multiline                       // (?m): ^ and $ match at lines
	DotAll                          // (?s): a dot matches LF too
	Extended                        // (?x): white space and #-comments are ignored
	DollarEndOnly                   // $ does not match before a final LF

	// The rest can only be set inside a pattern.
	extendedMore // (?xx)
	noCapture    // (?n)
	ungreedy     // (?U)
	dupNames     // (?J)

	publicFlags = Caseless | Multiline | DotAll | Extended | DollarEndOnly
	// tracked are the flags that end with the group they are set in.
	tracked = Caseless | Multiline | DotAll | Extended | extendedMore | noCapture | ungreedy | dupNames
)

// Class is what it takes to run a pattern.
type Class uint8

// The classes, each needing more than the one before.
const (
	Regular      Class = iota // an automaton or a memoising matcher will do
	Backtracking              // lookaround, back-references, atomic groups and their like
	Unsupported               // PCRE2 accepts it, but no engine of ours runs it
)

// Regexp is a parsed pattern. It is immutable, as long as it is valid.
type Regexp struct {
	Source string
	Flags  Flags
	// UTF says that the source starts with (*UTF) or (*UTF8). Then the tree is about
	// the bytes of characters, and the pattern matches no subject that is not valid
	// UTF-8; a match starts and ends where characters do.
	UTF bool
	// UCP says that the source starts with (*UCP).
	UCP  bool
	Root *Node
	// Names holds the names of the groups by number, "" where there is none.
	// Names[0] is "" always: there are len(Names)-1 groups. A name may occur
	// more than once.
	Names []string
	// Size is how many bytes PCRE2 compiles the pattern to.
	Size int
	// Class is what it takes to run the pattern; Construct names the first
	// construct that demands it, and Offset is where in Source that stands.
	Class     Class
	Construct string
	Offset    int
}

// NumGroups returns the number of capturing groups, the whole match not
// counted.
func (r *Regexp) NumGroups() int { return len(r.Names) - 1 }

// Parse parses src as PCRE2 10.42 does in 8-bit mode, with the newline LF and the
// limits of its default build. It accepts what PCRE2 accepts. The error, if any,
// is an *Error. A verb at the start of the pattern is done as PCRE2 does it, or
// makes the class of the result Unsupported where it would matter.
//
// A NUL ends a pattern for Apache; Parse takes it as a byte like any other.
func Parse(src string, flags Flags) (*Regexp, error) { return new(Parser).Parse(src, flags) }

// Parser parses patterns one after the other, in the same memory. The zero value is
// ready for use. It is not safe for concurrent use.
type Parser struct{ state parser }

// Parse is the function Parse, but what it returns, the tree with it, is valid until the
// next call of Parse only.
func (p *Parser) Parse(src string, flags Flags) (*Regexp, error) {
	p.state.reset(src, flags)
	re, err := p.state.parse()
	if err != nil {
		return nil, err
	}
	return re, nil
}
