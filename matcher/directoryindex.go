package matcher

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// directoryConfig is mod_dir's part of a dirConfig.
type directoryConfig struct {
	index        []string // the names of DirectoryIndex; nil if unset
	slash        apr.Toggle
	checkHandler apr.Toggle
	redirect     int // of DirectoryIndexRedirect; 0 if unset, indexRedirectOff for Off
	fallback     string
}

const indexRedirectOff = -1

// dirSlot is mod_dir's place in the configuration of a directory.
var dirSlot = &slot[directoryConfig]{merge: (*directoryConfig).over}

func (d *directoryConfig) over(base *directoryConfig) *directoryConfig {
	merged := &directoryConfig{
		index:        d.index,
		slash:        d.slash.Over(base.slash),
		checkHandler: d.checkHandler.Over(base.checkHandler),
		redirect:     cmp.Or(d.redirect, base.redirect),
		fallback:     cmp.Or(d.fallback, base.fallback),
	}
	if d.index == nil {
		merged.index = base.index
	}
	return merged
}

// directories returns mod_dir's part of the scope's configuration and makes it
// where there is none. It says so if nothing is done with it.
func directories(c *compiler, n *parser.Directive, sc *scope, severity parser.Severity) *directoryConfig {
	if !c.engine.world.Directories {
		c.report(severity, CodeUnsupported, n.Extent, "modrewrite serve runs it; others switch it on with Options.Directories",
			"%s is left to the server around", n.Directive)
	}
	return dirSlot.make(&sc.dir.parts)
}

// applyDirectoryIndex compiles "DirectoryIndex name…". Several lines in a scope
// add up; "disabled" alone takes back what was named before.
func applyDirectoryIndex(sc *scope, n *parser.Directive) {
	d := directories(sc.compiler, n, sc, parser.Note)
	if d.index == nil {
		d.index = []string{}
	}
	names := present(n.Args)
	if len(names) == 1 && strings.EqualFold(names[0].Text, "disabled") {
		d.index = []string{}
		return
	}
	for _, w := range names {
		d.index = append(d.index, w.Text)
	}
}

func applyDirectorySlash(sc *scope, n *parser.Directive) {
	directories(sc.compiler, n, sc, parser.Warning).slash = onOffWord(n.Args[0])
}

func applyDirectoryCheckHandler(sc *scope, n *parser.Directive) {
	directories(sc.compiler, n, sc, parser.Warning).checkHandler = onOffWord(n.Args[0])
}

func applyDirectoryIndexRedirect(sc *scope, n *parser.Directive) {
	d := directories(sc.compiler, n, sc, parser.Warning)
	switch word := apr.Lower(n.Args[0].Text); word {
	case "off":
		d.redirect = indexRedirectOff
	case "on", "temp":
		d.redirect = 302
	case "permanent":
		d.redirect = 301
	case "seeother":
		d.redirect = 303
	default:
		d.redirect = int(apr.Atoi(word))
		if !apr.IsDigit(word[0]) || !isRedirect(d.redirect) {
			sc.errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q is neither On nor Off nor a status from 300 to 399", n.Directive, n.Args[0].Text)
		}
	}
}

func applyFallbackResource(sc *scope, n *parser.Directive) {
	directories(sc.compiler, n, sc, parser.Warning).fallback = n.Args[0].Text
}

// serveDirectory does what mod_dir does: it redirects to a directory's URL with
// a slash, makes the request one for an index file, or for the FallbackResource
// where there is no file. It returns 0 or the status to answer with.
func serveDirectory(s *state) int {
	d := dirSlot.of(s.dir.parts)
	if d == nil {
		d = &directoryConfig{}
	}
	switch {
	case !s.eval.engine.world.Directories || s.isProxy():
		return 0
	case s.kind == directory:
		return index(s, d)
	case s.kind == noFile && s.handler == "" && d.fallback != "" && !strings.EqualFold(d.fallback, "disabled"):
		return fallback(s, d.fallback)
	}
	return 0
}

