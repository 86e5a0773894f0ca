// Package dir is mod_dir: index files, slashes at the end of directories, and
// FallbackResource.
package dir

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// directoryConfig is mod_dir's part of a httpd.DirConfig.
type directoryConfig struct {
	index        []string // the names of DirectoryIndex; nil if unset
	slash        apr.Toggle
	checkHandler apr.Toggle
	redirect     int // of DirectoryIndexRedirect; 0 if unset, indexRedirectOff for Off
	fallback     string
}

const indexRedirectOff = -1

// dirSlot is mod_dir's place in the configuration of a directory.
var dirSlot = &httpd.Slot[directoryConfig]{Merge: (*directoryConfig).over}

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
func directories(c *httpd.Compiler, n *parser.Directive, sc *httpd.Scope, severity parser.Severity) *directoryConfig {
	if !c.Engine.World.Directories {
		c.Report(severity, httpd.CodeUnsupported, n.Extent, "modrewrite serve runs it; others switch it on with Options.Directories",
			"%s is left to the server around", n.Directive)
	}
	return dirSlot.Make(&sc.Dir.Parts)
}

// applyDirectoryIndex compiles "DirectoryIndex name…". Several lines in a scope
// add up; "disabled" alone takes back what was named before.
func applyDirectoryIndex(sc *httpd.Scope, n *parser.Directive) {
	d := directories(sc.Compiler, n, sc, parser.Note)
	if d.index == nil {
		d.index = []string{}
	}
	names := httpd.Present(n.Args)
	if len(names) == 1 && strings.EqualFold(names[0].Text, "disabled") {
		d.index = []string{}
		return
	}
	for _, w := range names {
		d.index = append(d.index, w.Text)
	}
}

func applyDirectorySlash(sc *httpd.Scope, n *parser.Directive) {
	directories(sc.Compiler, n, sc, parser.Warning).slash = httpd.OnOffWord(n.Args[0])
}

func applyDirectoryCheckHandler(sc *httpd.Scope, n *parser.Directive) {
	directories(sc.Compiler, n, sc, parser.Warning).checkHandler = httpd.OnOffWord(n.Args[0])
}

func applyDirectoryIndexRedirect(sc *httpd.Scope, n *parser.Directive) {
	d := directories(sc.Compiler, n, sc, parser.Warning)
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
		if !apr.IsDigit(word[0]) || !httpd.IsRedirect(d.redirect) {
			sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: %q is neither On nor Off nor a status from 300 to 399", n.Directive, n.Args[0].Text)
		}
	}
}

func applyFallbackResource(sc *httpd.Scope, n *parser.Directive) {
	directories(sc.Compiler, n, sc, parser.Warning).fallback = n.Args[0].Text
}

// serveDirectory does what mod_dir does: it redirects to a directory's URL with
// a slash, makes the request one for an index file, or for the FallbackResource
// where there is no file. It returns 0 or the status to answer with.
func serveDirectory(s *httpd.Request) int {
	d := dirSlot.Of(s.Dir.Parts)
	if d == nil {
		d = &directoryConfig{}
	}
	switch {
	case s.IsProxy():
		return 0
	case s.Kind == httpd.Directory:
		return serveIndex(s, d)
	case s.Kind == httpd.NoFile && s.Handler == "" && d.fallback != "" && !strings.EqualFold(d.fallback, "disabled"):
		return fallback(s, d.fallback)
	}
	return 0
}

// serveIndex serves a directory by one of its index files.
func serveIndex(s *httpd.Request, d *directoryConfig) int {
	if s.Handler == "" {
		s.Handler = httpd.DirectoryType
	}
	switch {
	case s.PathInfo.Text != "":
		return 0
	case !strings.HasSuffix(s.URI, "/"):
		return addSlash(s, d)
	case s.Handler == httpd.RedirectHandler, d.checkHandler == apr.On && s.Handler != httpd.DirectoryType:
		if s.ContentType == httpd.DirectoryType {
			s.ContentType = ""
		}
		return 0
	}
	names := d.index
	if names == nil {
		names = []string{"index.html"}
	}
	failed := 0
	for i, name := range names {
		sub := s.LookupURI(withQuery(s, name))
		switch {
		case isServable(sub) && httpd.IsRedirect(d.redirect):
			s.Location = absoluteURL(s, sub.URI)
			return d.redirect
		case isServable(sub):
			s.Become(sub)
			return 0
		case httpd.IsRedirect(sub.Status):
			s.Location = sub.Location
			return sub.Status
		case sub.Status == 401 && i == len(names)-1:
			return askToLogIn(s, sub) // of the last one only, as in httpd
		case sub.Status == 406 && i == len(names)-1:
			s.TakeErrHeader(sub)
			return sub.Status
		case sub.Status != 200 && sub.Status != 404:
			failed = sub.Status
		}
	}
	return failed
}

// addSlash sends the client to the directory's URL with a slash at its end.
func addSlash(s *httpd.Request, d *directoryConfig) int {
	if d.slash == apr.Off {
		return 0
	}
	if _, careful := s.Getenv("redirect-carefully"); careful && s.Method != "GET" && s.Method != "HEAD" {
		return 0
	}
	s.Location = absoluteURL(s, withQuery(s, uri.Escape(s.URI)+"/"))
	return 301
}

// fallback serves another URL in the place of a file that does not exist.
func fallback(s *httpd.Request, target string) int {
	sub := s.LookupURI(withQuery(s, target))
	switch {
	case isServable(sub):
		s.Become(sub)
	case httpd.IsRedirect(sub.Status):
		s.Location = sub.Location
		return sub.Status
	case sub.Status != 200 && sub.Status != 404:
		return sub.Status
	}
	return 0
}

// askToLogIn returns the status of a request that is answered with the 401 of sub, and has
// the response say how to log in.
func askToLogIn(s, sub *httpd.Request) int {
	if sub.Asked {
		s.Challenge = sub.Challenge
		s.AskToLogIn()
	}
	return 401
}

// withQuery returns target with the request's query.
func withQuery(s *httpd.Request, target string) string {
	if s.Args.OK {
		target += "?" + s.Args.Text
	}
	return target
}

// absoluteURL returns the full URL of a path of this server.
func absoluteURL(s *httpd.Request, path string) string {
	return httpd.Absolute(s.Scheme(), s.ServerName(), s.ServerPort(), path)
}

// isServable reports whether a sub-request found what can be served in the
// place of a directory.
func isServable(s *httpd.Request) bool {
	return s.Status == 200 && (s.Handler == httpd.ProxyHandler || s.Kind == httpd.RegularFile)
}

// FixUp is the hook that finds what a directory is served by.
func FixUp() httpd.Hook {
	return httpd.Hook{WantedIn: func(w *httpd.World) bool { return w.Directories }, Run: serveDirectory}
}

// Module is mod_dir.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_dir", Commands: []httpd.Command{
		{Name: "DirectoryCheckHandler", Place: httpd.OverrideIndexes, Args: httpd.TakesFlag, Set: applyDirectoryCheckHandler},
		{Name: "DirectoryIndex", Place: httpd.OverrideIndexes, Set: applyDirectoryIndex},
		{Name: "DirectoryIndexRedirect", Place: httpd.OverrideIndexes, Args: httpd.TakesOne, Set: applyDirectoryIndexRedirect},
		{Name: "DirectorySlash", Place: httpd.OverrideIndexes, Args: httpd.TakesFlag, Set: applyDirectorySlash},
		{Name: "FallbackResource", Place: httpd.OverrideIndexes, Args: httpd.TakesOne, Set: applyFallbackResource},
	}}
}
