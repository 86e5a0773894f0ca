// Package parser reads Apache httpd configuration text - a server's
// httpd.conf, a virtual host, an .htaccess file - into a tree.
//
// The tree is the source: every directive is a node at the place where it was
// written, unknown ones included, and nothing is interpreted beyond what httpd
// itself does while reading (Define, Include, IfModule and related directives). The
// rewrite directives are parsed to the last flag and template part. What a
// directive means, and whether it may stand where it stands, is for package
// matcher to say.
//
// All functions are safe for concurrent use; a tree is not written to after it
// was returned.
package parser

// Pos is a place in one source text.
type Pos struct {
	Offset uint32 // bytes from the start, 0-based
	Line   uint32 // physical line, 1-based; 0 means no position
	Col    uint32 // byte column in that line, 1-based
}

// Extent is the stretch of one file that a node was read from. From is the
// node's first byte, To the one after its last. Both are physical: a directive
// continued over several lines ends on its last line. What came out of a
// ${NAME} interpolation has the extent of the ${NAME}, and what came out of a
// macro that of the line in the macro, and of the parameter an argument took
// the place of.
type Extent struct {
	Name     string // the file's name, as it was opened
	From, To Pos
	// Via is where the macro was used that the node came out of, which may
	// itself be in a macro. It is nil for what stands in a file to be read.
	Via *Extent
}

// Span returns the extent itself; every node embeds one.
func (e Extent) Span() Extent { return e }

// IsValid reports whether e points at text.
func (e Extent) IsValid() bool { return e.From.Line > 0 }

// Node is one element of a tree. The nodes are *File, *Comment, *Directive,
// *Section, *Conditional, *Include, *Macro, *Use, *RewriteEngine,
// *RewriteOptions, *RewriteBase, *RewriteMap, *RewriteCond and *RewriteRule,
// and the smaller ones *Word, *Flag, *Template and the Parts.
type Node interface {
	Span() Extent
	node()
}

// File is a parsed file. What follows Nodes is set for the file that was
// parsed, not for those that it includes.
type File struct {
	Extent
	Nodes    []Node
	Warnings Diagnostics // findings that are not errors
	// Defines, Modules and ServerRoot are what Define, LoadModule and
	// ServerRoot came to, Options included. AccessOptions passes them on.
	Defines    map[string]string
	Modules    []string
	ServerRoot string

	macros macros  // passed on like them
	opts   Options // with the defaults; those of an access file on this server
}

// Comment is a comment with its "#", without surrounding blanks. A comment
// ending in a backslash swallows the next line, as in httpd.
type Comment struct {
	Extent
	Text string
}

// Source is what a directive-like node keeps of its own text.
type Source struct {
	// Directive is the name as written; names are compared without case.
	Directive string
	// Raw is the text after the name as written: continuations joined,
	// surrounding blanks trimmed, ${NAME} not yet replaced.
	Raw string
	// Line is the whole line as written, where Directive and Raw do not
	// suffice to write it again: the name is quoted or comes out of a ${NAME},
	// or so does the ">" of a section, or that is missing. It is empty
	// otherwise.
	Line string
}

// Directive is any directive without a node type of its own.
type Directive struct {
	Extent
	Source
	// Text is Raw after interpolation.
	Text string
	// Args are the words of Text, by httpd's generic word splitter.
	Args []Word

	places *text // where Text stands, where that is not at the end of the extent as it is
}

// Word is one argument. Its extent leaves out the quotes.
type Word struct {
	Extent
	Text  string // quotes removed, escapes resolved
	Quote byte   // '"', '\'' or 0

	places *text // where Text stands, where that is not at From as it is
}

// Section is a container that opens a scope: <VirtualHost>, <Directory>,
// <If>, unknown ones too. A comment behind the ">" is the first of its nodes,
// one behind the closing tag the next node after it.
type Section struct {
	Extent
	Source // Directive without "<"; Raw and Line without what follows the closing ">"
	Text   string
	Args   []Word
	Nodes  []Node
}

// Conditional is a container evaluated while reading: <IfModule>, <IfDefine>,
// <IfVersion>, <IfFile>, <IfDirective>, <IfSection>. It opens no scope. Where
// the condition does not hold the body is skipped unparsed and only its text
// kept. Source and comments are as in Section.
type Conditional struct {
	Extent
	Source
	Text    string
	Args    []Word // the "!" left out, but for <IfVersion>, where it is part of an operator
	Not     bool   // the argument began with "!"
	Holds   bool   // the body is read; Not is taken into account
	Nodes   []Node
	Skipped string // the body's physical lines where Holds is false, a comment behind the ">" first
}

