package isapi

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// run takes a request through the rules.
type run struct {
	rules rules.Run
	req   *httpd.Request
	set   *ruleset

	original string // path and query that the client asked for
	uri      string // what patterns are matched with
	result   string // what the rules made of it, "" for nothing
	rule     parser.Extent
	forward  bool // to another server
	recorded bool // the handler sees what the client asked for
	decodes  bool // a rule that matched had seen the path without escapes
	status   int  // what the rules answer with, 0 for nothing
}

// translate runs the rules on the client's request, once.
func translate(s *httpd.Request) int {
	set := rulesetSlot.Of(s.Eval.Engine.Parts)
	if s.Parent != nil || s.Prev != nil || set.off || !strings.HasPrefix(s.URI, "/") || s.Method == "CONNECT" {
		return httpd.Declined
	}
	if strings.IndexFunc(s.URI, urltext.IsControl) >= 0 {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, parser.Extent{}, "", "the path holds a control character")
	}
	x := newRun(s, set)
	if x.rules.Traced {
		x.trace(httpd.Event{Kind: httpd.EventStart, Input: x.uri})
	}
	switch x.rules.All(set.list) {
	case rules.Failed:
		return 500
	case rules.Finished, rules.Ended, rules.Stopped, rules.Looped:
		// The products stop at their limit with what there is.
	}
	if x.status != 0 {
		return x.status
	}
	return x.conclude()
}

// newRun begins a run for s, for which the evaluation keeps one.
func newRun(s *httpd.Request, set *ruleset) *run {
	e := s.Eval
	x, ok := e.Scratch.(*run)
	if !ok {
		x = new(run)
		e.Scratch = x
	}
	x.req, x.set, x.original = s, set, servervar.Target(s)
	if set.dialect == isapi.IIRF && !set.raw {
		x.original = decoded(s)
	}
	x.uri = x.original
	r := &x.rules
	r.Host, r.Budget, r.Meter, r.Traced, r.Rounds = x, e, &e.Meter, e.Step != nil, set.rounds+1
	return x
}

// decoded returns path and query with escapes resolved.
func decoded(s *httpd.Request) string {
	if !s.Args.OK {
		return s.URI
	}
	return s.URI + "?" + urltext.WithoutControls(urltext.PercentDecoded(s.Args.Text))
}

// normalized returns path and query with the escapes of the path resolved and without
// dot segments.
func normalized(target string) string {
	path, query, has := strings.Cut(target, "?")
	if d, ok := urltext.Decode(path); ok {
		path = d
	}
	if has {
		return path + "?" + query
	}
	return path
}

// Clear drops what refers to the request; buffers stay.
func (x *run) Clear() {
	x.rules.Clear() // by itself, as it is large
	x.req, x.set, x.rule = nil, nil, parser.Extent{}
	x.original, x.uri, x.result = "", "", ""
	x.forward, x.recorded, x.decodes, x.status = false, false, false, 0
}

// runOf returns the run that r is a part of.
func runOf(r *rules.Run) *run {
	return r.Host.(*run) //nolint:forcetypeassert // only its templates hold parts of these dialects
}

// Subject returns what patterns are matched with.
func (x *run) Subject() string {
	if x.set.base != "" && uri.HasPrefixFold(x.uri, x.set.base) {
		return x.uri[len(x.set.base):]
	}
	return x.uri
}

// LookupMap is not called: maps are values here.
func (x *run) LookupMap(*rules.MapCall, string) (string, bool) { return "", false }

// TriedRule traces a rule.
func (x *run) TriedRule(p *rules.Rule, subject string, matched bool) {
	x.trace(httpd.Event{Kind: httpd.EventRule, At: p.At, Name: p.Text, Input: subject, Matched: matched})
}

// TriedCond traces a condition.
func (x *run) TriedCond(c *rules.Cond, input string, holds bool) {
	x.trace(httpd.Event{Kind: httpd.EventCond, At: c.At, Name: c.Text, Input: input, Matched: holds})
}

// Matched traces a rule that matched.
func (x *run) Matched(p *rules.Rule) { x.trace(httpd.Event{Kind: httpd.EventMatched, At: p.At}) }

// Restarts traces that the rules start again.
func (x *run) Restarts(p *rules.Rule) {
	x.trace(httpd.Event{Kind: httpd.EventFlow, Detail: httpd.EventRestart, At: p.At})
}

func (x *run) trace(ev httpd.Event) { x.req.Eval.Trace(x.req, ev) }

// conclude makes what the rules made of the request that which is served.
func (x *run) conclude() int {
	s := x.req
	if x.result == "" {
		return httpd.Declined
	}
	path, query, hasQuery := strings.Cut(x.result, "?")
	path, _, _ = strings.Cut(path, "#")
	n := urltext.SchemeLen(path)
	switch {
	case x.decodes && urltext.PercentDecoded(s.URI) != s.URI:
		// Decoding what the rules made of it would decode it twice.
		s.Custom = &httpd.Custom{SubStatus: 11}
		return s.Refuse(404, httpd.CodeUnsafeRewrite, x.rule, "", "the URL is escaped twice (404.11)")
	case x.forward && n == 0:
		return s.Refuse(400, httpd.CodeUnsafeRewrite, x.rule, "", "%s is not a URL that a request can be forwarded to", httpd.Clipped(x.result))
	case !x.forward && (n > 0 || !strings.HasPrefix(path, "/")):
		return s.Refuse(400, httpd.CodeUnsafeRewrite, x.rule, "", "the rules made %s, which is not a path", httpd.Clipped(x.result))
	}
	origin, path := path[:n], path[n:]
	if path == "" {
		path = "/"
	}
	decoded, ok := urltext.Decode(path)
	if !ok {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, x.rule, "", "the rules made %s, which can't be decoded", httpd.Clipped(x.result))
	}
	s.Args = apr.Optional{Text: urltext.Safe(query), OK: hasQuery}
	if x.recorded {
		s.SetHeader("X-Rewrite-Url", servervar.Target(s))
	}
	if x.forward {
		s.ProxyTo(origin + decoded)
		return 0
	}
	s.URI = decoded
	return httpd.Declined
}
