package lint

import (
	"iter"
	"path"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/expr"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// kind is where rules stand.
type kind int

const (
	server    kind = iota // outside of all sections
	vhost                 // in <VirtualHost>
	directory             // in an access file or <Directory>
	location              // in <Location>
	inner                 // in <Files> or <If>, per directory like the others
)

// scope is a place with rules of its own.
type scope struct {
	kind    kind
	at      parser.Extent
	args    string
	parent  *scope
	dir     string // the URL-path of an access file's folder, "/" at the end
	engine  *parser.RewriteEngine
	base    *parser.RewriteBase
	options parser.RewriteOption
	rules   []*rule
	skips   bool // a rule bears S
	maps    []*parser.RewriteMap
	others  []*parser.Directive // all that is not of mod_rewrite
	pending []*cond
}

// perDir reports whether rules see paths without the folder.
func (s *scope) perDir() bool { return s.kind != server && s.kind != vhost }

// on reports whether the engine is on as far as the text says.
func (s *scope) on() bool {
	for ; s != nil; s = s.parent {
		if s.engine != nil {
			return s.engine.On
		}
		if s.kind == vhost {
			return false // a server's state does not get there
		}
	}
	return false
}

// rule is a RewriteRule with its conditions.
type rule struct {
	*parser.RewriteRule
	conds []*cond
	scope *scope
	n     int
	re    *language.Pattern // nil where it cannot be said
	// target is the template of the substitution, and text its text, with
	// characters that are escaped without need as they are.
	target *parser.Template
	text   string
}

// cond is a RewriteCond.
type cond struct {
	*parser.RewriteCond
	rule *rule
	// name is the variable that is tested, in upper case, "" where the test string
	// is more than that.
	name string
	re   *language.Pattern // of a regular expression or "=", nil for other tests
}

// constraint returns what the condition says of the value that it tests.
func (d *cond) constraint() language.Constraint {
	return language.Constraint{Pattern: d.re, Not: d.Not}
}

// groups returns the conditions of a rule as alternatives all of which must hold.
func (r *rule) groups() [][]*cond {
	var out [][]*cond
	open := false
	for _, d := range r.conds {
		if open {
			out[len(out)-1] = append(out[len(out)-1], d)
		} else {
			out = append(out, []*cond{d})
		}
		open = d.Has(parser.FlagOrNext)
	}
	return out
}

// rules yields the rules of the file.
func (c *checker) rules() iter.Seq[*rule] {
	return func(yield func(*rule) bool) {
		for _, s := range c.scopes {
			for _, r := range s.rules {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// conds yields the conditions of the file.
func (c *checker) conds() iter.Seq[*cond] {
	return func(yield func(*cond) bool) {
		for r := range c.rules() {
			for _, d := range r.conds {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// readScopes returns the scopes of a file, the outermost first.
func readScopes(f *parser.File, access bool) []*scope {
	root := &scope{kind: server, at: f.Extent}
	if access {
		root.kind = directory
		root.dir = folder(f.Name)
	}
	all := []*scope{root}
	root.read(f.Nodes, &all)
	if access && root.dir == "/" && root.base != nil && strings.HasPrefix(root.base.URL.Text, "/") && !filePath.MatchString(root.base.URL.Text) {
		for _, s := range all { // which folder it is, the text alone says
			s.dir = strings.TrimSuffix(root.base.URL.Text, "/") + "/"
		}
	}
	return all
}

// folder returns the folder of an access file as a URL-path: what its name says
// of it where that is relative, else "/".
func folder(name string) string {
	dir := path.Dir(strings.ReplaceAll(name, `\`, "/"))
	if dir == "." || path.IsAbs(dir) || strings.HasPrefix(dir, "..") || strings.Contains(dir, ":") {
		return "/"
	}
	return "/" + dir + "/"
}

func (s *scope) read(nodes []parser.Node, all *[]*scope) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *parser.Conditional:
			s.read(n.Nodes, all)
		case *parser.Use:
			s.read(n.Nodes, all)
		case *parser.Include:
			for _, f := range n.Files {
				s.read(f.Nodes, all)
			}
		case *parser.Section:
			in := s.section(n)
			*all = append(*all, in)
			in.read(n.Nodes, all)
		case *parser.RewriteEngine:
			s.engine = n
		case *parser.RewriteBase:
			s.base = n
		case *parser.RewriteOptions:
			s.options |= n.Options
		case *parser.RewriteMap:
			s.maps = append(s.maps, n)
		case *parser.RewriteCond:
			s.pending = append(s.pending, newCond(n))
		case *parser.RewriteRule:
			s.add(n)
		case *parser.Directive:
			s.others = append(s.others, n)
			if strings.EqualFold(n.Directive, "RewriteRule") {
				s.pending = nil
			}
		}
	}
}

func (s *scope) section(n *parser.Section) *scope {
	in := &scope{kind: inner, at: n.Extent, parent: s, dir: s.dir}
	if len(n.Args) > 0 {
		in.args = n.Args[0].Text
	}
	switch strings.ToLower(n.Directive) {
	case "virtualhost":
		in.kind = vhost
	case "directory", "directorymatch":
		in.kind, in.dir = directory, "/"
	case "location", "locationmatch", "proxy", "proxymatch":
		in.kind = location
	}
	return in
}

func (s *scope) add(n *parser.RewriteRule) {
	r := &rule{RewriteRule: n, conds: s.pending, scope: s, n: len(s.rules)}
	r.re, _ = language.Parse(n.Regex, n.Has(parser.FlagNoCase))
	r.target, r.text = unescaped(n.Template), strings.NewReplacer(`\:`, ":", `\/`, "/", `\.`, ".", `\-`, "-").Replace(n.Subst.Text)
	for _, d := range r.conds {
		d.rule = r
	}
	s.pending = nil
	s.skips = s.skips || n.Has(parser.FlagSkip)
	s.rules = append(s.rules, r)
}

func newCond(n *parser.RewriteCond) *cond {
	d := &cond{RewriteCond: n}
	if n.Template != nil && len(n.Template.Parts) == 1 {
		if v, ok := n.Template.Parts[0].(*parser.Variable); ok {
			d.name = canonical(v.Var)
		}
	}
	fold := n.Has(parser.FlagNoCase)
	switch n.Op {
	case parser.CondRegex:
		d.re, _ = language.Parse(n.Operand, fold)
	case parser.CondEqual:
		d.re = language.Whole(n.Operand, fold)
	default:
	}
	return d
}

// unescaped returns a template in which what is escaped without need is literal.
func unescaped(t *parser.Template) *parser.Template {
	out := *t
	out.Parts = nil
	for _, p := range t.Parts {
		if e, ok := p.(*parser.Escaped); ok && strings.IndexByte("/:.-_=&~", e.Char) >= 0 {
			p = &parser.Literal{Extent: e.Extent, Text: string(e.Char)}
		}
		l, ok := p.(*parser.Literal)
		if n := len(out.Parts); ok && n > 0 {
			if before, ok := out.Parts[n-1].(*parser.Literal); ok {
				out.Parts[n-1] = &parser.Literal{Extent: before.Extent, Text: before.Text + l.Text}
				continue
			}
		}
		out.Parts = append(out.Parts, p)
	}
	return &out
}

// canonical returns the name of a variable in upper case, by its usual name.
func canonical(name string) string {
	name = strings.ToUpper(name)
	if name == "SCRIPT_FILENAME" {
		return "REQUEST_FILENAME"
	}
	if h, ok := strings.CutPrefix(name, "HTTP:"); ok {
		switch h {
		case "HOST", "USER-AGENT", "REFERER", "COOKIE", "ACCEPT":
			return "HTTP_" + strings.ReplaceAll(h, "-", "_")
		}
	}
	return name
}

// known reports whether mod_rewrite has the variable.
func knownVariable(name string) bool {
	_, ok := expr.RuleVar(name)
	return ok
}

// splitLines returns the lines of a text.
func splitLines(text []byte) []string { return strings.Split(string(text), "\n") }
