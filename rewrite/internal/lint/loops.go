package lint

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// checkLoops looks for requests that are redirected or rewritten without end, and
// for what else shows where they are led to.
func checkLoops(c *checker) {
	s := c.siteFor()
	if s == nil {
		return
	}
	for r := range c.rules() {
		switch {
		case !s.spend() || c.caused(r):
		case r.redirects():
			c.redirectLoop(s, r)
			c.withoutLast(s, r)
			c.downgrade(s, r)
		case r.rewrites() || r.Has(parser.FlagNext):
			c.rewriteLoop(s, r)
			c.redirectLoop(s, r)
		}
	}
}

// caused reports whether what a rule does to requests has a cause that is reported
// by itself.
func (c *checker) caused(r *rule) bool {
	causes := []parser.Code{
		codeImpossible, codeOrOfNegations, codeTrailingOr, codeVariableInPattern, codeVariableSyntax, codeUnknownVariable,
		codeFileTestTypo, codeFileTestPath, codeTooEarly, codeContradiction, codeRegexAfterEquals, codeSwapped, codeHostAsPath,
		codeFlagsGlued, codeFilePath, codeRelative, codeRegexInTarget, codeMangled, codeQueryInPattern, codeHostInPattern, codeForeign,
	}
	first := r.From.Line
	if len(r.conds) > 0 {
		first = r.conds[0].From.Line
	}
	for line := first; line <= r.To.Line; line++ {
		if slices.ContainsFunc(c.byLine[line], func(d *parser.Diagnostic) bool { return d.Name == r.Name && slices.Contains(causes, d.Code) }) {
			return true
		}
	}
	return false
}

// redirectLoop looks for a request for the rule that is redirected without end.
func (c *checker) redirectLoop(s *site, r *rule) {
	for _, w := range c.witnesses(r, nil) {
		hops, endless := s.follow(w)
		if !endless {
			continue
		}
		cycle := cycleOf(s, hops)
		first := firstOf(cycle)
		if first == nil || slices.ContainsFunc(cycle, c.caused) || c.endsOtherwise(s, hops, cycle) {
			continue
		}
		c.loops(hops[0].w, first.Extent, codeRedirectLoop, "exclude the result with a condition", "%s", loopMessage(hops))
		return
	}
}

// cycleOf returns the rules that redirect again and again.
func cycleOf(s *site, hops []hop) []*rule {
	last := hops[len(hops)-1]
	start := len(hops) / 2
	if next, ok := s.next(last.w, &last.res); ok {
		for i, h := range hops {
			if h.w.key() == next.key() {
				start = i
				break
			}
		}
	}
	var rules []*rule
	for _, h := range hops[start:] {
		if h.rule != nil && !slices.Contains(rules, h.rule) {
			rules = append(rules, h.rule)
		}
	}
	return rules
}

// firstOf returns the rule that comes first in the file.
func firstOf(rules []*rule) *rule {
	if len(rules) == 0 {
		return nil
	}
	return slices.MinFunc(rules, func(a, b *rule) int { return cmp.Compare(a.From.Offset, b.From.Offset) })
}

// endsOtherwise reports whether the loop ends if what is redirected to exists as
// files or as folders, where a rule of the loop asks for that.
func (c *checker) endsOtherwise(s *site, hops []hop, cycle []*rule) bool {
	for _, r := range cycle {
		if slices.ContainsFunc(r.conds, unsureCond) {
			return true
		}
	}
	if !scopeAsksForFiles(cycle) {
		return false
	}
	for _, folder := range []bool{false, true} {
		w := *hops[0].w
		w.files = maps.Clone(w.files)
		for _, h := range hops[1:] {
			w.exists(h.w.path, folder)
		}
		if _, endless := s.follow(&w); !endless {
			return true
		}
	}
	return false
}

// asksForFiles reports whether a condition of the rule is a file test.
func asksForFiles(r *rule) bool {
	return slices.ContainsFunc(r.conds, func(d *cond) bool {
		return isFileTest(d.Op) || d.Op == parser.CondURI || d.Op == parser.CondSubFile
	})
}

