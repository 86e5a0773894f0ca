package isapi

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// The limits on restarts that the products have where the file says nothing.
const (
	repeatLimit    = 32 // of ISAPI_Rewrite 2
	iterationLimit = 8  // of IIRF
)

// compiler compiles a file.
type compiler struct {
	engine *httpd.Engine
	set    *ruleset
	conds  []*isapi.Cond // that wait for their rule

	matchPrefix, formatPrefix string // of ISAPI_Rewrite 2
	groups                    int    // of the conditions of the rule at hand
}

func (c *compiler) report(sev parser.Severity, code parser.Code, at parser.Extent, hint, format string, args ...any) {
	c.set.finds = append(c.set.finds, &parser.Diagnostic{
		Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (c *compiler) file(f *isapi.File) {
	c.set.dialect, c.set.rounds, c.set.maps = f.Dialect, repeatLimit, map[string]rewritemap.Map{}
	if f.Dialect == isapi.IIRF {
		c.set.rounds = iterationLimit
	}
	c.nodes(f.Nodes)
	if f.Dialect == isapi.IIRF {
		c.set.rounds++ // N restarts are N+1 rewrites
	}
}

// nodes compiles what a file holds, or one that it includes.
func (c *compiler) nodes(nodes []isapi.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *isapi.Cond:
			c.conds = append(c.conds, n)
		case *isapi.Rule:
			conds := c.conds
			c.conds = nil
			if n.Dropped == "" {
				c.rule(n, conds)
			}
		case *isapi.Setting:
			c.setting(n)
		}
	}
}

// setting compiles a directive that is neither a condition nor a rule. Numbers out of
// range leave the default.
func (c *compiler) setting(n *isapi.Setting) {
	arg := ""
	if len(n.Args) > 0 {
		arg = n.Args[0].Text
	}
	number, err := strconv.Atoi(arg)
	switch name := strings.ToLower(n.Name.Text); name {
	case "repeatlimit":
		if err == nil && number > 0 {
			c.set.rounds = min(number, c.engine.Limits.Rounds)
		}
	case "iterationlimit":
		const most = 30
		if err == nil && number > 0 && number <= most {
			c.set.rounds = number
		}
	case "rewriteengine":
		c.set.off = strings.EqualFold(arg, "off")
	case "urldecoding":
		c.set.raw = strings.EqualFold(arg, "off")
	case "rewritebase":
		c.base(n, arg)
	case "urimatchprefix":
		c.matchPrefix = arg
	case "uriformatprefix":
		c.formatPrefix = arg
	case "rewritemap":
		c.rewriteMap(n)
	case "disablerewrite", "enablerewrite":
		if arg != "" {
			c.report(parser.Error, httpd.CodeUnsupported, n.Extent, "leave out what is of other sites",
				"%s is for the site %s: which site of IIS is served is not known", n.Name.Text, httpd.Clipped(arg))
		}
		c.set.off = name == "disablerewrite"
	case "enableconfig":
		c.report(parser.Error, httpd.CodeUnsupported, n.Extent, "put the rules of the site into this file",
			"EnableConfig is not supported: the rules in the folders of sites are not looked for")
	case "disableconfig":
		c.report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "DisableConfig has no effect: the rules in the folders of sites are not looked for")
	case "rfstyle":
		c.report(parser.Warning, httpd.CodeUnsupported, n.Extent, "", "RFStyle is not supported; RewriteHeader is run as described for RFStyle New")
	case "includeini":
		if n.Included == nil {
			c.report(parser.Error, httpd.CodeUnsupported, n.Extent, "put what it holds in its place", "IncludeIni was not read")
			return
		}
		c.nodes(n.Included.Nodes)
	case "proxypassreverse":
		c.report(parser.Warning, httpd.CodeUnsupported, n.Extent, "", "ProxyPassReverse acts on the response and is not supported yet")
	case "proxypreservehost":
		if strings.EqualFold(arg, "on") {
			c.report(parser.Warning, httpd.CodeUnsupported, n.Extent, "Options.PreserveHost of package rewrite does it for all that is forwarded", "ProxyPreserveHost is not supported")
		}
	case "maxmatchcount":
		c.report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "MaxMatchCount has no effect: there is no such limit")
	}
}

// base compiles a RewriteBase of IIRF. That of a site's root is empty.
func (c *compiler) base(n *isapi.Setting, arg string) {
	switch {
	case strings.EqualFold(arg, "on"), strings.EqualFold(arg, "off"):
		c.set.base = ""
	case strings.HasPrefix(arg, "/"):
		c.set.base = arg
	default:
		c.report(parser.Error, httpd.CodeBadArgument, n.Extent, "", "RewriteBase is ON, OFF or a path that begins with a slash")
	}
}