// Include is an Include or IncludeOptional directive.
type Include struct {
	Extent
	Source
	Optional bool
	Path     Word
	Files    []*File // in the order read
}

// Macro is a container that defines a macro. Its body is not read where it
// stands. Source and comments are as in Section.
type Macro struct {
	Extent
	Source
	Text string
	Args []Word // the name, modifiers and parameters
	Body string // the body's physical lines, a comment behind the ">" first
}

// Use is a directive that puts what a macro says in its place.
type Use struct {
	Extent
	Source
	Text string
	Args []Word // the name and arguments
	// Nodes are what the macro came to. Their extents are those of its
	// lines, with this one's as Via.
	Nodes []Node
}

// RewriteEngine is "RewriteEngine on|off".
type RewriteEngine struct {
	Extent
	Source
	On bool
}

// RewriteOption is one option of RewriteOptions, as a bit.
type RewriteOption uint

// The options of RewriteOptions.
const (
	Inherit RewriteOption = 1 << iota
	InheritBefore
	InheritDown
	InheritDownBefore
	IgnoreInherit
	AllowNoSlash
	AllowAnyURI
	MergeBase
	IgnoreContextInfo
	LegacyPrefixDocRoot
	UnsafePrefixStatOption
)

// RewriteOptions is "RewriteOptions option…".
type RewriteOptions struct {
	Extent
	Source
	Options RewriteOption
}

// RewriteBase is "RewriteBase URL-path".
type RewriteBase struct {
	Extent
	Source
	URL Word
}

// MapKind says how a RewriteMap finds its values.
type MapKind int

// The kinds of RewriteMap.
const (
	MapText     MapKind = iota // txt:, or no known prefix
	MapRandom                  // rnd:
	MapDBM                     // dbm:, dbm=type:
	MapDBD                     // dbd:
	MapFastDBD                 // fastdbd:
	MapProgram                 // prg:
	MapInternal                // int:
)

// RewriteMap is "RewriteMap name type:source [options]".
type RewriteMap struct {
	Extent
	Source
	MapName Word
	Spec    Word    // the second argument, whole
	Kind    MapKind // from Spec's prefix
	Path    string  // Spec after the prefix: file, SQL text, command or function
	DBMType string  // of dbm=type:
	Option  *Word   // the third argument, nil if absent
}

// CondOp is the kind of test a RewriteCond makes.
type CondOp int

// The tests of RewriteCond.
const (
	CondRegex           CondOp = iota // regular expression
	CondExpr                          // expr expression
	CondFile                          // -f
	CondSize                          // -s
	CondDir                           // -d
	CondLink                          // -l -L -h
	CondExec                          // -x
	CondURI                           // -U
	CondSubFile                       // -F
	CondEqual                         // =
	CondLess                          // <
	CondLessEqual                     // <=
	CondGreater                       // >
	CondGreaterEqual                  // >=
	CondIntEqual                      // -eq
	CondIntNotEqual                   // -ne
	CondIntLess                       // -lt
	CondIntLessEqual                  // -le
	CondIntGreater                    // -gt
	CondIntGreaterEqual               // -ge
)

// RewriteCond is "RewriteCond TestString CondPattern [flags]".
type RewriteCond struct {
	Extent
	Source
	Test     Word      // TestString as written
	Template *Template // of Test; nil for expr
	Pattern  Word      // CondPattern as written, "!" and operator included
	Not      bool      // Pattern began with "!"
	Op       CondOp
	Operand  string // Pattern without "!" and operator
	Flags    []*Flag
}

// Has reports whether the condition bears flag k.
func (c *RewriteCond) Has(k FlagKind) bool { return hasFlag(c.Flags, k) }

// RewriteRule is "RewriteRule Pattern Substitution [flags]".
type RewriteRule struct {
	Extent
	Source
	Pattern Word   // as written, "!" included
	Not     bool   // Pattern began with "!"
	Regex   string // Pattern without "!"
	Subst   Word   // Substitution as written
	// NoSubst says the substitution is exactly "-".
	NoSubst bool
	// DropQuery says the rule discards the query because the substitution
	// ended in "?" (removed from Template then), or has none and bears QSD.
	DropQuery bool
	// SplitLast says the query begins at the last "?", by QSL or because
	// a substitution that ends in "?" bears QSA.
	SplitLast bool
	Template  *Template // of the substitution
	Flags     []*Flag
	// Header is the first word of a RewriteHeader of ISAPI_Rewrite 3: the field of the
	// request's header, a colon behind it, that the rule looks at and sets; else nil.
	Header *Word
}

