package language

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// maxSamples is how many strings Samples returns at most.
const maxSamples = 12

// Samples returns strings that the pattern is found in, made of its parts: short
// ones, ones where each star is taken once, and one for each of its alternatives.
// Lookarounds do not count, so they need not match.
func (p *Pattern) Samples() []string {
	var out []string
	add := func(s string) {
		if len(out) < maxSamples && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for choice := range 6 {
		add((&sampler{rich: true, choice: choice}).text(p.tree))
	}
	add((&sampler{}).text(p.tree))
	return out
}

// With returns a string like those of Samples whose group n holds value, false if
// the group takes no such value.
func (p *Pattern) With(n int, value string) (string, bool) {
	for _, rich := range []bool{true, false} { // what may follow the group may be a part of it
		s := (&sampler{rich: rich, group: n, value: value}).text(p.tree)
		if m := p.Submatch(s); len(m) > n && m[n] == value {
			return s, true
		}
	}
	return "", false
}

// Group returns the set of the values that group n takes by itself, nil if there
// is no such group.
func (p *Pattern) Group(n int) *Pattern {
	var found *syntax.Regexp
	var visit func(re *syntax.Regexp)
	visit = func(re *syntax.Regexp) {
		if re.Op == syntax.OpCapture && re.Cap == n {
			found = re.Sub[0]
		}
		for _, sub := range re.Sub {
			visit(sub)
		}
	}
	visit(p.tree)
	if found == nil {
		return nil
	}
	whole := &syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{{Op: syntax.OpBeginText}, found, {Op: syntax.OpEndText, Flags: syntax.WasDollar}}}
	prog, err := syntax.Compile(whole.Simplify())
	if err != nil {
		return nil
	}
	return &Pattern{Exact: p.Exact, tree: whole, parts: []part{{prog: prog}}}
}

// sampler makes a string of a pattern.
type sampler struct {
	rich   bool // take each star once
	choice int  // which alternative to take
	group  int  // the group whose value is given, 0 for none
	value  string
}

func (s *sampler) text(re *syntax.Regexp) string {
	var b strings.Builder
	s.write(&b, re, 0)
	return b.String()
}

// maxSample is how long a sample may become.
const maxSample = 2000

func (s *sampler) write(b *strings.Builder, re *syntax.Regexp, depth int) {
	if b.Len() > maxSample || depth > 200 {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			b.WriteRune(lowest(c, re.Flags))
		}
	case syntax.OpCharClass:
		b.WriteRune(nicest(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpCapture:
		if re.Cap == s.group && s.group > 0 {
			b.WriteString(s.value)
			return
		}
		s.write(b, re.Sub[0], depth+1)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			s.write(b, sub, depth+1)
		}
	case syntax.OpAlternate:
		s.write(b, re.Sub[s.choice%len(re.Sub)], depth+1)
	case syntax.OpPlus:
		s.write(b, re.Sub[0], depth+1)
	case syntax.OpStar, syntax.OpQuest:
		if s.rich {
			s.write(b, re.Sub[0], depth+1)
		}
	case syntax.OpRepeat:
		n := re.Min
		if n == 0 && s.rich && re.Max != 0 {
			n = 1
		}
		for range n {
			s.write(b, re.Sub[0], depth+1)
		}
	default:
	}
}

// lowest returns c, in lower case where case does not count.
func lowest(c rune, flags syntax.Flags) rune {
	if flags&syntax.FoldCase != 0 && c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// nicest returns the letter of a class that looks best in a message.
func nicest(pairs []rune) rune {
	in := func(c rune) bool {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] <= c && c <= pairs[i+1] {
				return true
			}
		}
		return false
	}
	for _, c := range "a1bxz05/-_.A" {
		if in(c) {
			return c
		}
	}
	for c := rune('!'); c < 0x7f; c++ {
		if in(c) {
			return c
		}
	}
	if len(pairs) > 0 {
		return pairs[0]
	}
	return 'a'
}

// maxLiterals is how many strings Literals returns at most.
const maxLiterals = 256

// Literal is a string that a pattern asks for.
type Literal struct {
	Text       string // with "." for a dot that stands for any byte
	Begin, End bool   // it is bound to the beginning, to the end
}

// Literals returns the strings that a pattern asks for, false if it asks for more
// than strings.
func (p *Pattern) Literals() ([]Literal, bool) {
	if len(p.parts) > 1 || !p.Exact {
		return nil, false
	}
	return literals(p.tree)
}

func literals(re *syntax.Regexp) ([]Literal, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []Literal{{}}, true
	case syntax.OpLiteral:
		return []Literal{{Text: string(re.Rune)}}, true
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []Literal{{Text: "."}}, true
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []Literal{{Begin: true}}, true
	case syntax.OpEndText, syntax.OpEndLine:
		return []Literal{{End: true}}, true
	case syntax.OpCharClass:
		var out []Literal
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				if out = append(out, Literal{Text: string(c)}); len(out) > 10 {
					return nil, false
				}
			}
		}
		return out, true
	case syntax.OpCapture:
		return literals(re.Sub[0])
	case syntax.OpQuest:
		in, ok := literals(re.Sub[0])
		return append(in, Literal{}), ok
	case syntax.OpAlternate:
		var out []Literal
		for _, sub := range re.Sub {
			in, ok := literals(sub)
			if !ok || len(out)+len(in) > maxLiterals {
				return nil, false
			}
			out = append(out, in...)
		}
		return out, true
	case syntax.OpConcat:
		return concat(re.Sub)
	default:
		return nil, false
	}
}

func concat(subs []*syntax.Regexp) ([]Literal, bool) {
	out := []Literal{{}}
	for _, sub := range subs {
		in, ok := literals(sub)
		if !ok || len(out)*len(in) > maxLiterals {
			return nil, false
		}
		var next []Literal
		for _, a := range out {
			for _, b := range in {
				next = append(next, Literal{a.Text + b.Text, a.Begin || b.Begin, a.End || b.End})
			}
		}
		out = next
	}
	return out, true
}
