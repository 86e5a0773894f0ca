package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// dirSection compiles a <Directory>, <Location> or <Files> section or the
// Match variant of one.
func (c *compiler) dirSection(n *parser.Section, sc *scope, kind scopeKind, match bool) {
	if !c.sectionAllowed(n, sc, kind) {
		return
	}
	args := n.Args
	if len(args) > 0 && args[0].Text == "~" && !match {
		match, args = true, args[1:]
	}
	if len(args) == 0 {
		c.errorf(CodeBadArgument, n.Extent, "<%s> requires an argument", n.Directive)
		return
	}
	if len(args) > 1 {
		c.errorf(CodeBadArgument, args[1].Extent, "<%s> takes one argument", n.Directive)
		return
	}
	s := &section{at: n.Extent, path: args[0].Text, config: &dirConfig{}}
	switch {
	case match:
		if s.regex = c.regex(s.path, false, args[0].Extent); s.regex == nil {
			return
		}
		s.names = matchNames(s.regex)
		s.depth = strings.Count(s.path, "/")
	case kind == scopeDirectory:
		if !c.directoryPath(s, &args[0]) {
			return
		}
	default:
		s.wild = apr.IsWild(s.path)
	}
	c.sectionBody(n, sc, kind, s)
	sc.add(s, kind)
}

// sectionBody compiles what stands in a section of sc into the configuration of s.
func (c *compiler) sectionBody(n *parser.Section, sc *scope, kind scopeKind, s *section) {
	inner := &scope{
		compiler: c, kind: kind, name: "<" + n.Directive + ">", server: sc.server, dir: s.config, path: s.path,
		allow: sc.allow, override: sc.override, access: sc.access, outer: sc, section: s,
	}
	if sc.kind.isServer() {
		inner.allow = sectionClasses
	}
	c.nodes(n.Nodes, inner)
	c.close(inner)
	c.engine.seal(s.config)
}

// add files a compiled section where the walk will find it.
func (sc *scope) add(s *section, kind scopeKind) {
	switch kind {
	case scopeDirectory:
		s.ordinal = len(sc.server.directories)
		sc.server.directories = append(sc.server.directories, s)
	case scopeLocation:
		s.ordinal = len(sc.server.locations)
		sc.server.locations = append(sc.server.locations, s)
	case scopeProxy:
		sc.server.proxies = append(sc.server.proxies, s)
	default:
		sc.dir.files = append(sc.dir.files, s)
	}
}

func (c *compiler) sectionAllowed(n *parser.Section, sc *scope, kind scopeKind) bool {
	class, ok := inServer, true
	if kind == scopeFiles || kind == scopeIf {
		class = overrideAll
		ok = sc.excluded == 0 && (kind == scopeIf || sc.kind != scopeLocation)
	}
	if !ok {
		c.errorf(CodeNotAllowed, n.Extent, "<%s> is not allowed in %s context", n.Directive, sc.describe())
	}
	return ok && c.permitted("<"+n.Directive+">", n.Extent, class, sc)
}

func (sc *scope) describe() string {
	switch sc.kind {
	case scopeServer:
		return "server"
	case scopeAccessFile:
		return "access file"
	default:
		return sc.name
	}
}

// directoryPath normalises the path of a <Directory>.
func (c *compiler) directoryPath(s *section, arg *parser.Word) bool {
	s.wild = apr.IsWild(s.path)
	path := s.path
	if !s.wild {
		clean, ok := uri.CleanFile(path)
		if !ok {
			c.errorf(CodeBadArgument, arg.Extent, "<Directory %q>: the path is not absolute", path)
			return false
		}
		path = clean
	}
	s.setDirectory(path)
	return true
}

// setDirectory sets the path of a <Directory>, which may hold wildcards.
func (sec *section) setDirectory(path string) {
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	sec.path = path
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
func coreSections() []command {
	dir := func(kind scopeKind, match bool) func(*scope, *parser.Section) {
		return func(sc *scope, n *parser.Section) { sc.dirSection(n, sc, kind, match) }
	}
	return []command{
		{name: "<Directory", place: inServer, open: dir(scopeDirectory, false)},
		{name: "<DirectoryMatch", place: inServer, open: dir(scopeDirectory, true)},
		{name: "<Else", place: overrideAll, open: openIf},
		{name: "<ElseIf", place: overrideAll, open: openIf},
		{name: "<Files", place: overrideAll, open: dir(scopeFiles, false)},
		{name: "<FilesMatch", place: overrideAll, open: dir(scopeFiles, true)},
		{name: "<If", place: overrideAll, open: openIf},
		{name: "<Limit", place: overrideLimit | overrideAuthConfig, open: openLimit},
		{name: "<LimitExcept", place: overrideLimit | overrideAuthConfig, open: openLimit},
		{name: "<Location", place: inServer, open: dir(scopeLocation, false)},
		{name: "<LocationMatch", place: inServer, open: dir(scopeLocation, true)},
		{name: "<VirtualHost", place: inServer, open: openVirtualHost},
	}
}
