package matcher

import "github.com/modrewrite-go/modrewrite/parser"

// macro checks the definition of a macro. All else about it was done while the
// text was read.
func (c *compiler) macro(n *parser.Macro, sc *scope) {
	c.whileReading("<"+n.Directive, n.Extent, sc)
}

// use compiles what a macro came to.
func (c *compiler) use(n *parser.Use, sc *scope) {
	if c.whileReading(n.Directive, n.Extent, sc) {
		c.nodes(n.Nodes, sc)
	}
}

// applyMacroDirective checks a directive about macros, of which nothing is left to do.
func applyMacroDirective(sc *scope, n *parser.Directive) {
	sc.whileReading(n.Directive, n.Extent, sc)
}

// whileReading reports whether a directive about macros may stand in sc. In
// the server's own files it may everywhere, in the middle of any section.
func (c *compiler) whileReading(name string, at parser.Extent, sc *scope) bool {
	return !sc.access || c.permitted(name, at, overrideAll, sc)
}

// macroModule is mod_macro.
func macroModule() *module {
	return &module{name: "mod_macro", commands: []command{
		{name: "MacroIgnoreBadNesting", place: overrideAll, set: applyMacroDirective, inert: true},
		{name: "MacroIgnoreEmptyArgs", place: overrideAll, set: applyMacroDirective, inert: true},
		{name: "UndefMacro", place: overrideAll, set: applyMacroDirective, inert: true},
	}}
}
