package isapi

import (
	"net/textproto"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// action is what a rule does once it matched.
type action struct {
	format   *rules.Template
	status   int    // of a redirect or another answer, 0 for none
	redirect bool   // the status is that of a redirect
	header   string // the field that a RewriteHeader sets, "" for other rules
	forward  bool   // the URL is another server's
	appends  bool   // the query that the client sent
	keeps    bool   // IIRF: the next rules see the URL as it was
	records  bool   // the handler sees what the client asked for
	normal   bool   // ISAPI_Rewrite 2: the pattern sees the URL without escapes
	upper    bool   // the result is in capital letters
	lower    bool
	dash     bool // IIRF: the replacement is "-"
}

// action compiles what n does, nil if that is not run.
func (c *compiler) action(n *isapi.Rule) *action {
	a := &action{
		forward: n.Kind == isapi.RuleProxy || n.Has("P"), appends: n.Has("QSA"), keeps: n.Has("NI"),
		normal: n.Has("O"), upper: n.Has("CU"), lower: n.Has("CL"), dash: n.Format.Text == "-",
	}
	if c.set.dialect == isapi.Rewrite2 {
		a.records = true
		a.format = c.boostTemplate(n.Parts)
		if c.formatPrefix != "" && n.Kind == isapi.RuleRewrite {
			a.format.Parts = append([]rules.Part{{Text: c.formatPrefix}}, a.format.Parts...)
		}
	} else {
		a.records = n.Has("U")
		a.format = c.iirfTemplate(n.Parts, n.Format.Text)
	}
	if n.Has("PH") {
		c.report(parser.Warning, httpd.CodeUnsupported, n.Extent, "Options.PreserveHost of package rewrite does it for all that is forwarded", "the flag PH is not supported")
	}
	switch {
	case n.Has("F") && c.set.dialect == isapi.Rewrite2, n.Has("NF"):
		a.status = 404
	case n.Has("F"):
		a.status = 403
	case n.Has("G"):
		a.status = 410
	case n.Status != 0:
		a.status, a.redirect = n.Status, true
	}
	if n.Kind == isapi.RuleHeader {
		a.header = textproto.CanonicalMIMEHeaderKey(strings.TrimSuffix(n.Target.Text, ":"))
		if strings.EqualFold(a.header, "method") {
			c.report(parser.Error, httpd.CodeUnsupported, n.Extent, "", "RewriteHeader of %s is not supported", n.Target.Text)
			return nil
		}
	}
	return a
}

// SubjectOf returns what the pattern of a rule is matched with that looks at a header
// field, or at the URL without escapes.
func (a *action) SubjectOf(r *rules.Run) string {
	x := runOf(r)
	if a.header != "" {
		s, _ := x.req.Header(a.header)
		return s
	}
	return normalized(x.Subject())
}

// Apply does what the rule p asks for.
func (a *action) Apply(r *rules.Run, p *rules.Rule) rules.Verdict {
	x := runOf(r)
	x.rule, x.req.Eval.Rule = p.At, p.At
	x.decodes = x.decodes || a.normal || x.set.dialect == isapi.IIRF && !x.set.raw
	if a.status != 0 && !a.redirect {
		x.status = a.status
		return rules.Stop
	}
	target := a.expand(x)
	if r.Budget.Failed() {
		return rules.Stop
	}
	if a.header != "" {
		x.req.SetHeader(a.header, urltext.WithoutControls(target))
		x.trace(httpd.Event{Kind: httpd.EventEnv, At: p.At, Name: a.header, Output: target})
		return rules.Proceed
	}
	x.trace(httpd.Event{Kind: httpd.EventRewrite, At: p.At, Input: r.Subject, Output: target})
	if len(target) > 2*x.req.MaxLine() {
		x.req.Eval.Fail(httpd.LimitExceeded(p.At, "the rewritten URL is too long"))
		return rules.Stop
	}
	x.req.Eval.Substituted = true
	switch {
	case a.redirect:
		x.req.Location, x.status = absolute(x.req, target), a.status
		return rules.Stop
	case a.forward:
		x.result, x.forward, x.recorded = target, true, x.recorded || a.records
		return rules.Stop
	}
	x.result, x.recorded = target, x.recorded || a.records
	if a.dash {
		x.result = "" // what the client asked for
	}
	if !a.keeps {
		x.uri = target
	}
	return rules.Proceed
}

// expand returns the new URL, or the value of the field.
func (a *action) expand(x *run) string {
	s := x.rules.Expand(a.format, nil)
	switch {
	case a.lower:
		s = strings.ToLower(s)
	case a.upper:
		s = strings.ToUpper(s)
	}
	if a.appends && x.req.Args.Text != "" {
		mark := "?"
		if strings.Contains(s, "?") {
			mark = "&"
		}
		s += mark + x.req.Args.Text
	}
	if a.header != "" || a.dash {
		return s
	}
	if base := x.set.base; base != "" && (!a.redirect || strings.HasPrefix(s, "/")) && !a.forward && strings.HasPrefix(strings.ToLower(x.uri), strings.ToLower(base)) {
		if strings.HasSuffix(base, "/") {
			s = strings.TrimPrefix(s, "/")
		}
		s = base + s
	}
	return s
}

// absolute returns a URL as it stands in Location.
func absolute(s *httpd.Request, url string) string {
	if urltext.SchemeLen(url) == 0 {
		if !strings.HasPrefix(url, "/") {
			url = "/" + url
		}
		url = servervar.Origin(s) + url
	}
	return urltext.Safe(url)
}
