package rewrite

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rewriteAction is what a RewriteRule does once it matched.
type rewriteAction struct {
	subst   rules.Template
	output  string       // the unexpanded substitution
	escape  rules.Escape // of back-references; nil without B, BNE, BNP and BCTLS
	effects *effects
	flags   flagSet
	code    int32 // of R, F, G
	does    actionTraits
}

// effects are what a rule does beside changing the URL. Few rules have any.
type effects struct {
	env         []rules.Template
	cookies     []rules.Template
	contentType *rules.Template // T
	handler     *rules.Template // H
	header      string          // of RewriteHeader of ISAPI_Rewrite 3; "" for a rule
}

// templates returns the templates of e, whose captures are those of its rule.
func (e *effects) templates() []*rules.Template {
	var all []*rules.Template
	for i := range e.env {
		all = append(all, &e.env[i])
	}
	for i := range e.cookies {
		all = append(all, &e.cookies[i])
	}
	for _, t := range []*rules.Template{e.contentType, e.handler} {
		if t != nil {
			all = append(all, t)
		}
	}
	return all
}

// flagSet is the kinds of a rule's flags.
type flagSet uint64

func flagsOf(kinds ...parser.FlagKind) (set flagSet) {
	for _, k := range kinds {
		set |= 1 << k
	}
	return set
}

func (f flagSet) has(k parser.FlagKind) bool { return f&(1<<k) != 0 }

// actionTraits are what the flags and the substitution of a rule come to.
type actionTraits uint8

const (
	keepsURL   actionTraits = 1 << iota // the substitution is "-", or the rule answers
	answersNow                          // F, G or R with a status that is not a redirect: the run ends with code
	dropsQuery                          // the substitution drops the query
	splitsLast                          // the query begins at the last "?"
)

func (t actionTraits) has(trait actionTraits) bool { return t&trait != 0 }

// apply does what the rule p asks for.
func (a *rewriteAction) Apply(r *rules.Run, p *rules.Rule) rules.Verdict {
	x := r.Host.(*rewriting) //nolint:forcetypeassert // only its rules have actions of mod_rewrite
	if a.effects != nil && a.effects.header != "" {
		return x.rewriteHeader(a, p)
	}
	end := x.act(p, a)
	if r.Budget.Failed() {
		return rules.Stop
	}
	return x.settle(p, a, end)
}

// ending says whether a rule's action ends the run with the request's status.
type ending uint8

const (
	goesOn    ending = iota
	withCode         // the run is answered
	forbidden        // what the rule made is not safe
)

// act expands the substitution of p, applies its flags and takes the result for
// the request's URL.
func (x *rewriting) act(p *rules.Rule, a *rewriteAction) ending {
	r := &x.run
	var target string
	if !a.does.has(keepsURL) {
		var mark questionMark
		room := r.Meter.Mark()
		target, mark = a.expand(r, x.escape(a))
		target = a.inCase(target)
		if len(target) <= maxURL {
			r.Meter.Release(room)
		}
		if x.logs() {
			x.log(2, "rewrite '", r.Subject, "' -> '", target, "'")
		}
		if r.Traced {
			x.trace(httpd.Event{Kind: httpd.EventRewrite, At: p.At, Input: r.Subject, Output: target})
		}
		if mark == expandedQuestionMark && !a.flags.has(parser.FlagUnsafeAllow3F) {
			x.req.Status = x.req.Refuse(403, httpd.CodeUnsafeRewrite, p.At, hintQuestionMark,
				"a \"?\" that came from the request would begin the query of %s", httpd.Clipped(target))
			return forbidden
		}
	}
	if !a.does.has(keepsURL) && x.req.Eval.Engine.Parse.ISAPI3 {
		x.req.SetHeader("X-Rewrite-Url", servervar.Target(x.req))
	}
	x.setEnvironment(p, a)
	x.setCookies(p, a)
	if !a.does.has(keepsURL) {
		x.substitute(p, a, target)
		return goesOn
	}
	x.forceType(a)
	if a.does.has(answersNow) {
		x.logStatus(2, "forcing responsecode ", "", "", int(a.code), " for "+x.req.Filename.Text)
		x.req.Status = int(a.code)
		return withCode
	}
	return goesOn
}

// maxURL is the length up to which what a rule makes of the URL takes the place of
// what was there before, and does not count as made in addition.
const maxURL = 64 << 10

// hintQuestionMark is the cure for a question mark that a substitution brings in.
const hintQuestionMark = "the flag B escapes it; UnsafeAllow3F lets it begin the query"

