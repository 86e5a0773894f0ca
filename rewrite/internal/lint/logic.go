package lint

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// checkLogic looks for conditions that together hold never or always.
func checkLogic(c *checker) {
	for r := range c.rules() {
		if n := len(r.conds); n > 0 && r.conds[n-1].Has(parser.FlagOrNext) {
			last := r.conds[n-1]
			c.warn(flagExtent(last.Flags, parser.FlagOrNext), codeTrailingOr, "drop OR here",
				"OR on the last condition before the rule: the rule runs whatever the conditions say")
		}
		c.contradiction(r)
		for _, g := range r.groups() {
			c.orOfNegations(g)
		}
	}
}

// flagExtent returns where the flag k stands.
func flagExtent(flags []*parser.Flag, k parser.FlagKind) parser.Extent {
	for _, f := range flags {
		if f.Kind == k {
			return f.Extent
		}
	}
	return parser.Extent{}
}

// fileKind says what a file test asks for; two of different kinds never hold
// for one path.
func fileKind(op parser.CondOp) string {
	switch op {
	case parser.CondFile, parser.CondSize:
		return "a file"
	case parser.CondDir:
		return "a folder"
	default:
		return ""
	}
}

// contradiction looks for conditions on one value that cannot hold together.
func (c *checker) contradiction(r *rule) {
	byTest := map[string][][]*cond{}
	var order []string
	for _, g := range r.groups() {
		test := g[0].Test.Text
		if slices.ContainsFunc(g, func(d *cond) bool { return d.Test.Text != test || d.Op == parser.CondExpr }) {
			continue
		}
		if byTest[test] == nil {
			order = append(order, test)
		}
		byTest[test] = append(byTest[test], g)
	}
	for _, test := range order {
		groups := byTest[test]
		if len(groups) > 1 && (c.disjoint(groups) || disjointFiles(groups)) {
			first := groups[0][0]
			c.warn(first.Extent, codeContradiction, "join them with [OR] if one of them is enough",
				"the conditions on %s can never hold together, so the rule in line %d never runs", test, r.From.Line)
			return
		}
	}
}

// disjoint reports whether no value meets all of groups.
func (c *checker) disjoint(groups [][]*cond) bool {
	var all [][]language.Constraint
	for _, g := range groups {
		var alternatives []language.Constraint
		for _, d := range g {
			if d.re == nil {
				alternatives = nil
				break
			}
			alternatives = append(alternatives, d.constraint())
		}
		if alternatives != nil {
			all = append(all, alternatives)
		}
	}
	if len(all) < 2 {
		return false
	}
	if domain, _ := values(groups[0][0].name); domain != nil {
		for _, alternatives := range all { // one that is impossible by itself is said elsewhere
			if _, v := language.Find(alternatives, []language.Constraint{language.In(domain)}); v == language.None {
				return false
			}
		}
		all = append(all, []language.Constraint{language.In(domain)})
	}
	_, v := language.Find(all...)
	return v == language.None
}

// disjointFiles reports whether the file tests among groups contradict.
func disjointFiles(groups [][]*cond) bool {
	kinds := map[string]bool{}
	seen := map[parser.CondOp][2]bool{}
	for _, g := range groups {
		if len(g) != 1 {
			continue
		}
		d := g[0]
		k := fileKind(d.Op)
		if k == "" {
			continue
		}
		if !d.Not {
			kinds[k] = true
		}
		s := seen[d.Op]
		if d.Not {
			s[1] = true
		} else {
			s[0] = true
		}
		seen[d.Op] = s
		if s[0] && s[1] {
			return true
		}
	}
	return len(kinds) > 1
}

// orOfNegations looks for alternatives one of which always holds.
func (c *checker) orOfNegations(g []*cond) {
	for i, a := range g {
		for _, b := range g[i+1:] {
			if !a.Not || !b.Not || a.Test.Text != b.Test.Text || a.Op == parser.CondExpr || !exclusive(a, b) {
				continue
			}
			c.warn(a.Extent, codeOrOfNegations, "drop [OR], so that both must hold",
				"one of the negated conditions on %s always holds, as the value cannot be both", a.Test.Text)
			return
		}
	}
}

// usual returns the values that a variable usually has.
func usual(name string) *language.Pattern {
	if name == "REQUEST_METHOD" {
		return language.Must(`^(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT|PROPFIND|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT)$`)
	}
	domain, _ := values(name)
	return domain
}

// exclusive reports whether what a and b ask for, negation aside, excludes each
// other.
func exclusive(a, b *cond) bool {
	if ka, kb := fileKind(a.Op), fileKind(b.Op); ka != "" || kb != "" {
		return ka != "" && kb != "" && ka != kb
	}
	if a.re == nil || b.re == nil {
		return false
	}
	all := []language.Constraint{language.In(a.re), language.In(b.re)}
	if domain := usual(a.name); domain != nil {
		for _, one := range all {
			if language.Empty(one, language.In(domain)) {
				return false
			}
		}
		all = append(all, language.In(domain))
	}
	return language.Empty(all...)
}
