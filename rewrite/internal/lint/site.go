package lint

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ownHost is the host of the site where the text names none.
const ownHost = "site.example"

// site is the server that the rules of a file make, for requests to be tried on.
type site struct {
	engine  *matcher.Engine
	world   *world
	hosts   []string // those that are this site, by what the text says
	rules   map[place]*rule
	budget  int   // rules that may still be tried
	size    int   // of the list of rules
	starved *bool // set when nothing is left of the budget
}

// place is where a rule begins.
type place struct {
	name   string
	offset uint32
}

func placeOf(e parser.Extent) place { return place{e.Name, e.From.Offset} }

// maxWork bounds the rules that are tried for the witnesses of one check of a file.
const maxWork = 500_000

// theSite returns the site of the file, nil if it cannot be run.
func (c *checker) theSite() *site {
	if c.site == nil {
		c.site = c.newSite(nil)
	}
	if c.site.engine == nil {
		return nil
	}
	return c.site
}

// siteFor returns the site for a check, with a budget of its own.
func (c *checker) siteFor() *site {
	s := c.theSite()
	if s != nil {
		s.budget = maxWork
	}
	return s
}

// newSite compiles the file, with change made to each of its rules; nil changes
// nothing.
func (c *checker) newSite(change func(*parser.RewriteRule) *parser.RewriteRule) *site {
	s := &site{world: &world{roots: []string{docRoot}, files: map[string]bool{}}, rules: map[place]*rule{}}
	s.hosts = c.siteHosts()
	n := 0
	for r := range c.rules() {
		s.rules[placeOf(r.Extent)] = r
		s.plant(r)
		n++
	}
	s.budget, s.size, s.starved = maxWork, n, &c.starved
	tree := *c.file
	t := trimmer{bad: errorsOf(c.known), change: change}
	nodes := t.nodes(c.file.Nodes)
	if c.src.Access {
		nodes = c.folders(nodes, s)
	}
	tree.Nodes = nodes
	s.world.roots = append(s.world.roots, documentRoots(nodes)...)
	mo := c.opts.Match
	mo.DocumentRoot, mo.FS, mo.Directories, mo.Consume = docRoot, s.world, true, false
	mo.AccessFiles, mo.Programs, mo.Resolver, mo.DB = []string{}, false, nil, nil
	mo.EngineOn = mo.EngineOn || !c.engineAnywhere()
	mo.Getenv = func(string) (string, bool) { return "", false }
	mo.Report = nil
	for range 5 { // what only the compiler finds wrong is left out, too
		e, err := matcher.Compile(&tree, &mo)
		if err == nil {
			s.engine = e
			return s
		}
		bad := parser.Findings(err)
		if bad == nil {
			return s
		}
		t.bad = errorsOf(bad)
		tree.Nodes = t.nodes(tree.Nodes)
	}
	return s
}

func (c *checker) engineAnywhere() bool {
	return slices.ContainsFunc(c.scopes, func(s *scope) bool { return s.engine != nil && s.engine.On })
}

// folders returns the nodes of an access file, and of those below its folder, as
// sections of a server.
func (c *checker) folders(nodes []parser.Node, s *site) []parser.Node {
	out := []parser.Node{inDirectory(c.file.Extent, c.scopes[0].dir, nodes)}
	seen := map[string]bool{c.scopes[0].dir: true}
	for _, o := range c.others {
		if o.file == nil || o == c || !o.src.Access {
			continue
		}
		dir := o.scopes[0].dir
		if strings.HasPrefix(dir, c.scopes[0].dir) && !seen[dir] {
			seen[dir] = true
			t := trimmer{bad: errorsOf(o.known)}
			out = append(out, inDirectory(o.file.Extent, dir, t.nodes(o.file.Nodes)))
		}
	}
	for dir, dirFile := range c.beside() {
		if !seen[dir] {
			out = append(out, inDirectory(dirFile.Extent, dir, dirFile.Nodes))
		}
	}
	for dir := range seen {
		s.world.files[strings.TrimSuffix(dir, "/")] = true
	}
	return out
}

// inDirectory returns nodes as a section for the folder with the URL-path dir.
func inDirectory(at parser.Extent, dir string, nodes []parser.Node) *parser.Section {
	name := path.Join(docRoot, dir)
	return &parser.Section{
		Extent: at,
		Source: parser.Source{Directive: "Directory", Raw: name},
		Text:   name,
		Args:   []parser.Word{{Extent: at, Text: name}},
		Nodes:  nodes,
	}
}