// settle does what every rule that matched asks for, and returns whether the run
// goes on after p.
func (x *rewriting) settle(p *rules.Rule, a *rewriteAction, end ending) rules.Verdict {
	substitutes := !a.does.has(keepsURL)
	if substitutes {
		x.lastSub, x.lastAct = p, a
		x.log(2, "setting lastsub to rule with output ", a.output)
	}
	x.decide(p, a)
	if len(x.req.Filename.Text) > 2*x.req.MaxLine() {
		x.exceeds(p, "the rewritten URL is too long")
		return rules.Stop
	}
	x.req.AddVary(x.run.Vary)
	switch {
	case end == forbidden:
		x.outcome = refused
		return rules.Stop
	case end == withCode:
		x.outcome = answered
		return rules.Stop
	case substitutes && a.flags.has(parser.FlagNoEscape):
		x.outcome = changedVerbatim
	case substitutes:
		x.outcome = changed
	}
	if a.flags.has(parser.FlagPassThrough) {
		x.log(2, "forcing '", x.req.Filename.Text, "' to get passed through to next API URI-to-filename handler")
		x.passed, x.outcome = true, changed
		return rules.Stop
	}
	if p.Flow.How.Has(rules.FlowEnd) {
		x.log(8, "Rule has END flag, no further rewriting for this request")
	}
	return rules.Proceed
}

// decide remembers p as the deciding rule. A rule that only ends the run does
// not take the place of one that did something.
func (x *rewriting) decide(p *rules.Rule, a *rewriteAction) {
	if x.req.Parent != nil {
		return
	}
	e := x.req.Eval
	e.Substituted = e.Substituted || !a.does.has(keepsURL)
	acts := !a.does.has(keepsURL) || a.does.has(answersNow)
	if acts || p.Flow.How.Has(rules.FlowLast|rules.FlowEnd) && !e.Rule.IsValid() {
		e.Rule = p.At
	}
}

// questionMark tells where the "?" came from that will end the path of a
// substitution. See CVE-2024-38474.
type questionMark int

const (
	noQuestionMark questionMark = iota
	literalQuestionMark
	expandedQuestionMark
)

// expand expands the substitution and tells where its first "?", or with
// splitsLast its last one, came from. An escaped one counts as neither.
func (a *rewriteAction) expand(r *rules.Run, escape rules.Escape) (string, questionMark) {
	mark := noQuestionMark
	var buf [256]byte
	b := buf[:0]
	for i := range a.subst.Parts {
		pt := &a.subst.Parts[i]
		s := r.ExpandPart(pt, escape)
		if !r.Charge(len(s)) {
			return "", noQuestionMark
		}
		b = append(b, s...)
		if pt.Kind == rules.PartEscaped || mark != noQuestionMark && !a.does.has(splitsLast) {
			continue
		}
		if strings.IndexByte(s, '?') < 0 {
			continue
		}
		mark = expandedQuestionMark
		if pt.Kind == rules.PartLiteral {
			mark = literalQuestionMark
		}
	}
	r.Spend(len(b) / work.TextSteps)
	return string(b), mark
}

// substitute makes target the request's new file name and query.
func (x *rewriting) substitute(p *rules.Rule, a *rewriteAction, target string) {
	s := x.req
	prefixed, forwards, redirects := false, a.flags.has(parser.FlagProxy), a.flags.has(parser.FlagRedirect)
	if !x.isProxy() && !strings.HasPrefix(target, "/") && !isAbsolute(target) {
		switch {
		case x.dir != nil:
			x.log(3, "add per-dir prefix: ", target, " -> ", x.dir.prefix, target)
			target, prefixed = x.dir.prefix+target, true
		case !forwards && !redirects:
			x.log(3, "add root prefix: ", target, " -> /", target)
			target, prefixed = "/"+target, true
		}
	}
	s.Filename = apr.Some(target)
	if x.dir != nil && a.flags.has(parser.FlagDiscardPath) {
		s.PathInfo = apr.Optional{}
	}
	x.splitQuery(p, a)
	switch {
	case forwards:
		qualify(s)
		x.log(2, "forcing proxy-throughput with ", s.Filename.Text)
		s.Filename.Text = httpd.ProxyPrefix + s.Filename.Text
		return
	case redirects:
		qualify(s)
		if x.logs() {
			x.log(2, "explicitly forcing redirect with ", s.Filename.Text)
		}
		s.Status = int(a.code)
		return
	}
	x.reduce()
	if isAbsolute(s.Filename.Text) {
		x.logStatus(2, "implicitly forcing redirect (rc=", "", "", int(a.code), " with "+s.Filename.Text)
		s.Status = int(a.code)
		return
	}
	if !a.flags.has(parser.FlagUNC) && !prefixed && !strings.HasPrefix(a.output, "//") {
		for strings.HasPrefix(s.Filename.Text, "//") {
			s.Filename.Text = s.Filename.Text[1:]
		}
	}
	x.forceType(a)
}

func isAbsolute(s string) bool {
	n, _ := uri.Absolute(s)
	return n > 0
}

