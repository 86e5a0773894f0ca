package matcher

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
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
	redirects        []*alias       // Redirect in the scope and those around it
	redirect         *scopeRedirect // of everything in the scope
	location         *alias         // of a <Location>, nil for none
	preservePath     apr.Toggle     // AliasPreservePath
	relativeRedirect apr.Toggle     // RedirectRelative
}

// aliasServer is mod_alias's part of the configuration of a server.
type aliasServer struct {
	aliases   []*alias // Alias and ScriptAlias
	redirects []*alias // Redirect
}

// mod_alias's places in the configuration of a directory and of a server.
var (
	aliasDirSlot = &slot[aliasDir]{
		merge: (*aliasDir).over,
		size:  func(d, _ *aliasDir) int64 { return mergeListSize * int64(len(d.redirects)) },
	}
	aliasServerSlot = &slot[aliasServer]{merge: (*aliasServer).over}
)

// over merges a on top of base.
func (a *aliasDir) over(base *aliasDir) *aliasDir {
	return &aliasDir{
		redirects: apr.Concat(a.redirects, base.redirects), redirect: cmp.Or(a.redirect, base.redirect),
		location: cmp.Or(a.location, base.location), preservePath: a.preservePath.Over(base.preservePath),
		relativeRedirect: a.relativeRedirect.Over(base.relativeRedirect),
	}
}

// over merges a on top of base.
func (a *aliasServer) over(base *aliasServer) *aliasServer {
	return &aliasServer{aliases: apr.Concat(a.aliases, base.aliases), redirects: apr.Concat(a.redirects, base.redirects)}
}

func applyAliasPreservePath(sc *scope, n *parser.Directive) {
	aliasDirSlot.make(&sc.dir.parts).preservePath = onOffWord(n.Args[0])
}

func applyRedirectRelative(sc *scope, n *parser.Directive) {
	aliasDirSlot.make(&sc.dir.parts).relativeRedirect = onOffWord(n.Args[0])
}

