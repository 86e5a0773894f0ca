package matcher

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of the compiler's findings.
const (
	CodeBadPattern       parser.Code = "bad-pattern"       // a regular expression that PCRE refuses
	CodeUnknownDirective parser.Code = "unknown-directive" // no directive of httpd
	CodeUnsupported      parser.Code = "unsupported"       // a directive the engine does not run
	CodeNotAllowed       parser.Code = "not-allowed"       // a directive where it may not stand
	CodeBadArgument      parser.Code = "bad-argument"      // a directive with a wrong argument
	CodeNoMapFile        parser.Code = "no-map-file"       // the file of a RewriteMap is missing
	CodeNoEffect         parser.Code = "no-effect"         // a directive that does nothing here
	CodeDangling         parser.Code = "dangling-cond"     // a RewriteCond without RewriteRule
	CodeAccessFile       parser.Code = "access-file"       // an access file that can't be read or used
	CodeMapFailed        parser.Code = "map-failed"        // a map that failed while running
)

// scopeKind is the kind of context a directive stands in.
type scopeKind int

const (
	scopeServer scopeKind = iota
	scopeVirtualHost
	scopeDirectory // <Directory>, <DirectoryMatch>
	scopeLocation  // <Location>, <LocationMatch>
	scopeFiles     // <Files>, <FilesMatch>
	scopeIf        // <If>, <ElseIf>, <Else>
	scopeAccessFile
)

func (k scopeKind) isServer() bool { return k <= scopeVirtualHost }

// scope is where a directive stands and what it configures.
type scope struct {
	kind   scopeKind
	name   string // the section as written, for messages
	server *server
	dir    *dirConfig
	path   string        // what becomes the prefix of the rules
	allow  overrideClass // what may stand here
	conds  *[]*cond      // waiting for their rule
	access bool          // inside an access file, at any depth
	outer  *scope        // nil for the main server and access files
	vhosts *[]*server    // where <VirtualHost> goes

	override override        // in access files: what there may stand, in full
	excluded access.Methods  // by <Limit>: methods that nothing is said about
	requires *access.Section // the Require section here; nil outside of any
}

// compiler turns trees into configurations and collects findings.
type compiler struct {
	engine   *Engine
	finds    parser.Diagnostics
	programs bool            // may be run
	ignored  []parser.Extent // what AllowOverride does not permit, with Nonfatal
	trees    syntaxTrees     // of the patterns compiled so far
}

