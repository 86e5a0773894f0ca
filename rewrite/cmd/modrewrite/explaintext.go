package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// rulebook finds what stands where in the files that steps point into. It reads
// each of them once.
type rulebook struct {
	defines map[string]string
	files   map[string]map[uint32]parser.Node
	conds   map[*parser.RewriteRule][]*parser.RewriteCond
	lists   map[*parser.RewriteRule]*ruleList
}

// ruleList is the rules of one scope of a file, in order.
type ruleList struct {
	section *parser.Section // nil for the file itself
	rules   []*parser.RewriteRule
	pending []*parser.RewriteCond // of the rule that follows
}

func newRulebook(defines map[string]string) *rulebook {
	return &rulebook{
		defines: defines, files: map[string]map[uint32]parser.Node{},
		conds: map[*parser.RewriteRule][]*parser.RewriteCond{}, lists: map[*parser.RewriteRule]*ruleList{},
	}
}

// at returns the directive that begins at e, nil where that cannot be said: the file
// has gone, or has changed, or the directive came out of a macro.
func (b *rulebook) at(e parser.Extent) parser.Node {
	if !e.IsValid() || e.Via != nil {
		return nil
	}
	return b.file(e.Name)[e.From.Offset]
}

// file returns the directives of a file by where they begin.
func (b *rulebook) file(name string) map[uint32]parser.Node {
	nodes, ok := b.files[name]
	if !ok {
		nodes = map[uint32]parser.Node{}
		b.files[name] = nodes
		b.read(name, nodes)
	}
	return nodes
}

func (b *rulebook) read(name string, nodes map[uint32]parser.Node) {
	src, err := readRules(name)
	if err != nil {
		return
	}
	f, _ := parser.Parse(name, src, &parser.Options{AccessFile: lint.IsAccessFile(name), Defines: b.defines, FS: noFiles{}})
	if f != nil {
		b.list(f.Nodes, &ruleList{}, nodes)
	}
}

// list notes the directives of a scope.
func (b *rulebook) list(all []parser.Node, l *ruleList, nodes map[uint32]parser.Node) {
	for _, n := range all {
		switch n := n.(type) {
		case *parser.Section:
			b.list(n.Nodes, &ruleList{section: n}, nodes)
			nodes[n.From.Offset] = n
		case *parser.Conditional:
			b.list(n.Nodes, l, nodes)
		case *parser.RewriteCond:
			l.pending = append(l.pending, n)
			nodes[n.From.Offset] = n
		case *parser.RewriteRule:
			b.conds[n], l.pending = l.pending, nil
			b.lists[n] = l
			l.rules = append(l.rules, n)
			nodes[n.From.Offset] = n
		}
	}
}

// next returns up to most rules that follow r in its list; all for a negative number.
func (b *rulebook) next(r *parser.RewriteRule, most int) []*parser.RewriteRule {
	l := b.lists[r]
	if l == nil {
		return nil
	}
	rest := l.rules[slices.Index(l.rules, r)+1:]
	if most >= 0 && most < len(rest) {
		rest = rest[:most]
	}
	return rest
}

// chained returns the rules that are passed over where r does not match.
func (b *rulebook) chained(r *parser.RewriteRule) []*parser.RewriteRule {
	var out []*parser.RewriteRule
	for _, next := range b.next(r, -1) {
		if !r.Has(parser.FlagChain) {
			break
		}
		out, r = append(out, next), next
	}
	return out
}

// passedOver returns the rules that are not tried because r matched, and why.
func (b *rulebook) passedOver(r *parser.RewriteRule) (rules []*parser.RewriteRule, why string) {
	for _, f := range r.Flags {
		switch f.Kind {
		case parser.FlagSkip:
			return b.next(r, f.Number), "S=" + strconv.Itoa(f.Number) + " passes over them"
		case parser.FlagLast, parser.FlagEnd, parser.FlagForbidden, parser.FlagGone, parser.FlagProxy, parser.FlagPassThrough:
			return b.next(r, -1), f.Kind.String() + " ends the list"
		case parser.FlagRedirect:
			if f.Number != 0 && (f.Number < 300 || f.Number > 399) {
				return b.next(r, -1), "the answer ends the list"
			}
		default:
		}
	}
	return nil, ""
}

