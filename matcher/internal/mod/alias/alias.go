// Package alias is mod_alias: Alias, ScriptAlias and Redirect, and their variants.
package alias

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// alias is a directive of mod_alias: Alias, ScriptAlias, Redirect and their
// Match variants.
type alias struct {
	at      parser.Extent
	path    string           // the URL-path it is for
	regex   *pattern.Pattern // of the Match variants
	target  string           // file as written, or URL of a redirect
	file    string           // target as an absolute path, "" if it can't be one
	root    string           // what the files mapped lie below, as in Result.Root
	prefix  string           // what their names begin with
	exact   bool             // prefix is a whole path, to which no more than segments are added
	status  int              // of a redirect
	handler string           // of ScriptAlias
	program *expr.Program    // target in a <Location> that is not constant
}

// aliasDir is mod_alias's part of the configuration of a directory.
type aliasDir struct {
	redirects        *aliasList     // Redirect in the scope and those around it
	redirect         *scopeRedirect // of everything in the scope
	location         *alias         // of a <Location>, nil for none
	preservePath     apr.Toggle     // AliasPreservePath
	relativeRedirect apr.Toggle     // RedirectRelative
}

// aliasServer is mod_alias's part of the configuration of a server.
type aliasServer struct {
	aliases   *aliasList // Alias and ScriptAlias
	redirects *aliasList // Redirect
}

// mod_alias's places in the configuration of a directory and of a server.
var (
	aliasDirSlot = &httpd.Slot[aliasDir]{
		Merge: (*aliasDir).over,
		Seal:  func(e *httpd.Engine, d *aliasDir) { seal(e, d.redirects) },
		Size:  func(d, _ *aliasDir) int64 { return httpd.MergeListSize * int64(d.redirects.Len()) },
	}
	aliasServerSlot = &httpd.Slot[aliasServer]{
		Merge: (*aliasServer).over,
		Seal: func(e *httpd.Engine, a *aliasServer) {
			seal(e, a.aliases)
			seal(e, a.redirects)
		},
	}
)

// over merges a on top of base.
func (a *aliasDir) over(base *aliasDir) *aliasDir {
	return &aliasDir{
		redirects: a.redirects.Join(base.redirects), redirect: cmp.Or(a.redirect, base.redirect),
		location: cmp.Or(a.location, base.location), preservePath: a.preservePath.Over(base.preservePath),
		relativeRedirect: a.relativeRedirect.Over(base.relativeRedirect),
	}
}

// over merges a on top of base.
func (a *aliasServer) over(base *aliasServer) *aliasServer {
	return &aliasServer{aliases: a.aliases.Join(base.aliases), redirects: a.redirects.Join(base.redirects)}
}

func applyAliasPreservePath(sc *httpd.Scope, n *parser.Directive) {
	aliasDirSlot.Make(&sc.Dir.Parts).preservePath = httpd.OnOffWord(n.Args[0])
}

func applyRedirectRelative(sc *httpd.Scope, n *parser.Directive) {
	aliasDirSlot.Make(&sc.Dir.Parts).relativeRedirect = httpd.OnOffWord(n.Args[0])
}

// applyAlias compiles Alias, ScriptAlias, Redirect and their variants.
func applyAlias(sc *httpd.Scope, n *parser.Directive) {
	name := strings.ToLower(n.Directive)
	switch name {
	case "redirect", "redirectmatch", "redirecttemp", "redirectpermanent":
		redirectDirective(sc.Compiler, n, name, sc)
		return
	}
	if !sc.Kind.IsServer() {
		locationAlias(sc.Compiler, n, name, sc)
		return
	}
	if len(n.Args) != 2 {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s takes a URL-path and a file name", n.Directive)
		return
	}
	a := &alias{at: n.Extent, path: n.Args[0].Text, target: n.Args[1].Text, handler: aliasHandler(name)}
	if strings.HasSuffix(name, "match") {
		if a.regex = sc.Regex(a.path, false, n.Args[0].Extent); a.regex == nil {
			return
		}
	}
	a.locate(sc.Engine.ServerRoot)
	sc.Server.MapsTo(a.root, a.exact)
	list := &aliasServerSlot.Make(&sc.Server.Parts).aliases
	*list = (*list).With(a)
}

// aliasHandler returns the handler that goes with files of ScriptAlias and its
// Match variant, "" for those of other directives.
func aliasHandler(name string) string {
	if strings.HasPrefix(name, "script") {
		return "cgi-script"
	}
	return ""
}

