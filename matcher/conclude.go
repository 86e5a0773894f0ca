package matcher

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// conclude makes res what a asks for.
func (e *evaluation) conclude(res *Result, a *answer) {
	s := a.last
	*res = Result{
		Status: sentStatus(s.status), Path: s.uri, Query: s.args.Text, HasQuery: s.args.OK,
		Forward: Forward{Env: s.environ()},
		View: View{
			URI: s.uri, Filename: s.filename.Text, PathInfo: s.pathInfo.Text, HasPathInfo: s.pathInfo.OK, ScriptURL: s.scriptURL.Text,
			Scheme: s.scheme(), ServerName: s.serverNameForURL(), ServerPort: s.serverPort(),
			RemoteHost: s.resultName(), Redirects: s.redirects(),
		},
		Rule: e.rule,
	}
	if e.reason != nil || e.failure != nil {
		res.Reason = e.because()
	}
	if a.by != nil {
		res.answer(a)
	} else {
		res.serve(s)
	}
}

// sentStatus is the status that a client sees. A rule whose R has a word that is
// no status can leave none behind, and what is served then bears that of an
// error.
func sentStatus(status int) int {
	if status == 0 {
		return 500
	}
	return status
}

// strip makes res a bare 500: not even the header of an error may be sent.
func (res *Result) strip() {
	*res = Result{
		Action: Respond, Status: 500, Path: res.Path, Query: res.Query, HasQuery: res.HasQuery,
		Response: Response{answered: true}, Forward: Forward{Env: res.Env},
		View: res.View, Reason: res.Reason, Rule: res.Rule,
	}
}

// unsendable names what makes a header that may not be sent, "" if it may. What
// directives make of a header is looked at only where one of their names or
// values can't stand in every header.
func unsendable(res *Result) string {
	if field := unsafeField(res); field != "" || res.plan == nil {
		return field
	}
	if res.plan.unsure && !res.CompleteHeader(map[string][]string{"Content-Type": {"text/html"}}, res.Status) {
		return "what a Header directive makes"
	}
	return ""
}

// environ returns the environment as a map, nil if it is empty.
func (s *state) environ() map[string]string {
	if len(s.env.Entries) == 0 {
		return nil
	}
	m := make(map[string]string, len(s.env.Entries))
	for _, e := range s.env.Entries {
		m[e.Name] = e.Value
	}
	return m
}

// answer makes res a redirect or an answer with a status.
func (res *Result) answer(a *answer) {
	s := a.by
	res.Action, res.Status = Respond, sentStatus(s.status)
	res.Response = Response{SetCookies: s.eval.cookies, answered: true}
	if isRedirect(s.status) {
		res.Location = s.location
		if res.Location != "" {
			res.Action = Redirect
		}
	}
	if s.status == 204 || s.status == 304 || a.bare && s.status == 200 {
		res.Vary = distinct(s.vary) // these keep the header of a success
	}
	if a.bare {
		res.Trace = s.method == "TRACE" && s.status == 200
		return
	}
	if kind, text := s.errorDocument(s.status); kind == documentText {
		res.Text = text
	}
	res.plan = s.plan(true)
}

// serve makes res pass, rewrite or proxy the request.
func (res *Result) serve(s *state) {
	s.runFirst(s.eval.engine.phases.handler)
	res.Response = s.response()
	res.Content = Content{
		Handler: s.handler, NoFile: s.noFile, RunBy: s.runBy, ContentType: s.contentType, TypeByRule: s.forcedType != "",
	}
	res.RequestHeader, res.RequestHeaderSet, res.BodyLimit = s.headersIn, s.headersSet, s.bodyLimit()
	if s.isProxy() {
		res.Action = Proxy
		res.Backend = Backend{
			ProxyURL: strings.TrimPrefix(s.filename.Text, proxyPrefix), ProxySocket: s.socket, ProxyVerbatim: s.noCanon,
		}
		return
	}
	res.Path, res.Root = s.servedPath(), s.publicRoot()
	first := s
	for first.prev != nil {
		first = first.prev
	}
	if s.method != first.method {
		res.Method = s.method
	}
	if s.eval.substituted && (res.Path != first.asked || s.args != first.askedQuery) {
		res.Action = Rewrite
	}
}

// servedPath returns the URL-path under which the file that the request maps
// to would be asked for.
func (s *state) servedPath() string {
	path := s.filename.Text + s.pathInfo.Text
	if s.unmapped {
		return path
	}
	rest, ok := strings.CutPrefix(path, s.server.documentRoot)
	if s.server.rooted && ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	if s.mappedByRule {
		return path // it has no URL, but the one asked for is not served either
	}
	return s.uri
}

// distinct removes repeated names from a Vary header and joins the others as
// httpd sends them. An expression can bring in names that are none.
func distinct(vary string) string {
	if vary == "" || apr.IsToken(vary) {
		return vary
	}
	var list distinctNames
	list.addAll(vary, func(r rune) bool { return r == ',' || r < 0x80 && apr.IsSpace(byte(r)) })
	return strings.Join(list.names, ",")
}

// distinctNames is a list of names without repetitions, in whatever case.
type distinctNames struct {
	names []string
	known map[string]bool // in lower case; nil while the list is short
}

// shortList is how many names are looked through one by one.
const shortList = 16

func (d *distinctNames) add(name string) {
	if len(d.names) < shortList {
		if !slices.ContainsFunc(d.names, func(n string) bool { return uri.EqualFold(n, name) }) {
			d.names = append(d.names, name)
		}
		return
	}
	if d.known == nil {
		d.known = map[string]bool{}
		for _, n := range d.names {
			d.known[apr.Lower(n)] = true
		}
	}
	if lower := apr.Lower(name); !d.known[lower] {
		d.known[lower] = true
		d.names = append(d.names, name)
	}
}

// addAll adds the names of a list that separators divide.
func (d *distinctNames) addAll(list string, separator func(rune) bool) {
	for name := range strings.FieldsFuncSeq(list, separator) {
		d.add(name)
	}
}

// unsafeField names a field that rules and directives make and that may not be
// sent, "" if there is none.
func unsafeField(res *Result) string {
	switch {
	case !safeHeader(res.Location):
		return "Location"
	case !safeHeader(res.Vary):
		return "Vary"
	case !safeHeader(res.ContentType):
		return "Content-Type"
	}
	for _, c := range res.SetCookies {
		if !safeHeader(c) {
			return "Set-Cookie"
		}
	}
	return ""
}

func safeHeader(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
