// Package actions is mod_actions: which scripts stand for handlers and media types.
package actions

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// actions are the scripts that Action names, by handler or media type in lower
// case.
type actions map[string]string

// actionsSlot is mod_actions' place in the configuration of a directory.
var actionsSlot = &httpd.Slot[actions]{Merge: apr.Overlay[actions]}

// applyAction compiles "Action handler-or-type URL-path [virtual]". Scripts are
// not run; a file that one is for is not to be sent either.
func applyAction(sc *httpd.Scope, n *parser.Directive) {
	switch {
	case len(httpd.Present(n.Args)) < 2 || len(n.Args) > 3:
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s takes a handler or media type, a script and perhaps \"virtual\"", n.Directive)
		return
	case len(n.Args) == 3 && !strings.EqualFold(n.Args[2].Text, "virtual"):
		sc.Errorf(httpd.CodeBadArgument, n.Args[2].Extent, "%s: %q is not \"virtual\"", n.Directive, n.Args[2].Text)
		return
	}
	a := actionsSlot.Make(&sc.Dir.Parts)
	if *a == nil {
		*a = actions{}
	}
	(*a)[apr.Lower(n.Args[0].Text)] = n.Args[1].Text
	sc.Report(parser.Warning, httpd.CodeUnsupported, n.Extent, "",
		"%s: scripts are not run; the file is named to the next handler as one that is to be run", n.Directive)
}

// Handler is the hook for the script that an Action names for the file.
func Handler() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return actionsSlot.Of(d.Parts) != nil },
		Run: func(s *httpd.Request) int {
			script := (*actionsSlot.Of(s.Dir.Parts))[apr.Lower(httpd.HandlerOrType(s.Handler, s.ContentType))]
			if script == "" {
				return httpd.Declined
			}
			s.RunBy = script
			return 0
		},
	}
}

// Module is mod_actions.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_actions", Commands: []httpd.Command{
		{Name: "Action", Place: httpd.OverrideFileInfo, Set: applyAction},
	}}
}
