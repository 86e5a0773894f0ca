package matcher

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// conclusion is how an evaluation ends: with what a handler makes of the last
// request, or with a status.
type conclusion struct {
	last *state // the last request
	by   *state // the request whose status is the answer, nil if the last is served
	bare bool   // the response is httpd's own, and nothing is added to it
}

// answer is a conclusion and what there is to say of it.
type answer struct {
	conclusion

	response   response
	text       string // the page that ErrorDocument gives
	path       string // the URL-path that is served
	serverName string // for URLs of this server
	remoteHost string // "" if it is not known
}

// complete says of the answer what is not said by its requests.
func (a *answer) complete() {
	s := a.last
	a.text, a.path, a.serverName, a.remoteHost = "", s.uri, s.serverNameForURL(), s.resultName()
	if a.by != nil {
		a.refuse()
		return
	}
	s.runFirst(&s.eval.engine.phases.handler)
	s.respond(&a.response)
	if !s.isProxy() {
		a.path = s.servedPath()
	}
}

// refuse completes an answer with a status.
func (a *answer) refuse() {
	s := a.by
	a.response = response{SetCookies: s.eval.cookies, answered: true}
	if isRedirect(s.status) {
		a.response.Location = s.location
	}
	if s.status == 204 || s.status == 304 || a.bare && s.status == 200 {
		a.response.Vary = distinct(s.vary) // these keep the header of a success
	}
	if a.bare {
		return
	}
	if kind, text := s.errorDocument(s.status); kind == documentText {
		a.text = text
	}
	a.response.plan = s.plan(true)
}

// strip makes a bare 500 of the answer: not even the header of an error may be sent.
func (a *answer) strip() {
	a.by, a.bare, a.text, a.response = a.last, true, "", response{answered: true}
	a.last.status, a.last.method = 500, ""
}

// unsendable names what makes a header that may not be sent, "" if it may. What
// directives make of a header is looked at only where one of their names or
// values can't stand in every header.
func (a *answer) unsendable() string {
	r := &a.response
	if field := a.unsafeField(); field != "" || r.plan == nil {
		return field
	}
	if r.plan.unsure && !r.completeHeader(map[string][]string{"Content-Type": {"text/html"}}, a.status()) {
		return "what a Header directive makes"
	}
	return ""
}

// unsafeField names a field that rules and directives make and that may not be
// sent, "" if there is none.
func (a *answer) unsafeField() string {
	switch {
	case !safeHeader(a.response.Location):
		return "Location"
	case !safeHeader(a.response.Vary):
		return "Vary"
	case a.by == nil && !safeHeader(a.last.contentType):
		return "Content-Type"
	}
	if slices.ContainsFunc(a.response.SetCookies, func(c string) bool { return !safeHeader(c) }) {
		return "Set-Cookie"
	}
	return ""
}

// status is the status that the client sees. A rule whose R has a word that is
// no status can leave none behind, and what is served then bears that of an
// error.
func (a *answer) status() int {
	s := a.last
	if a.by != nil {
		s = a.by
	}
	if s.status == 0 {
		return 500
	}
	return s.status
}

// client returns the request as the client sent it, of which the last one came.
func (a *answer) client() *state {
	first := a.last
	for first.prev != nil {
		first = first.prev
	}
	return first
}

// rewritten reports whether another path or query is served than was asked for.
func (a *answer) rewritten() bool {
	s, first := a.last, a.client()
	return s.eval.substituted && (a.path != first.asked || s.args != first.askedQuery)
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

func safeHeader(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
