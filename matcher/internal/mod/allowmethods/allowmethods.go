// Package allowmethods is mod_allowmethods: the only methods that a place answers to.
package allowmethods

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// config is mod_allowmethods' part of a httpd.DirConfig: that of the innermost scope
// counts alone.
type config struct {
	at      parser.Extent
	methods access.Methods // empty for all
	names   []string       // for Allow
}

// slot is mod_allowmethods' place in the configuration of a directory.
var slot = &httpd.Slot[config]{Merge: func(over, _ *config) *config { return over }}

// applyAllowMethods compiles "AllowMethods reset|method…". HEAD is GET. Several lines in a
// scope add up, and reset drops those before it.
func applyAllowMethods(sc *httpd.Scope, n *parser.Directive) {
	c := slot.Make(&sc.Dir.Parts)
	c.at = n.Extent
	if len(n.Args) == 1 && strings.EqualFold(n.Args[0].Text, "reset") {
		c.methods, c.names = 0, nil
		return
	}
	for i := range n.Args {
		name := n.Args[i].Text
		number, known := sc.Engine.Methods.Number(name)
		if !known {
			sc.Errorf(httpd.CodeBadArgument, n.Args[i].Extent, "%s: unknown method %q", n.Directive, name)
			return
		}
		if c.methods.Has(number) {
			continue
		}
		if get, _ := sc.Engine.Methods.Number("GET"); number == get {
			name = "GET,HEAD"
		}
		c.methods, c.names = c.methods|1<<number, append(c.names, name)
	}
}

// Access is the hook that refuses other methods, to every client.
func Access() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { c := slot.Of(d.Parts); return c != nil && c.methods != 0 },
		Run: func(s *httpd.Request) int {
			c := slot.Of(s.Dir.Parts)
			number, known := s.Eval.Engine.Methods.Number(s.Method)
			if known && c.methods.Has(number) {
				return httpd.Declined
			}
			s.AddErrHeader("Allow", strings.Join(slices.Sorted(slices.Values(c.names)), ","))
			return s.Refuse(405, httpd.CodeAccessDenied, c.at, "", "the method %s is not among those of AllowMethods", httpd.Clipped(s.Method))
		},
	}
}

// Module is mod_allowmethods.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_allowmethods", Commands: []httpd.Command{
		{Name: "AllowMethods", Place: httpd.InDirectory, Args: httpd.TakesSeveral, Set: applyAllowMethods},
	}}
}
