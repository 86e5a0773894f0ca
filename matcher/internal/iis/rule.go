package iis

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// rule compiles a rule, which is enabled. It is nil if it has an error.
func (c *compiler) rule(n *webconfig.Rule, global bool) *rules.Rule {
	if n.Match == nil {
		return nil
	}
	r := &rules.Rule{At: n.Extent, Text: n.Match.URL.Value, Pattern: c.pattern(&n.Match.URL, n.Syntax.Value, n.Match.IgnoreCase.Value, n.Extent)}
	if r.Pattern == nil {
		return nil
	}
	if n.Match.Negate.Value {
		r.Traits |= rules.Negated
		r.Text = "!" + r.Text
	}
	if n.Conditions != nil {
		c.conditions(r, n)
	}
	a := c.action(n, global)
	a.decoded = slices.ContainsFunc(r.Conds, func(cond *rules.Cond) bool { return anyPart(&cond.Input, mayDecode) })
	r.Action = a
	if n.StopProcessing.Value {
		r.Flow.How |= rules.FlowEnd
	}
	r.Refer(a.templates()...)
	return r
}

// conditions compiles the conditions of n for r.
func (c *compiler) conditions(r *rules.Rule, n *webconfig.Rule) {
	if n.Conditions.TrackAllCaptures.Value {
		r.Traits |= rules.TracksAll
	}
	either := n.Conditions.Grouping.Value == webconfig.MatchAny
	for _, node := range n.Conditions.Nodes {
		switch node := node.(type) {
		case *webconfig.Clear:
			r.Conds = nil
		case *webconfig.Condition:
			if cond := c.condition(node, n.Syntax.Value); cond != nil {
				r.Conds = append(r.Conds, cond)
			}
		}
	}
	if either && len(r.Conds) > 0 {
		for _, cond := range r.Conds[:len(r.Conds)-1] {
			cond.Traits |= rules.CondOr
		}
	}
}

// condition compiles a condition, nil if it has an error.
func (c *compiler) condition(n *webconfig.Condition, syntax webconfig.PatternSyntax) *rules.Cond {
	cond := &rules.Cond{At: n.Extent, Text: n.Pattern.Value, Traits: rules.CondNoVary}
	c.input = true
	cond.Input = *c.template(&n.Input)
	c.input = false
	switch n.Type.Value {
	case webconfig.MatchPattern:
		if cond.Pattern = c.pattern(&n.Pattern, syntax, n.IgnoreCase.Value, n.Extent); cond.Pattern == nil {
			return nil
		}
	case webconfig.MatchFile, webconfig.MatchDirectory:
		t := &fileTest{directory: n.Type.Value == webconfig.MatchDirectory}
		cond.Test, cond.Text = t, t.name()
		if !n.Input.IsSet() {
			cond.Input.Parts = []rules.Part{{Kind: rules.PartValue, Value: c.variable("REQUEST_FILENAME")}}
		}
	}
	if n.Negate.Value {
		cond.Traits |= rules.CondNot
		cond.Text = "!" + cond.Text
	}
	return cond
}

// pattern compiles a pattern of a rule at at, nil if it has an error.
func (c *compiler) pattern(n *webconfig.Pattern, syntax webconfig.PatternSyntax, noCase bool, at parser.Extent) *pattern.Pattern {
	where := parser.Extent{Name: at.Name, From: n.At, To: n.At}
	src, wrong := source(n.Value, syntax)
	if wrong != "" {
		c.errorf(where, webconfig.CodePatternConstruct, wrong, "")
		return nil
	}
	flags := pcre.DotAll | pcre.DollarEndOnly
	if noCase {
		flags |= pcre.Caseless
	}
	p, err := pattern.Compile(src, flags)
	if err != nil {
		c.errorf(where, webconfig.CodeBadPattern, "cannot compile the pattern "+httpd.Clipped(n.Value)+": "+err.Error(), "")
		return nil
	}
	return p
}

// source returns a pattern of the given syntax as one of PCRE's, or what is wrong with
// it.
func source(text string, syntax webconfig.PatternSyntax) (src, wrong string) {
	switch syntax {
	case webconfig.Wildcard:
		return wildcard(text), ""
	case webconfig.ExactMatch:
		return `\A` + quoted(text) + `\z`, ""
	case webconfig.ECMAScript:
	}
	return ecmaScript(text)
}

// character matches one character: more than a byte where the text is UTF-8.
const character = `(?:[\xc2-\xf4][\x80-\xbf]+|.)`

// wildcard returns a wildcard as a pattern that all of the text has to match.
func wildcard(text string) string {
	var b strings.Builder
	b.WriteString(`\A`)
	for i := range len(text) {
		switch text[i] {
		case '*':
			b.WriteString(`(.*)`)
		case '?':
			b.WriteString(character)
		default:
			b.WriteString(quoted(text[i : i+1]))
		}
	}
	b.WriteString(`\z`)
	return b.String()
}

// quoted returns text with what is special in a pattern escaped.
func quoted(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte("\\^$.|?*+()[]{}", text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// What letters behind a "\" are in a pattern of ECMAScript, and which of PCRE's are
// not.
const (
	ecmaEscapes = "bBdDwWsStrnfx"
	pcreEscapes = "AZzGKQERhHVXNCaegkpPoULlu"
)

// ecmaScript returns a pattern of ECMAScript as one of PCRE's, or what is wrong with
// it. Package webconfig has refused the groups and quantifiers that ECMAScript does not
// have.
func ecmaScript(text string) (src, wrong string) {
	var b strings.Builder
	class := false
	for i := 0; i < len(text); i++ {
		ch := text[i]
		switch {
		case ch == '\\' && i+1 < len(text):
			i++
			esc, n, bad := ecmaEscape(text[i:])
			if bad != "" {
				return "", bad
			}
			b.WriteString(esc)
			i += n - 1
			continue
		case ch == '[' && class:
			b.WriteString(`\[`) // no class of POSIX begins here
			continue
		case ch == '[':
			class = true
			rest := strings.TrimPrefix(text[i+1:], "^")
			if strings.HasPrefix(rest, "]") {
				return "", `"[]" and "[^]" are not supported: a literal "]" is \]`
			}
		case ch == ']':
			class = false
		}
		b.WriteByte(ch)
	}
	return b.String(), ""
}

// ecmaEscape returns what follows a "\" as PCRE writes it, and how many bytes it takes.
func ecmaEscape(s string) (esc string, n int, wrong string) {
	c := s[0]
	switch {
	case c == 'v':
		return `\x0b`, 1, ""
	case c == 'c' && len(s) > 1:
		return `\c` + s[1:2], 2, ""
	case c == '0' && (len(s) == 1 || s[1] < '0' || s[1] > '9'):
		return `\x00`, 1, ""
	case c == 'u' && len(s) >= 5 && urltext.IsHex(s[1:5]):
		return urltext.UTF8Escape(s[1:5]), 5, ""
	case !isLetter(c), strings.IndexByte(ecmaEscapes, c) >= 0:
		return `\` + s[:1], 1, ""
	case strings.IndexByte(pcreEscapes, c) >= 0:
		return "", 0, `\` + s[:1] + " has no meaning in ECMAScript"
	}
	return s[:1], 1, "" // it stands for itself
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