// index serves a directory by one of its index files.
func index(s *state, d *directoryConfig) int {
	if s.handler == "" {
		s.handler = directoryType
	}
	switch {
	case s.pathInfo.Text != "":
		return 0
	case !strings.HasSuffix(s.uri, "/"):
		return addSlash(s, d)
	case s.handler == redirectHandler, d.checkHandler == apr.On && s.handler != directoryType:
		if s.contentType == directoryType {
			s.contentType = ""
		}
		return 0
	}
	names := d.index
	if names == nil {
		names = []string{"index.html"}
	}
	failed := 0
	for i, name := range names {
		sub := s.lookupURI(withQuery(s, name))
		switch {
		case isServable(sub) && isRedirect(d.redirect):
			s.location = absoluteURL(s, sub.uri)
			return d.redirect
		case isServable(sub):
			become(s, sub)
			return 0
		case isRedirect(sub.status), i == len(names)-1 && (sub.status == 401 || sub.status == 406):
			s.location = sub.location
			return sub.status
		case sub.status != 200 && sub.status != 404:
			failed = sub.status
		}
	}
	return failed
}

// addSlash sends the client to the directory's URL with a slash at its end.
func addSlash(s *state, d *directoryConfig) int {
	if d.slash == apr.Off {
		return 0
	}
	if _, careful := s.getenv("redirect-carefully"); careful && s.method != "GET" && s.method != "HEAD" {
		return 0
	}
	s.location = absoluteURL(s, withQuery(s, uri.Escape(s.uri)+"/"))
	return 301
}

// fallback serves another URL in the place of a file that does not exist.
func fallback(s *state, target string) int {
	sub := s.lookupURI(withQuery(s, target))
	switch {
	case isServable(sub):
		become(s, sub)
	case isRedirect(sub.status):
		s.location = sub.location
		return sub.status
	case sub.status != 200 && sub.status != 404:
		return sub.status
	}
	return 0
}

// withQuery returns target with the request's query.
func withQuery(s *state, target string) string {
	if s.args.OK {
		target += "?" + s.args.Text
	}
	return target
}

// absoluteURL returns the full URL of a path of this server.
func absoluteURL(s *state, path string) string {
	return absolute(s.scheme(), s.serverName(), s.serverPort(), path)
}

// isServable reports whether a sub-request found what can be served in the
// place of a directory.
func isServable(s *state) bool {
	return s.status == 200 && (s.handler == proxyHandler || s.kind == regularFile)
}

// become makes the request that of sub, as httpd's fast redirect does.
func become(s *state, sub *state) {
	s.eval.trace(s, event{Kind: eventInternal, Detail: eventTakesPlace, Input: s.uri, Output: sub.uri})
	s.eval.substituted = true
	byRule := s.mappedByRule
	s.mapping, s.content = sub.mapping, sub.content
	s.mappedByRule = s.mappedByRule || byRule
	s.location = cmp.Or(sub.location, s.location)
	vary := s.vary
	s.vary = ""
	s.addVary(sub.vary)
	s.addVary(vary)
	sub.tabulateScript()
	s.scriptURL, s.env = apr.Optional{}, overlayFile(s, sub.env, s.env)
	s.notes = overlayFile(s, sub.notes, s.notes)
}

// overlayFile returns the entries of both tables; those of over win.
func overlayFile(s *state, over, base apr.Table) apr.Table {
	if !s.eval.charge(base.Size(0) + over.Size(0)) {
		return apr.Table{}
	}
	merged := base.Clone()
	for _, e := range over.Entries {
		if !s.eval.spend(merged.LookSteps()) {
			break
		}
		merged.Set(e.Name, e.Value)
	}
	return merged
}

// dirFixUp is the hook that finds what a directory is served by.
func dirFixUp() hook { return hook{run: serveDirectory} }

// dirModule is mod_dir.
func dirModule() *module {
	return &module{name: "mod_dir", commands: []command{
		{name: "DirectoryCheckHandler", place: overrideIndexes, args: takesFlag, set: applyDirectoryCheckHandler},
		{name: "DirectoryIndex", place: overrideIndexes, set: applyDirectoryIndex},
		{name: "DirectoryIndexRedirect", place: overrideIndexes, args: takesOne, set: applyDirectoryIndexRedirect},
		{name: "DirectorySlash", place: overrideIndexes, args: takesFlag, set: applyDirectorySlash},
		{name: "FallbackResource", place: overrideIndexes, args: takesOne, set: applyFallbackResource},
	}}
}
