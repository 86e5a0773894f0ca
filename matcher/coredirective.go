package matcher

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
)

// hasCore reports whether one of nodes is a directive or section of httpd's core.
// Where an access file has none, httpd has nothing of the core's to merge for
// it, and Options stay as they were.
func (e *engine) hasCore(nodes []parser.Node) bool {
	return slices.ContainsFunc(nodes, func(n parser.Node) bool {
		switch n := n.(type) {
		case *parser.Conditional:
			return e.hasCore(n.Nodes)
		case *parser.Section:
			return e.isCore("<" + n.Directive)
		case *parser.Directive:
			return e.isCore(n.Directive)
		}
		return false
	})
}

func (e *engine) isCore(name string) bool {
	cmd := e.commands.find(name)
	return cmd != nil && cmd.module.name == "core" && cmd.place&overrideAll != 0
}
