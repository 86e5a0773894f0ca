// Package rewrite is mod_rewrite: what its directives compile to, what its rules do
// once they matched, and its two contexts, server and directory.
package rewrite

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rewriteDirective compiles n if it is one of mod_rewrite's directives, which it
// reports.
func rewriteDirective(sc *httpd.Scope, n parser.Node) bool {
	name := directiveName(n)
	if name == "" {
		return false
	}
	class := httpd.OverrideFileInfo
	if _, ok := n.(*parser.RewriteMap); ok {
		class = httpd.InServer
	}
	if !sc.Permitted(name, n.Span(), class, sc) {
		return true
	}
	serverRewriteSlot.Make(&sc.Server.Parts).owned = true
	switch n := n.(type) {
	case *parser.RewriteEngine:
		sc.Switched = sc.Switched || n.On
		if sc.Kind.IsServer() {
			serverRewriteSlot.Make(&sc.Server.Parts).state = apr.ToggleOf(n.On)
		}
		rewrite(sc).state, rewrite(sc).at = apr.ToggleOf(n.On), n.Extent
	case *parser.RewriteOptions:
		rewriteOptions(n, sc)
	case *parser.RewriteBase:
		if sc.Kind.IsServer() {
			sc.Errorf(httpd.CodeNotAllowed, n.Extent, "RewriteBase is only valid in per-directory context")
			return true
		}
		rewrite(sc).base, rewrite(sc).baseSet = n.URL.Text, true
	case *parser.RewriteMap:
		rewriteMap(sc.Compiler, n, sc)
	case *parser.RewriteCond:
		d := rewrite(sc)
		if cd := compileCond(n, sc); cd != nil {
			d.pending = append(d.pending, cd)
		}
	case *parser.RewriteRule:
		sc.Ruled = true
		rewriteRule(n, sc)
	}
	return true
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
func rewrite(sc *httpd.Scope) *dirRewrite {
	d := rewriteSlot.Of(sc.Dir.Parts)
	if d == nil {
		d = rewriteSlot.Make(&sc.Dir.Parts)
		if !sc.Kind.IsServer() {
			d.hasPrefix = true
			d.prefix = strings.TrimSuffix(sc.Path, "/") + "/"
		}
	}
	return d
}

func rewriteOptions(n *parser.RewriteOptions, sc *httpd.Scope) {
	d := rewrite(sc)
	d.options |= n.Options
	d.optionsSet = true
	if sc.Kind.IsServer() {
		serverRewriteSlot.Make(&sc.Server.Parts).options |= n.Options
		serverRewriteSlot.Make(&sc.Server.Parts).optionsSet = true
	}
}

func rewriteRule(n *parser.RewriteRule, sc *httpd.Scope) {
	d := rewrite(sc)
	var conds []*rules.Cond
	if len(d.pending) > 0 {
		conds = makerOf(sc).lists.Copy(d.pending)
		d.pending = d.pending[:0]
	}
	r := compileRule(n, conds, sc)
	if r == nil {
		return
	}
	if sc.Kind.IsServer() {
		server := serverRewriteSlot.Make(&sc.Server.Parts)
		server.rules = server.rules.with(r)
	} else {
		d.rules = d.rules.with(r)
	}
}

// dangling warns of conditions left without a rule at the end of a scope.
func dangling(sc *httpd.Scope) {
	d := rewriteSlot.Of(sc.Dir.Parts)
	if d == nil {
		return
	}
	for _, cd := range d.pending {
		sc.Report(parser.Warning, httpd.CodeDangling, cd.At, "", "RewriteCond without a RewriteRule after it has no effect")
	}
	d.pending, d.maker = nil, nil
}

// compileRule compiles a RewriteRule, nil if it has an error.
func compileRule(n *parser.RewriteRule, conds []*rules.Cond, sc *httpd.Scope) *rules.Rule {
	made := ruleOf(sc, n)
	r, a := &made.rule, &made.action
	r.Conds = conds
	if n.Not {
		r.Traits |= rules.Negated
	}
	if n.Header != nil {
		if a.effects == nil {
			a.effects = &effects{}
		}
		a.effects.header = headerOf(n)
		r.Traits |= rules.OwnSubject
	}
	r.Refer(&a.subst)
	if a.effects != nil {
		r.Refer(a.effects.templates()...)
	}
	for _, f := range n.Flags {
		if f.Kind == parser.FlagCookie {
			checkCookie(sc.Compiler, f)
		}
	}
	if r.Pattern = sc.Accept(&made.regex, n.Regex, n.Pattern.Extent); r.Pattern == nil {
		return nil
	}
	r.Text = r.Pattern.String()
	if n.Not {
		r.Text = "!" + r.Text
	}
	return r
}

// flowOf returns what the flags of n do to the order of rules.
func flowOf(n *parser.RewriteRule) rules.Flow {
	var f rules.Flow
	for _, flag := range n.Flags {
		switch flag.Kind {
		case parser.FlagLast, parser.FlagProxy, parser.FlagPassThrough:
			f.How |= rules.FlowLast
		case parser.FlagEnd:
			f.How |= rules.FlowEnd
		case parser.FlagNext:
			f.How |= rules.FlowNext
			if flag.Value != "" { // without, one that came before counts
				f.Rounds = int32(max(1, flag.Number)) //nolint:gosec // the parser keeps it within 32 bits
			}
		case parser.FlagChain:
			f.How |= rules.FlowChain
		case parser.FlagNoSubreq, parser.FlagRedirect:
			f.How |= rules.FlowNoSubs
		case parser.FlagSkip:
			f.Skip = int32(max(0, flag.Number)) //nolint:gosec // the parser keeps it within 32 bits
		default:
		}
	}
	return f
}

// action makes a what n does once it matched.
func (m *maker) action(a *rewriteAction, n *parser.RewriteRule) {
	*a = rewriteAction{output: n.Subst.Text, code: 302}
	if n.NoSubst {
		a.does |= keepsURL
	} else {
		a.subst, a.output = m.template(n.Template), n.Template.Text
	}
	if n.DropQuery {
		a.does |= dropsQuery
	}
	if n.SplitLast {
		a.does |= splitsLast
	}
	for _, f := range n.Flags {
		a.flags |= flagsOf(f.Kind)
		m.flag(a, f)
	}
	if a.does.has(answersNow) {
		a.does |= keepsURL
	}
	if a.flags&escapeFlags != 0 {
		a.escape = newEscaping(n.Flags).apply
	}
}

// flag takes over into a what a flag says beside that it is there.
func (m *maker) flag(a *rewriteAction, f *parser.Flag) {
	switch f.Kind {
	case parser.FlagForbidden:
		a.does, a.code = a.does|answersNow, 403
	case parser.FlagGone:
		a.does, a.code = a.does|answersNow, 410
	case parser.FlagRedirect:
		a.redirectFlag(f)
	case parser.FlagEnv, parser.FlagCookie, parser.FlagType, parser.FlagHandler:
		if a.effects == nil {
			a.effects = &effects{}
		}
		a.effects.flag(f, m.template(f.Template))
	default:
	}
}

// flag takes over a flag, whose value is t.
func (e *effects) flag(f *parser.Flag, t rules.Template) {
	switch f.Kind {
	case parser.FlagEnv:
		e.env = append(e.env, t)
	case parser.FlagCookie:
		e.cookies = append(e.cookies, t)
	case parser.FlagType:
		e.contentType = &t
	case parser.FlagHandler:
		e.handler = &t
	default:
	}
}

// redirectFlag applies R. A value that is not a status leaves 302; without a
// value the status of an earlier flag stays.
func (a *rewriteAction) redirectFlag(f *parser.Flag) {
	if f.Value == "" {
		return
	}
	a.code = int32(f.Number) //nolint:gosec // a status
	if f.Number != 0 && (f.Number < 300 || f.Number > 399) {
		a.does |= answersNow
	}
}

// escapeFlags are the flags about the escaping of back-references.
const escapeFlags flagSet = 1<<parser.FlagBackrefEscape | 1<<parser.FlagBackrefControls |
	1<<parser.FlagBackrefExcept | 1<<parser.FlagBackrefNoPlus

// newEscaping returns the escaping that flags ask for.
func newEscaping(flags []*parser.Flag) *escaping {
	e := &escaping{}
	for _, f := range flags {
		switch f.Kind {
		case parser.FlagBackrefEscape:
			e.enabled = true
			if f.Value != "" {
				e.only, e.hasOnly = bytesOf(f.Value), true
			}
		case parser.FlagBackrefControls:
			e.enabled, e.controls = true, true
		case parser.FlagBackrefExcept:
			e.never = bytesOf(f.Value)
		case parser.FlagBackrefNoPlus:
			e.noPlus = true
		default:
		}
	}
	return e
}

// compileCond compiles a RewriteCond, nil if it has an error.
func compileCond(n *parser.RewriteCond, sc *httpd.Scope) *rules.Cond {
	if n.Op == parser.CondRegex {
		made := condOf(sc, n)
		if made.Pattern = sc.Accept(&made.regex, n.Operand, n.Pattern.Extent); made.Pattern == nil {
			return nil
		}
		return made.Cond
	}
	m := makerOf(sc)
	cd := m.conds.New(m.condOf(n))
	switch n.Op {
	case parser.CondRegex:
	case parser.CondExpr:
		all := len(n.Pattern.Text)
		program := sc.BoolExpr(n.Pattern.Part(all-len(n.Operand), all), sc)
		if program == nil {
			return nil
		}
		cd.Test = &programTest{program}
	case parser.CondEqual, parser.CondLess, parser.CondLessEqual, parser.CondGreater, parser.CondGreaterEqual:
		cd.Test = &compareTest{n.Op, n.Operand, n.Has(parser.FlagNoCase)}
	case parser.CondIntEqual, parser.CondIntNotEqual, parser.CondIntLess, parser.CondIntLessEqual,
		parser.CondIntGreater, parser.CondIntGreaterEqual:
		cd.Test = &numberTest{n.Op, apr.Atoi(n.Operand)}
	case parser.CondURI:
		cd.Test = &uriTest{}
	case parser.CondSubFile:
		cd.Test = &subFileTest{}
	case parser.CondFile, parser.CondSize, parser.CondDir, parser.CondLink, parser.CondExec:
		cd.Test = &fileTest{n.Op}
	}
	return cd
}

// condOf returns the condition n without its test.
func (m *maker) condOf(n *parser.RewriteCond) rules.Cond {
	cd := rules.Cond{At: n.Extent, Text: n.Pattern.Text, Input: m.input(n.Template)}
	if n.Not {
		cd.Traits |= rules.CondNot
	}
	for _, f := range n.Flags {
		switch f.Kind {
		case parser.FlagOrNext:
			cd.Traits |= rules.CondOr
		case parser.FlagNoVary:
			cd.Traits |= rules.CondNoVary
		case parser.FlagNoCase:
			if isTextTest(n.Op) {
				cd.Traits |= rules.CondNoCase
			}
		default:
		}
	}
	return cd
}

// isTextTest reports whether case can count for a test.
func isTextTest(op parser.CondOp) bool {
	switch op { //nolint:exhaustive // the others are about numbers and files
	case parser.CondRegex, parser.CondEqual, parser.CondLess, parser.CondLessEqual, parser.CondGreater, parser.CondGreaterEqual:
		return true
	}
	return false
}

// beginRewrite switches the main server's engine on if the options say so, and makes
// room for the maps of all servers.
func beginRewrite(e *httpd.Engine, s *httpd.Server, main bool) {
	rw := serverRewriteSlot.Make(&s.Parts)
	if !main {
		return
	}
	on := apr.ToggleOf(e.World.EngineOn)
	rewriteSlot.Make(&s.Base.Parts).state = on
	rw.owned, rw.state = true, on
	mapsSlot.Make(&e.Parts).World = mapWorld(e)
}

// Translate is the hook for the rules of the server.
func Translate() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return rewriteSlot.Of(d.Parts).isOn() },
		Run:    serverRules,
	}
}

