package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// dirSection compiles a <Directory>, <Location> or <Files> section or the
// Match variant of one.
func (c *Compiler) dirSection(n *parser.Section, sc *Scope, kind ScopeKind, match bool) {
	if !c.sectionAllowed(n, sc, kind) {
		return
	}
	args := n.Args
	if len(args) > 0 && args[0].Text == "~" && !match {
		match, args = true, args[1:]
	}
	if len(args) == 0 {
		c.Errorf(CodeBadArgument, n.Extent, "<%s> requires an argument", n.Directive)
		return
	}
	if len(args) > 1 {
		c.Errorf(CodeBadArgument, args[1].Extent, "<%s> takes one argument", n.Directive)
		return
	}
	s := &Section{at: n.Extent, Path: args[0].Text, Config: &DirConfig{}}
	switch {
	case match:
		if s.Regex = c.Regex(s.Path, false, args[0].Extent); s.Regex == nil {
			return
		}
		s.names = matchNames(s.Regex)
		s.depth = strings.Count(s.Path, "/")
	case kind == scopeDirectory:
		if !c.directoryPath(s, &args[0]) {
			return
		}
	default:
		s.wild = apr.IsWild(s.Path)
	}
	c.sectionBody(n, sc, kind, s)
	sc.add(s, kind)
}

// sectionBody compiles what stands in a section of sc into the configuration of s.
func (c *Compiler) sectionBody(n *parser.Section, sc *Scope, kind ScopeKind, s *Section) {
	inner := &Scope{
		Compiler: c, Kind: kind, Name: "<" + n.Directive + ">", Server: sc.Server, Dir: s.Config, Path: s.Path,
		Allow: sc.Allow, override: sc.override, Access: sc.Access, outer: sc, Section: s,
	}
	if sc.Kind.IsServer() {
		inner.Allow = sectionClasses
	}
	c.Nodes(n.Nodes, inner)
	c.close(inner)
	c.Engine.seal(s.Config)
}

// add files a compiled section where the walk will find it.
func (sc *Scope) add(s *Section, kind ScopeKind) {
	switch kind {
	case scopeDirectory:
		s.ordinal = len(sc.Server.directories)
		sc.Server.directories = append(sc.Server.directories, s)
	case ScopeLocation:
		s.ordinal = len(sc.Server.Locations)
		sc.Server.Locations = append(sc.Server.Locations, s)
	case ScopeProxy:
		sc.Server.proxies = append(sc.Server.proxies, s)
	default:
		sc.Dir.files = sc.Dir.files.With(s)
	}
}

func (c *Compiler) sectionAllowed(n *parser.Section, sc *Scope, kind ScopeKind) bool {
	class, ok := InServer, true
	if kind == scopeFiles || kind == scopeIf {
		class = OverrideAll
		ok = sc.Excluded == 0 && (kind == scopeIf || sc.Kind != ScopeLocation)
	}
	if !ok {
		c.Errorf(CodeNotAllowed, n.Extent, "<%s> is not allowed in %s context", n.Directive, sc.Describe())
	}
	return ok && c.Permitted("<"+n.Directive+">", n.Extent, class, sc)
}

// Describe returns what the scope is called in messages.
func (sc *Scope) Describe() string {
	switch sc.Kind {
	case scopeServer:
		return "server"
	case scopeAccessFile:
		return "access file"
	default:
		return sc.Name
	}
}

// directoryPath normalises the path of a <Directory>.
func (c *Compiler) directoryPath(s *Section, arg *parser.Word) bool {
	s.wild = apr.IsWild(s.Path)
	path := s.Path
	if !s.wild {
		clean, ok := uri.CleanFile(path)
		if !ok {
			c.Errorf(CodeBadArgument, arg.Extent, "<Directory %q>: the path is not absolute", path)
			return false
		}
		path = clean
	}
	s.setDirectory(path)
	return true
}

// setDirectory sets the path of a <Directory>, which may hold wildcards.
func (sec *Section) setDirectory(path string) {
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	sec.Path = path
	sec.depth = strings.Count(path, "/")
	if path == "/" {
		sec.depth = 0
	}
}

// matchNames returns the environment variables that the named groups of a
// section's expression set, by group number.
func matchNames(p *pattern.Pattern) []string {
	var names []string
	for i, name := range p.Names() {
		if name == "" || i >= 10 {
			continue
		}
		for len(names) <= i {
			names = append(names, "")
		}
		names[i] = "MATCH_" + strings.ToUpper(name)
	}
	return names
}

// coreSections are the sections of httpd's core.
func coreSections() []Command {
	dir := func(kind ScopeKind, match bool) func(*Scope, *parser.Section) {
		return func(sc *Scope, n *parser.Section) { sc.dirSection(n, sc, kind, match) }
	}
	return []Command{
		{Name: "<Directory", Place: InServer, Open: dir(scopeDirectory, false)},
		{Name: "<DirectoryMatch", Place: InServer, Open: dir(scopeDirectory, true)},
		{Name: "<Else", Place: OverrideAll, Open: openIf},
		{Name: "<ElseIf", Place: OverrideAll, Open: openIf},
		{Name: "<Files", Place: OverrideAll, Open: dir(scopeFiles, false)},
		{Name: "<FilesMatch", Place: OverrideAll, Open: dir(scopeFiles, true)},
		{Name: "<If", Place: OverrideAll, Open: openIf},
		{Name: "<Limit", Place: OverrideLimit | OverrideAuthConfig, Open: openLimit},
		{Name: "<LimitExcept", Place: OverrideLimit | OverrideAuthConfig, Open: openLimit},
		{Name: "<Location", Place: InServer, Open: dir(ScopeLocation, false)},
		{Name: "<LocationMatch", Place: InServer, Open: dir(ScopeLocation, true)},
		{Name: "<VirtualHost", Place: InServer, Open: openVirtualHost},
	}
}
