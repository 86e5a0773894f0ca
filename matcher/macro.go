package matcher

import "github.com/modrewrite-go/modrewrite/parser"

// macroNode compiles the definition or use of a macro. All else about them was
// done while the text was read.
func macroNode(sc *scope, n parser.Node) bool {
	switch n := n.(type) {
	case *parser.Macro:
		macroAllowed(sc, "<"+n.Directive, n.Extent)
	case *parser.Use:
		if macroAllowed(sc, n.Directive, n.Extent) {
			sc.nodes(n.Nodes, sc)
		}
	default:
		return false
	}
	return true
}

// applyMacroDirective checks a directive about macros, of which nothing is left to do.
func applyMacroDirective(sc *scope, n *parser.Directive) {
	macroAllowed(sc, n.Directive, n.Extent)
}

// macroAllowed reports whether a directive about macros may stand in sc. In
// the server's own files it may everywhere, in the middle of any section.
func macroAllowed(sc *scope, name string, at parser.Extent) bool {
	return !sc.access || sc.permitted(name, at, overrideAll, sc)
}

// macroModule is mod_macro.
func macroModule() *module {
	return &module{name: "mod_macro", node: macroNode, commands: []command{
		{name: "MacroIgnoreBadNesting", place: overrideAll, set: applyMacroDirective, inert: true},
		{name: "MacroIgnoreEmptyArgs", place: overrideAll, set: applyMacroDirective, inert: true},
		{name: "UndefMacro", place: overrideAll, set: applyMacroDirective, inert: true},
	}}
}