// scopeAsksForFiles reports whether a rule beside those of a cycle tests files.
func scopeAsksForFiles(cycle []*rule) bool {
	return slices.ContainsFunc(cycle, func(r *rule) bool { return slices.ContainsFunc(r.scope.rules, asksForFiles) })
}

// exists puts a file or folder on disk, unless the witness says what is there.
func (w *witness) exists(name string, folder bool) {
	name = path.Clean("/" + name)
	if _, ok := w.files[name]; !ok && name != "/" {
		w.files[name] = folder
	}
}

// loopMessage says how a request goes round.
func loopMessage(hops []hop) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is redirected without end:", hops[0].w)
	for i, h := range hops {
		if i == 3 {
			b.WriteString(" …")
			break
		}
		b.WriteString(" → " + h.res.Location)
	}
	return b.String()
}

// rewriteLoop looks for a request for the rule that is rewritten until the server
// gives up.
func (c *checker) rewriteLoop(s *site, r *rule) {
	for _, w := range c.witnesses(r, nil) {
		if !s.spend() {
			return
		}
		t := trace{site: s}
		res, _ := s.run(w, t.step)
		if !gaveUp(&res) {
			continue
		}
		cycle := t.cycle()
		if !slices.Contains(cycle, r) || slices.ContainsFunc(cycle, unsureRule) || slices.ContainsFunc(cycle, c.caused) || c.restsOtherwise(s, w, &t, cycle) {
			continue
		}
		if first := firstOf(cycle); first != nil {
			if len(t.outputs) == 0 {
				c.loops(w, first.Extent, codeRewriteLoop, "drop N, or have the rule change what it matches",
					"%s starts the list again and again, as N does not change it, and is answered with 500", w)
				return
			}
			c.loops(w, first.Extent, codeRewriteLoop, "use END, a condition or a lookahead that excludes the result, or a relative target for a front controller",
				"%s is rewritten again and again, and is answered with 500: → %s …%s", w, strings.Join(t.outputs[:min(len(t.outputs), 3)], " → "), c.besideNote(first))
			return
		}
	}
}

// besideNote says what about folders below was taken into account.
func (c *checker) besideNote(r *rule) string {
	first, _, ok := strings.Cut(strings.TrimPrefix(r.Subst.Text, "/"), "/")
	if !ok || !r.scope.perDir() || first == "" || strings.ContainsAny(first, "$%.") {
		return ""
	}
	return "; " + first + "/.htaccess has no RewriteEngine that would end it"
}

// gaveUp reports whether the engine ended a request that had no end.
func gaveUp(res *matcher.Result) bool {
	return res.Status == 500 && res.Reason != nil && res.Reason.Code == matcher.CodeLimit
}

// trace is what rules did to a request.
type trace struct {
	site    *site
	rules   []*rule
	outputs []string
}

func (t *trace) step(st matcher.Step) {
	restarts := st.Kind == matcher.StepFlow && st.Detail == "restart"
	if st.Kind != matcher.StepRewrite && !restarts || len(t.rules) > 5000 {
		return
	}
	r := t.site.rules[placeOf(st.At)]
	if r == nil {
		return
	}
	t.rules = append(t.rules, r)
	if !restarts {
		t.outputs = append(t.outputs, st.Output)
	}
}