// notTried says that rules are not tried, "" if there are none.
func notTried(rules []*parser.RewriteRule, why string) string {
	if len(rules) == 0 {
		return ""
	}
	first, last := rules[0].From.Line, rules[len(rules)-1].From.Line
	if first == last {
		return fmt.Sprintf("not tried: the rule in line %d, as %s", first, why)
	}
	return fmt.Sprintf("not tried: the %d rules in lines %d to %d, as %s", len(rules), first, last, why)
}

// place says which part of a file the rule at e is in: the file, or a section of it.
func (b *rulebook) place(e parser.Extent) string {
	name := shortName(e.Name)
	r, ok := b.at(e).(*parser.RewriteRule)
	if !ok || b.lists[r] == nil || b.lists[r].section == nil {
		return name
	}
	s := b.lists[r].section
	return fmt.Sprintf("%s in %s:%d", sectionText(s), name, s.From.Line)
}

// sectionText returns the line that opens a section, as it is written.
func sectionText(s *parser.Section) string { return "<" + s.Directive + " " + s.Text + ">" }

// narrator tells the steps of an evaluation with what the rules say.
type narrator struct {
	book   *rulebook
	rule   *parser.RewriteRule // whose pattern matched and whose conditions are tested
	tested int                 // how many of them have been
	held   bool                // the last of these held
}

// tell returns what to write of a step, before it of conditions that were not
// tested, and after it of rules that are not tried.
func (n *narrator) tell(s matcher.Step) (text, untested, untried string) {
	text = s.String()
	node := n.book.at(s.At)
	switch s.Kind {
	case matcher.StepCond:
		switch c := node.(type) {
		case *parser.RewriteCond:
			untested = n.note(c, s.Matched)
			text = strings.Replace(text, "condition "+s.Name, "condition "+condText(c), 1)
			if s.Matched && !c.Not && c.Op == parser.CondRegex {
				text += captured("%", c.Operand, c.Has(parser.FlagNoCase), s.Input)
			} else if !s.Matched && !c.Not && c.Op == parser.CondRegex {
				text += fitText(c.Operand, c.Has(parser.FlagNoCase), s.Input)
			}
			if !s.Matched && n.rule != nil && n.fails(c) {
				untried = notTried(n.book.chained(n.rule), "the chain is broken")
			}
		case *parser.Section:
			text = strings.Replace(text, "the section's expression", sectionText(c), 1)
		}
	case matcher.StepRule:
		untested = n.leave(false)
		r, ok := node.(*parser.RewriteRule)
		switch {
		case ok && s.Matched:
			n.rule, n.tested, n.held = r, 0, false
			if !r.Not {
				text += captured("$", r.Regex, r.Has(parser.FlagNoCase), s.Input)
			}
		case ok:
			untried = notTried(n.book.chained(r), "the chain is broken")
			if !r.Not {
				text += fitText(r.Regex, r.Has(parser.FlagNoCase), s.Input)
			}
		}
	case matcher.StepMatched:
		untested = n.leave(true)
		if r, ok := node.(*parser.RewriteRule); ok && len(r.Flags) > 0 {
			text += flagText(r.Flags)
			untried = notTried(n.book.passedOver(r))
		}
	case matcher.StepStart, matcher.StepInternal, matcher.StepDecision:
		untested = n.leave(false)
	default:
	}
	return text, untested, untried
}

// fails reports whether the rule does not match because the condition does not hold:
// no alternative follows.
func (n *narrator) fails(c *parser.RewriteCond) bool {
	conds := n.book.conds[n.rule]
	return slices.Contains(conds, c) && !c.Has(parser.FlagOrNext)
}

// note notes that a condition was tested, and says which before it were not.
func (n *narrator) note(c *parser.RewriteCond, held bool) (untested string) {
	if n.rule == nil {
		return ""
	}
	conds := n.book.conds[n.rule]
	i := slices.Index(conds, c)
	if i < 0 {
		return ""
	}
	if i > n.tested && n.held {
		untested = notTested(conds[n.tested:i], "an alternative before holds")
	}
	n.tested, n.held = i+1, held
	return untested
}