// rewriteMap compiles a map of IIRF.
func (c *compiler) rewriteMap(n *isapi.Setting) {
	if len(n.Args) < 2 {
		return
	}
	kind, file, _ := strings.Cut(n.Args[1].Text, ":")
	name := strings.ReplaceAll(file, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = path.Join(path.Dir(strings.ReplaceAll(n.Name.Name, `\`, "/")), name)
	}
	e := c.engine
	w := &rewritemap.World{
		Stat: e.Files.Stat, Opener: e.Files.Opener, Now: e.Now, Revalidate: e.Revalidate, MaxFile: e.Limits.MapFile, MaxTime: e.Limits.MapTime,
		Report: func(severity parser.Severity, at parser.Extent, format string, args ...any) {
			e.Report(severity, httpd.CodeMapFailed, at, format, args...)
		},
	}
	m := rewritemap.NewText(w, name, n.Extent, strings.EqualFold(kind, "rnd"))
	if found, err := m.Find(); err != nil {
		c.report(parser.Error, httpd.CodeNoMapFile, n.Args[1].Extent, "", "file for map %s not found: %s", n.Args[0].Text, found)
		return
	}
	c.set.maps[n.Args[0].Text] = m
}

// pattern compiles a regular expression, nil if it has an error. With whole it has to
// match all of the subject.
func (c *compiler) pattern(src string, noCase, whole bool, at parser.Extent) *pattern.Pattern {
	var flags pcre.Flags
	if noCase {
		flags = pcre.Caseless
	}
	p, err := pattern.Compile(src, flags)
	if err == nil && whole {
		flags |= pcre.DotAll // Boost's dot matches everything
		p, err = pattern.Compile(`\A(?:`+src+`)\z`, flags)
	}
	if err != nil {
		c.report(parser.Error, httpd.CodeBadPattern, at, "", "cannot compile regular expression %q: %v", src, err)
		return nil
	}
	return p
}

// rule compiles a rule with its conditions. A RewriteHeader of the URL is a RewriteRule.
func (c *compiler) rule(n *isapi.Rule, conds []*isapi.Cond) {
	if n.Kind == isapi.RuleHeader && strings.EqualFold(strings.TrimSuffix(n.Target.Text, ":"), "url") {
		rewrites := *n
		rewrites.Kind = isapi.RuleRewrite
		n = &rewrites
	}
	r := &rules.Rule{At: n.Extent, Text: n.Pattern.Text}
	c.groups = 0
	if c.set.dialect == isapi.Rewrite2 {
		r.Traits |= rules.TracksAll
	} else {
		r.Traits |= rules.ForgetsFailed | rules.BindsRight
	}
	for i, cond := range conds {
		compiled := c.cond(cond, i == len(conds)-1)
		if compiled == nil {
			return
		}
		r.Conds = append(r.Conds, compiled)
		if compiled.Pattern != nil {
			c.groups += compiled.Pattern.NumGroups()
		}
	}
	src := n.Pattern.Text
	if c.set.dialect == isapi.Rewrite2 {
		if n.Kind != isapi.RuleHeader {
			src = c.matchPrefix + src
		}
		r.Pattern = c.pattern(src, n.Has("I"), true, n.Pattern.Extent)
	} else {
		r.Pattern = c.pattern(src, n.Has("I"), false, n.Pattern.Extent)
	}
	if r.Pattern == nil {
		return
	}
	a := c.action(n)
	if a == nil {
		return
	}
	r.Action, r.Flow = a, c.flow(n)
	if a.header != "" || a.normal {
		r.Traits |= rules.OwnSubject
	}
	r.Refer(a.format)
	c.set.rules = append(c.set.rules, r)
}

// flow returns where the run goes on after n.
func (c *compiler) flow(n *isapi.Rule) rules.Flow {
	var f rules.Flow
	switch {
	case n.Has("L"):
		f.How = rules.FlowLast
	case n.Has("NS"):
		f.How = rules.FlowAgain
	case n.Has("N"), c.set.dialect == isapi.IIRF && !n.Has("NI"):
		f.How = rules.FlowNext
	}
	return f
}

// cond compiles a condition, nil if it has an error.
func (c *compiler) cond(n *isapi.Cond, last bool) *rules.Cond {
	cond := &rules.Cond{At: n.Extent, Text: n.Pattern.Text, Traits: rules.CondNoVary}
	if c.set.dialect == isapi.Rewrite2 {
		cond.Input = rules.Template{Parts: []rules.Part{{Kind: rules.PartValue, Value: c.tested(n)}}}
		cond.Pattern = c.pattern(n.Pattern.Text, n.Has("I"), true, n.Pattern.Extent)
		if cond.Pattern == nil {
			return nil
		}
		return cond
	}
	cond.Input = *c.iirfTemplate(n.Parts, n.Test.Text)
	if n.Not {
		cond.Traits |= rules.CondNot
	}
	if n.Has("OR") && !last {
		cond.Traits |= rules.CondOr
	}
	if n.Op == isapi.CondPattern {
		if cond.Pattern = c.pattern(n.Operand, n.Has("I"), false, n.Pattern.Extent); cond.Pattern == nil {
			return nil
		}
		return cond
	}
	cond.Test = &condTest{op: n.Op, operand: n.Operand, noCase: n.Has("I")}
	return cond
}