// cycle returns the rules that rewrite again and again.
func (t *trace) cycle() []*rule {
	var out []*rule
	for _, r := range t.rules[len(t.rules)/2:] {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// restsOtherwise reports whether the rewriting ends if its results exist, where a
// rule asks for that.
func (c *checker) restsOtherwise(s *site, w *witness, t *trace, cycle []*rule) bool {
	if !scopeAsksForFiles(cycle) {
		return false
	}
	for _, folder := range []bool{false, true} {
		again := *w
		again.files = maps.Clone(w.files)
		for _, o := range t.outputs {
			name, _, _ := strings.Cut(o, "?")
			again.exists(strings.TrimPrefix(name, docRoot), folder)
		}
		if res, _ := s.run(&again, nil); !gaveUp(&res) {
			return true
		}
	}
	return false
}

// maxVariants is how many times a file is compiled with one rule changed.
const maxVariants = 24

// withoutLast looks for a redirect that later rules change, as it does not end the
// list.
func (c *checker) withoutLast(s *site, r *rule) {
	f := r.flag(parser.FlagRedirect)
	if r.ends() || r.n+1 == len(r.scope.rules) || r.has(parser.FlagChain, parser.FlagNext, parser.FlagSkip) || f == nil && r.status() != 302 {
		return
	}
	var fixed *site
	for _, w := range c.witnesses(r, nil) {
		got, _ := s.run(w, nil)
		by := s.decider(&got)
		if by == nil || by == r || by.scope != r.scope || by.n < r.n || !s.spend() {
			continue
		}
		if fixed == nil {
			if c.variants++; c.variants > maxVariants {
				return
			}
			if fixed = c.newSite(withLast(r)); fixed.engine == nil {
				return
			}
		}
		want, _ := fixed.run(w, nil)
		if want.Action == matcher.Redirect && (got.Action != want.Action || got.Location != want.Location || got.Status != want.Status) {
			c.warn(r.Extent, codeWithoutLast, "add L", "%s: the rule in line %d goes on from the redirect, and the client gets %s instead of %s", w, by.From.Line, answer(&got), answer(&want))
			return
		}
	}
}

// answer describes a result.
func answer(res *matcher.Result) string {
	if res.Action == matcher.Redirect {
		if res.Location == "" {
			return fmt.Sprintf("%d without a Location", res.Status)
		}
		return fmt.Sprintf("%d %s", res.Status, res.Location)
	}
	return fmt.Sprintf("%s %d %s", res.Action, res.Status, res.Path)
}

// withLast returns a change that adds L to the rule r.
func withLast(r *rule) func(*parser.RewriteRule) *parser.RewriteRule {
	return func(n *parser.RewriteRule) *parser.RewriteRule {
		if n != r.RewriteRule {
			return n
		}
		m := *n
		m.Flags = append(slices.Clone(n.Flags), &parser.Flag{Extent: n.Extent, Kind: parser.FlagLast, Key: "L"})
		return &m
	}
}

// downgrade looks for a request by https that is redirected to http, where the file
// sends clients to https itself.
func (c *checker) downgrade(s *site, r *rule) {
	a, ok := splitURL(r.target)
	if !ok {
		return
	}
	if scheme, _ := literal(a.scheme); !strings.EqualFold(scheme, "http") || !c.enforcesTLS() {
		return
	}
	for _, w := range c.witnesses(r, nil) {
		w.tls, w.port = true, 0
		if !s.spend() {
			return
		}
		res, _ := s.run(w, nil)
		if res.Action != matcher.Redirect || s.decider(&res) != r || !r.serves(w) {
			continue
		}
		if next, ok := s.next(w, &res); ok && !next.tls {
			c.warn(r.Subst.Extent, codeDowngrade, "write https://", "%s came by https and is redirected to %s, though the file sends clients to https", w, res.Location)
			return
		}
	}
}

// enforcesTLS reports whether the file sends clients to https.
func (c *checker) enforcesTLS() bool {
	if c.tls == unasked {
		c.tls = no
		if c.findTLS() {
			c.tls = yes
		}
	}
	return c.tls == yes
}

// answered is the answer to a question that is asked once.
type answered int

const (
	unasked answered = iota
	no
	yes
)

func (c *checker) findTLS() bool {
	for r := range c.rules() {
		if c.sendsToTLS(r) {
			return true
		}
	}
	for _, s := range c.scopes {
		for _, d := range s.others {
			if strings.EqualFold(d.Directive, "Header") && strings.Contains(strings.ToLower(d.Text), "strict-transport-security") {
				return true
			}
		}
	}
	return false
}
