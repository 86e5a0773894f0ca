package rules_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// The rules of the tests are written in a dialect of their own, described in
// testdata/README.md.

// read returns the rules that lines say. Rules are numbered by their lines, and
// conditions by their columns.
func read(tb testing.TB, lines []string) []*rules.Rule {
	tb.Helper()
	var list []*rules.Rule
	var conds []*rules.Cond
	inputs := map[string]*rules.Template{} // which conditions share
	for _, line := range lines {
		words := strings.Fields(line)
		require.GreaterOrEqual(tb, len(words), 3, line)
		flags := flagsOf(words[3:])
		switch words[0] {
		case "cond":
			if inputs[words[1]] == nil {
				inputs[words[1]] = template(tb, words[1])
			}
			conds = append(conds, readCond(tb, at(len(list), len(conds)+1), *inputs[words[1]], words[2], flags))
		case "rule":
			list = append(list, readRule(tb, len(list), conds, words, flags))
			conds = nil
		default:
			tb.Fatalf("%q begins with neither cond nor rule", line)
		}
	}
	return list
}

// flagsOf returns the flags in words, as "[C,S=2]", with their values.
func flagsOf(words []string) map[string]string {
	flags := map[string]string{}
	for f := range strings.SplitSeq(strings.Trim(strings.Join(words, ""), "[]"), ",") {
		name, value, _ := strings.Cut(f, "=")
		flags[name] = value
	}
	return flags
}

func readRule(tb testing.TB, n int, conds []*rules.Cond, words []string, flags map[string]string) *rules.Rule {
	tb.Helper()
	r := &rules.Rule{At: at(n, 0), Text: words[1], Conds: conds}
	src := words[1]
	if strings.HasPrefix(src, "!") {
		src, r.Traits = src[1:], rules.Negated
	}
	r.Pattern = compile(tb, src)
	a := &action{}
	templates := []*rules.Template{}
	if words[2] != "-" {
		a.to = template(tb, words[2])
		templates = append(templates, a.to)
	}
	for name, value := range flags {
		number, _ := strconv.Atoi(value)
		switch name {
		case "C":
			r.Flow.How |= rules.FlowChain
		case "L":
			r.Flow.How |= rules.FlowLast
		case "END":
			r.Flow.How |= rules.FlowEnd
		case "N":
			r.Flow.How |= rules.FlowNext
			r.Flow.Rounds = int32(number)
		case "NS":
			r.Flow.How |= rules.FlowNoSubs
		case "S":
			r.Flow.Skip = int32(number)
		case "B":
			a.escape = hex
		case "AGAIN":
			r.Flow.How |= rules.FlowAgain
			r.Flow.Rounds = int32(number)
		case "TRACK":
			r.Traits |= rules.TracksAll
		case "FORGET":
			r.Traits |= rules.ForgetsFailed
		case "RIGHT":
			r.Traits |= rules.BindsRight
		case "OWN":
			r.Traits |= rules.OwnSubject
			a.own = template(tb, value)
		case "STOP":
			a.stop = true
		case "":
		default: // a variable
			a.name, a.value = name, template(tb, value)
			templates = append(templates, a.value)
		}
	}
	r.Action = a
	r.Refer(templates...)
	return r
}

func readCond(tb testing.TB, at parser.Extent, input rules.Template, text string, flags map[string]string) *rules.Cond {
	tb.Helper()
	c := &rules.Cond{At: at, Text: text, Input: input}
	if strings.HasPrefix(text, "!") {
		text, c.Traits = text[1:], rules.CondNot
	}
	for name := range flags {
		switch name {
		case "OR":
			c.Traits |= rules.CondOr
		case "NV":
			c.Traits |= rules.CondNoVary
		}
	}
	switch text[0] {
	case '=', '#', '?', '+', '@', '~':
		c.Test = test{text[0], text[1:]}
	default:
		c.Pattern = compile(tb, text)
	}
	return c
}

// at is the place of a rule, or with n > 0 of its n-th condition.
func at(rule, n int) parser.Extent {
	return parser.Extent{From: parser.Pos{Line: uint32(rule), Col: uint32(n)}}
}

func compile(tb testing.TB, src string) *pattern.Pattern {
	tb.Helper()
	p, err := pattern.Compile(src, 0)
	require.NoError(tb, err, src)
	return p
}

// template reads "”", which is empty, or "text $1 %1 %{kind:name} ${map:key|default} \x".
func template(tb testing.TB, s string) *rules.Template {
	tb.Helper()
	t := &rules.Template{}
	for s != "" && s != "''" {
		var p rules.Part
		p, s = part(tb, s)
		t.Parts = append(t.Parts, p)
	}
	return t
}

