// Package pattern runs one regular expression on one subject, on the cheapest
// engine that gives PCRE2's exact result.
//
// Nearly all patterns run on a matcher of our own: a backtracking machine over
// bytes that counts its steps and, once a match gets long, remembers what has
// failed, so that no pattern takes exponential time. That needs what a pattern
// does at some place to depend on the place alone, which is so unless it has
// back-references or conditions on groups. Those patterns run on regexp2, to
// which they are written out from the syntax tree; in UTF and UCP mode, of which
// regexp2 has another idea, on our own matcher, which then remembers nothing and
// counts its steps.
package pattern

import (
	"errors"
	"slices"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
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

// unset unsets all groups.
func (c *Captures) unset() {
	*c = Captures{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
}

// Pattern is a compiled regular expression. It is safe for concurrent use. It
// does not hold on to the syntax tree.
//
// The program of a pattern is made when it is first run, unless it might come
// out too large: of the thousands of rules that a site collects few are ever
// run, since sets tell which of them can match.
type Pattern struct {
	src        string
	names      *[]string               // nil if no group has a name
	prog       atomic.Pointer[program] // what runs it, or else
	backtrack  *backtracker            // this does
	pages      atomic.Pointer[page]    // what reports groups beyond MaxGroup
	flags      pcre.Flags
	groups     int32
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
	return New(re)
}

// New compiles a parsed pattern, whose tree it does not keep. The error, if any, is a
// *pcre.Error with pcre.CodeUnsupported.
func New(re *pcre.Regexp) (*Pattern, error) {
	p := new(Pattern)
	if err := p.Make(re); err != nil {
		return nil, err
	}
	return p, nil
}

// Make is New for a zero Pattern that is there already, as a part of something else.
func (p *Pattern) Make(re *pcre.Regexp) error {
	p.src, p.flags, p.groups = re.Source, re.Flags, int32(re.NumGroups()) //nolint:gosec // PCRE allows 65,535
	if slices.ContainsFunc(re.Names, func(name string) bool { return name != "" }) {
		names := slices.Clone(re.Names)
		p.names = &names
	}
	switch {
	case re.Class == pcre.Unsupported:
		return unsupported(re, re.Construct)
	case canCompile(re):
		if !isModest(re.Root) {
			prog, ok := compile(re)
			if !ok {
				return unsupported(re, "too large once compiled")
			}
			p.prog.Store(prog)
		}
		p.matchesAll = re.Class == pcre.Regular && !re.UTF && matchesAll(re.Root)
	default:
		var err error
		if p.backtrack, err = newBacktracker(re); err != nil {
			return unsupported(re, re.Construct+": "+err.Error())
		}
	}
	return nil
}

// isModest reports whether n has so few nodes, each of which makes so few
// instructions, that its program is certain not to be too large.
func isModest(n *pcre.Node) bool {
	const most = 1 << 10
	left := most
	var count func(n *pcre.Node) bool
	count = func(n *pcre.Node) bool {
		left--
		if left < 0 || n.Op == pcre.OpRepeat && (n.Min > 1 || n.Max > 1) && n.Subs[0].Op != pcre.OpSet {
			return false
		}
		for _, sub := range n.Subs {
			if !count(sub) {
				return false
			}
		}
		return true
	}
	return count(n)
}

// program returns what runs the pattern, nil if regexp2 does.
func (p *Pattern) program() *program {
	if prog := p.prog.Load(); prog != nil || p.backtrack != nil {
		return prog
	}
	// It is made from the tree that New saw, which can be parsed again.
	prog, _ := compile(p.Regexp())
	p.prog.Store(prog)
	return prog
}

// unsupported is the error for a pattern that nothing here runs.
func unsupported(re *pcre.Regexp, reason string) error {
	return &pcre.Error{Offset: re.Offset, Code: pcre.CodeUnsupported, Msg: "unsupported: " + reason}
}

// Match reports whether the pattern matches somewhere in s. A pattern in UTF mode
// does not match what is not valid UTF-8. If it does and caps
// is not nil, caps is set; otherwise its contents are unspecified. steps bounds
// the work, 0 meaning DefaultSteps; a match that would exceed it fails with
// ErrBudget. A step is about an instruction or a few bytes looked at. For a
// pattern with back-references or conditions on groups, unless in UTF or UCP mode,
// time and the length of s are bounded instead: one second, and 16 KiB.
func (p *Pattern) Match(s string, caps *Captures, steps int) (bool, error) {
	return p.MatchWithin(s, caps, steps, nil)
}

// MatchWithin is Match as a part of the work that m measures, which may be nil.
// It fails with the error of m once that is exhausted.
func (p *Pattern) MatchWithin(s string, caps *Captures, steps int, m *work.Meter) (bool, error) {
	if steps <= 0 {
		steps = DefaultSteps
	}
	if p.backtrack != nil {
		return p.backtrack.match(s, caps, m)
	}
	return p.program().match(s, caps, steps, m)
}

// NumGroups returns the number of capturing groups, the whole match not
// counted.
func (p *Pattern) NumGroups() int { return int(p.groups) }

// Names returns the names of the groups by number, "" where there is none. The
// first is that of the whole match, "". The caller must not change it.
func (p *Pattern) Names() []string {
	if p.names == nil {
		return make([]string, p.groups+1)
	}
	return *p.names
}

// String returns the source of the pattern.
func (p *Pattern) String() string { return p.src }

// Flags returns the flags the pattern was compiled with.
func (p *Pattern) Flags() pcre.Flags { return p.flags }

// Regexp parses the pattern again and returns the result.
func (p *Pattern) Regexp() *pcre.Regexp {
	re, err := pcre.Parse(p.src, p.flags)
	if err != nil {
		return nil // It did parse once.
	}
	return re
}

// MatchesAll reports whether the pattern is known to match every subject.
func (p *Pattern) MatchesAll() bool { return p.matchesAll }
