package alias

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// locationAlias compiles "Alias file" and "ScriptAlias file" in a <Location>: all
// URLs in it are mapped to the one file, which is an expression. Only with
// AliasPreservePath, and where the section has a plain path, is what follows that
// path appended.
func locationAlias(c *httpd.Compiler, n *parser.Directive, name string, sc *httpd.Scope) {
	switch {
	case sc.Kind != httpd.ScopeLocation && sc.Kind != httpd.ScopeProxy || sc.Excluded != 0:
		c.Errorf(httpd.CodeNotAllowed, n.Extent, "%s is not allowed in %s context", n.Directive, sc.Describe())
		return
	case len(httpd.Present(n.Args)) != 1 || len(n.Args) != 1:
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s in %s takes one file name, for the whole section", n.Directive, sc.Describe())
		return
	}
	target, ok := c.ArgumentExpr(n.Args[0], sc)
	if !ok {
		return
	}
	a := &alias{at: n.Extent, target: target.Constant, program: target.Program, handler: aliasHandler(name)}
	if a.program != nil {
		a.target = n.Args[0].Text
	}
	if sc.Kind == httpd.ScopeProxy {
		c.Report(parser.Warning, httpd.CodeNoEffect, n.Extent, "", "%s has no effect in %s", n.Directive, sc.Describe())
	}
	aliasDirSlot.Make(&sc.Dir.Parts).location = a
}

// placeAlias completes the alias of a section at its end, if it has one.
func placeAlias(sc *httpd.Scope) {
	d, s := aliasDirSlot.Of(sc.Dir.Parts), sc.Section
	if d == nil || d.location == nil || sc.Kind != httpd.ScopeLocation {
		return
	}
	a := d.location
	if s.Regex == nil {
		a.path = s.Path
	}
	if a.program == nil {
		a.locate(sc.Engine.ServerRoot)
		return
	}
	// What an expression yields is opened to clients only where it begins as the
	// expression does.
	literal := a.target
	if i := strings.IndexAny(literal, "%$\\"); i >= 0 {
		literal = literal[:i]
	}
	if prefix, ok := uri.ResolveFile(sc.Engine.ServerRoot, literal); ok && literal != "" {
		a.prefix, a.root = prefix, uri.TrimSlash(prefix)
		if !strings.HasSuffix(prefix, "/") {
			a.root = uri.TrimSlash(httpd.ParentDir(prefix))
		}
	}
}

// preservesPath reports whether AliasPreservePath holds.
func preservesPath(d *httpd.DirConfig) bool {
	a := aliasDirSlot.Of(d.Parts)
	return a != nil && a.preservePath == apr.On
}

// mapLocation returns the file that the alias of a <Location> maps the request's
// URL to. An expression that yields nothing names the server root, as in httpd.
func (a *alias) mapLocation(s *httpd.Request) (file string, m mapping) {
	target := httpd.StringExpr{Constant: a.target, Program: a.program}
	name, ok := target.Value(s)
	if !ok {
		return "", mappedBad
	}
	if !preservesPath(s.Dir) || a.path == "" {
		return resolve(s, name)
	}
	n := matchPath(s.URI, a.path)
	if n == 0 {
		return "", notMapped
	}
	if a.program == nil {
		return a.below(s, name, s.URI[n:])
	}
	whole := alias{path: a.path, target: name}
	if whole.file, m = resolve(s, name); m != mapped {
		return "", m
	}
	return whole.below(s, name, s.URI[n:])
}
