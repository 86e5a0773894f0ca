package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// locationAlias compiles "Alias file" and "ScriptAlias file" in a <Location>: all
// URLs in it are mapped to the one file, which is an expression. Only with
// AliasPreservePath, and where the section has a plain path, is what follows that
// path appended.
func locationAlias(c *compiler, n *parser.Directive, name string, sc *scope) {
	switch {
	case sc.kind != scopeLocation && sc.kind != scopeProxy || sc.excluded != 0:
		c.errorf(CodeNotAllowed, n.Extent, "%s is not allowed in %s context", n.Directive, sc.describe())
		return
	case len(present(n.Args)) != 1 || len(n.Args) != 1:
		c.errorf(CodeBadArgument, n.Extent, "%s in %s takes one file name, for the whole section", n.Directive, sc.describe())
		return
	}
	target, ok := c.argumentExpr(&n.Args[0], sc)
	if !ok {
		return
	}
	a := &alias{at: n.Extent, target: target.constant, program: target.program, handler: aliasHandler(name)}
	if a.program != nil {
		a.target = n.Args[0].Text
	}
	if sc.kind == scopeProxy {
		c.report(parser.Warning, codeNoEffect, n.Extent, "", "%s has no effect in %s", n.Directive, sc.describe())
	}
	aliasDirSlot.make(&sc.dir.parts).location = a
}

// placeAlias completes the alias of a section at its end, if it has one.
func placeAlias(sc *scope) {
	d, s := aliasDirSlot.of(sc.dir.parts), sc.section
	if d == nil || d.location == nil || sc.kind != scopeLocation {
		return
	}
	a := d.location
	if s.regex == nil {
		a.path = s.path
	}
	if a.program == nil {
		a.locate(sc.engine.serverRoot)
		return
	}
	// What an expression yields is opened to clients only where it begins as the
	// expression does.
	literal := a.target
	if i := strings.IndexAny(literal, "%$\\"); i >= 0 {
		literal = literal[:i]
	}
	if prefix, ok := uri.ResolveFile(sc.engine.serverRoot, literal); ok && literal != "" {
		a.prefix, a.root = prefix, uri.TrimSlash(prefix)
		if !strings.HasSuffix(prefix, "/") {
			a.root = uri.TrimSlash(parentDir(prefix))
		}
	}
}

// preservesPath reports whether AliasPreservePath holds.
func preservesPath(d *dirConfig) bool {
	a := aliasDirSlot.of(d.parts)
	return a != nil && a.preservePath == apr.On
}

// mapLocation returns the file that the alias of a <Location> maps the request's
// URL to. An expression that yields nothing names the server root, as in httpd.
func (a *alias) mapLocation(s *state) (file string, matched, ok bool) {
	target := stringExpr{constant: a.target, program: a.program}
	name, ok := target.value(s)
	if !ok {
		return "", true, false
	}
	if !preservesPath(s.dir) || a.path == "" {
		file, ok = uri.ResolveFile(s.eval.engine.serverRoot, name)
		return file, true, ok
	}
	n := matchPath(s.uri, a.path)
	if n == 0 {
		return "", false, false
	}
	s.alias = &aliasContext{prefix: a.path, root: name}
	if a.program == nil {
		file, ok = a.join(s.uri[n:])
		return file, true, ok
	}
	if file, ok = uri.ResolveFile(s.eval.engine.serverRoot, name); ok {
		whole := alias{path: a.path, target: name, file: file}
		file, ok = whole.join(s.uri[n:])
	}
	return file, true, ok
}
