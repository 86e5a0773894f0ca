package lint

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// checkReach looks for rules that no request gets to.
func checkReach(c *checker) {
	s := c.siteFor()
	if s == nil {
		return
	}
	for _, sc := range c.scopes {
		for i, r := range sc.rules {
			if i > 0 && !c.shadowed(s, r) && r.redirects() {
				c.behindFront(s, r)
			}
		}
	}
}

// shadowed looks for an earlier rule that ends all requests that r is for.
func (c *checker) shadowed(s *site, r *rule) bool {
	if !s.spend() || r.re == nil || chained(r) || r.Has(parser.FlagChain) && len(r.Flags) == 1 {
		return false
	}
	for _, w := range c.witnesses(r, nil) {
		if !s.spend() {
			return false
		}
		for _, e := range c.enders(s, w, r) {
			if !covers(e, r) {
				continue
			}
			sev := parser.Warning
			if sameScript(e, r) {
				sev = parser.Note // the script sees what was asked for
			}
			c.report(r.Extent, sev, codeUnreachable, "move the rule up or delete it", "%s: the rule in line %d ends every request that this one is for", w, e.From.Line)
			return true
		}
	}
	return false
}

// sameScript reports whether both rules lead to one script, with different queries.
func sameScript(e, r *rule) bool {
	a, _, _ := strings.Cut(e.Subst.Text, "?")
	b, _, _ := strings.Cut(r.Subst.Text, "?")
	return a == b && e.Subst.Text != r.Subst.Text && e.rewrites() && r.rewrites()
}

