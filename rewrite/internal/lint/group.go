package lint

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// checkGroups looks for back-references to groups that there are not.
func checkGroups(c *checker) {
	for r := range c.rules() {
		for i, d := range r.conds {
			c.groupsIn(r, d.Template, d.Test.Extent, r.conds[:i])
		}
		if r.status() < 400 {
			c.groupsIn(r, r.Template, r.Subst.Extent, r.conds)
		}
		for _, f := range r.Flags {
			c.groupsIn(r, f.Template, f.Extent, r.conds)
		}
	}
}

// groupsIn looks at the back-references of t, which is expanded after conds held.
func (c *checker) groupsIn(r *rule, t *parser.Template, at parser.Extent, conds []*cond) {
	if t == nil {
		return
	}
	for i, p := range t.Parts {
		switch p := p.(type) {
		case *parser.RuleGroup:
			c.ruleGroup(r, p, at)
		case *parser.CondGroup:
			if !percentEscape(t.Parts, i) {
				c.condGroup(p, at, conds)
			}
		case *parser.MapCall:
			c.groupsIn(r, p.Key, at, conds)
			c.groupsIn(r, p.Default, at, conds)
		}
	}
}

func (c *checker) ruleGroup(r *rule, p *parser.RuleGroup, at parser.Extent) {
	switch {
	case r.Not && p.N > 0:
		c.warn(at, codeMissingGroup, "turn the pattern round, or take what is needed from a condition", "$%d is empty: a negated pattern has no groups", p.N)
	case r.re != nil && p.N > r.re.Groups:
		c.warn(at, codeMissingGroup, groupHint(r.re.Groups, "$"), "$%d is empty: the pattern has %s", p.N, groupCount(r.re.Groups))
	}
}

func groupHint(n int, sign string) string {
	if n == 0 {
		return "put what is meant in parentheses"
	}
	return "add the group, or write " + sign + string(rune('0'+n))
}

func groupCount(n int) string {
	switch n {
	case 0:
		return "no groups"
	case 1:
		return "one group"
	}
	return string(rune('0'+min(n, 9))) + " groups"
}

func (c *checker) condGroup(p *parser.CondGroup, at parser.Extent, conds []*cond) {
	sources, unsure := sourcesOf(conds)
	if unsure {
		return
	}
	most := 0
	for _, d := range sources {
		if d.re == nil {
			return
		}
		most = max(most, d.re.Groups)
	}
	switch {
	case len(sources) == 0 && p.N >= 0:
		c.warn(at, codeMissingGroup, "take it from a condition with a group", "%%%d is empty: no condition before it has groups, as negated ones keep none", p.N)
	case p.N > most && c.earlier(conds, p.N):
		c.warn(at, codeMissingGroup, "move the condition with the group last", "%%%d is empty: the last condition that matched replaces the groups of the one before, and has %s", p.N, groupCount(most))
	case p.N > most:
		c.warn(at, codeMissingGroup, groupHint(most, "%"), "%%%d is empty: the condition has %s", p.N, groupCount(most))
	}
}

// earlier reports whether a condition has group n.
func (c *checker) earlier(conds []*cond, n int) bool {
	for _, d := range conds {
		if d.re != nil && !d.Not && d.re.Groups >= n {
			return true
		}
	}
	return false
}

// sourcesOf returns the conditions that groups may come from when all of conds have
// held; unsure says that one may be an expression.
func sourcesOf(conds []*cond) (sources []*cond, unsure bool) {
	r := rule{conds: conds}
	for _, g := range r.groups() {
		var these []*cond
		keeps := false
		for _, d := range g {
			switch {
			case d.Op == parser.CondExpr && !d.Not:
				return nil, true
			case d.Op == parser.CondRegex && !d.Not:
				these = append(these, d)
			default:
				keeps = true
			}
		}
		if !keeps {
			sources = nil
		}
		sources = append(sources, these...)
	}
	return sources, false
}

// percentEscape reports whether the part i, a back-reference to a condition, is the
// beginning of an escaped byte such as %2F.
func percentEscape(parts []parser.Part, i int) bool {
	g, ok := parts[i].(*parser.CondGroup)
	if !ok || g.N < 2 || i+1 == len(parts) {
		return false
	}
	l, ok := parts[i+1].(*parser.Literal)
	return ok && strings.IndexByte("0123456789abcdefABCDEF", l.Text[0]) >= 0
}

// checkEscapes looks for what is escaped wrongly in targets.
func checkEscapes(c *checker) {
	for r := range c.rules() {
		if r.NoSubst || r.status() >= 400 {
			continue
		}
		noEscape := r.Has(parser.FlagNoEscape)
		if r.redirects() && !noEscape && strings.ContainsRune(plain(r.Template), '#') {
			c.warn(r.Subst.Extent, codeHashEscaped, "add NE", "the # of the target is sent as %%23, and so is a part of the path")
		}
		if escaped := percentIn(r); escaped != "" {
			hint := `write \` + escaped
			if r.redirects() {
				hint += " and add NE"
			}
			c.warn(r.Subst.Extent, codePercent, hint, "%s is no escaped byte here: a %% before a digit is a back-reference to a condition, and another one is escaped once more", escaped)
		}
	}
}

// plain returns the literal text of a template.
func plain(t *parser.Template) string {
	var b strings.Builder
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Literal:
			b.WriteString(p.Text)
		case *parser.Escaped:
			b.WriteByte(p.Char)
		default:
			b.WriteByte(0)
		}
	}
	return b.String()
}

// percentIn returns an escaped byte in the rule's target that is not taken for one.
func percentIn(r *rule) string {
	parts := r.Template.Parts
	for i, p := range parts {
		switch p := p.(type) {
		case *parser.CondGroup:
			if percentEscape(parts, i) && !hasGroup(r.conds, p.N) {
				l, _ := parts[i+1].(*parser.Literal)
				return "%" + string(rune('0'+p.N)) + l.Text[:1]
			}
		case *parser.Literal:
			if m := escapedOctet.FindString(p.Text); m != "" && (!r.Has(parser.FlagNoEscape) || !r.redirects()) {
				return m
			}
		}
	}
	return ""
}

// hasGroup reports whether %n may be the group of a condition.
func hasGroup(conds []*cond, n int) bool {
	sources, unsure := sourcesOf(conds)
	if unsure {
		return true
	}
	for _, d := range sources {
		if d.re == nil || d.re.Groups >= n {
			return true
		}
	}
	return false
}

// checkIgnoredTarget looks for targets that the status makes moot.
func checkIgnoredTarget(c *checker) {
	for r := range c.rules() {
		s := r.status()
		if r.NoSubst || s == 0 || s >= 300 && s < 400 || r.Subst.Text == "" || r.Subst.Text == "index.php" && r.denies() {
			continue // the last is how applications write it
		}
		sev := parser.Warning
		if r.denies() {
			sev = parser.Note
		}
		c.report(r.Subst.Extent, sev, codeIgnoredTarget, "write - as target, and name the page with ErrorDocument",
			"the rule answers with status %d, and its target is ignored", s)
	}
}

// checkSkip looks for flags S that skip more rules than there are.
func checkSkip(c *checker) {
	for r := range c.rules() {
		f := r.flag(parser.FlagSkip)
		if f == nil {
			continue
		}
		if left := len(r.scope.rules) - r.n - 1; f.Number > left {
			c.warn(f.Extent, codeSkipPastEnd, "correct the number", "the flag skips %d rules, and %d follow", f.Number, left)
		}
	}
}