func (c *compiler) report(sev parser.Severity, code parser.Code, at parser.Extent, hint, format string, args ...any) {
	c.finds = append(c.finds, &parser.Diagnostic{
		Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (c *compiler) errorf(code parser.Code, at parser.Extent, format string, args ...any) {
	c.report(parser.Error, code, at, "", format, args...)
}

// nodes compiles a list of nodes in scope sc.
func (c *compiler) nodes(nodes []parser.Node, sc *scope) {
	for _, n := range nodes {
		c.node(n, sc)
	}
}

func (c *compiler) node(n parser.Node, sc *scope) {
	switch n := n.(type) {
	case *parser.Conditional:
		if !sc.permits("<"+n.Directive, overrideAll) {
			c.errorf(CodeNotAllowed, n.Extent, "<%s> is not allowed in %s context", n.Directive, sc.describe())
			return
		}
		c.nodes(n.Nodes, sc)
	case *parser.Include:
		for _, f := range n.Files {
			c.nodes(f.Nodes, sc)
		}
	case *parser.Section:
		c.section(n, sc)
	case *parser.Directive:
		c.directive(n, sc)
	case *parser.RewriteEngine, *parser.RewriteOptions, *parser.RewriteBase, *parser.RewriteMap,
		*parser.RewriteCond, *parser.RewriteRule:
		c.rewriteDirective(n, sc)
	}
}

// rewriteDirective compiles one of mod_rewrite's directives.
func (c *compiler) rewriteDirective(n parser.Node, sc *scope) {
	class := overrideFileInfo
	if _, ok := n.(*parser.RewriteMap); ok {
		class = inServer
	}
	if !c.permitted(directiveName(n), n.Span(), class, sc) {
		return
	}
	sc.server.rewrite.owned = true
	switch n := n.(type) {
	case *parser.RewriteEngine:
		if sc.kind.isServer() {
			sc.server.rewrite.state = toggleOf(n.On)
		}
		sc.rewrite().state = toggleOf(n.On)
	case *parser.RewriteOptions:
		c.rewriteOptions(n, sc)
	case *parser.RewriteBase:
		if sc.kind.isServer() {
			c.errorf(CodeNotAllowed, n.Extent, "RewriteBase is only valid in per-directory context")
			return
		}
		sc.rewrite().base = n.URL.Text
	case *parser.RewriteMap:
		c.rewriteMap(n, sc)
	case *parser.RewriteCond:
		if cd := c.cond(n, sc); cd != nil {
			*sc.conds = append(*sc.conds, cd)
		}
		sc.rewrite()
	case *parser.RewriteRule:
		c.rewriteRule(n, sc)
	}
}

// directiveName returns the name of one of mod_rewrite's directives.
func directiveName(n parser.Node) string {
	switch n := n.(type) {
	case *parser.RewriteEngine:
		return n.Directive
	case *parser.RewriteOptions:
		return n.Directive
	case *parser.RewriteBase:
		return n.Directive
	case *parser.RewriteMap:
		return n.Directive
	case *parser.RewriteCond:
		return n.Directive
	case *parser.RewriteRule:
		return n.Directive
	}
	return ""
}

// rewrite returns mod_rewrite's part of the scope's per-directory
// configuration and makes it where there is none.
func (sc *scope) rewrite() *dirRewrite {
	if sc.dir.rewrite == nil {
		sc.dir.rewrite = &dirRewrite{}
		if !sc.kind.isServer() {
			sc.dir.rewrite.hasPrefix = true
			sc.dir.rewrite.prefix = strings.TrimSuffix(sc.path, "/") + "/"
		}
	}
	return sc.dir.rewrite
}

func (c *compiler) rewriteOptions(n *parser.RewriteOptions, sc *scope) {
	d := sc.rewrite()
	d.options |= n.Options
	d.optionsSet = true
	if sc.kind.isServer() {
		sc.server.rewrite.options |= n.Options
		sc.server.rewrite.optionsSet = true
	}
}

func (c *compiler) rewriteRule(n *parser.RewriteRule, sc *scope) {
	conds := *sc.conds
	*sc.conds = nil
	d := sc.rewrite()
	r := c.rule(n, sc)
	if r == nil {
		return
	}
	r.conds = conds
	r.usesGroups, r.usesConds = r.uses(partRuleGroup), r.uses(partCondGroup)
	if sc.kind.isServer() {
		sc.server.rewrite.rules = append(sc.server.rewrite.rules, r)
	} else {
		d.rules = append(d.rules, r)
	}
}

// dangling warns of conditions left without a rule at the end of a scope.
func (c *compiler) dangling(sc *scope) {
	for _, cd := range *sc.conds {
		c.report(parser.Warning, CodeDangling, cd.at, "", "RewriteCond without a RewriteRule after it has no effect")
	}
}

// rule compiles a RewriteRule, nil if it has an error.
func (c *compiler) rule(n *parser.RewriteRule, _ *scope) *rule {
	r := &rule{
		at: n.Extent, text: n.Pattern.Text, not: n.Not,
		noSubst: n.NoSubst, output: n.Subst.Text,
		queryNone: n.DropQuery, queryLast: n.SplitLast, code: 302,
	}
	if !n.NoSubst {
		r.subst = compileTemplate(n.Template)
		r.output = n.Template.Text
	}
	for _, f := range n.Flags {
		r.flag(f)
	}
	if r.answers {
		r.noSubst = true
	}
	r.pattern = c.regex(n.Regex, n.Has(parser.FlagNoCase), n.Pattern.Extent)
	if r.pattern == nil {
		return nil
	}
	return r
}

// flag applies one flag to r.
func (r *rule) flag(f *parser.Flag) {
	switch f.Kind {
	case parser.FlagBackrefEscape, parser.FlagBackrefExcept, parser.FlagBackrefNoPlus, parser.FlagBackrefControls:
		r.escapeFlag(f)
	case parser.FlagChain:
		r.chain = true
	case parser.FlagCookie:
		r.cookies = append(r.cookies, compileTemplate(f.Template))
	case parser.FlagDiscardPath:
		r.discardPath = true
	case parser.FlagEnv:
		r.env = append(r.env, compileTemplate(f.Template))
	case parser.FlagEnd:
		r.end = true
	case parser.FlagForbidden:
		r.answers, r.code = true, 403
	case parser.FlagGone:
		r.answers, r.code = true, 410
	case parser.FlagHandler:
		r.handler = templateOf(f)
	case parser.FlagLast:
		r.last = true
	case parser.FlagNext:
		r.next, r.maxRounds = true, 0
		if f.Value != "" {
			r.maxRounds = f.Number
			if r.maxRounds <= 0 {
				r.maxRounds = 1
			}
		}
	case parser.FlagNoEscape:
		r.noEscape = true
	case parser.FlagNoSubreq:
		r.noSubreq = true
	case parser.FlagProxy:
		r.proxy = true
	case parser.FlagPassThrough:
		r.passThrough = true
	case parser.FlagQueryAppend:
		r.queryAppend = true
	case parser.FlagQueryDiscard:
		r.queryDiscard = true
	case parser.FlagQueryLast:
		r.queryLast = true
	case parser.FlagRedirect:
		r.redirectFlag(f)
	case parser.FlagSkip:
		r.skip = max(0, f.Number)
	case parser.FlagType:
		r.contentType = templateOf(f)
	case parser.FlagUnsafePrefixStat:
		r.unsafePrefixStat = true
	case parser.FlagUnsafeAllow3F:
		r.unsafeAllow3F = true
	case parser.FlagUNC:
		r.keepSlashes = true
	case parser.FlagIgnored, parser.FlagNoCase, parser.FlagOrNext, parser.FlagNoVary:
	}
}

func templateOf(f *parser.Flag) *template {
	t := compileTemplate(f.Template)
	return &t
}

// redirectFlag applies R. A value that is no status leaves 302; without a
// value the status of an earlier flag stays.
func (r *rule) redirectFlag(f *parser.Flag) {
	r.redirect = true
	if f.Value == "" {
		return
	}
	r.code = f.Number
	if f.Number != 0 && (f.Number < 300 || f.Number > 399) {
		r.answers = true
	}
}

func (r *rule) escapeFlag(f *parser.Flag) {
	if r.escape == nil {
		r.escape = &escaping{}
	}
	switch f.Kind {
	case parser.FlagBackrefEscape:
		r.escape.enabled = true
		if f.Value != "" {
			r.escape.only, r.escape.hasOnly = bytesOf(f.Value), true
		}
	case parser.FlagBackrefControls:
		r.escape.enabled, r.escape.controls = true, true
	case parser.FlagBackrefExcept:
		r.escape.never = bytesOf(f.Value)
	default:
		r.escape.noPlus = true
	}
}

// operandExtent returns where the expression of a condition stands.
func operandExtent(n *parser.RewriteCond) parser.Extent {
	at := n.Pattern.Extent
	if skip := uint32(len(n.Pattern.Text) - len(n.Operand)); skip > 0 { //nolint:gosec // a line is shorter than 2^32
		at.From.Offset += skip
		at.From.Col += skip
	}
	return at
}

// cond compiles a RewriteCond, nil if it has an error.
func (c *compiler) cond(n *parser.RewriteCond, sc *scope) *cond {
	cd := &cond{
		at: n.Extent, text: n.Pattern.Text, test: compileTemplate(n.Template), not: n.Not, op: n.Op,
		operand: n.Operand, noCase: n.Has(parser.FlagNoCase), orNext: n.Has(parser.FlagOrNext),
		noVary: n.Has(parser.FlagNoVary),
	}
	switch n.Op {
	case parser.CondExpr:
		if cd.expr = c.boolExpr(n.Operand, operandExtent(n), sc); cd.expr == nil {
			return nil
		}
	case parser.CondRegex:
		if cd.pattern = c.regex(n.Operand, cd.noCase, n.Pattern.Extent); cd.pattern == nil {
			return nil
		}
	case parser.CondIntEqual, parser.CondIntNotEqual, parser.CondIntLess, parser.CondIntLessEqual,
		parser.CondIntGreater, parser.CondIntGreaterEqual:
		cd.number = atoi(n.Operand)
	default:
	}
	return cd
}

// regex compiles a regular expression, nil if it has an error.
func (c *compiler) regex(src string, noCase bool, at parser.Extent) *pattern.Pattern {
	flags := pcre.DotAll | pcre.DollarEndOnly
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := pcre.Parse(src, flags)
	var p *pattern.Pattern
	if err == nil {
		p, err = pattern.New(re)
	}
	if err != nil {
		c.errorf(CodeBadPattern, at, "cannot compile regular expression %q: %v", src, err)
		return nil
	}
	c.trees[p] = re
	return p
}

// syntaxTrees holds the syntax trees of patterns until the sets are made of
// them: patterns themselves do not keep theirs.
type syntaxTrees map[*pattern.Pattern]*pcre.Regexp

func (t syntaxTrees) of(p *pattern.Pattern) *pcre.Regexp {
	if re, ok := t[p]; ok {
		return re
	}
	return p.Regexp()
}

// section compiles a container.
func (c *compiler) section(n *parser.Section, sc *scope) {
	name := strings.ToLower(n.Directive)
	switch name {
	case "virtualhost":
		c.virtualHost(n, sc)
	case "directory", "directorymatch":
		c.dirSection(n, sc, scopeDirectory, name == "directorymatch")
	case "location", "locationmatch":
		c.dirSection(n, sc, scopeLocation, name == "locationmatch")
	case "files", "filesmatch":
		c.dirSection(n, sc, scopeFiles, name == "filesmatch")
	case "if", "elseif", "else":
		c.ifDirective(n, sc)
	case "limit", "limitexcept":
		c.limitSection(n, sc)
	case "requireall":
		c.requireSection(n, sc, access.RequireAll)
	case "requireany":
		c.requireSection(n, sc, access.RequireAny)
	case "requirenone":
		c.requireSection(n, sc, access.RequireNone)
	default:
		c.unknown("<"+n.Directive, n.Extent, sc)
	}
}

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
		s.wild = isWild(s.path)
	}
	c.sectionBody(n, sc, kind, s.config, s.path)
	sc.add(s, kind)
}

// sectionBody compiles what stands in a section of sc into config.
func (c *compiler) sectionBody(n *parser.Section, sc *scope, kind scopeKind, config *dirConfig, path string) {
	inner := &scope{
		kind: kind, name: "<" + n.Directive + ">", server: sc.server, dir: config, path: path,
		allow: sc.allow, override: sc.override, conds: new([]*cond), access: sc.access, outer: sc,
	}
	if sc.kind.isServer() {
		inner.allow = sectionClasses
	}
	c.nodes(n.Nodes, inner)
	c.dangling(inner)
	c.checkRequire(inner)
	c.engine.seal(config, c.trees)
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
	s.wild = isWild(s.path)
	path := s.path
	if !s.wild {
		clean, ok := uri.CleanFile(path)
		if !ok {
			c.errorf(CodeBadArgument, arg.Extent, "<Directory %q>: the path is not absolute", path)
			return false
		}
		path = clean
	}
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	s.path = path
	s.depth = strings.Count(path, "/")
	if path == "/" {
		s.depth = 0
	}
	return true
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

// virtualHost compiles a <VirtualHost>.
func (c *compiler) virtualHost(n *parser.Section, sc *scope) {
	if sc.kind != scopeServer {
		c.errorf(CodeNotAllowed, n.Extent, "<VirtualHost> cannot occur within %s", sc.describe())
		return
	}
	if len(n.Args) == 0 {
		c.errorf(CodeBadArgument, n.Extent, "<VirtualHost> requires an address")
		return
	}
	s := &server{at: n.Extent, base: &dirConfig{}}
	for _, a := range n.Args {
		addr, ok := parseAddr(a.Text)
		if !ok {
			c.errorf(CodeBadArgument, a.Extent, "%q is not an address and port", a.Text)
			continue
		}
		s.addrs = append(s.addrs, addr)
	}
	inner := &scope{kind: scopeVirtualHost, name: "<VirtualHost>", server: s, dir: s.base, allow: serverClasses, conds: new([]*cond), outer: sc}
	c.nodes(n.Nodes, inner)
	c.dangling(inner)
	*sc.vhosts = append(*sc.vhosts, s)
}

func parseAddr(text string) (serverAddr, bool) {
	host, port := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
	}
	a := serverAddr{host: host, any: host == "*" || uri.EqualFold(host, "_default_")}
	if strings.HasPrefix(host, "[") {
		a.host = strings.Trim(host, "[]")
	}
	if port == "" || port == "*" {
		return a, port != "" || !strings.HasSuffix(text, ":")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	a.port = int(n)
	return a, err == nil
}

// mergeServers merges each virtual host with the main server and puts the
// sections of both in the order of the walk.
func mergeServers(main *server, vhosts []*server) {
	for _, v := range vhosts {
		v.inherit(main)
	}
	for _, s := range append(vhosts, main) {
		s.directories = sortDirectories(s.directories)
	}
}

// inherit fills what a virtual host does not set from the main server.
func (s *server) inherit(main *server) {
	s.hostname = orElse(s.hostname, main.hostname)
	s.admin = orElse(s.admin, main.admin)
	s.documentRoot = orElse(s.documentRoot, main.documentRoot)
	s.mergeSlashes = s.mergeSlashes.over(main.mergeSlashes)
	if s.accessFiles == nil {
		s.accessFiles = main.accessFiles
	}
	s.requestLine = firstPort(s.requestLine, main.requestLine)
	if s.redirects == 0 {
		s.redirects, s.subrequests = main.redirects, main.subrequests
	}
	s.rewrite = s.rewrite.over(main.rewrite)
	s.base = s.base.over(main.base)
	s.directories = slices.Concat(main.directories, s.directories)
	s.locations = slices.Concat(main.locations, s.locations)
	s.aliasList = slices.Concat(s.aliasList, main.aliasList)
	s.redirectList = slices.Concat(s.redirectList, main.redirectList)
	s.setEnvIf = slices.Concat(main.setEnvIf, s.setEnvIf)
}

// sortDirectories orders <Directory> sections as they are merged: plain ones
// by depth, then those with a regular expression.
func sortDirectories(sections []*section) []*section {
	sorted := slices.Clone(sections)
	slices.SortStableFunc(sorted, func(a, b *section) int {
		if (a.regex == nil) != (b.regex == nil) {
			if a.regex == nil {
				return -1
			}
			return 1
		}
		return a.depth - b.depth
	})
	return sorted
}
