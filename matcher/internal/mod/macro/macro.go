// Package macro is mod_macro, whose macros the parser has expanded: it reports what
// is left.
package macro

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// macroNode compiles the definition or use of a macro. All else about them was
// done while the text was read.
func macroNode(sc *httpd.Scope, n parser.Node) bool {
	switch n := n.(type) {
	case *parser.Macro:
		macroAllowed(sc, "<"+n.Directive, n.Extent)
	case *parser.Use:
		if macroAllowed(sc, n.Directive, n.Extent) {
			sc.Nodes(n.Nodes, sc)
		}
	default:
		return false
	}
	return true
}

// applyMacroDirective checks a directive about macros, of which nothing is left to do.
func applyMacroDirective(sc *httpd.Scope, n *parser.Directive) {
	macroAllowed(sc, n.Directive, n.Extent)
}

// macroAllowed reports whether a directive about macros may stand in sc. In
// the server's own files it may everywhere, in the middle of any section.
func macroAllowed(sc *httpd.Scope, name string, at parser.Extent) bool {
	return !sc.Access || sc.Permitted(name, at, httpd.OverrideAll, sc)
}

// Module is mod_macro.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_macro", Node: macroNode, Commands: []httpd.Command{
		{Name: "MacroIgnoreBadNesting", Place: httpd.OverrideAll, Set: applyMacroDirective, Inert: true},
		{Name: "MacroIgnoreEmptyArgs", Place: httpd.OverrideAll, Set: applyMacroDirective, Inert: true},
		{Name: "UndefMacro", Place: httpd.OverrideAll, Set: applyMacroDirective, Inert: true},
	}}
}
