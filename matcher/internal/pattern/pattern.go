// Package pattern runs one regular expression on one subject, on the cheapest
// engine that gives PCRE2's exact result.
//
// A pattern that is regular runs on a matcher of our own: a backtracking machine
// over bytes that counts its steps and, once a match gets long, remembers what
// has failed, so that no pattern takes exponential time. A pattern that needs
// lookaround, back-references, atomic groups and the like runs on regexp2,
// fed from the syntax tree.
package pattern

import (
	"errors"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// MaxGroup is the highest group number whose place in the subject is reported.
const MaxGroup = 9

// DefaultSteps is the bound on the work of one match where the caller gives
// none. It is PCRE2's default match limit.
const DefaultSteps = 10_000_000

// ErrBudget is returned by a match that was given up because it took more work
// than it was allowed.
var ErrBudget = errors.New("match exceeded its budget")

// Captures are the byte offsets of the groups 0 to 9 in the subject: group g is
// subject[c[2*g]:c[2*g+1]], or unset if these are -1.
type Captures [2 * (MaxGroup + 1)]int

// Group returns what group g of the subject s matched. ok is false if it is
// unset, or g is out of range.
func (c *Captures) Group(s string, g int) (text string, ok bool) {
	if g < 0 || g > MaxGroup || c[2*g] < 0 {
		return "", false
	}
	return s[c[2*g]:c[2*g+1]], true
}

// Pattern is a compiled regular expression. It is immutable and safe for
// concurrent use.
type Pattern struct {
	re         *pcre.Regexp
	prog       *program     // for a regular pattern
	backtrack  *backtracker // for any other
	matchesAll bool
}

// Compile compiles src as Apache does. The error, if any, is a *pcre.Error; its
// Code is pcre.CodeUnsupported where Apache accepts the pattern but nothing here
// runs it.
func Compile(src string, flags pcre.Flags) (*Pattern, error) {
	re, err := pcre.Parse(src, flags)
	if err != nil {
		return nil, err
	}
	p := &Pattern{re: re}
	switch {
	case re.Class == pcre.Unsupported:
		return nil, unsupported(re, re.Construct)
	case canCompile(re.Root):
		var ok bool
		if p.prog, ok = compile(re.Root); !ok {
			return nil, unsupported(re, "subroutine calls that expand to too much")
		}
		p.matchesAll = re.Class == pcre.Regular && matchesAll(re.Root)
	default:
		if p.backtrack, err = newBacktracker(re); err != nil {
			return nil, unsupported(re, re.Construct+": "+err.Error())
		}
	}
	return p, nil
}

// unsupported is the error for a pattern that nothing here runs.
func unsupported(re *pcre.Regexp, reason string) error {
	return &pcre.Error{Offset: re.Offset, Code: pcre.CodeUnsupported, Msg: "unsupported: " + reason}
}

// Match reports whether the pattern matches somewhere in s. If it does and caps
// is not nil, caps is set; otherwise its contents are unspecified. steps bounds
// the work, 0 meaning DefaultSteps; a match that would exceed it fails with
// ErrBudget. A step is about an instruction or a few bytes looked at. The work
// of a backtracking pattern is bounded by time and by the length of s instead.
func (p *Pattern) Match(s string, caps *Captures, steps int) (bool, error) {
	if steps <= 0 {
		steps = DefaultSteps
	}
	if p.prog == nil {
		return p.backtrack.match(s, caps)
	}
	return p.prog.match(s, caps, steps)
}

// NumGroups returns the number of capturing groups, the whole match not
// counted.
func (p *Pattern) NumGroups() int { return p.re.NumGroups() }

// Names returns the names of the groups by number, "" where there is none. The
// first is that of the whole match, "". The caller must not change it.
func (p *Pattern) Names() []string { return p.re.Names }

// String returns the source of the pattern.
func (p *Pattern) String() string { return p.re.Source }

// Regexp returns the parsed pattern.
func (p *Pattern) Regexp() *pcre.Regexp { return p.re }

// MatchesAll reports whether the pattern is known to match every subject.
func (p *Pattern) MatchesAll() bool { return p.matchesAll }