func part(tb testing.TB, s string) (p rules.Part, rest string) {
	tb.Helper()
	switch {
	case len(s) > 1 && s[0] == '\\':
		return rules.Part{Kind: rules.PartEscaped, Text: s[1:2]}, s[2:]
	case strings.HasPrefix(s, "${"):
		end := strings.LastIndexByte(s, '}')
		name, key, _ := strings.Cut(s[2:end], ":")
		key, def, _ := strings.Cut(key, "|")
		call := &rules.MapCall{Name: name, Key: *template(tb, key), Def: *template(tb, def), HasDefault: def != ""}
		return rules.Part{Kind: rules.PartMap, Call: call}, s[end+1:]
	case strings.HasPrefix(s, "%{"):
		name, rest, _ := strings.Cut(s[2:], "}")
		kind, name, _ := strings.Cut(name, ":")
		if kind == "field" {
			return rules.Part{Kind: rules.PartValue, Value: field{value{kind, name}}}, rest
		}
		return rules.Part{Kind: rules.PartValue, Value: value{kind, name}}, rest
	case strings.HasPrefix(s, "$<"), strings.HasPrefix(s, "%<"): // a group beyond the ninth
		number, rest, _ := strings.Cut(s[2:], ">")
		kind := rules.PartRuleGroup
		if s[0] == '%' {
			kind = rules.PartCondGroup
		}
		return rules.Part{Kind: kind, N: int8(atoi(number))}, rest
	case len(s) > 1 && (s[0] == '$' || s[0] == '%') && s[1] >= '0' && s[1] <= '9':
		kind := rules.PartRuleGroup
		if s[0] == '%' {
			kind = rules.PartCondGroup
		}
		return rules.Part{Kind: kind, N: int8(s[1] - '0')}, s[2:]
	}
	n := 1
	for n < len(s) && strings.IndexByte(`$%\`, s[n]) < 0 {
		n++
	}
	return rules.Part{Text: s[:n]}, s[n:]
}

// hex escapes each byte.
func hex(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

// value is %{kind:name}.
type value struct{ kind, name string }

func (v value) Of(r *rules.Run) string { return r.Host.(*host).valueOf(r, v) }

func (v value) Name() string { return v.kind + ":" + v.name }

func (v value) Nature() rules.Nature {
	switch v.kind {
	case "var": // which actions change
		return rules.Silent | rules.Cheap
	case "dear":
		return rules.Silent
	case "loud":
		return 0
	}
	return rules.Silent | rules.Cheap | rules.Constant // const, http
}

// field is %{field:name}, an entry of the table of all variables.
type field struct{ value }

func (f field) Table() (names rules.Names, name string, ok bool) {
	return allNames{}, f.name, f.name != "none"
}

// allNames is the names of the variables.
type allNames struct{}

func (n allNames) Of(r *rules.Run) string { return string(n.Append(r, nil)) }
func (allNames) Name() string             { return "names" }
func (allNames) Nature() rules.Nature     { return rules.Silent | rules.Cheap | rules.Constant }

func (allNames) Append(r *rules.Run, dst []byte) []byte {
	h := r.Host.(*host)
	h.listed++
	for name := range h.vars {
		dst = index.AppendName(dst, name)
	}
	return dst
}

// test is the test of a condition that is no pattern: "=text", "#number", "~text" which
// captures what it holds for, and three for not being empty: "?" which is silent, "+" which
// shows, and "@" that shows but has a term.
type test struct {
	kind byte
	text string
}

func (t test) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	h := r.Host.(*host)
	switch t.kind {
	case '~':
		r.Capture(input, &pattern.Captures{0, len(t.text)}, strings.HasPrefix(input, t.text))
		return strings.HasPrefix(input, t.text)
	case '=':
		h.tests++
		return input == t.text
	case '#':
		h.tests++
		return int(apr.Atoi(input)) == atoi(t.text)
	case '?':
		h.tests++
	case '+':
		h.act("test %q", input)
	case '@':
		if input == t.text {
			h.act("test %q", input)
		}
		return input == t.text
	}
	return input != ""
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func (t test) Silent(*rules.Cond) bool { return t.kind != '+' && t.kind != '@' }

func (t test) Terms(w *rules.Watcher, c *rules.Cond) ([]index.Term, bool) {
	text, ask := t.text, w.Question
	switch t.kind {
	case '?', '+', '~':
		return nil, false
	case '#':
		text, ask = strconv.Itoa(atoi(t.text)), w.NumberQuestion
	}
	q, ok := ask(&c.Input)
	return []index.Term{index.Text(q, text, false)}, ok
}

// action changes the subject, a variable, or both.
type action struct {
	own    *rules.Template // what the pattern is matched with; nil for the subject
	to     *rules.Template // nil for no change
	escape rules.Escape
	name   string // of the variable, "" for none
	value  *rules.Template
	stop   bool
}

func (a *action) SubjectOf(r *rules.Run) string { return r.Expand(a.own, nil) }

func (a *action) Apply(r *rules.Run, p *rules.Rule) rules.Verdict {
	h := r.Host.(*host)
	subject := h.subject
	if a.to != nil {
		subject = r.Expand(a.to, a.escape)
	}
	text := fmt.Sprintf("do %d: %s", p.At.From.Line, subject)
	if a.name != "" {
		h.vars[a.name] = r.Expand(a.value, a.escape)
		text += " " + a.name + "=" + h.vars[a.name]
	}
	h.subject = subject
	if r.Vary != "" {
		text += ", varies by " + r.Vary
	}
	h.act("%s", text)
	if a.stop {
		return rules.Stop
	}
	return rules.Proceed
}
