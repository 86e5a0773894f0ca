package httpd

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
)

// hasCore reports whether one of nodes is a directive or section of httpd's core.
// Where an access file has none, httpd has nothing of the core's to merge for
// it, and Options stay as they were.
func (e *Engine) hasCore(nodes []parser.Node) bool {
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

func (e *Engine) isCore(name string) bool {
	cmd := e.Commands.Find(name)
	return cmd != nil && cmd.Module.Name == "core" && cmd.Place&OverrideAll != 0
}