// FixUp is the hook for the rules of sections and access files.
func FixUp() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			r := rewriteSlot.Of(d.Parts)
			return r.isOn() && r.hasPrefix
		},
		Run: directoryRules,
	}
}

// Forced is the hook for the type and handler that rules force.
func Forced() httpd.Hook { return httpd.Hook{When: httpd.WhenForced, Run: useForced} }

// isOn reports whether the engine is on; d may be nil.
func (d *dirRewrite) isOn() bool { return d != nil && d.state == apr.On }

// Module is mod_rewrite. Its directives are nodes of their own in the tree;
// one that is not has a mistake, which the parser has reported.
func Module() *httpd.Module {
	reported := func(*httpd.Scope, *parser.Directive) {}
	m := &httpd.Module{
		Name: "mod_rewrite", Touch: func(sc *httpd.Scope) { rewrite(sc) }, Close: dangling, Begin: beginRewrite, Node: rewriteDirective, Prepare: prepare,
		Finish: refusePrograms, Start: enablePrograms,
		MapsFiles: func(s *httpd.Server) bool { return len(serverRewriteOf(s).rules) > 0 },
	}
	for _, name := range []string{"RewriteBase", "RewriteCond", "RewriteEngine", "RewriteOptions", "RewriteRule"} {
		m.Commands = append(m.Commands, httpd.Command{Name: name, Place: httpd.OverrideFileInfo, Set: reported, Inert: true})
	}
	m.Commands = append(m.Commands, httpd.Command{Name: "RewriteMap", Place: httpd.InServer, Set: reported, Inert: true})
	return m
}
