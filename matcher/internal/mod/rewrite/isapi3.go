package rewrite

import (
	"net/textproto"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// What ISAPI_Rewrite 3 has beside mod_rewrite.

// ISAPI3 has the directives of ISAPI_Rewrite 3 that are not rules.
func ISAPI3() *httpd.Module {
	return &httpd.Module{Name: "isapi_rewrite3", Commands: []httpd.Command{
		{Name: "RewriteCompatibility2", Place: httpd.OverrideFileInfo, Set: applyCompatibility2, Inert: true},
		{Name: "RepeatLimit", Place: httpd.OverrideFileInfo, Set: applyRepeatLimit, Inert: true},
	}}
}

func applyCompatibility2(sc *httpd.Scope, n *parser.Directive) {
	if !strings.EqualFold(strings.TrimSpace(n.Text), "off") {
		sc.Report(parser.Error, httpd.CodeUnsupported, n.Extent, "put the rules of version 2 into an httpd.ini", "RewriteCompatibility2 is not supported: patterns see the path, decoded and without its query")
	}
}

func applyRepeatLimit(sc *httpd.Scope, n *parser.Directive) {
	sc.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "RepeatLimit has no effect: the limit is that of the engine")
}

// headerOf returns the field that a RewriteHeader is about, "" for another rule.
func headerOf(n *parser.RewriteRule) string {
	return textproto.CanonicalMIMEHeaderKey(strings.TrimSuffix(n.Header.Text, ":"))
}

// SubjectOf returns the value of the field that a RewriteHeader looks at.
func (a *rewriteAction) SubjectOf(r *rules.Run) string {
	x := r.Host.(*rewriting) //nolint:forcetypeassert // only its rules have actions of mod_rewrite
	if a.effects == nil {
		return x.Subject()
	}
	s, _ := x.req.Header(a.effects.header)
	return s
}

// rewriteHeader sets a field of the request's header; an empty value removes it.
func (x *rewriting) rewriteHeader(a *rewriteAction, p *rules.Rule) rules.Verdict {
	name := a.effects.header
	if a.does.has(keepsURL) {
		return rules.Proceed
	}
	target, _ := a.expand(&x.run, x.escape(a))
	target = urltext.WithoutControls(a.inCase(target))
	if x.run.Budget.Failed() {
		return rules.Stop
	}
	x.trace(httpd.Event{Kind: httpd.EventEnv, At: p.At, Name: name, Output: target})
	x.req.SetHeader(name, target)
	return rules.Proceed
}

// inCase returns a URL in the case that CL or CU asks for.
func (a *rewriteAction) inCase(s string) string {
	switch {
	case a.flags.has(parser.FlagLowerCase):
		return strings.ToLower(s)
	case a.flags.has(parser.FlagUpperCase):
		return strings.ToUpper(s)
	}
	return s
}

// foreignVariable returns a server variable of IIS that httpd does not have.
func (x *rewriting) foreignVariable(s *httpd.Request, name string) string {
	name = strings.ToUpper(name)
	switch of, _ := servervar.Of(name); {
	case of != nil:
		return of(s)
	case name == "URL" || name == "URL_PATH_INFO":
		return s.URI
	case strings.HasPrefix(name, "HTTP_"):
		value, _ := s.Header(servervar.HeaderName(name[len("HTTP_"):]))
		return value
	}
	return ""
}
