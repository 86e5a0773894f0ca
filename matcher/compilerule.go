package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rewriteDirective compiles one of mod_rewrite's directives.
func (c *compiler) rewriteDirective(n parser.Node, sc *scope) {
	class := overrideFileInfo
	if _, ok := n.(*parser.RewriteMap); ok {
		class = inServer
	}
	if !c.permitted(directiveName(n), n.Span(), class, sc) {
		return
	}
	serverRewriteSlot.make(&sc.server.parts).owned = true
	switch n := n.(type) {
	case *parser.RewriteEngine:
		if sc.kind.isServer() {
			serverRewriteSlot.make(&sc.server.parts).state = toggleOf(n.On)
		}
		sc.rewrite().state, sc.rewrite().at = toggleOf(n.On), n.Extent
	case *parser.RewriteOptions:
		c.rewriteOptions(n, sc)
	case *parser.RewriteBase:
		if sc.kind.isServer() {
			c.errorf(CodeNotAllowed, n.Extent, "RewriteBase is only valid in per-directory context")
			return
		}
		sc.rewrite().base, sc.rewrite().baseSet = n.URL.Text, true
	case *parser.RewriteMap:
		c.rewriteMap(n, sc)
	case *parser.RewriteCond:
		if cd := c.cond(n, sc); cd != nil {
			d := sc.rewrite()
			d.pending = append(d.pending, cd)
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
	d := rewriteSlot.of(sc.dir.parts)
	if d == nil {
		d = rewriteSlot.make(&sc.dir.parts)
		if !sc.kind.isServer() {
			d.hasPrefix = true
			d.prefix = strings.TrimSuffix(sc.path, "/") + "/"
		}
	}
	return d
}

func (c *compiler) rewriteOptions(n *parser.RewriteOptions, sc *scope) {
	d := sc.rewrite()
	d.options |= n.Options
	d.optionsSet = true
	if sc.kind.isServer() {
		serverRewriteSlot.make(&sc.server.parts).options |= n.Options
		serverRewriteSlot.make(&sc.server.parts).optionsSet = true
	}
}

func (c *compiler) rewriteRule(n *parser.RewriteRule, sc *scope) {
	d := sc.rewrite()
	conds := d.pending
	d.pending = nil
	r := c.rule(n)
	if r == nil {
		return
	}
	r.conds = conds
	r.usesGroups, r.usesConds = r.uses(partRuleGroup), r.uses(partCondGroup)
	if sc.kind.isServer() {
		server := serverRewriteSlot.make(&sc.server.parts)
		server.rules = append(server.rules, r)
	} else {
		d.rules = append(d.rules, r)
	}
}

// dangling warns of conditions left without a rule at the end of a scope.
func dangling(sc *scope) {
	d := rewriteSlot.of(sc.dir.parts)
	if d == nil {
		return
	}
	for _, cd := range d.pending {
		sc.report(parser.Warning, CodeDangling, cd.at, "", "RewriteCond without a RewriteRule after it has no effect")
	}
	d.pending = nil
}

// rule compiles a RewriteRule, nil if it has an error.
func (c *compiler) rule(n *parser.RewriteRule) *rule {
	r := &rule{
		at: n.Extent, not: n.Not,
		noSubst: n.NoSubst, output: n.Subst.Text,
		queryNone: n.DropQuery, queryLast: n.SplitLast, code: 302,
	}
	if !n.NoSubst {
		r.subst = compileTemplate(n.Template)
		r.output = n.Template.Text
	}
	for _, f := range n.Flags {
		r.flag(f)
		if f.Kind == parser.FlagCookie {
			c.checkCookie(r.cookies[len(r.cookies)-1], f.Extent)
		}
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
			r.maxRounds = int32(f.Number) //nolint:gosec // the parser keeps it within 32 bits
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
		r.skip = int32(max(0, f.Number)) //nolint:gosec // the parser keeps it within 32 bits
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
	r.code = int32(f.Number) //nolint:gosec // a status
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
	if at.Via != nil {
		return at // of what is written there, the pattern may be an argument
	}
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
	flags := c.flags
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := pcre.Parse(src, flags)
	var p *pattern.Pattern
	if err == nil && !c.fits(re, at) {
		return nil
	}
	if err == nil {
		p, err = pattern.New(re)
	}
	if err != nil {
		c.errorf(CodeBadPattern, at, "cannot compile regular expression %q: %v", src, err)
		return nil
	}
	return p
}

// fits counts the pattern re and reports whether there is room for it, which
// only access files may run out of.
func (c *compiler) fits(re *pcre.Regexp, at parser.Extent) bool {
	limit := c.engine.limits.AccessCache
	full := c.access && c.patterns > limit
	c.patterns += patternRatio * int64(re.Size)
	if !full && c.access && c.patterns > limit {
		c.errorf(CodeAccessFile, at, "the patterns take more than the %d bytes of Limits.AccessCache", limit)
	}
	return !c.access || c.patterns <= limit
}

// beginRewrite switches the main server's engine on if the options say so.
func beginRewrite(s *server, opts *Options) {
	rw := serverRewriteSlot.make(&s.parts)
	if opts == nil {
		return
	}
	rewriteSlot.make(&s.base.parts).state = toggleOf(opts.EngineOn)
	rw.owned, rw.state = true, toggleOf(opts.EngineOn)
}

// rewriteModule is mod_rewrite. Its directives are nodes of their own in the tree;
// one that is not has a mistake, which the parser has reported.
func rewriteModule() *module {
	reported := func(*scope, *parser.Directive) {}
	m := &module{
		name: "mod_rewrite", touch: func(sc *scope) { sc.rewrite() }, close: dangling, begin: beginRewrite,
		mapsFiles: func(s *server) bool { return len(serverRewriteOf(s).rules) > 0 },
	}
	for _, name := range []string{"RewriteBase", "RewriteCond", "RewriteEngine", "RewriteOptions", "RewriteRule"} {
		m.commands = append(m.commands, command{name: name, place: overrideFileInfo, set: reported, inert: true})
	}
	m.commands = append(m.commands, command{name: "RewriteMap", place: inServer, set: reported, inert: true})
	return m
}
