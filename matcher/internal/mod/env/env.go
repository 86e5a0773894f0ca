// Package env is mod_env: SetEnv, PassEnv and UnsetEnv.
package env

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// fixedEnv is what SetEnv, PassEnv and UnsetEnv of a scope say. It reaches the
// request after all rules.
type fixedEnv struct {
	vars apr.Table
	// unset are the variables that UnsetEnv takes out of what the scope around
	// this one sets. What several scopes merged to has none.
	unset []string
}

// envSlot is mod_env's place in the configuration of a directory.
var envSlot = &httpd.Slot[fixedEnv]{Merge: (*fixedEnv).over}

// over merges e on top of base.
func (e *fixedEnv) over(base *fixedEnv) *fixedEnv {
	m := &fixedEnv{vars: base.vars.Clone()}
	for _, name := range e.unset {
		m.vars.Unset(name)
	}
	for _, v := range e.vars.Entries {
		m.vars.Set(v.Name, v.Value)
	}
	return m
}

// applyEnv compiles SetEnv, PassEnv and UnsetEnv.
func applyEnv(sc *httpd.Scope, n *parser.Directive) {
	e := envSlot.Make(&sc.Dir.Parts)
	if len(n.Args) == 0 || n.Args[0].Text == "" {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s requires the name of a variable", n.Directive)
		return
	}
	switch strings.ToLower(n.Directive) {
	case "setenv":
		setEnv(sc.Compiler, n, e)
	case "passenv":
		for _, w := range httpd.Present(n.Args) {
			if value, ok := sc.Engine.Getenv(w.Text); ok {
				e.vars.Set(w.Text, value)
			} else {
				sc.Report(parser.Warning, httpd.CodeNoEffect, w.Extent, "", "%s: the variable %s is not set", n.Directive, w.Text)
			}
		}
	default:
		for _, w := range httpd.Present(n.Args) {
			e.unset = append(e.unset, w.Text)
			e.vars.Unset(w.Text)
		}
	}
}

func setEnv(c *httpd.Compiler, n *parser.Directive, e *fixedEnv) {
	name, value := n.Args[0].Text, ""
	switch len(n.Args) {
	case 1:
	case 2:
		value = n.Args[1].Text
	default:
		c.Errorf(httpd.CodeBadArgument, n.Args[2].Extent, "%s takes a name and a value", n.Directive)
		return
	}
	if strings.Contains(name, "=") {
		c.Report(parser.Warning, httpd.CodeNoEffect, n.Args[0].Extent, "write a blank instead of the =",
			"%s: the name of the variable holds a =", n.Directive)
	}
	e.vars.Set(name, value)
}

// fixEnv adds the variables of SetEnv and PassEnv. Until the request ends or
// is redirected a variable that is there already keeps its value as well, and
// looking it up finds that one, as in httpd.
func fixEnv(s *httpd.Request) int {
	for _, v := range envSlot.Of(s.Dir.Parts).vars.Entries {
		if httpd.IsScriptVariable(v.Name) {
			s.TabulateScript()
		}
		if !s.Eval.Spend(s.Env.LookSteps()) || !s.Eval.Charge(apr.EntryBytes) {
			return httpd.Declined
		}
		s.Env.Add(v.Name, v.Value)
	}
	return httpd.Declined
}

// FixUp is the hook for SetEnv and PassEnv.
func FixUp() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return envSlot.Of(d.Parts) != nil },
		Run:    fixEnv,
	}
}

// Module is mod_env.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_env", Touch: func(sc *httpd.Scope) { envSlot.Make(&sc.Dir.Parts) }, Commands: []httpd.Command{
		{Name: "PassEnv", Place: httpd.OverrideFileInfo, Set: applyEnv},
		{Name: "SetEnv", Place: httpd.OverrideFileInfo, Set: applyEnv},
		{Name: "UnsetEnv", Place: httpd.OverrideFileInfo, Set: applyEnv},
	}}
}