// splitQuery takes the query off a substitution.
func (x *rewriting) splitQuery(p *rules.Rule, a *rewriteAction) {
	s := x.req
	if a.does.has(dropsQuery) {
		x.logServer(2, "discarding query string, no parse from substitution")
		s.Args = apr.Optional{}
		return
	}
	skip, hasQuery := uri.Absolute(s.Filename.Text)
	if skip > 0 && !hasQuery {
		s.Args = apr.Optional{}
		return
	}
	if a.flags.has(parser.FlagQueryDiscard) {
		s.Args = apr.Optional{}
		x.logServer(2, "discarding query string")
	}
	rest := s.Filename.Text[skip:]
	i := strings.IndexByte(rest, '?')
	if a.does.has(splitsLast) {
		i = strings.LastIndexByte(rest, '?')
	}
	if i < 0 {
		return
	}
	query, whole := rest[i+1:], s.Filename.Text
	s.Filename.Text = s.Filename.Text[:skip+i]
	switch {
	case !a.flags.has(parser.FlagQueryAppend):
		s.Args = apr.Some(query)
	case query != "":
		s.Args = apr.Some(query + "&" + s.Args.Text)
	}
	if s.Args.Text == "" {
		s.Args = apr.Optional{}
	}
	s.Args.Text = strings.TrimSuffix(s.Args.Text, "&")
	st := httpd.Event{Kind: httpd.EventQuery, At: p.At, Output: s.Args.Text}
	if !s.Args.OK {
		st.Detail = httpd.EventUnset
	}
	x.logSplit(whole)
	x.trace(st)
}

// qualify makes the file name an absolute URL of this server if it is none.
func qualify(s *httpd.Request) {
	if s.Method == "CONNECT" || isAbsolute(s.Filename.Text) {
		return
	}
	path := s.Filename.Text
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	s.Filename.Text = httpd.Absolute(s.Scheme(), s.ServerName(), s.ServerPort(), path)
}

// reduce makes an absolute URL of this very virtual host a path.
func (x *rewriting) reduce() {
	s := x.req
	scheme := s.Scheme() + "://"
	name := s.Filename.Text
	if len(name) <= len(scheme) || !uri.HasPrefixFold(name, scheme) {
		return
	}
	rest := name[len(scheme):]
	hostEnd := strings.IndexAny(rest, "/:")
	host, path, port := rest, "/", s.DefaultPort()
	if hostEnd >= 0 {
		host, path = rest[:hostEnd], rest[hostEnd:]
	}
	if strings.HasPrefix(path, ":") {
		digits := path[1:]
		path = "/"
		if i := strings.IndexByte(digits, '/'); i >= 0 {
			digits, path = digits[:i], digits[i:]
		}
		port = int(uint16(apr.Atoi(digits))) //nolint:gosec // httpd keeps the low 16 bits too
	}
	if !s.OwnHost(host, port) {
		return
	}
	x.logServer(3, "reduce ", name, " -> ", path)
	s.Filename.Text = path
	if serverRewriteOf(s.Server).options&parser.LegacyPrefixDocRoot == 0 {
		s.Reduced = true
	}
}

// setEnvironment applies the E flags.
func (x *rewriting) setEnvironment(p *rules.Rule, a *rewriteAction) {
	if a.effects == nil {
		return
	}
	for i := range a.effects.env {
		room := x.run.Meter.Mark()
		item := x.run.Expand(&a.effects.env[i], nil)
		x.run.Meter.Release(room) // only what is kept counts
		if name, ok := strings.CutPrefix(item, "!"); ok {
			x.req.Unsetenv(name)
			x.logServer(5, "unsetting env variable '", name, "'")
			x.trace(httpd.Event{Kind: httpd.EventEnv, Detail: httpd.EventUnset, At: p.At, Name: name})
			continue
		}
		name, value, _ := strings.Cut(item, ":")
		if old, ok := x.req.Getenv(name); ok {
			x.run.Meter.Refund(len(old)) // Rounds of [N] set the same variable again.
		}
		if !x.run.Charge(len(value)) {
			return
		}
		x.req.Setenv(name, value)
		x.logServer(5, "setting env variable '", name, "' to '", value, "'")
		x.trace(httpd.Event{Kind: httpd.EventEnv, At: p.At, Name: name, Output: value})
	}
}

// forceType applies the T and H flags.
func (x *rewriting) forceType(a *rewriteAction) {
	if a.effects == nil {
		return
	}
	if t := a.effects.contentType; t != nil {
		if t := x.run.Expand(t, x.escape(a)); t != "" {
			x.req.ForcedType = apr.Lower(t)
			x.log(2, "remember ", x.req.Filename.Text, " to have MIME-type '", x.req.ForcedType, "'")
		}
	}
	if h := a.effects.handler; h != nil {
		if h := x.run.Expand(h, x.escape(a)); h != "" {
			x.req.ForcedHand = apr.Lower(h)
			x.log(2, "remember ", x.req.Filename.Text, " to have Content-handler '", x.req.ForcedHand, "'")
		}
	}
}
