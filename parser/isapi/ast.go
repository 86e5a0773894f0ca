// Package isapi reads the rulesets of two ports of mod_rewrite to IIS whose
// languages only resemble Apache's: httpd.ini of ISAPI_Rewrite 2, and IIRF.ini
// of Ionic's ISAPI Rewrite Filter. ISAPI_Rewrite 3 follows Apache and is read by
// package parser.
//
// They have a tree of their own rather than parser.File, because what looks the
// same is not: words have no quotes and no continuation lines, conditions are
// of another shape, flags of the same name do something else (N, U, O, P, R),
// replacements are format strings of Boost's or know "*1" and "#U", and some
// flags make the product drop the rule. A tree of Apache's nodes would have to
// lie about most of this.
//
// An error means that something can't be run as it is meant, a warning that the
// product does something else than one may expect, such as leave a rule out,
// which the tree then notes.
//
// All functions are safe for concurrent use; a tree is not written to after it
// was returned.
package isapi

import "github.com/modrewrite-go/modrewrite/parser"

// Dialect is one of the two languages.
type Dialect int

// The dialects.
const (
	Rewrite2 Dialect = iota // ISAPI_Rewrite 2
	IIRF
)

// Node is a line of a ruleset: *Comment, *Skipped, *Header, *Setting, *Cond or
// *Rule.
type Node interface {
	Span() parser.Extent
	node()
}

// File is a ruleset that was read.
type File struct {
	parser.Extent
	Dialect  Dialect
	CRLF     bool // lines end in CR LF
	Nodes    []Node
	Warnings parser.Diagnostics
}

// Comment is a comment with its "#".
type Comment struct {
	parser.Extent
	Text string
}

// Skipped is a line that the product does not read.
type Skipped struct {
	parser.Extent
	Text string
}

// Header is the line "[ISAPI_Rewrite]", behind which ISAPI_Rewrite 2 begins to
// read.
type Header struct {
	parser.Extent
	Text string
}

// Word is a word of a line.
type Word struct {
	parser.Extent
	Text string
}

// Setting is any directive but conditions and rules.
type Setting struct {
	parser.Extent
	Name Word
	Args []Word
	// Included is what an IncludeIni has in its place, nil if it was not read.
	Included *File
}

// CondOp is the kind of test that a condition makes.
type CondOp int

// The tests. ISAPI_Rewrite 2 has patterns only.
const (
	CondPattern CondOp = iota
	CondFile           // -f
	CondDir            // -d
	CondSize           // -s
	CondLink           // -l
	CondJoin           // -j
	CondLess           // <
	CondGreater        // >
	CondEqual          // =
)

// Cond is a RewriteCond.
type Cond struct {
	parser.Extent
	Name  Word
	Test  Word
	Parts []Part // of Test, for IIRF
	// Pattern is the second word, as written. Operand is what is behind the "!"
	// and the operator.
	Pattern Word
	Not     bool
	Op      CondOp
	Operand string
	Flags   []Flag
	Tail    []Word // what follows the pattern, as written
}

// RuleKind says what a rule does where its flags don't say otherwise.
type RuleKind int

// The kinds of rules.
const (
	RuleRewrite  RuleKind = iota // RewriteRule
	RuleRedirect                 // RedirectRule, of IIRF
	RuleProxy                    // RewriteProxy, or ProxyPass of IIRF
	RuleHeader                   // RewriteHeader
)

// Rule is a rule.
type Rule struct {
	parser.Extent
	Kind    RuleKind
	Name    Word
	Target  *Word // the header of a RewriteHeader; nil for other rules
	Pattern Word
	Format  Word // the replacement, as written
	Parts   []Part
	Flags   []Flag
	Tail    []Word // what follows the replacement, as written
	// Status is that of R, or of a redirect without one; 0 for other rules.
	Status int
	// Dropped says why IIRF leaves the rule out; "" if it does not.
	Dropped string
}

// Has reports whether the rule bears the flag of that name, as the product
// spells it.
func (r *Rule) Has(flag string) bool { return hasFlag(r.Flags, flag) }

// Has reports whether the condition bears the flag of that name.
func (c *Cond) Has(flag string) bool { return hasFlag(c.Flags, flag) }

func hasFlag(flags []Flag, name string) bool {
	for _, f := range flags {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Flag is a flag of a rule or a condition.
type Flag struct {
	parser.Extent
	Name  string // as the product spells it: "NC" of IIRF is "I"
	Text  string // as written
	Value string // behind the "="
}

// PartKind says what a Part is.
type PartKind int

// The kinds of parts. The first four are of both dialects.
const (
	PartLiteral   PartKind = iota
	PartGroup              // $1, and \1 of ISAPI_Rewrite 2
	PartWhole              // $&
	PartChoice             // (?1yes:no): Yes if the group took part in the match, else No
	PartCondition          // *1: a group of the condition evaluated last
	PartVariable           // %{NAME}
	PartMap                // ${name:key|default}
	PartFold               // #L #U #E #l #u #X
)

// Part is a piece of a replacement, or of the test of an IIRF condition.
type Part struct {
	parser.Extent
	Kind    PartKind
	Text    string // a literal; the name of a variable or map; the letter of a fold
	Group   int
	Yes, No []Part // of a choice
	Key     []Part // of a map
	Default []Part // of a map, nil without "|"
}

func (*Comment) node() {}
func (*Skipped) node() {}
func (*Header) node()  {}
func (*Setting) node() {}
func (*Cond) node()    {}
func (*Rule) node()    {}
