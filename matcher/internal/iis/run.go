package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/winname"
)

// run takes a request through the rules of a site.
type run struct {
	rules rules.Run
	req   *httpd.Request
	site  *site

	path      string // the URL-path as it is now, decoded
	query     string // and the query
	hasQuery  bool
	rewritten bool              // by a rule
	forward   string            // scheme and host that the request goes to, "" for this server
	vars      map[string]string // that rules set, by their names in upper case
	decoded   map[string][]span // of variables that rules set, the parts that were decoded

	level    *level // whose rules are run
	prefix   string // the URL-path of its place
	makesURL bool   // a URL is expanded
	status   int    // what the rules answer with, 0 for nothing
}

// newRun begins a run for s, for which the evaluation keeps one.
func newRun(s *httpd.Request, site *site) *run {
	e := s.Eval
	x, ok := e.Scratch.(*run)
	if !ok {
		x = new(run)
		e.Scratch = x
	}
	x.req, x.site, x.path, x.query, x.hasQuery = s, site, s.URI, s.Args.Text, s.Args.OK
	r := &x.rules
	r.Host, r.Budget, r.Meter, r.Traced, r.Rounds = x, e, &e.Meter, e.Step != nil, e.Engine.Limits.Rounds
	return x
}

// Clear drops what refers to the request; buffers stay.
func (x *run) Clear() {
	x.rules.Clear() // by itself, as it is large
	x.req, x.site, x.level, x.vars, x.decoded = nil, nil, nil, nil, nil
	x.path, x.query, x.forward, x.prefix = "", "", "", ""
	x.hasQuery, x.rewritten, x.makesURL, x.status = false, false, false, 0
}

// runOf returns the run that r is a part of.
func runOf(r *rules.Run) *run {
	return r.Host.(*run) //nolint:forcetypeassert // only its templates hold parts of web.config
}

// all runs the levels of a set. A rule that stops ends the set.
func (x *run) all(levels []*level) {
	for _, l := range levels {
		x.level, x.prefix = l, l.prefix(x.req.Server)
		if _, ok := below(x.path, x.prefix); !ok {
			continue // rules of a folder above led out of it
		}
		if x.rules.Traced {
			x.trace(httpd.Event{Kind: httpd.EventStart, Input: x.Subject()})
		}
		switch x.rules.All(l.list) {
		case rules.Finished:
		case rules.Ended, rules.Stopped:
			return
		case rules.Looped, rules.Failed:
			x.status = 500
			return
		}
	}
}

// below returns what is of path below the folder whose path is prefix, which ends in a
// slash: "" for the folder itself. ok is false if path leads elsewhere, also as Windows
// understands names.
func below(path, prefix string) (rest string, ok bool) {
	switch {
	case strings.HasPrefix(path, prefix), uri.HasPrefixFold(path, prefix):
		return path[len(prefix):], true
	case len(path) == len(prefix)-1 && uri.HasPrefixFold(prefix, path):
		return "", true
	}
	for prefix != "" {
		if path == "" {
			return "", false
		}
		var segment, name string
		segment, path = cutSegment(path)
		name, prefix = cutSegment(prefix)
		if !winname.Is(winname.Plain(segment), winname.Plain(name)) {
			return "", false
		}
	}
	return path, true
}

// Subject returns the path below the place of the rules.
func (x *run) Subject() string {
	rest, ok := below(x.path, x.prefix)
	if !ok { // a rule led out of the folder
		return strings.TrimPrefix(x.path, "/")
	}
	return rest
}

// LookupMap is not called: maps are values here.
func (x *run) LookupMap(*rules.MapCall, string) (string, bool) { return "", false }

// fits reports whether there is room for what is made of s.
func (x *run) fits(s string) bool { return x.req.Eval.Fits(rules.EscapeGrowth * len(s)) }

// TriedRule, TriedCond, Matched and Restarts trace what a run does.
func (x *run) TriedRule(p *rules.Rule, subject string, matched bool) {
	x.trace(httpd.Event{Kind: httpd.EventRule, At: p.At, Name: p.Text, Input: subject, Matched: matched})
}

// TriedCond traces a condition.
func (x *run) TriedCond(c *rules.Cond, input string, holds bool) {
	x.trace(httpd.Event{Kind: httpd.EventCond, At: c.At, Name: c.Text, Input: input, Matched: holds})
}

// Matched traces a rule.
func (x *run) Matched(p *rules.Rule) { x.trace(httpd.Event{Kind: httpd.EventMatched, At: p.At}) }

// Restarts is not called: rules are tried once.
func (x *run) Restarts(*rules.Rule) {}

func (x *run) trace(ev httpd.Event) {
	if x.rules.Traced && x.level != nil && !x.level.isURL {
		ev.Dir = x.level.dir
	}
	x.req.Eval.Trace(x.req, ev)
}
