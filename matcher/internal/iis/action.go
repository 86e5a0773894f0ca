package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// action is what a rule does once it matched.
type action struct {
	kind    webconfig.ActionType
	global  bool // it may set any server variable
	appends bool // the query
	decoded bool // what its conditions look at may have been decoded
	code    int32
	sub     int32
	url     *rules.Template
	answer  *answer // of a custom response, nil for other actions
	sets    []assignment
}

// answer is the text of a custom response.
type answer struct{ reason, text *rules.Template }

// assignment sets a server variable.
type assignment struct {
	name    string // as variableName returns it
	value   *rules.Template
	replace bool
}

// action compiles what n does.
func (c *compiler) action(n *webconfig.Rule, global bool) *action {
	a := &action{global: global, appends: true}
	if n.Variables != nil {
		for _, v := range n.Variables.Nodes {
			if v, ok := v.(*webconfig.Variable); ok {
				a.sets = append(a.sets, assignment{variableName(v.Name.Value), c.template(&v.Value), v.Replace.Value})
			}
		}
	}
	if n.Action == nil {
		return a
	}
	a.kind, a.appends = n.Action.Type.Value, n.Action.AppendQueryString.Value
	switch a.kind {
	case webconfig.ActionRewrite:
		a.url = c.template(&n.Action.URL)
	case webconfig.ActionRedirect:
		a.url, a.code = c.template(&n.Action.URL), int32(n.Action.RedirectType.Value) //nolint:gosec // a status
	case webconfig.ActionCustomResponse:
		a.code, a.sub = int32(n.Action.StatusCode.Value), int32(n.Action.SubStatusCode.Value) //nolint:gosec // the parser bounds them
		a.answer = &answer{c.template(&n.Action.StatusReason), c.template(&n.Action.StatusDescription)}
	case webconfig.ActionNone, webconfig.ActionAbortRequest:
	}
	return a
}

// templates returns the templates of a.
func (a *action) templates() []*rules.Template {
	var all []*rules.Template
	if a.url != nil {
		all = append(all, a.url)
	}
	if a.answer != nil {
		all = append(all, a.answer.reason, a.answer.text)
	}
	for i := range a.sets {
		all = append(all, a.sets[i].value)
	}
	return all
}

// Apply does what the rule p asks for.
func (a *action) Apply(r *rules.Run, p *rules.Rule) rules.Verdict {
	x := runOf(r)
	if !a.assign(x, p) || r.Budget.Failed() {
		return rules.Stop
	}
	e := x.req.Eval
	if a.kind != webconfig.ActionNone || !e.Rule.IsValid() {
		e.Rule = p.At
	}
	switch a.kind {
	case webconfig.ActionNone:
		return rules.Proceed
	case webconfig.ActionRewrite:
		if !a.rewrite(x, p) || r.Budget.Failed() {
			return rules.Stop
		}
		return rules.Proceed
	case webconfig.ActionRedirect:
		a.redirect(x)
	case webconfig.ActionCustomResponse:
		x.status = int(a.code)
		x.req.Custom = &httpd.Custom{
			SubStatus: int(a.sub), Reason: urltext.WithoutControls(r.Expand(a.answer.reason, nil)), Text: r.Expand(a.answer.text, nil), Given: true,
		}
	case webconfig.ActionAbortRequest:
		x.status = abortStatus
		x.req.Custom = &httpd.Custom{Abort: true}
	}
	return rules.Stop
}

// abortStatus is answered by a caller that can't close the connection.
const abortStatus = 403

// expandURL expands the URL of the action and divides it.
func (a *action) expandURL(x *run) (path, query string, hasQuery bool) {
	x.makesURL = true
	target := x.rules.Expand(a.url, nil)
	x.makesURL = false
	if x.rules.Traced {
		x.trace(httpd.Event{Kind: httpd.EventRewrite, At: x.rules.Rule.At, Input: x.rules.Subject, Output: target})
	}
	return strings.Cut(strings.Trim(target, " \t\r\n"), "?")
}

// joinQuery returns a query with the request's behind it, if the action appends that.
func (a *action) joinQuery(x *run, query string, hasQuery bool) (string, bool) {
	switch {
	case !a.appends || x.query == "":
		return query, hasQuery
	case query == "":
		return x.query, true
	}
	return query + "&" + x.query, true
}

