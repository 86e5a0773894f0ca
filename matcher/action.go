package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// actions are the scripts that Action names, by handler or media type in lower
// case.
type actions map[string]string

// actionsSlot is mod_actions' place in the configuration of a directory.
var actionsSlot = &slot[actions]{merge: apr.Overlay[actions]}

// applyAction compiles "Action handler-or-type URL-path [virtual]". Scripts are
// not run; a file that one is for is not to be sent either.
func applyAction(sc *scope, n *parser.Directive) {
	switch {
	case len(present(n.Args)) < 2 || len(n.Args) > 3:
		sc.errorf(CodeBadArgument, n.Extent, "%s takes a handler or media type, a script and perhaps \"virtual\"", n.Directive)
		return
	case len(n.Args) == 3 && !strings.EqualFold(n.Args[2].Text, "virtual"):
		sc.errorf(CodeBadArgument, n.Args[2].Extent, "%s: %q is not \"virtual\"", n.Directive, n.Args[2].Text)
		return
	}
	a := actionsSlot.make(&sc.dir.parts)
	if *a == nil {
		*a = actions{}
	}
	(*a)[apr.Lower(n.Args[0].Text)] = n.Args[1].Text
	sc.report(parser.Warning, CodeUnsupported, n.Extent, "",
		"%s: scripts are not run; the file is named to the next handler as one that is to be run", n.Directive)
}

// actionsHandler is the hook for the script that an Action names for the file.
func actionsHandler() hook {
	return hook{
		wanted: func(d *dirConfig) bool { return actionsSlot.of(d.parts) != nil },
		run: func(s *state) int {
			script := (*actionsSlot.of(s.dir.parts))[apr.Lower(handlerOrType(s.handler, s.contentType))]
			if script == "" {
				return declined
			}
			s.runBy = script
			return 0
		},
	}
}

// actionsModule is mod_actions.
func actionsModule() *module {
	return &module{name: "mod_actions", commands: []command{
		{name: "Action", place: overrideFileInfo, set: applyAction},
	}}
}
