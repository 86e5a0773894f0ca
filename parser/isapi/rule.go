package isapi

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// The flags, with blanks around each.
const (
	ruleFlags2    = " I F L N NS P R RP U O CL CU NF "
	condFlags2    = " I O "
	ruleFlagsIIRF = " F G I NC L NF NI P PH QSA R U "
	condFlagsIIRF = " I NC OR "
)

// cond reads a RewriteCond.
func (r *reader) cond(at parser.Extent, name Word, args []Word) {
	if len(args) < 2 {
		r.add(parser.Error, at, parser.CodeBadArguments, "", "RewriteCond takes what to test, a pattern and flags")
		return
	}
	c := &Cond{Extent: at, Name: name, Test: args[0], Pattern: args[1], Operand: args[1].Text, Tail: args[2:]}
	names := condFlags2
	if r.f.Dialect == IIRF {
		names = condFlagsIIRF
		c.operator()
		c.Parts = r.template(c.Test)
	} else if !isTest(c.Test.Text) {
		r.add(parser.Error, c.Test.Extent, CodeBadTest, "a header has a colon behind its name, a server variable a % before it",
			"%s is not URL, METHOD, VERSION, Header: or %%Variable", clip(c.Test.Text))
	}
	flags, bad := r.flags(args[2:], names)
	c.Flags = flags
	if bad != "" {
		r.add(parser.Error, args[2].Extent, parser.CodeUnknownFlag, r.flagHint(bad), "RewriteCond: unknown flag '%s'", clip(bad))
	}
	r.conds = append(r.conds, c)
	r.f.Nodes = append(r.f.Nodes, c)
}

// isTest reports whether a condition of ISAPI_Rewrite 2 can test t.
func isTest(t string) bool {
	switch {
	case strings.EqualFold(t, "URL"), strings.EqualFold(t, "METHOD"), strings.EqualFold(t, "VERSION"):
		return true
	case strings.HasPrefix(t, "%"):
		return len(t) > 1 && !strings.ContainsAny(t, "{}")
	}
	return len(t) > 1 && strings.HasSuffix(t, ":")
}

// operator finds the "!" and the operator of an IIRF condition.
func (c *Cond) operator() {
	c.Operand, c.Not = strings.CutPrefix(c.Pattern.Text, "!")
	switch c.Operand {
	case "-f":
		c.Op = CondFile
	case "-d":
		c.Op = CondDir
	case "-s":
		c.Op = CondSize
	case "-l":
		c.Op = CondLink
	case "-j":
		c.Op = CondJoin
	case "":
	default:
		if i := strings.IndexByte("<>=", c.Operand[0]); i >= 0 {
			c.Op = CondLess + CondOp(i)
			c.Operand = c.Operand[1:]
		}
	}
}

// rule reads a rule.
func (r *reader) rule(at parser.Extent, kind RuleKind, name Word, args []Word) {
	rule := &Rule{Extent: at, Kind: kind, Name: name}
	if kind == RuleHeader && len(args) > 0 {
		rule.Target = &args[0]
		args = args[1:]
	}
	if len(args) < 2 {
		hint := ""
		if len(args) > 0 && strings.HasPrefix(args[len(args)-1].Text, "[") {
			hint = "flags stand behind the replacement"
		}
		r.add(parser.Error, at, parser.CodeBadArguments, hint, "%s takes a pattern, a replacement and flags", name.Text)
		r.conds = nil
		return
	}
	rule.Pattern, rule.Format, rule.Tail = args[0], args[1], args[2:]
	if f := rule.Format.Text; strings.HasPrefix(f, "[") && strings.HasSuffix(f, "]") {
		r.add(parser.Error, rule.Format.Extent, parser.CodeBadArguments, "write a replacement before the flags, such as \".\"",
			"flags stand where the replacement is due")
	}
	r.ruleFlags(rule, args[2:])
	if r.f.Dialect == IIRF {
		rule.Parts = r.template(rule.Format)
	} else {
		rule.Parts = r.format(rule.Format)
	}
	r.duplicate(rule)
	r.conds = nil
	r.f.Nodes = append(r.f.Nodes, rule)
}

// ruleFlags reads the flags of a rule.
func (r *reader) ruleFlags(rule *Rule, words []Word) {
	names := ruleFlags2
	if r.f.Dialect == IIRF {
		names = ruleFlagsIIRF
	}
	flags, bad := r.flags(words, names)
	rule.Flags = flags
	rule.Status = rule.status()
	if r.f.Dialect == Rewrite2 {
		if bad != "" {
			r.add(parser.Error, words[0].Extent, parser.CodeUnknownFlag, r.flagHint(bad), "%s: unknown flag '%s'", rule.Name.Text, clip(bad))
		}
		return
	}
	if bad != "" {
		rule.Dropped = "it has the flag " + clip(bad) + ", which IIRF does not have"
	} else {
		rule.Dropped = rule.inconsistent()
	}
	if rule.Dropped != "" {
		r.add(parser.Warning, rule.Extent, CodeDroppedRule, r.flagHint(bad), "IIRF leaves the rule out: %s", rule.Dropped)
	}
}