// applyAlias compiles Alias, ScriptAlias, Redirect and their variants.
func applyAlias(sc *scope, n *parser.Directive) {
	name := strings.ToLower(n.Directive)
	switch name {
	case "redirect", "redirectmatch", "redirecttemp", "redirectpermanent":
		redirectDirective(sc.compiler, n, name, sc)
		return
	}
	if !sc.kind.isServer() {
		locationAlias(sc.compiler, n, name, sc)
		return
	}
	if len(n.Args) != 2 {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes a URL-path and a file name", n.Directive)
		return
	}
	a := &alias{at: n.Extent, path: n.Args[0].Text, target: n.Args[1].Text, handler: aliasHandler(name)}
	if strings.HasSuffix(name, "match") {
		if a.regex = sc.regex(a.path, false, n.Args[0].Extent); a.regex == nil {
			return
		}
	}
	a.locate(sc.engine.serverRoot)
	sc.server.mapsTo(a.root, a.exact)
	list := &aliasServerSlot.make(&sc.server.parts).aliases
	*list = append(*list, a)
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
func redirectDirective(c *compiler, n *parser.Directive, name string, sc *scope) {
	a := &alias{at: n.Extent, status: 302}
	args, explicit := n.Args, false
	fixed := name == "redirecttemp" || name == "redirectpermanent"
	if name == "redirectpermanent" {
		a.status = 301
	}
	if len(args) > 0 && !fixed {
		if status, ok := redirectStatus(args[0].Text); ok {
			a.status, args, explicit = status, args[1:], true
		}
	}
	if !sc.kind.isServer() && !fixed && compileScopeRedirect(c, n, a.status, args, explicit, sc) {
		return
	}
	if !redirectArguments(c, n, a, args) {
		return
	}
	if name == "redirectmatch" {
		if a.regex = c.regex(a.path, false, args[0].Extent); a.regex == nil {
			return
		}
	} else if isRedirect(a.status) && !isURL(a.target) && !strings.HasPrefix(a.target, "/") {
		c.errorf(CodeBadArgument, args[1].Extent, "%s to %q, which is no URL", n.Directive, a.target)
		return
	}
	if sc.kind.isServer() {
		list := &aliasServerSlot.make(&sc.server.parts).redirects
		*list = append(*list, a)
	} else {
		list := &aliasDirSlot.make(&sc.dir.parts).redirects
		*list = append(*list, a)
	}
}

// redirectArguments takes URL-path and URL from args and reports whether they
// fit the status.
func redirectArguments(c *compiler, n *parser.Directive, a *alias, args []parser.Word) bool {
	redirects := isRedirect(a.status)
	switch {
	case len(args) == 0:
		c.errorf(CodeBadArgument, n.Extent, "%s: the URL-path is missing", n.Directive)
	case len(args) == 1 && redirects:
		c.errorf(CodeBadArgument, n.Extent, "%s: the URL to redirect to is missing", n.Directive)
	case len(args) > 2:
		c.errorf(CodeBadArgument, n.Extent, "%s: the first of three arguments must be a status", n.Directive)
	case len(args) == 2 && !redirects:
		c.errorf(CodeBadArgument, args[1].Extent, "%s: status %d takes no URL", n.Directive, a.status)
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
func compileScopeRedirect(c *compiler, n *parser.Directive, status int, args []parser.Word, explicit bool, sc *scope) bool {
	redirects := isRedirect(status)
	switch {
	case explicit && len(args) == 0 && !redirects:
		aliasDirSlot.make(&sc.dir.parts).redirect = &scopeRedirect{at: n.Extent, status: status}
	case len(args) == 1 && redirects:
		if p := c.stringExpr(args[0].Text, args[0].Extent, sc); p != nil {
			aliasDirSlot.make(&sc.dir.parts).redirect = &scopeRedirect{at: n.Extent, status: status, target: p}
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
// declined if none is for it, 0 if one maps it to a file, or the status of a
// redirect.
func aliases(s *state) int {
	if s.uri != "" && s.uri[0] != '/' {
		return declined
	}
	dir, server := aliasDirSlot.of(s.dir.parts), aliasServerSlot.of(s.server.parts)
	switch {
	case dir == nil && server == nil:
		return declined
	case server == nil:
		server = &aliasServer{}
	}
	if status := redirectBy(s, dir, server.redirects); status != declined {
		return status
	}
	if dir != nil && dir.location != nil {
		if file, matched, ok := dir.location.mapLocation(s); matched {
			return mappedBy(s, dir.location, file, ok)
		}
	}
	for _, a := range server.aliases {
		if file, matched, ok := a.mapFile(s); matched {
			return mappedBy(s, a, file, ok)
		}
	}
	return declined
}

// mappedBy makes file, which a maps the URL to, the request's. Where it is not ok
// the request has none.
func mappedBy(s *state, a *alias, file string, ok bool) int {
	if !ok {
		return s.refuse(500, codeBadTarget, a.at, "", "what it maps %s to can't be the name of a file", clipped(s.uri))
	}
	if a.handler != "" {
		s.handler = a.handler
	}
	s.filename = apr.Some(file)
	s.root, s.strayed = a.root, false
	if !a.opens(file) {
		s.root, s.strayed = "", true
	}
	s.eval.trace(s, event{Kind: eventMapped, At: a.at, Input: s.uri, Output: file})
	return 0
}

// mapFile returns the file that an alias maps the request's path to.
func (a *alias) mapFile(s *state) (file string, matched, ok bool) {
	if a.regex != nil {
		var g pattern.Captures
		if !s.eval.Match(a.regex, s.uri, &g, a.at) {
			return "", false, false
		}
		file, ok = uri.ResolveFile(s.eval.engine.serverRoot, substituteGroups(a.target, s.uri, &g))
		return file, true, ok
	}
	n := matchPath(s.uri, a.path)
	if n == 0 {
		return "", false, false
	}
	s.alias = &aliasContext{prefix: a.path, root: a.target}
	file, ok = a.join(s.uri[n:])
	return file, true, ok
}

// directoryRedirect answers with the redirect of a section or access file that is
// for the URL.
func directoryRedirect(s *state) int {
	dir := aliasDirSlot.of(s.dir.parts)
	return redirectBy(s, dir, dir.redirects)
}

// redirectBy answers with the redirect of the whole scope, else the first of
// list that is for the URL.
func redirectBy(s *state, dir *aliasDir, list []*alias) int {
	if dir != nil && dir.redirect != nil {
		return redirectScope(s, dir.redirect)
	}
	for _, a := range list {
		if target, ok := a.redirectTarget(s); ok {
			return redirectTo(s, target, a.status, a.at)
		}
	}
	return declined
}

func redirectScope(s *state, r *scopeRedirect) int {
	target := ""
	if r.target != nil {
		text, err := s.text(r.target)
		if err != nil {
			s.eval.reportError(err)
			return s.refuse(500, codeBadTarget, r.at, "", "the expression of its target fails: %v", err)
		}
		target = escapeTarget(text)
	}
	return redirectTo(s, target, r.status, r.at)
}

// redirectTarget returns where a redirect leads if it is for the request.
func (a *alias) redirectTarget(s *state) (string, bool) {
	if a.regex == nil {
		n := matchPath(s.uri, a.path)
		if n == 0 {
			return "", false
		}
		s.alias = &aliasContext{prefix: a.path, root: a.target}
		return a.target + uri.Escape(s.uri[n:]), true
	}
	var g pattern.Captures
	if !s.eval.Match(a.regex, s.uri, &g, a.at) {
		return "", false
	}
	return escapeTarget(substituteGroups(a.target, s.uri, &g)), true
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

// aliasTranslate is the hook for the directives of the server.
func aliasTranslate() hook { return hook{run: aliases} }

// aliasFixUp is the hook for the redirects of sections and access files.
func aliasFixUp() hook {
	return hook{
		wanted: func(d *dirConfig) bool {
			a := aliasDirSlot.of(d.parts)
			return a != nil && (a.redirect != nil || len(a.redirects) > 0)
		},
		run: directoryRedirect,
	}
}

// aliasMapsFiles reports whether aliases map URLs of the server to files.
func aliasMapsFiles(s *server) bool {
	if a := aliasServerSlot.of(s.parts); a != nil && len(a.aliases) > 0 {
		return true
	}
	return slices.ContainsFunc(s.locations, func(sec *section) bool {
		d := aliasDirSlot.of(sec.config.parts)
		return d != nil && d.location != nil
	})
}

// aliasModule is mod_alias.
func aliasModule() *module {
	return &module{name: "mod_alias", close: placeAlias, mapsFiles: aliasMapsFiles, commands: []command{
		{name: "Alias", place: inServer | inDirectory, set: applyAlias},
		{name: "AliasMatch", place: inServer, set: applyAlias},
		{name: "AliasPreservePath", place: overrideFileInfo, args: takesFlag, set: applyAliasPreservePath},
		{name: "Redirect", place: overrideFileInfo, set: applyAlias},
		{name: "RedirectMatch", place: overrideFileInfo, set: applyAlias},
		{name: "RedirectPermanent", place: overrideFileInfo, set: applyAlias},
		{name: "RedirectRelative", place: overrideFileInfo, args: takesFlag, set: applyRedirectRelative},
		{name: "RedirectTemp", place: overrideFileInfo, set: applyAlias},
		{name: "ScriptAlias", place: inServer | inDirectory, set: applyAlias},
		{name: "ScriptAliasMatch", place: inServer, set: applyAlias},
	}}
}

// redirectTo answers with status and, for a redirect, target.
func redirectTo(s *state, target string, status int, at parser.Extent) int {
	if s.parent == nil {
		s.eval.rule = at
	}
	if !isRedirect(status) {
		return status
	}
	relative := strings.HasPrefix(target, "/") && relativeRedirect(s.dir)
	if strings.HasPrefix(target, "/") && !relative {
		target = absolute(s.scheme(), s.serverName(), s.serverPort(), target)
	}
	if !relative && !isURL(target) {
		return s.refuse(500, codeBadTarget, at, "", "the target %s is neither a URL nor a path", clipped(target))
	}
	if s.args.OK && strings.IndexByte(target, '?') < 0 {
		target += "?" + s.args.Text
	}
	s.location = target
	return status
}

// relativeRedirect reports whether RedirectRelative holds.
func relativeRedirect(d *dirConfig) bool {
	a := aliasDirSlot.of(d.parts)
	return a != nil && a.relativeRedirect == apr.On
}