// Has reports whether the rule bears flag k.
func (r *RewriteRule) Has(k FlagKind) bool { return hasFlag(r.Flags, k) }

func hasFlag(flags []*Flag, k FlagKind) bool {
	for _, f := range flags {
		if f.Kind == k {
			return true
		}
	}
	return false
}

// FlagKind is a flag of RewriteRule or RewriteCond, whatever its spelling.
type FlagKind int

// The flags. NoCase serves both directives; OrNext and NoVary are
// RewriteCond's, the others RewriteRule's.
const (
	FlagBackrefEscape    FlagKind = iota // B
	FlagBackrefExcept                    // BNE
	FlagBackrefNoPlus                    // BNP
	FlagBackrefControls                  // BCTLS
	FlagChain                            // C
	FlagCookie                           // CO
	FlagDiscardPath                      // DPI, D
	FlagIgnored                          // any other flag that starts with D: accepted, without effect
	FlagEnv                              // E
	FlagEnd                              // END
	FlagForbidden                        // F
	FlagGone                             // G
	FlagHandler                          // H
	FlagLast                             // L
	FlagNext                             // N
	FlagNoCase                           // NC
	FlagNoEscape                         // NE
	FlagNoSubreq                         // NS
	FlagProxy                            // P
	FlagPassThrough                      // PT
	FlagQueryAppend                      // QSA
	FlagQueryDiscard                     // QSD
	FlagQueryLast                        // QSL
	FlagRedirect                         // R
	FlagSkip                             // S
	FlagType                             // T
	FlagUnsafePrefixStat                 // UnsafePrefixStat
	FlagUnsafeAllow3F                    // UnsafeAllow3F
	FlagUNC                              // UNC
	FlagOrNext                           // OR
	FlagNoVary                           // NV
	FlagLowerCase                        // CL, of ISAPI_Rewrite 3
	FlagUpperCase                        // CU, of ISAPI_Rewrite 3
)

// Flag is one flag as written.
type Flag struct {
	Extent
	Kind  FlagKind
	Key   string // the name as written
	Value string // after the first "="; "" without one
	// HasValue says there was a "=".
	HasValue bool
	// Number is R's status (0 where the value is not a status and httpd falls
	// back to 302; 302 where R has no value), S's count or N's limit
	// (0 without a value).
	Number int
	// Template is the value of E, CO, T and H; nil for other flags.
	Template *Template
}

// Template is a string with back-references, variables and map calls. It is
// parsed once; what an expansion yields is never scanned again.
type Template struct {
	Extent
	Text  string // as written
	Parts []Part
}

// Part is a piece of a Template: *Literal, *Escaped, *RuleGroup, *CondGroup,
// *Variable or *MapCall.
type Part interface {
	Node
	part()
}

// Literal is text that stands for itself.
type Literal struct {
	Extent
	Text string
}

// Escaped is "\c": the byte c, taken literally. It is apart from Literal
// because an escaped "?" is neither safe nor unsafe where httpd looks for
// question marks that an expansion brought in.
type Escaped struct {
	Extent
	Char byte
}

// RuleGroup is "$N".
type RuleGroup struct {
	Extent
	N int
}

// CondGroup is "%N".
type CondGroup struct {
	Extent
	N int
}

// Variable is "%{NAME}".
type Variable struct {
	Extent
	Var string // as written
}

// MapCall is "${map:key|default}".
type MapCall struct {
	Extent
	Map     string
	Key     *Template
	Default *Template // nil without "|"
}

func (*File) node()           {}
func (*Comment) node()        {}
func (*Directive) node()      {}
func (*Section) node()        {}
func (*Conditional) node()    {}
func (*Include) node()        {}
func (*Macro) node()          {}
func (*Use) node()            {}
func (*RewriteEngine) node()  {}
func (*RewriteOptions) node() {}
func (*RewriteBase) node()    {}
func (*RewriteMap) node()     {}
func (*RewriteCond) node()    {}
func (*RewriteRule) node()    {}
func (*Word) node()           {}
func (*Flag) node()           {}
func (*Template) node()       {}
func (*Literal) node()        {}
func (*Escaped) node()        {}
func (*RuleGroup) node()      {}
func (*CondGroup) node()      {}
func (*Variable) node()       {}
func (*MapCall) node()        {}

func (*Literal) part()   {}
func (*Escaped) part()   {}
func (*RuleGroup) part() {}
func (*CondGroup) part() {}
func (*Variable) part()  {}
func (*MapCall) part()   {}