// leave ends the conditions of a rule and says which of them were not tested.
func (n *narrator) leave(matched bool) string {
	r := n.rule
	n.rule = nil
	if r == nil || n.tested == 0 || n.tested == len(n.book.conds[r]) || matched != n.held {
		return ""
	}
	why := "a condition before does not hold"
	if n.held {
		why = "an alternative before holds"
	}
	return notTested(n.book.conds[r][n.tested:], why)
}

// notTested says that conditions were not tested.
func notTested(conds []*parser.RewriteCond, why string) string {
	lines := fmt.Sprintf("the condition in line %d", conds[0].From.Line)
	if len(conds) > 1 {
		lines = fmt.Sprintf("the conditions in lines %d to %d", conds[0].From.Line, conds[len(conds)-1].From.Line)
	}
	return "not tested: " + lines + ", as " + why
}

// condText returns a condition as it is written, without its name.
func condText(c *parser.RewriteCond) string {
	text := c.Test.Text + " " + c.Pattern.Text
	if len(c.Flags) > 0 {
		var keys []string
		for _, f := range c.Flags {
			keys = append(keys, f.Kind.String())
		}
		text += " [" + strings.Join(keys, ",") + "]"
	}
	return text
}

// captured returns what the groups of a pattern found, "" where there are none or
// that cannot be said.
func captured(sign, pattern string, fold bool, input string) string {
	re, err := language.Parse(pattern, fold)
	if err != nil || !re.Exact || re.Groups == 0 {
		return ""
	}
	groups := re.Submatch(input)
	var parts []string
	for i := 1; i < len(groups) && i <= 9; i++ {
		parts = append(parts, fmt.Sprintf("%s%d = %q", sign, i, groups[i]))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// fitText says how far an input fits a pattern that it does not match, "" where that
// cannot be said.
func fitText(pattern string, fold bool, input string) string {
	re, err := language.Parse(pattern, fold)
	if err != nil {
		return ""
	}
	n, ok := re.Fit(input)
	switch {
	case !ok || n <= 1: // a slash alone says nothing
		return ""
	case n == len(input):
		return ": it ends too early"
	}
	return fmt.Sprintf(": it fits up to %q, and not with %q", input[:n], input[n:])
}

// flagText says what the flags of a rule that matched do.
func flagText(flags []*parser.Flag) string {
	var parts []string
	for _, f := range flags {
		if what := flagEffect(f); what != "" {
			name := f.Kind.String()
			if f.Kind == parser.FlagRedirect || f.Kind == parser.FlagSkip {
				name = fmt.Sprintf("%s=%d", name, f.Number)
			}
			parts = append(parts, name+" "+what)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// flagEffect says what a flag does, "" where a step of its own says so.
func flagEffect(f *parser.Flag) string {
	switch f.Kind {
	case parser.FlagLast:
		return "ends the list"
	case parser.FlagEnd:
		return "ends the list, and all rounds"
	case parser.FlagRedirect:
		if f.Number >= 300 && f.Number < 400 {
			return "redirects"
		}
		return "answers"
	case parser.FlagForbidden:
		return "denies"
	case parser.FlagGone:
		return "answers that it is gone"
	case parser.FlagProxy:
		return "asks another server"
	case parser.FlagPassThrough:
		return "has Alias see the new path"
	case parser.FlagQueryAppend:
		return "joins the queries"
	case parser.FlagQueryDiscard:
		return "drops the query"
	case parser.FlagChain:
		return "goes on with the chain"
	case parser.FlagNext:
		return "starts again"
	case parser.FlagSkip:
		return "skips rules"
	case parser.FlagNoEscape:
		return "leaves the target unescaped"
	case parser.FlagBackrefEscape:
		return "escapes back-references"
	case parser.FlagNoSubreq:
		return "leaves sub-requests alone"
	default:
		return ""
	}
}