// beside returns the access files in folders that rules lead to, by URL-path.
func (c *checker) beside() map[string]*parser.File {
	out := map[string]*parser.File{}
	if c.opts.ReadFile == nil {
		return out
	}
	for r := range c.rules() {
		if !r.rewrites() {
			continue
		}
		dir := ""
		for seg := range strings.SplitSeq(path.Dir(strings.TrimPrefix(r.text, "/")), "/") {
			if seg == "" || strings.ContainsAny(seg, "$%.\\{") {
				break
			}
			dir += seg + "/" //nolint:modernize // a few segments
			c.readBeside(out, dir)
		}
	}
	return out
}

// readBeside adds the access file of the folder dir below that of the file.
func (c *checker) readBeside(files map[string]*parser.File, dir string) {
	at := c.scopes[0].dir + dir
	if files[at] != nil {
		return
	}
	name := path.Join(path.Dir(strings.ReplaceAll(c.src.Name, `\`, "/")), dir, accessName)
	src, err := c.opts.ReadFile(name)
	if err != nil {
		return
	}
	po := c.opts.Parse
	po.AccessFile = true
	if f, err := parser.Parse(name, src, &po); err == nil {
		files[at] = f
	}
}

var fileSegment = regexp.MustCompile(`^[\w-]+(?:\.[\w-]+)+$`)

// plant adds the file or folder that a rule leads to.
func (s *site) plant(r *rule) {
	if !r.rewrites() || len(r.target.Parts) == 0 {
		return
	}
	parts := r.target.Parts
	for len(parts) > 1 && isVariable(parts[0]) {
		parts = parts[1:] // such as %{ENV:BASE}, which is empty here
	}
	l, ok := parts[0].(*parser.Literal)
	if !ok || strings.Contains(l.Text, "://") {
		return
	}
	text, _, _ := strings.Cut(l.Text, "?")
	at := "/"
	if !strings.HasPrefix(text, "/") && r.scope.perDir() {
		at = r.scope.dir
	}
	segments := strings.Split(strings.TrimPrefix(text, "/"), "/")
	for i, seg := range segments {
		whole := i+1 < len(segments) || len(parts) == 1 || text != l.Text
		if !whole || seg == "" {
			return
		}
		at = path.Join(at, seg)
		if fileSegment.MatchString(seg) {
			s.world.files[at] = false
			return
		}
		if i+1 < len(segments) {
			s.world.files[at] = true
		}
	}
}

func isVariable(p parser.Part) bool {
	_, ok := p.(*parser.Variable)
	return ok
}

// documentRoots returns the folders that the configuration names.
func documentRoots(nodes []parser.Node) []string {
	var out []string
	for _, n := range nodes {
		switch n := n.(type) {
		case *parser.Directive:
			if strings.EqualFold(n.Directive, "DocumentRoot") && len(n.Args) == 1 && path.IsAbs(n.Args[0].Text) {
				out = append(out, path.Clean(n.Args[0].Text))
			}
		case *parser.Section:
			if strings.EqualFold(n.Directive, "Directory") && len(n.Args) == 1 && path.IsAbs(n.Args[0].Text) && !strings.ContainsAny(n.Args[0].Text, "*?[") {
				out = append(out, path.Clean(n.Args[0].Text))
			}
			out = append(out, documentRoots(n.Nodes)...)
		case *parser.Conditional:
			out = append(out, documentRoots(n.Nodes)...)
		}
	}
	return out
}

// trimmer leaves out of a tree what cannot be run.
type trimmer struct {
	bad    parser.Diagnostics
	change func(*parser.RewriteRule) *parser.RewriteRule
	broken bool // a condition was left out, so its rule is, too
}

func (t *trimmer) nodes(nodes []parser.Node) []parser.Node {
	var out []parser.Node
	for _, n := range nodes {
		if m := t.node(n); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func (t *trimmer) node(n parser.Node) parser.Node {
	switch n := n.(type) {
	case *parser.Section:
		m := *n
		m.Nodes = t.nodes(n.Nodes)
		return &m
	case *parser.Conditional:
		m := *n
		m.Nodes = t.nodes(n.Nodes)
		return &m
	case *parser.Use, *parser.Include, *parser.Macro, *parser.Comment:
		return n
	case *parser.RewriteCond:
		if t.isBad(n.Extent) {
			t.broken = true
			return nil
		}
	case *parser.RewriteRule:
		broken := t.broken || t.isBad(n.Extent)
		t.broken = false
		if broken {
			return nil
		}
		if t.change != nil {
			return t.change(n)
		}
	case *parser.Directive:
		if strings.EqualFold(n.Directive, "RewriteCond") {
			t.broken = true
		}
		if strings.EqualFold(n.Directive, "RewriteRule") {
			t.broken = false
		}
		if t.isBad(n.Extent) {
			return nil
		}
	default:
		if t.isBad(n.Span()) {
			return nil
		}
	}
	return n
}

func (t *trimmer) isBad(e parser.Extent) bool {
	return slices.ContainsFunc(t.bad, func(d *parser.Diagnostic) bool {
		return d.Name == e.Name && e.From.Offset <= d.From.Offset && d.From.Offset < max(e.To.Offset, e.From.Offset+1)
	})
}

// errorsOf returns the findings that are errors.
func errorsOf(ds parser.Diagnostics) parser.Diagnostics {
	return slices.DeleteFunc(slices.Clone(ds), func(d *parser.Diagnostic) bool { return d.Severity != parser.Error })
}

// siteHosts returns the hosts that are this site by what the text says.
func (c *checker) siteHosts() []string {
	if c.hosts == nil {
		c.hosts = c.readHosts()
	}
	return c.hosts
}

func (c *checker) readHosts() []string {
	known := map[string]bool{}
	hosts := []string{ownHost}
	add := func(h string) {
		h = strings.ToLower(h)
		if host, _, ok := strings.Cut(h, ":"); ok {
			h = host
		}
		if plainHost.MatchString(h) && !known[h] {
			known[h] = true
			hosts = append(hosts, h)
		}
	}
	for _, s := range c.scopes {
		for _, d := range s.others {
			if strings.EqualFold(d.Directive, "ServerName") || strings.EqualFold(d.Directive, "ServerAlias") {
				for _, a := range d.Args {
					_, host, ok := strings.Cut(a.Text, "://")
					if !ok {
						host = a.Text
					}
					add(host)
				}
			}
		}
	}
	for d := range c.conds() {
		if d.re == nil || d.name != "HTTP_HOST" && d.name != "SERVER_NAME" {
			continue
		}
		if all, ok := d.re.Literals(); ok {
			for _, l := range all {
				add(l.Text)
			}
		}
	}
	for r := range c.rules() {
		if a, ok := splitURL(r.target); ok && r.redirects() && c.sendsToTLS(r) {
			if h, lit := literal(a.host); lit {
				add(h)
			}
		}
	}
	return hosts
}

var plainHost = regexp.MustCompile(`^[a-z0-9-]+(?:\.[a-z0-9-]+)+$`)

// sendsToTLS reports whether a rule sends clients that came without TLS to https,
// whatever they ask for.
func (c *checker) sendsToTLS(r *rule) bool {
	a, ok := splitURL(r.target)
	if !ok || !r.redirects() {
		return false
	}
	s, _ := literal(a.scheme)
	if !strings.EqualFold(s, "https") {
		return false
	}
	return slices.ContainsFunc(r.conds, aboutTLS)
}

// aboutTLS reports whether a condition tells http from https.
func aboutTLS(d *cond) bool {
	switch d.name {
	case "HTTPS", "SERVER_PORT", "REQUEST_SCHEME", "HTTP:X-FORWARDED-PROTO", "HTTP:X-FORWARDED-SSL", "HTTP:X-FORWARDED-PORT", "HTTP:CF-VISITOR", "ENV:HTTPS", "HTTP:X-FORWARDED-HTTPS", "HTTP:X-SCHEME", "HTTP:FRONT-END-HTTPS":
		return true
	}
	return false
}

// run evaluates a witness.
func (s *site) run(w *witness, step func(matcher.Step)) (matcher.Result, error) {
	s.world.extra = w.files
	req := w.request()
	if step == nil {
		s.budget -= 10 + s.size/8 // sets of patterns say which rules can match
		return s.engine.Eval(context.Background(), req)
	}
	s.budget -= 10 + s.size
	return s.engine.Explain(context.Background(), req, step)
}

// spend reports whether more requests may be made.
func (s *site) spend() bool {
	if s.budget <= 0 {
		*s.starved = true
	}
	return s.budget > 0
}

// decider returns the rule of this file that decided a result, nil if none did.
func (s *site) decider(res *matcher.Result) *rule {
	if !res.Rule.IsValid() {
		return nil
	}
	return s.rules[placeOf(res.Rule)]
}