// redirectDirective compiles Redirect and its variants. The first argument may
// be the status. In a section or access file the URL-path may be left out: the
// redirect is then for everything in it, and its URL is an expression.
func redirectDirective(c *httpd.Compiler, n *parser.Directive, name string, sc *httpd.Scope) {
	a := &alias{at: n.Extent, status: 302}
	args := n.Args
	fixed := name == "redirecttemp" || name == "redirectpermanent"
	if name == "redirectpermanent" {
		a.status = 301
	}
	if len(args) > 0 && !fixed {
		if status, ok := redirectStatus(args[0].Text); ok {
			a.status, args = status, args[1:]
		}
	}
	if !sc.Kind.IsServer() && !fixed && compileScopeRedirect(c, n, a.status, args, sc) {
		return
	}
	if !redirectArguments(c, n, a, args) {
		return
	}
	if name == "redirectmatch" {
		if a.regex = c.Regex(a.path, false, args[0].Extent); a.regex == nil {
			return
		}
	} else if httpd.IsRedirect(a.status) && !httpd.IsURL(a.target) && !strings.HasPrefix(a.target, "/") {
		c.Errorf(httpd.CodeBadArgument, args[1].Extent, "%s to %q, which is not a URL", n.Directive, a.target)
		return
	}
	if sc.Kind.IsServer() {
		list := &aliasServerSlot.Make(&sc.Server.Parts).redirects
		*list = (*list).With(a)
	} else {
		list := &aliasDirSlot.Make(&sc.Dir.Parts).redirects
		*list = (*list).With(a)
	}
}

// redirectArguments takes URL-path and URL from args and reports whether they
// fit the status.
func redirectArguments(c *httpd.Compiler, n *parser.Directive, a *alias, args []parser.Word) bool {
	redirects := httpd.IsRedirect(a.status)
	switch {
	case len(args) == 0:
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s: the URL-path is missing", n.Directive)
	case len(args) == 1 && redirects:
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s: the URL to redirect to is missing", n.Directive)
	case len(args) > 2:
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s: the first of three arguments must be a status", n.Directive)
	case len(args) == 2 && !redirects:
		c.Errorf(httpd.CodeBadArgument, args[1].Extent, "%s: status %d takes no URL", n.Directive, a.status)
	default:
		a.path = args[0].Text
		if len(args) == 2 {
			a.target = args[1].Text
		}
		return true
	}
	return false
}

// scopeRedirect is a Redirect for everything in a section or directory.
type scopeRedirect struct {
	at     parser.Extent
	status int
	target *expr.Program // nil for a status that takes none
}

// compileScopeRedirect compiles a Redirect without URL-path. It reports whether n is
// one.
func compileScopeRedirect(c *httpd.Compiler, n *parser.Directive, status int, args []parser.Word, sc *httpd.Scope) bool {
	redirects := httpd.IsRedirect(status)
	switch {
	case len(args) == 0 && !redirects:
		aliasDirSlot.Make(&sc.Dir.Parts).redirect = &scopeRedirect{at: n.Extent, status: status}
	case len(args) == 1 && redirects:
		if p := c.StringExpr(args[0], sc); p != nil {
			aliasDirSlot.Make(&sc.Dir.Parts).redirect = &scopeRedirect{at: n.Extent, status: status, target: p}
		}
	default:
		return false
	}
	return true
}

// redirectStatus reads the status argument of Redirect.
func redirectStatus(word string) (int, bool) {
	switch strings.ToLower(word) {
	case "permanent":
		return 301, true
	case "temp":
		return 302, true
	case "seeother":
		return 303, true
	case "gone":
		return 410, true
	}
	if word == "" || !apr.IsDigit(word[0]) {
		return 0, false
	}
	return int(apr.Atoi(word)), true
}

// aliases maps the URL by mod_alias's directives of the server: it returns
// Declined if none is for it, 0 if one maps it to a file, or the status of a
// redirect.
func aliases(s *httpd.Request) int {
	if s.URI != "" && s.URI[0] != '/' {
		return httpd.Declined
	}
	dir, server := aliasDirSlot.Of(s.Dir.Parts), aliasServerSlot.Of(s.Server.Parts)
	switch {
	case dir == nil && server == nil:
		return httpd.Declined
	case server == nil:
		server = &aliasServer{}
	}
	if status := redirectBy(s, dir, server.redirects); status != httpd.Declined {
		return status
	}
	if dir != nil && dir.location != nil {
		if file, m := dir.location.mapLocation(s); m == mapped || m == mappedBad {
			return mappedBy(s, dir.location, file, m)
		}
	}
	if server.aliases.Len() == 0 {
		return httpd.Declined
	}
	w := walkAlong(server.aliases, s)
	defer w.End()
	for a := w.step(); a != nil; a = w.step() {
		if file, m := a.mapFile(s); m != notMapped {
			return mappedBy(s, a, file, m)
		}
	}
	return httpd.Declined
}

