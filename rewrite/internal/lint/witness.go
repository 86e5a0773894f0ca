package lint

import (
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// witness is a request that shows something, and what has to be on disk for it.
type witness struct {
	method, host, path, query string
	hasQuery, tls             bool
	port                      int // 0 for that of the scheme
	remote                    string
	header                    map[string]string
	files                     map[string]bool // by URL-path; true for a folder
}

// request returns the witness for the engine.
func (w *witness) request() *matcher.Request {
	req := &matcher.Request{
		Method: w.method, Target: w.target(), Host: w.host, RemoteAddr: w.remote, RemotePort: 40000,
		ServerAddr: "192.0.2.1", ServerPort: w.localPort(), Header: map[string][]string{},
	}
	scheme, onOff := "http", "off"
	if w.tls {
		req.TLS, req.TLSName = true, w.host
		req.Env = map[string]string{"HTTPS": "on"}
		scheme, onOff = "https", "on"
	}
	// A proxy in front may say how the client came.
	req.Header["X-Forwarded-Proto"] = []string{scheme}
	req.Header["X-Scheme"] = []string{scheme}
	req.Header["X-Forwarded-Ssl"] = []string{onOff}
	req.Header["X-Forwarded-Https"] = []string{onOff}
	req.Header["Front-End-Https"] = []string{onOff}
	req.Header["X-Forwarded-Port"] = []string{strconv.Itoa(req.ServerPort)}
	req.Header["Cf-Visitor"] = []string{`{"scheme":"` + scheme + `"}`}
	for k, v := range w.header {
		req.Header[headerName(strings.ReplaceAll(strings.ToUpper(k), "-", "_"))] = []string{v}
	}
	return req
}

// target returns the request's target.
func (w *witness) target() string {
	t := (&url.URL{Path: w.path}).EscapedPath()
	if w.hasQuery {
		t += "?" + w.query
	}
	return t
}

// String describes the witness in a message.
func (w *witness) String() string {
	var b strings.Builder
	b.WriteString(w.method)
	b.WriteByte(' ')
	if w.host != ownHost || w.tls {
		b.WriteString("http")
		if w.tls {
			b.WriteByte('s')
		}
		b.WriteString("://" + w.host)
	}
	b.WriteString(w.target())
	for _, name := range []string{"User-Agent", "Referer", "Cookie"} {
		if v, ok := w.header[name]; ok && v != defaultHeader(name) {
			b.WriteString(" (" + name + ": " + v + ")")
		}
	}
	return b.String()
}

func defaultHeader(name string) string {
	if name == "User-Agent" {
		return "Mozilla/5.0"
	}
	return ""
}

// demands is what a rule asks of a request, by what it asks it of.
type demands map[string][][]language.Constraint

func (n demands) add(name string, alternatives ...language.Constraint) {
	n[name] = append(n[name], alternatives)
}

// maxWitnesses is how many requests are made for a rule.
const maxWitnesses = 6

// given are values that variables have in a witness, by name; "path" stands for the
// URL-path.
type given map[string]string

// witnesses returns requests that the rule is for, as far as the text says. They
// may not get to it, or not match what cannot be read: the engine decides.
func (c *checker) witnesses(r *rule, fixed given) []*witness {
	if r.re == nil || unsureRule(r) {
		return nil
	}
	if fixed != nil {
		return c.findWitnesses(r, fixed)
	}
	if _, ok := c.tried[r]; !ok {
		c.tried[r] = c.findWitnesses(r, nil)
	}
	var out []*witness
	for _, w := range c.tried[r] {
		again := *w
		out = append(out, &again)
	}
	return out
}

func (c *checker) findWitnesses(r *rule, fixed given) []*witness {
	choices := 1
	for _, g := range r.groups() {
		choices = min(max(choices, len(g)), 3)
	}
	var out []*witness
	for choice := range choices {
		out = append(out, c.solve(r, choice, fixed)...)
		if len(out) >= maxWitnesses {
			break
		}
	}
	return out[:min(len(out), maxWitnesses)]
}

// unsureRule reports whether the rule depends on what the file does not tell.
func unsureRule(r *rule) bool {
	unsure := hasMap(r.Template) || manyRepeats(r.Regex)
	for _, d := range r.conds {
		unsure = unsure || hasMap(d.Template) || unsureCond(d)
	}
	return unsure
}

// manyRepeats reports whether a pattern has so many repetitions that PCRE gives up on some
// texts, which httpd takes for texts that do not match. The engine does not give up there.
func manyRepeats(pattern string) bool {
	return strings.Count(pattern, "*")+strings.Count(pattern, "+") > 24
}

func hasMap(t *parser.Template) bool {
	for range mapCalls(t) {
		return true
	}
	return false
}

// unsureCond reports whether a condition asks for something that only the server
// knows.
func unsureCond(d *cond) bool {
	if d.Op == parser.CondExpr {
		return false
	}
	env, ok := strings.CutPrefix(d.name, "ENV:")
	return ok && !strings.HasPrefix(env, "REDIRECT_") && env != "HTTPS"
}

// solve returns requests for one choice of alternatives.
func (c *checker) solve(r *rule, choice int, fixed given) []*witness {
	n, tests := c.needsOf(r, choice)
	base := witness{method: "GET", host: ownHost, remote: "198.51.100.7", header: map[string]string{"User-Agent": "Mozilla/5.0"}}
	for name, alternatives := range n {
		if name == "path" || name == "THE_REQUEST" {
			continue
		}
		v, ok := c.value(name, alternatives, fixed)
		if !ok {
			return nil
		}
		base.set(name, v)
	}
	for name, v := range fixed {
		if n[name] == nil && name != "path" && name != "THE_REQUEST" {
			base.set(name, v)
		}
	}
	c.place(r, &base, n)
	var out []*witness
	for _, p := range c.paths(r, n, fixed) {
		w := base
		w.path = p
		w.header = base.header
		if !w.firstLine(n["THE_REQUEST"], n["path"], fixed) {
			continue
		}
		w.files = c.filesFor(r, tests, &w)
		out = append(out, &w)
	}
	return out
}

// needsOf returns what the rule and its conditions ask for, and the file tests.
func (c *checker) needsOf(r *rule, choice int) (demands, []*cond) {
	n := demands{}
	prefix := ""
	if r.scope.perDir() {
		prefix = r.scope.dir
		n.add("path", language.In(language.Must("^"+quote(prefix))))
	}
	n.add("path", language.In(language.Must(`^/[^?#%\x00-\x1f\x7f-\x{10ffff}]*$`)))
	n.add("path", language.NotIn(language.Must(`//|/\.\.?(?:/|$)`)))
	n.add("path", language.Constraint{Pattern: r.re, Not: r.Not, After: prefix})
	var tests []*cond
	for _, g := range r.groups() {
		d := g[choice%len(g)]
		switch {
		case isFileTest(d.Op):
			tests = append(tests, d)
		case d.re == nil:
		case d.name == "REQUEST_URI":
			n.add("path", d.constraint())
		case d.name == "SERVER_NAME":
			n.add("HTTP_HOST", d.constraint())
		case d.name != "":
			n.add(d.name, d.constraint())
		}
	}
	return n, tests
}

func quote(s string) string { return regexp.QuoteMeta(s) }

// candidates are values that a variable is likely to have.
func (c *checker) candidates(name string) []string {
	switch name {
	case "HTTP_HOST":
		return append(c.siteHosts(), "www."+ownHost, "localhost")
	case "HTTPS":
		return []string{"off", "on"}
	case "REQUEST_SCHEME":
		return []string{"http", "https"}
	case "REQUEST_METHOD":
		return []string{"GET", "POST", "HEAD"}
	case "SERVER_PORT":
		return []string{"80", "443", "8080", "8443"}
	case "REMOTE_ADDR":
		return []string{"198.51.100.7", "127.0.0.1"}
	case "HTTP_USER_AGENT":
		return []string{"Mozilla/5.0", ""}
	case "HTTP:X-FORWARDED-PROTO", "HTTP:X-SCHEME":
		return []string{"http", "https"}
	case "HTTP:X-FORWARDED-SSL", "HTTP:FRONT-END-HTTPS", "HTTP:X-FORWARDED-HTTPS", "ENV:HTTPS":
		return []string{"off", "on"}
	}
	return []string{""}
}

// value returns a value that meets all constraints.
func (c *checker) value(name string, all [][]language.Constraint, fixed given) (string, bool) {
	list := c.candidates(name)
	if v, ok := fixed[name]; ok {
		list = []string{v}
	}
	for _, v := range list {
		if meets(v, all) {
			return v, true
		}
	}
	if _, ok := fixed[name]; ok {
		return "", false
	}
	for _, alternatives := range all {
		for _, a := range alternatives {
			if a.Not {
				continue
			}
			for _, v := range a.Samples() {
				if v = strings.ToValidUTF8(v, ""); meets(v, all) && plainValue(v) {
					return v, true
				}
			}
		}
	}
	if domain, _ := values(name); domain != nil {
		all = append(slices.Clone(all), []language.Constraint{language.In(domain)})
	}
	all = append(slices.Clone(all), []language.Constraint{language.In(language.Must(`^[ -~]*$`))})
	v, verdict := language.Find(all...)
	return v, verdict == language.Found
}

func plainValue(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' })
}

func meets(v string, all [][]language.Constraint) bool {
	for _, alternatives := range all {
		if !slices.ContainsFunc(alternatives, func(a language.Constraint) bool { return a.Holds(v) }) {
			return false
		}
	}
	return true
}

// set gives the variable a value.
func (w *witness) set(name, v string) {
	header := func(name string) {
		w.header = maps.Clone(w.header)
		w.header[name] = v
	}
	switch name {
	case "HTTP_HOST":
		w.host = v
		if _, port, ok := strings.Cut(v, ":"); ok {
			w.port, _ = strconv.Atoi(port)
		}
	case "HTTPS", "ENV:HTTPS", "HTTP:X-FORWARDED-SSL", "HTTP:FRONT-END-HTTPS", "HTTP:X-FORWARDED-HTTPS":
		w.tls = w.tls || strings.EqualFold(v, "on")
	case "REQUEST_SCHEME", "HTTP:X-FORWARDED-PROTO", "HTTP:X-SCHEME":
		w.tls = w.tls || strings.EqualFold(v, "https")
	case "HTTP:CF-VISITOR":
		w.tls = w.tls || strings.Contains(v, "https")
	case "REQUEST_METHOD":
		w.method = v
	case "QUERY_STRING":
		w.query, w.hasQuery = v, v != ""
	case "SERVER_PORT":
		w.port, _ = strconv.Atoi(v)
		w.tls = w.tls || v == "443"
	case "REMOTE_ADDR", "CONN_REMOTE_ADDR":
		w.remote = v
	case "HTTP_USER_AGENT":
		header("User-Agent")
	case "HTTP_REFERER":
		header("Referer")
	case "HTTP_COOKIE":
		header("Cookie")
	case "HTTP_ACCEPT":
		header("Accept")
	default:
		if h, ok := strings.CutPrefix(name, "HTTP:"); ok {
			header(headerName(strings.ReplaceAll(h, "-", "_")))
		}
	}
}

// place gives the witness the host and port of the rule's virtual host.
func (c *checker) place(r *rule, w *witness, n demands) {
	for s := r.scope; s != nil; s = s.parent {
		if s.kind != vhost {
			continue
		}
		if port, err := strconv.Atoi(s.args[strings.LastIndexByte(s.args, ':')+1:]); err == nil {
			w.tls = w.tls || port == 443
			if port != 80 && port != 443 {
				w.port = port
			}
		}
		for _, d := range s.others {
			if strings.EqualFold(d.Directive, "ServerName") && len(d.Args) > 0 && n["HTTP_HOST"] == nil {
				w.host, _, _ = strings.Cut(d.Args[0].Text, ":")
			}
			if strings.EqualFold(d.Directive, "SSLEngine") && len(d.Args) > 0 && strings.EqualFold(d.Args[0].Text, "on") {
				w.tls = true
			}
		}
	}
}

// paths returns URL-paths that meet what n asks for.
func (c *checker) paths(r *rule, n demands, fixed given) []string {
	all := n["path"]
	if p, ok := fixed["path"]; ok {
		if meets(p, all[1:]) || r.scope.perDir() {
			return []string{p}
		}
		return nil
	}
	prefix := ""
	if r.scope.perDir() {
		prefix = r.scope.dir
	}
	var out []string
	add := func(p string) {
		if p == "" || p[0] != '/' {
			p = "/" + p
		}
		if len(out) < 4 && !slices.Contains(out, p) && meets(p, all) {
			out = append(out, p)
		}
	}
	if r.Not || takesAll(r) {
		add(prefix + "about")
		add("/about")
		add(prefix)
	}
	for _, s := range r.re.Samples() {
		add(prefix + s)
	}
	for _, alternatives := range all {
		for _, a := range alternatives {
			if !a.Not && a.After == "" {
				for _, s := range a.Samples() {
					add(s)
				}
			}
		}
	}
	if len(out) == 0 {
		if p, v := language.Find(all...); v == language.Found {
			add(p)
		}
	}
	return out
}

// requestLine is the first line of a request.
var requestLine = regexp.MustCompile(`^([A-Z]+) (/[^ ?]*)(?:\?([^ ]*))? HTTP/1\.1$`)

// firstLine makes the witness meet what is asked of THE_REQUEST.
func (w *witness) firstLine(all, paths [][]language.Constraint, fixed given) bool {
	v, given := fixed["THE_REQUEST"]
	if !given {
		if len(all) == 0 || meets(w.method+" "+w.target()+" HTTP/1.1", all) {
			return true
		}
		domain := language.In(language.Must(`^(?:GET|POST) /[!-~]* HTTP/1\.1$`))
		var verdict language.Verdict
		if v, verdict = language.Find(append(slices.Clone(all), []language.Constraint{domain})...); verdict != language.Found {
			return false
		}
	}
	m := requestLine.FindStringSubmatch(v)
	if m == nil {
		return false
	}
	p, err := url.PathUnescape(m[2])
	if err != nil || len(paths) > 0 && !meets(p, paths) {
		return false
	}
	w.method, w.path = m[1], p
	if m[3] != "" {
		w.query, w.hasQuery = m[3], true
	}
	return true
}

// filesFor returns what has to be on disk for the file tests of a rule to hold.
func (c *checker) filesFor(r *rule, tests []*cond, w *witness) map[string]bool {
	files := map[string]bool{}
	for _, d := range tests {
		if d.Not {
			continue
		}
		if name, ok := c.expand(r, d.Template, w); ok {
			files[path.Clean("/"+name)] = d.Op == parser.CondDir
		}
	}
	return files
}

// expand returns the URL-path of the file that a test string names.
func (c *checker) expand(r *rule, t *parser.Template, w *witness) (string, bool) {
	if t == nil {
		return "", false
	}
	var groups []string
	if r.re != nil && !r.Not {
		subject := w.path
		if r.scope.perDir() {
			subject = strings.TrimPrefix(subject, r.scope.dir)
		}
		groups = r.re.Submatch(subject)
	}
	var b strings.Builder
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Literal:
			b.WriteString(p.Text)
		case *parser.Escaped:
			b.WriteByte(p.Char)
		case *parser.RuleGroup:
			if p.N < len(groups) {
				b.WriteString(groups[p.N])
			}
		case *parser.Variable:
			switch canonical(p.Var) {
			case "REQUEST_FILENAME", "REQUEST_URI":
				b.WriteString(w.path)
			case "DOCUMENT_ROOT":
			default:
				return "", false
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}
