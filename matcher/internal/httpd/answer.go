package httpd

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// conclusion is how an evaluation ends: with what a handler makes of the last
// request, or with a status.
type conclusion struct {
	Last *Request // the last request
	By   *Request // the request whose status is the answer, nil if the last is served
	Bare bool     // the response is httpd's own, and nothing is added to it
}

// Answer is a conclusion and what there is to say of it.
type Answer struct {
	conclusion

	Response   Response
	CGI        *CGI    // nil unless a script may be run
	Text       string  // the page that ErrorDocument gives
	Custom     *Custom // what rules of another dialect say of it; nil for nothing
	Path       string  // the URL-path that is served
	ServerName string  // for URLs of this server
	RemoteHost string  // "" if it is not known
}

// complete says of the answer what is not said by its requests.
func (a *Answer) complete() {
	s := a.Last
	a.CGI, a.Custom, a.Text, a.Path, a.ServerName, a.RemoteHost = nil, nil, "", s.URI, s.serverNameForURL(), s.resultName()
	if a.By != nil {
		a.refuse()
		return
	}
	if handlers := &s.Eval.Engine.phases.Handler; s.left(handlers.All) != 0 {
		s.runFirst(handlers)
	}
	if s.Eval.Engine.World.CGI && !s.IsProxy() {
		a.CGI = s.cgi()
	}
	s.respond(&a.Response)
	if !s.IsProxy() {
		a.Path = s.servedPath()
	}
}

// refuse completes an answer with a status.
func (a *Answer) refuse() {
	s := a.By
	a.Response = Response{SetCookies: s.Eval.Cookies, Answered: true}
	if IsRedirect(s.Status) {
		a.Response.Location = s.Location
	}
	if keepsHeader(s.Status) || a.Bare && s.Status == 200 {
		a.Response.Vary = s.sentVary()
	}
	if a.Bare {
		return
	}
	if kind, text := s.errorDocument(s.Status); kind == documentText {
		a.Text = text
	}
	if a.Custom = s.Custom; a.Custom != nil && a.Custom.Text != "" {
		a.Text = a.Custom.Text
	}
	a.Response.Plan = s.plan(true)
}

// strip makes a bare 500 of the answer: not even the header of an error may be sent.
func (a *Answer) strip() {
	a.By, a.Bare, a.Text, a.Response = a.Last, true, "", Response{Answered: true}
	a.Last.Status = 500
}

// unsendable names what makes a header that may not be sent, "" if it may. What
// directives make of a header is looked at only where one of their names or
// values can't stand in every header.
func (a *Answer) unsendable() string {
	r := &a.Response
	if r.Location == "" && r.Vary == "" && a.Last.ContentType == "" && len(r.SetCookies) == 0 && r.Plan == nil {
		return "" // as for most requests
	}
	if field := a.unsafeField(); field != "" || r.Plan == nil {
		return field
	}
	if r.Plan.Unsure {
		if _, ok := r.CompleteHeader(map[string][]string{"Content-Type": {"text/html"}}, a.Status(), false); !ok {
			return "what a Header directive makes"
		}
	}
	return ""
}

// unsafeField names a field that rules and directives make and that may not be
// sent, "" if there is none.
func (a *Answer) unsafeField() string {
	switch {
	case !SafeHeader(a.Response.Location):
		return "Location"
	case !SafeHeader(a.Response.Vary):
		return "Vary"
	case a.By == nil && !SafeHeader(a.Last.ContentType):
		return "Content-Type"
	}
	if slices.ContainsFunc(a.Response.SetCookies, func(c string) bool { return !SafeHeader(c) }) {
		return "Set-Cookie"
	}
	return ""
}

// Status is the status that the client sees. A rule whose R has a word that is
// not a status can leave none behind, and what is served then bears that of an
// error.
func (a *Answer) Status() int {
	s := a.Last
	if a.By != nil {
		s = a.By
	}
	if s.Status == 0 {
		return 500
	}
	return s.Status
}

// Client returns the request as the client sent it, of which the last one came.
func (a *Answer) Client() *Request {
	first := a.Last
	for first.Prev != nil {
		first = first.Prev
	}
	return first
}

// Rewritten reports whether another path or query is served than was asked for.
func (a *Answer) Rewritten() bool {
	s, first := a.Last, a.Client()
	return s.Eval.Substituted && (a.Path != first.asked || s.Args != first.askedQuery)
}

// Environ returns the environment as a map, nil if it is empty.
func (s *Request) Environ() map[string]string {
	if len(s.Env.Entries) == 0 {
		return nil
	}
	m := make(map[string]string, len(s.Env.Entries))
	for _, e := range s.Env.Entries {
		m[e.Name] = e.Value
	}
	return m
}

// servedPath returns the URL-path under which the file that the request maps
// to would be asked for.
func (s *Request) servedPath() string {
	path := s.Filename.Text
	if info := s.PathInfo.Text; info != "" {
		path += info
	}
	if s.unmapped {
		return path
	}
	rest, ok := strings.CutPrefix(path, s.Server.DocumentRoot)
	if s.Server.Rooted && ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	if s.MappedByRule {
		return path // it has no URL, but the one asked for is not served either
	}
	return s.URI
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

// SafeHeader reports whether v may be the value of a header field: it holds no
// control character but tabs.
func SafeHeader(v string) bool { return v == "" || isSafe(v) }

// isSafe is SafeHeader for any value.
func isSafe(v string) bool {
	v = v[uri.Printable(v):]
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