// rewrite makes what the action says the URL of the request. It reports whether that
// can be done.
func (a *action) rewrite(x *run, p *rules.Rule) bool {
	path, query, hasQuery := a.expandURL(x)
	query, hasQuery = a.joinQuery(x, query, hasQuery)
	path, _, _ = strings.Cut(path, "#")
	forward := ""
	if n := urltext.SchemeLen(path); n > 0 {
		forward, path = path[:n], path[n:]
		if path == "" {
			path = "/"
		}
	}
	if !strings.HasPrefix(path, "/") {
		path = x.prefix + path
	}
	decoded, ok := urltext.Decode(path)
	if !ok {
		x.status = x.req.Refuse(400, httpd.CodeUnsafeRewrite, p.At, "", "the rule made %s, which can't be decoded", httpd.Clipped(path))
		return false
	}
	if most := x.req.MaxLine(); len(decoded)+len(query) > 2*most {
		x.status = 500
		x.req.Eval.Fail(httpd.LimitExceeded(p.At, "the rewritten URL is too long"))
		return false
	}
	x.path, x.query, x.hasQuery, x.forward, x.rewritten = decoded, urltext.Safe(query), hasQuery, forward, true
	x.req.Eval.Substituted = true
	return true
}

// redirect answers with the URL that the action says.
func (a *action) redirect(x *run) {
	path, query, hasQuery := a.expandURL(x)
	fragment := ""
	if hasQuery {
		var has bool
		if query, fragment, has = strings.Cut(query, "#"); has {
			fragment = "#" + fragment
		}
	} else if i := strings.IndexByte(path, '#'); i >= 0 {
		path, fragment = path[:i], path[i:]
	}
	query, hasQuery = a.joinQuery(x, query, hasQuery)
	if hasQuery {
		path += "?" + query
	}
	x.answer(path+fragment, int(a.code))
}

// answer redirects the client to a URL, which is relative to the place of the rules.
func (x *run) answer(url string, status int) {
	x.req.Location, x.status = x.absolute(url), status
	x.req.Eval.Substituted = true
}

// absolute returns a URL as it stands in Location.
func (x *run) absolute(url string) string {
	switch {
	case urltext.SchemeLen(url) > 0 || strings.HasPrefix(url, "mailto:"):
	case strings.HasPrefix(url, "//"):
		url = x.req.Scheme() + ":" + url
	case strings.HasPrefix(url, "/"):
		url = servervar.Origin(x.req) + url
	default:
		url = servervar.Origin(x.req) + x.prefix + url
	}
	return urltext.Safe(url)
}

// assign sets the server variables of the rule p. It reports whether it may.
func (a *action) assign(x *run, p *rules.Rule) bool {
	for i := range a.sets {
		set := &a.sets[i]
		if !a.global && !x.site.allowed[set.name] {
			x.req.Custom = &httpd.Custom{SubStatus: 50}
			x.status = x.req.Refuse(500, httpd.CodeNotAllowed, p.At, "add it to allowedServerVariables of the server",
				"the rule sets the server variable %s, which the server does not allow", set.name)
			return false
		}
		text, decoded := x.measure(set.value)
		value := urltext.WithoutControls(text)
		if len(decoded) > 0 && len(value) != len(text) {
			decoded = []span{all(value)}
		}
		x.assign(set, value, decoded)
		if x.rules.Budget.Failed() {
			return false
		}
	}
	return true
}

// assign sets a server variable: a field of the request or of the response, or what only
// rules and scripts see.
func (x *run) assign(set *assignment, value string, decoded []span) {
	e := x.req.Eval
	if !e.Charge(len(set.name) + len(value)) {
		return
	}
	e.Trace(x.req, httpd.Event{Kind: httpd.EventEnv, At: x.rules.Rule.At, Name: set.name, Output: value})
	switch {
	case strings.HasPrefix(set.name, "RESPONSE_"):
		if name := servervar.HeaderName(set.name[len("RESPONSE_"):]); apr.IsToken(name) {
			e.Later = append(e.Later, responseField{name, value, set.replace})
		}
		return
	case strings.HasPrefix(set.name, "HTTP_") && !isVariable(set.name):
		if x.setHeader(servervar.HeaderName(set.name[len("HTTP_"):]), value, set.replace) {
			x.noteDecoded(set.name, decoded)
		}
		return
	}
	if _, there := x.vars[set.name]; there && !set.replace {
		return
	}
	if x.vars == nil {
		x.vars = map[string]string{}
	}
	x.vars[set.name] = value
	x.noteDecoded(set.name, decoded)
	x.req.Setenv(set.name, value)
}

// setHeader sets a field of the request's header, unless it is there and is not to be
// replaced; "" removes it. It reports whether it did.
func (x *run) setHeader(name, value string, replace bool) bool {
	if old, _ := x.req.Header(name); old != "" && !replace {
		return false
	}
	x.req.SetHeader(name, value)
	return true
}

// noteDecoded notes which parts of the value that a variable was set to were decoded.
func (x *run) noteDecoded(name string, decoded []span) {
	if len(decoded) == 0 {
		delete(x.decoded, name)
		return
	}
	if x.decoded == nil {
		x.decoded = map[string][]span{}
	}
	x.decoded[name] = decoded
}
