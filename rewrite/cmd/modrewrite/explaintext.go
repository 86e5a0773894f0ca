package main

import (
	"fmt"
	"os"
	"slices"
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
}

func newRulebook(defines map[string]string) *rulebook {
	return &rulebook{defines: defines, files: map[string]map[uint32]parser.Node{}, conds: map[*parser.RewriteRule][]*parser.RewriteCond{}}
}

// at returns the directive that begins at e, nil where that cannot be said: the file
// has gone, or has changed, or the directive came out of a macro.
func (b *rulebook) at(e parser.Extent) parser.Node {
	if !e.IsValid() || e.Via != nil {
		return nil
	}
	nodes, ok := b.files[e.Name]
	if !ok {
		nodes = b.read(e.Name)
		b.files[e.Name] = nodes
	}
	return nodes[e.From.Offset]
}

func (b *rulebook) read(name string) map[uint32]parser.Node {
	nodes := map[uint32]parser.Node{}
	src, err := os.ReadFile(name)
	if err != nil {
		return nodes
	}
	f, _ := parser.Parse(name, src, &parser.Options{AccessFile: lint.IsAccessFile(name), Defines: b.defines, FS: noFiles{}})
	if f == nil {
		return nodes
	}
	var conds []*parser.RewriteCond
	for n := range parser.All(f) {
		switch n := n.(type) {
		case *parser.RewriteCond:
			conds = append(conds, n)
			nodes[n.From.Offset] = n
		case *parser.RewriteRule:
			b.conds[n], conds = conds, nil
			nodes[n.From.Offset] = n
		}
	}
	return nodes
}

// narrator tells the steps of an evaluation with what the rules say.
type narrator struct {
	book   *rulebook
	rule   *parser.RewriteRule // whose pattern matched and whose conditions are tested
	tested int                 // how many of them have been
	held   bool                // the last of these held
}

// tell returns what to write of a step, and before it of conditions that were not
// tested.
func (n *narrator) tell(s matcher.Step) (text, untested string) {
	text = s.String()
	node := n.book.at(s.At)
	switch s.Kind {
	case matcher.StepCond:
		if c, ok := node.(*parser.RewriteCond); ok {
			untested = n.note(c, s.Matched)
			text = strings.Replace(text, "condition "+s.Name, "condition "+condText(c), 1)
			if s.Matched && !c.Not && c.Op == parser.CondRegex {
				text += captured("%", c.Operand, c.Has(parser.FlagNoCase), s.Input)
			}
		}
	case matcher.StepRule:
		untested = n.leave(false)
		if r, ok := node.(*parser.RewriteRule); ok && s.Matched {
			n.rule, n.tested, n.held = r, 0, false
			if !r.Not {
				text += captured("$", r.Regex, r.Has(parser.FlagNoCase), s.Input)
			}
		}
	case matcher.StepMatched:
		untested = n.leave(true)
		if r, ok := node.(*parser.RewriteRule); ok && len(r.Flags) > 0 {
			text += flagText(r.Flags)
		}
	case matcher.StepStart, matcher.StepInternal, matcher.StepDecision:
		untested = n.leave(false)
	default:
	}
	return text, untested
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
