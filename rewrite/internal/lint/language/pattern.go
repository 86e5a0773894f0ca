package language

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// What is looked at of patterns: how long one may be, in bytes, and how many
// instructions its program may have, of which repetitions make many.
const (
	maxPattern = 4096
	maxProgram = 20_000
)

// Pattern is a regular expression as a set of strings: of those that it is found in.
type Pattern struct {
	// Exact says that the set is that of the pattern, and not a larger one.
	Exact bool
	// Groups is how many capturing groups there are.
	Groups int
	tree   *syntax.Regexp
	parts  []part // a string is in the set if it is in all parts
}

// part is one of the conditions that make a pattern.
type part struct {
	prog *syntax.Prog
	re   *regexp.Regexp // nil for a group by itself
	not  bool
}

// match reports whether the part is found in s.
func (p *part) match(s string) bool {
	if p.re != nil {
		return p.re.MatchString(s)
	}
	m := newMachine(p.prog, "")
	st := m.start()
	for _, c := range s {
		st = m.step(st, c)
	}
	return m.accepts(st)
}

// Parse reads a pattern of PCRE; fold says that case does not count. It fails for
// patterns that have no counterpart here.
func Parse(src string, fold bool) (*Pattern, error) {
	if len(src) > maxPattern {
		return nil, errForeign
	}
	c, err := convert(src)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Exact: c.exact}
	main, tree, err := compile(c.text, fold)
	if err != nil {
		return nil, err
	}
	p.tree = tree
	p.Groups = countGroups(src)
	p.parts = []part{main}
	for _, l := range c.looks {
		in, err := convert(l.text)
		if err != nil || len(in.looks) > 0 {
			return nil, errForeign
		}
		if l.not && !in.exact {
			p.Exact = false
			continue
		}
		ahead, _, err := compile("^(?:"+in.text+")", fold)
		if err != nil {
			return nil, err
		}
		ahead.not = l.not
		p.Exact = p.Exact && in.exact
		p.parts = append(p.parts, ahead)
	}
	return p, nil
}

// Whole returns the set that holds exactly s.
func Whole(s string, fold bool) *Pattern {
	p, err := Parse("^"+regexp.QuoteMeta(s)+"$", fold)
	if err != nil { // too long
		return nil
	}
	return p
}

// Must is Parse for patterns that are written in the program.
func Must(src string) *Pattern {
	p, err := Parse(src, false)
	if err != nil {
		panic(err)
	}
	return p
}

func compile(text string, fold bool) (part, *syntax.Regexp, error) {
	flags := syntax.Perl
	prefix := ""
	if fold {
		flags |= syntax.FoldCase
		prefix = "(?i)"
	}
	tree, err := syntax.Parse(text, flags)
	if err != nil {
		return part{}, nil, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return part{}, nil, err
	}
	if len(prog.Inst) > maxProgram {
		return part{}, nil, errForeign
	}
	re, err := regexp.Compile(prefix + text)
	if err != nil {
		return part{}, nil, err
	}
	return part{prog: prog, re: re}, tree, nil
}

// countGroups counts the capturing groups of a pattern of PCRE.
func countGroups(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			i = classEnd(s, i)
		case '(':
			rest := s[i+1:]
			named := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!") ||
				strings.HasPrefix(rest, "?P<") || strings.HasPrefix(rest, "?'")
			if named || !strings.HasPrefix(rest, "?") && !strings.HasPrefix(rest, "*") {
				n++
			}
		}
	}
	return n
}

// Match reports whether s is in the set.
func (p *Pattern) Match(s string) bool {
	for _, part := range p.parts {
		if part.match(s) == part.not {
			return false
		}
	}
	return true
}

// Submatch returns the groups of p found in s, nil if s is not in the set.
func (p *Pattern) Submatch(s string) []string {
	if !p.Match(s) || p.parts[0].re == nil {
		return nil
	}
	return p.parts[0].re.FindStringSubmatch(s)
}

// Fit returns how many bytes of s, which the pattern does not match, fit the longest
// part of the pattern from its beginning on that does. ok is false for a pattern that
// may begin anywhere, or of which that cannot be said.
func (p *Pattern) Fit(s string) (n int, ok bool) {
	t := p.tree
	if !p.Exact || len(p.parts) > 1 || t == nil || t.Op != syntax.OpConcat || t.Sub[0].Op != syntax.OpBeginText || p.Match(s) {
		return 0, false
	}
	for k := len(t.Sub) - 1; k > 1; k-- {
		head := *t
		head.Sub = t.Sub[:k]
		re, err := regexp.Compile(head.String())
		if err != nil {
			return 0, false
		}
		re.Longest()
		if at := re.FindStringIndex(s); at != nil {
			return at[1] + common(t.Sub[k], s[at[1]:]), true
		}
	}
	return common(t.Sub[1], s), len(t.Sub) > 1
}

// common returns how many bytes of s are those that a literal begins with.
func common(lit *syntax.Regexp, s string) int {
	if lit.Op != syntax.OpLiteral || lit.Flags&syntax.FoldCase != 0 {
		return 0
	}
	text := string(lit.Rune)
	n := 0
	for n < min(len(text), len(s)) && text[n] == s[n] {
		n++
	}
	return n
}