// flags reads the flags in words. bad is one that is not among names, or what
// is not a list of flags.
func (r *reader) flags(words []Word, names string) (flags []Flag, bad string) {
	if len(words) == 0 {
		return nil, ""
	}
	w := words[0]
	if len(words) > 1 {
		r.add(parser.Warning, words[1].Extent, parser.CodeIgnoredText, "flags have no blanks between them", "text after the flags is ignored")
	}
	if len(w.Text) < 2 || w.Text[0] != '[' || w.Text[len(w.Text)-1] != ']' {
		return nil, w.Text
	}
	from := int(w.From.Offset) + 1
	for text := range strings.SplitSeq(w.Text[1:len(w.Text)-1], ",") {
		f := Flag{Extent: r.extent(from, from+len(text)), Text: text}
		from += len(text) + 1
		var hasValue bool
		f.Name, f.Value, hasValue = strings.Cut(text, "=")
		if r.f.Dialect == Rewrite2 {
			f.Name = strings.ToUpper(f.Name)
		}
		if f.Name == "" || !strings.Contains(names, " "+f.Name+" ") || hasValue && (f.Name != "R" || r.f.Dialect == Rewrite2) {
			if bad == "" {
				bad = text
			}
			continue
		}
		if f.Name == "NC" {
			f.Name = "I"
		}
		flags = append(flags, f)
	}
	if bad == "" && len(flags) == 0 {
		bad = w.Text
	}
	return flags, bad
}

// flagHint says what a flag may be meant for.
func (r *reader) flagHint(bad string) string {
	switch strings.ToUpper(bad) {
	case "NC":
		return "it is I here"
	case "OR":
		return "conditions have no OR here; write the alternatives into one pattern"
	case "R=301":
		return "it is RP here"
	}
	return ""
}

// status returns the status of a redirect.
func (r *Rule) status() int {
	for _, f := range r.Flags {
		switch f.Name {
		case "RP":
			return 301
		case "R":
			const low, high = 301, 399 // else IIRF takes its default
			if n, err := strconv.Atoi(f.Value); err == nil && n >= low && n <= high {
				return n
			}
			return 302
		}
	}
	if r.Kind == RuleRedirect {
		return 302
	}
	return 0
}

// inconsistent says which flags make IIRF leave the rule out, "" if none do.
func (r *Rule) inconsistent() string {
	redirect := r.Kind == RuleRedirect || r.Has("R")
	proxy := r.Kind == RuleProxy || r.Has("P")
	for _, pair := range []string{
		"F L", "F NF", "F G", "F QSA", "F NI", "NF L", "NF QSA", "NF G", "NF NI", "G QSA", "G L", "G NI", "L NI",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if r.Has(a) && r.Has(b) {
			return "the flags " + a + " and " + b + " don't go together"
		}
	}
	switch {
	case redirect && (r.Has("F") || r.Has("NF") || r.Has("NI")):
		return "a redirect has none of the flags F, NF and NI"
	case proxy && (r.Has("F") || r.Has("NF") || r.Has("G") || r.Has("NI")):
		return "a proxy rule has none of the flags F, NF, G and NI"
	case !proxy && r.Has("PH"):
		return "PH is for proxy rules"
	}
	return ""
}

// duplicate notes that IIRF leaves out a rule that is there already, with the
// same conditions.
func (r *reader) duplicate(rule *Rule) {
	if r.f.Dialect != IIRF || rule.Dropped != "" {
		return
	}
	var key strings.Builder
	for _, c := range r.conds {
		key.WriteString(c.Test.Text + "\n" + c.Pattern.Text + "\n")
		for _, f := range c.Flags {
			key.WriteString(f.Name + ",")
		}
		key.WriteString("\n")
	}
	key.WriteString(strconv.Itoa(int(rule.Kind)) + "\n" + rule.Pattern.Text + "\n")
	if rule.Target != nil {
		key.WriteString(rule.Target.Text + "\n")
	}
	for _, f := range rule.Flags {
		key.WriteString(f.Text + ",")
	}
	if first, ok := r.rules[key.String()]; ok {
		rule.Dropped = "it is the rule of line " + strconv.FormatUint(uint64(first), 10) + " again"
		r.add(parser.Warning, rule.Extent, CodeDroppedRule, "", "IIRF leaves the rule out: %s", rule.Dropped)
		return
	}
	if r.rules == nil {
		r.rules = map[string]uint32{}
	}
	r.rules[key.String()] = rule.From.Line
}