// mapping is what an alias makes of a URL.
type mapping int

const (
	notMapped  mapping = iota // it is not for the URL
	mapped                    // it maps it to a file
	mappedBad                 // to what can't be the name of a file
	mappedLong                // to a name that is too long: no alias of the server is tried any more
)

// mappingOf returns mapped if ok, else mappedBad.
func mappingOf(ok bool) mapping {
	if ok {
		return mapped
	}
	return mappedBad
}

// fits reports whether httpd composes a name of n bytes, which it takes to be relative to
// ServerRoot before it looks whether it is.
func fits(s *httpd.Request, n int) bool {
	return len(s.Eval.Engine.ServerRoot)+n <= uri.MaxFilePath
}

// mappedBy makes file, which a maps the URL to, the request's. It returns as aliases.
func mappedBy(s *httpd.Request, a *alias, file string, m mapping) int {
	switch m {
	case mappedLong:
		return httpd.Declined
	case mappedBad:
		return s.Refuse(500, httpd.CodeBadTarget, a.at, "", "what it maps %s to can't be the name of a file", httpd.Clipped(s.URI))
	case notMapped, mapped:
	}
	if a.handler != "" {
		s.Handler = a.handler
	}
	s.Filename = apr.Some(file)
	s.Root, s.Strayed = a.root, false
	if !a.opens(file) {
		s.Root, s.Strayed = "", true
	}
	s.Eval.Trace(s, httpd.Event{Kind: httpd.EventMapped, At: a.at, Input: s.URI, Output: file})
	return 0
}

// mapFile returns the file that an alias maps the request's path to.
func (a *alias) mapFile(s *httpd.Request) (file string, m mapping) {
	if a.regex != nil {
		var g pattern.Captures
		if !s.Eval.Match(a.regex, s.URI, &g, a.at) {
			return "", notMapped
		}
		return resolve(s, httpd.SubstituteGroups(a.target, s.URI, &g))
	}
	n := matchPath(s.URI, a.path)
	if n == 0 {
		return "", notMapped
	}
	return a.below(s, a.target, s.URI[n:])
}

// resolve returns the file that name, which may be relative to ServerRoot, stands for.
func resolve(s *httpd.Request, name string) (file string, m mapping) {
	if !fits(s, len(name)) {
		return "", mappedLong
	}
	file, ok := uri.ResolveFile(s.Eval.Engine.ServerRoot, name)
	return file, mappingOf(ok)
}

// below returns the file for a URL in which rest follows the path of a, whose target is
// written as given.
func (a *alias) below(s *httpd.Request, target, rest string) (file string, m mapping) {
	if !fits(s, len(target)+len(rest)) {
		return "", mappedLong
	}
	s.Alias = &httpd.AliasContext{Prefix: a.path, Root: target}
	file, ok := a.join(rest)
	return file, mappingOf(ok)
}

// directoryRedirect answers with the redirect of a section or access file that is
// for the URL.
func directoryRedirect(s *httpd.Request) int {
	dir := aliasDirSlot.Of(s.Dir.Parts)
	return redirectBy(s, dir, dir.redirects)
}

// redirectBy answers with the redirect of the whole scope, else the first of
// list that is for the URL.
func redirectBy(s *httpd.Request, dir *aliasDir, list *aliasList) int {
	if dir != nil && dir.redirect != nil {
		return redirectScope(s, dir.redirect)
	}
	if list.Len() == 0 {
		return httpd.Declined
	}
	w := walkAlong(list, s)
	defer w.End()
	for a := w.step(); a != nil; a = w.step() {
		if target, ok := a.redirectTarget(s); ok {
			return redirectTo(s, target, a.status, a.at)
		}
	}
	return httpd.Declined
}

func redirectScope(s *httpd.Request, r *scopeRedirect) int {
	target := ""
	if r.target != nil {
		text, err := s.Text(r.target)
		if err != nil {
			s.Eval.ReportError(err)
			return s.Refuse(500, httpd.CodeBadTarget, r.at, "", "the expression of its target fails: %v", err)
		}
		target = escapeTarget(text)
	}
	return redirectTo(s, target, r.status, r.at)
}

// redirectTarget returns where a redirect leads if it is for the request.
func (a *alias) redirectTarget(s *httpd.Request) (string, bool) {
	if a.regex == nil {
		n := matchPath(s.URI, a.path)
		if n == 0 {
			return "", false
		}
		s.Alias = &httpd.AliasContext{Prefix: a.path, Root: a.target}
		return a.target + uri.Escape(s.URI[n:]), true
	}
	var g pattern.Captures
	if !s.Eval.Match(a.regex, s.URI, &g, a.at) {
		return "", false
	}
	return escapeTarget(httpd.SubstituteGroups(a.target, s.URI, &g)), true
}

