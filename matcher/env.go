package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
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
var envSlot = &slot[fixedEnv]{merge: (*fixedEnv).over}

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
func applyEnv(sc *scope, n *parser.Directive) {
	e := envSlot.make(&sc.dir.parts)
	if len(n.Args) == 0 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s requires the name of a variable", n.Directive)
		return
	}
	switch strings.ToLower(n.Directive) {
	case "setenv":
		setEnv(sc.compiler, n, e)
	case "passenv":
		for _, w := range present(n.Args) {
			if value, ok := sc.engine.getenv(w.Text); ok {
				e.vars.Set(w.Text, value)
			} else {
				sc.report(parser.Warning, codeNoEffect, w.Extent, "", "%s: the variable %s is not set", n.Directive, w.Text)
			}
		}
	default:
		for _, w := range present(n.Args) {
			e.unset = append(e.unset, w.Text)
			e.vars.Unset(w.Text)
		}
	}
}

func setEnv(c *compiler, n *parser.Directive, e *fixedEnv) {
	name, value := n.Args[0].Text, ""
	switch len(n.Args) {
	case 1:
	case 2:
		value = n.Args[1].Text
	default:
		c.errorf(CodeBadArgument, n.Args[2].Extent, "%s takes a name and a value", n.Directive)
		return
	}
	if strings.Contains(name, "=") {
		c.report(parser.Warning, codeNoEffect, n.Args[0].Extent, "write a blank instead of the =",
			"%s: the name of the variable holds a =", n.Directive)
	}
	e.vars.Set(name, value)
}

// fixEnv adds the variables of SetEnv and PassEnv. Until the request ends or
// is redirected a variable that is there already keeps its value as well, and
// looking it up finds that one, as in httpd.
func fixEnv(s *state) int {
	for _, v := range envSlot.of(s.dir.parts).vars.Entries {
		if isScriptVariable(v.Name) {
			s.tabulateScript()
		}
		if !s.eval.spend(s.env.LookSteps()) || !s.eval.charge(apr.EntryBytes) {
			return declined
		}
		s.env.Add(v.Name, v.Value)
	}
	return declined
}

// envFixUp is the hook for SetEnv and PassEnv.
func envFixUp() hook {
	return hook{
		wanted: func(d *dirConfig) bool { return envSlot.of(d.parts) != nil },
		run:    fixEnv,
	}
}

// envModule is mod_env.
func envModule() *module {
	return &module{name: "mod_env", touch: func(sc *scope) { envSlot.make(&sc.dir.parts) }, commands: []command{
		{name: "PassEnv", place: overrideFileInfo, set: applyEnv},
		{name: "SetEnv", place: overrideFileInfo, set: applyEnv},
		{name: "UnsetEnv", place: overrideFileInfo, set: applyEnv},
	}}
}