// enders returns the rules before r that the witness fits and that end the list.
func (c *checker) enders(s *site, w *witness, r *rule) []*rule {
	res, _ := s.run(w, nil)
	var out []*rule
	if by := s.decider(&res); by != nil && by.scope == r.scope && by.n < r.n {
		out = append(out, by)
	}
	if len(r.scope.rules) > 300 {
		return out
	}
	subject := w.path
	if r.scope.perDir() {
		subject = strings.TrimPrefix(subject, r.scope.dir)
	}
	for _, e := range r.scope.rules[:r.n] {
		if e.re != nil && e.ends() && e.re.Match(subject) != e.Not && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// chained reports whether the rule is tried only if the one before it matched, or
// may be jumped over.
func chained(r *rule) bool {
	if r.scope.skips && slices.ContainsFunc(r.scope.rules[:r.n], func(e *rule) bool { return e.Has(parser.FlagSkip) }) {
		return true
	}
	return r.n > 0 && r.scope.rules[r.n-1].Has(parser.FlagChain)
}

// covers reports whether e, which comes first, ends all requests that r is for.
func covers(e, r *rule) bool {
	if !e.ends() || e.re == nil || !e.re.Exact || e.Has(parser.FlagNoSubreq) || chained(e) || e.Has(parser.FlagChain) || !fewerConds(e, r) {
		return false
	}
	if e.scope.perDir() && e.rewrites() && !e.Has(parser.FlagEnd) && meetsResult(e, r) {
		return false
	}
	if e.Has(parser.FlagNext) {
		return false
	}
	mine := language.Constraint{Pattern: r.re, Not: r.Not}
	if r.Not && !r.re.Exact {
		return false
	}
	return language.Empty(mine, language.Constraint{Pattern: e.re, Not: !e.Not}, language.In(printable()))
}

// fewerConds reports whether each condition of e is one of r's.
func fewerConds(e, r *rule) bool {
	for _, g := range e.groups() {
		if !slices.ContainsFunc(r.groups(), func(h []*cond) bool { return sameConds(g, h) }) {
			return false
		}
	}
	return true
}

func sameConds(g, h []*cond) bool {
	return slices.EqualFunc(g, h, func(a, b *cond) bool {
		return a.Test.Text == b.Test.Text && a.Pattern.Text == b.Pattern.Text && a.Has(parser.FlagNoCase) == b.Has(parser.FlagNoCase)
	})
}

// meetsResult reports whether r may be for what e makes of a request, which the
// rules of a folder see in a new round.
func meetsResult(e, r *rule) bool {
	text, lit := literal(e.Template.Parts)
	if !lit {
		return true
	}
	p, _, _ := strings.Cut(text, "?")
	p = strings.TrimPrefix(p, r.scope.dir)
	p = strings.TrimPrefix(p, "/")
	return r.re.Match(p) != r.Not && (e.re.Match(p) == e.Not || len(e.conds) > 0)
}

// behindFront looks for a redirect that a front controller before it leaves only
// what exists for.
func (c *checker) behindFront(s *site, r *rule) {
	if !s.spend() || slices.ContainsFunc(r.conds, func(d *cond) bool { return isFileTest(d.Op) && !d.Not }) {
		return
	}
	for _, w := range c.witnesses(r, nil) {
		if !s.spend() || w.path == "/" {
			continue
		}
		res, _ := s.run(w, nil)
		if res.Action == matcher.Redirect && res.Redirects == 0 {
			continue
		}
		t := trace{site: s}
		res, _ = s.run(w, t.step)
		at := slices.IndexFunc(t.rules, func(e *rule) bool { return e.scope == r.scope && e.n < r.n && isFront(e) })
		if at < 0 || res.Action == matcher.Redirect && (s.decider(&res) != r || len(w.path) < 2 || strings.Contains(res.Location, w.path[1:])) {
			continue
		}
		by := t.rules[at]
		c.warn(r.Extent, codeFrontController, "move the redirect above the front controller", "%s: the front controller in line %d takes it, so this redirect sees only files that exist", w, by.From.Line)
		return
	}
}

// isFront reports whether a rule sends all that does not exist to one script.
func isFront(r *rule) bool {
	if !r.rewrites() || !r.ends() || r.re == nil || r.Not {
		return false
	}
	if !slices.ContainsFunc(r.conds, func(d *cond) bool { return isFileTest(d.Op) && d.Not }) {
		return false
	}
	for _, g := range r.groups() {
		for _, d := range g {
			if !isFileTest(d.Op) && (!d.Not || d.name != "REQUEST_URI") || len(g) > 1 {
				return false
			}
		}
	}
	all := `^[^/]`
	if !r.scope.perDir() {
		all = `^/.`
	}
	return language.Empty(language.In(language.Must(all)), language.NotIn(r.re), language.In(printable()))
}

// redirectBefore looks for Redirect in an access file, which is applied to what an
// internal rewriting was meant for.
func (c *checker) redirectBefore() {
	for _, sc := range c.scopes {
		if !sc.perDir() || len(sc.rules) == 0 || !slices.ContainsFunc(sc.others, isRedirect) {
			continue
		}
		s := c.siteFor()
		if s == nil {
			return
		}
		for _, r := range sc.rules {
			if r.rewrites() {
				c.redirectedFirst(s, r)
			}
		}
	}
}

func isRedirect(d *parser.Directive) bool {
	switch strings.ToLower(d.Directive) {
	case "redirect", "redirectmatch", "redirectpermanent", "redirecttemp":
		return true
	}
	return false
}

func (c *checker) redirectedFirst(s *site, r *rule) {
	for _, w := range c.witnesses(r, nil) {
		if !s.spend() {
			return
		}
		res, _ := s.run(w, nil)
		if res.Status < 300 || s.decider(&res) != nil || res.Reason != nil {
			continue
		}
		for _, d := range r.scope.others {
			if isRedirect(d) && redirectsPath(d, w.path) {
				c.warn(d.Extent, codeAlias, "write both as rules, the redirect with R", "%s is answered with %d, though the rule in line %d is for it", w, res.Status, r.From.Line)
				return
			}
		}
	}
}

// redirectsPath reports whether a Redirect is for the path.
func redirectsPath(d *parser.Directive, path string) bool {
	args := d.Args
	if last := len(args) - 1; last >= 0 && !answersAlone(args[0].Text) {
		args = args[:last] // the last word is the target
	}
	for _, a := range args {
		if strings.EqualFold(d.Directive, "RedirectMatch") {
			if re, err := language.Parse(a.Text, false); err == nil && re.Match(path) && !isStatusWord(a.Text) {
				return true
			}
		} else if strings.HasPrefix(a.Text, "/") && strings.HasPrefix(path, strings.TrimSuffix(a.Text, "/")) {
			return true
		}
	}
	return false
}

// answersAlone reports whether a Redirect with this status has no target.
func answersAlone(status string) bool {
	return strings.EqualFold(status, "gone") || isStatusWord(status) && status[0] != '3' && status[0] <= '9'
}

func isStatusWord(s string) bool {
	switch strings.ToLower(s) {
	case "permanent", "temp", "seeother", "gone":
		return true
	}
	return len(s) == 3 && s[0] >= '1' && s[0] <= '5'
}
