package lint

import (
	"net/url"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// checkEncoding looks for what is encoded twice, or not at all.
func checkEncoding(c *checker) {
	s := c.siteFor()
	if s == nil {
		return
	}
	for r := range c.rules() {
		switch {
		case r.NoSubst || r.re == nil || !s.spend():
		case r.redirects() && !r.Has(parser.FlagNoEscape):
			c.encodedTwice(s, r)
		case r.rewrites() && !r.has(parser.FlagBackrefEscape, parser.FlagBackrefExcept):
			c.notEncoded(s, r)
		}
	}
}

// encodedTwice looks for a redirect that encodes what is encoded already.
func (c *checker) encodedTwice(s *site, r *rule) {
	for _, fixed := range encodedValues(r) {
		for _, w := range c.witnesses(r, fixed) {
			if !s.spend() {
				return
			}
			res, _ := s.run(w, nil)
			if res.Action == matcher.Redirect && s.decider(&res) == r && (strings.Contains(res.Location, "%2520") || strings.Contains(res.Location, "%2526")) {
				c.warn(r.Subst.Extent, codeDoubleEncoding, "add NE", "%s is redirected to %s, where what is encoded already is encoded once more", w, res.Location)
				return
			}
		}
	}
	if strings.Contains(literals(r.Template), "\x0020") && strings.Contains(r.Subst.Text, `\%20`) {
		c.warn(r.Subst.Extent, codeDoubleEncoding, "add NE", "the %% of the target is encoded once more")
	}
}

// encodedValues returns values of variables and paths that reach the rule's target
// encoded.
func encodedValues(r *rule) []given {
	var out []given
	for _, p := range r.target.Parts {
		switch p := p.(type) {
		case *parser.CondGroup:
			d := r.groupSource()
			if d == nil || d.re == nil || !encodedVariable(d.name) {
				continue
			}
			if v, ok := d.re.With(p.N, "a%20b"); ok {
				out = append(out, given{d.name: fullValue(d.name, v)})
			}
		case *parser.Variable:
			if canonical(p.Var) == "QUERY_STRING" {
				out = append(out, given{"QUERY_STRING": "a%20b"})
			}
		case *parser.RuleGroup:
			if !r.Has(parser.FlagBackrefEscape) || r.re == nil {
				continue
			}
			if v, ok := r.re.With(max(p.N, 1), "a&b"); ok {
				out = append(out, given{"path": pathFor(r, v)})
			}
		}
		if v, ok := p.(*parser.Variable); ok && canonical(v.Var) == "QUERY_STRING" && behindQuestion(r.Template, v) {
			out = out[:len(out)-1]
		}
	}
	return out
}

// behindQuestion reports whether the part v stands in the query of a target.
func behindQuestion(t *parser.Template, v parser.Part) bool {
	for _, p := range t.Parts {
		if p == v {
			return false
		}
		if l, ok := p.(*parser.Literal); ok && strings.Contains(l.Text, "?") {
			return true
		}
	}
	return false
}

func encodedVariable(name string) bool {
	switch name {
	case "THE_REQUEST", "QUERY_STRING", "HTTP_REFERER":
		return true
	}
	return false
}

// fullValue completes the value of a variable that a pattern is found in.
func fullValue(name, v string) string {
	if name != "THE_REQUEST" {
		return v
	}
	v = strings.ReplaceAll(v, "\t", " ")
	if i := strings.IndexByte(v, '/'); i >= 0 && !requestLine.MatchString(v) {
		if head := strings.TrimSpace(v[:i]); !slices.Contains([]string{"GET", "POST", "HEAD"}, head) {
			v = "GET " + v[i:]
		}
		v = strings.TrimSpace(v)
		if strings.HasSuffix(v, " HTTP") {
			v += "/1.1"
		}
		if !strings.Contains(v, " HTTP/") {
			rest := strings.TrimPrefix(v, "GET ")
			v = "GET " + strings.ReplaceAll(rest, " ", "") + " HTTP/1.1"
		}
	}
	return v
}

// pathFor returns the URL-path of what a rule's pattern is found in.
func pathFor(r *rule, v string) string {
	if r.scope.perDir() {
		return r.scope.dir + v
	}
	if !strings.HasPrefix(v, "/") {
		return "/" + v
	}
	return v
}

// notEncoded looks for groups in a query that may hold what has a meaning there.
func (c *checker) notEncoded(s *site, r *rule) {
	query := false
	for _, p := range r.target.Parts {
		if l, ok := p.(*parser.Literal); ok && strings.Contains(l.Text, "?") {
			query = true
		}
		g, ok := p.(*parser.RuleGroup)
		if !query || !ok || r.Not {
			continue
		}
		for _, probe := range []string{"a&b=c", "a b"} {
			v, ok := r.re.With(g.N, probe)
			if g.N == 0 {
				v, ok = probe, r.re.Match(probe)
			}
			if ok && c.reachesQuery(s, r, pathFor(r, v), probe) {
				return
			}
		}
	}
}

func (c *checker) reachesQuery(s *site, r *rule, path, probe string) bool {
	for _, w := range c.witnesses(r, given{"path": path}) {
		if !s.spend() {
			return false
		}
		res, _ := s.run(w, nil)
		switch {
		case probe == "a&b=c" && strings.Contains(res.Query, "a&b=c") && (res.Action == matcher.Rewrite || res.Action == matcher.Pass):
			c.note(r.Subst.Extent, codeUnescapedBackref, "add B", "%s becomes the query %q: & begins a new parameter there", w, res.Query)
			return true
		case probe == "a b" && res.Status == 403:
			c.note(r.Subst.Extent, codeUnescapedBackref, "add B", "%s is answered with 403: a blank must not get into a query", w)
			return true
		}
	}
	return false
}

// checkChain looks for redirects that lead to redirects.
func checkChain(c *checker) {
	s := c.siteFor()
	if s == nil {
		return
	}
	for r := range c.rules() {
		if !r.redirects() {
			continue
		}
		for _, w := range c.witnesses(r, nil) {
			hops, endless := s.follow(w)
			if endless || len(hops) < 2 || hops[0].rule != r || hops[1].rule == nil || hops[1].res.Action != matcher.Redirect || rightChain(hops) {
				continue
			}
			c.note(r.Extent, codeRedirectChain, "go to the end at once", "%s is redirected to %s, and from there by line %d to %s", w, hops[0].res.Location, hops[1].rule.From.Line, hops[1].res.Location)
			break
		}
	}
}

// rightChain reports whether each of the redirects changes one thing of the host:
// from http to https, and then to the usual name.
func rightChain(hops []hop) bool {
	return !slices.ContainsFunc(hops[:2], func(h hop) bool {
		u, err := url.Parse(h.res.Location)
		return err != nil || u.Path != h.w.path
	})
}