// escapeTarget escapes the path of a redirect's target, query and fragment
// aside.
func escapeTarget(target string) string {
	target, fragment, hasFragment := strings.Cut(target, "#")
	target, query, hasQuery := strings.Cut(target, "?")
	target = uri.Escape(target)
	if hasQuery {
		target += "?" + query
	}
	if hasFragment {
		target += "#" + fragment
	}
	return target
}

// matchPath reports how much of path the URL-path prefix matches, on whole
// segments and with any number of slashes for one; 0 if it does not.
func matchPath(path, prefix string) int {
	i, j := 0, 0
	for j < len(prefix) {
		if prefix[j] != '/' {
			if i == len(path) || path[i] != prefix[j] {
				return 0
			}
			i++
			j++
			continue
		}
		if i == len(path) || path[i] != '/' {
			return 0
		}
		i = skipSlashes(path, i)
		j = skipSlashes(prefix, j)
	}
	if prefix != "" && prefix[len(prefix)-1] != '/' && i < len(path) && path[i] != '/' {
		return 0
	}
	return i
}

func skipSlashes(s string, i int) int {
	for i < len(s) && s[i] == '/' {
		i++
	}
	return i
}

// Translate is the hook for the directives of the server.
func Translate() httpd.Hook {
	return httpd.Hook{
		Wanted:   func(d *httpd.DirConfig) bool { return aliasDirSlot.Of(d.Parts) != nil },
		WantedBy: func(s *httpd.Server) bool { return aliasServerSlot.Of(s.Parts) != nil },
		Run:      aliases,
	}
}

// FixUp is the hook for the redirects of sections and access files.
func FixUp() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			a := aliasDirSlot.Of(d.Parts)
			return a != nil && (a.redirect != nil || a.redirects.Len() > 0)
		},
		Run: directoryRedirect,
	}
}

// aliasMapsFiles reports whether aliases map URLs of the server to files.
func aliasMapsFiles(s *httpd.Server) bool {
	if a := aliasServerSlot.Of(s.Parts); a != nil && a.aliases.Len() > 0 {
		return true
	}
	return slices.ContainsFunc(s.Locations, func(sec *httpd.Section) bool {
		d := aliasDirSlot.Of(sec.Config.Parts)
		return d != nil && d.location != nil
	})
}

// Module is mod_alias.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_alias", Close: placeAlias, MapsFiles: aliasMapsFiles, Commands: []httpd.Command{
		{Name: "Alias", Place: httpd.InServer | httpd.InDirectory, Set: applyAlias},
		{Name: "AliasMatch", Place: httpd.InServer, Set: applyAlias},
		{Name: "AliasPreservePath", Place: httpd.OverrideFileInfo, Args: httpd.TakesFlag, Set: applyAliasPreservePath},
		{Name: "Redirect", Place: httpd.OverrideFileInfo, Set: applyAlias},
		{Name: "RedirectMatch", Place: httpd.OverrideFileInfo, Set: applyAlias},
		{Name: "RedirectPermanent", Place: httpd.OverrideFileInfo, Set: applyAlias},
		{Name: "RedirectRelative", Place: httpd.OverrideFileInfo, Args: httpd.TakesFlag, Set: applyRedirectRelative},
		{Name: "RedirectTemp", Place: httpd.OverrideFileInfo, Set: applyAlias},
		{Name: "ScriptAlias", Place: httpd.InServer | httpd.InDirectory, Set: applyAlias},
		{Name: "ScriptAliasMatch", Place: httpd.InServer, Set: applyAlias},
	}}
}

// redirectTo answers with status and, for a redirect, target.
func redirectTo(s *httpd.Request, target string, status int, at parser.Extent) int {
	if s.Parent == nil {
		s.Eval.Rule = at
	}
	if !httpd.IsRedirect(status) {
		return status
	}
	relative := strings.HasPrefix(target, "/") && relativeRedirect(s.Dir)
	if strings.HasPrefix(target, "/") && !relative {
		target = httpd.Absolute(s.Scheme(), s.ServerName(), s.ServerPort(), target)
	}
	if !relative && !httpd.IsURL(target) {
		return s.Refuse(500, httpd.CodeBadTarget, at, "", "the target %s is neither a URL nor a path", httpd.Clipped(target))
	}
	if s.Args.OK && strings.IndexByte(target, '?') < 0 {
		target += "?" + s.Args.Text
	}
	s.Location = target
	return status
}

// relativeRedirect reports whether RedirectRelative holds.
func relativeRedirect(d *httpd.DirConfig) bool {
	a := aliasDirSlot.Of(d.Parts)
	return a != nil && a.relativeRedirect == apr.On
}
