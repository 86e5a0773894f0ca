// Package autoindex is mod_autoindex: whether a directory is listed, and what of it.
// How the listing looks is for the handler.
package autoindex

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ignored are the patterns of IndexIgnore. reset drops those of the section that these
// are merged into.
type ignored struct {
	patterns []string
	reset    bool
}

// ignoredSlot is the place of IndexIgnore in the configuration of a directory. A reset
// does not outlive a merge: what sections and access files along the way to a directory
// come to is merged into the configuration of the server, whose patterns stay then.
var ignoredSlot = &httpd.Slot[ignored]{
	Merge: func(over, base *ignored) *ignored {
		if over.reset {
			return &ignored{patterns: over.patterns}
		}
		return &ignored{patterns: slices.Concat(over.patterns, base.patterns)}
	},
	Alone: func(over *ignored) *ignored { return &ignored{patterns: over.patterns} },
}

func applyIndexIgnore(sc *httpd.Scope, n *parser.Directive) {
	i := ignoredSlot.Make(&sc.Dir.Parts)
	for _, a := range httpd.Present(n.Args) {
		i.patterns = append(i.patterns, a.Text)
	}
	left(sc, n)
}

func applyIndexIgnoreReset(sc *httpd.Scope, n *parser.Directive) {
	ignoredSlot.Make(&sc.Dir.Parts).reset = httpd.OnOffWord(n.Args[0]) == apr.On
	left(sc, n)
}

// left says that listings are the handler's, where the engine does nothing for
// directories.
func left(sc *httpd.Scope, n *parser.Directive) {
	if !sc.Engine.World.Directories {
		sc.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "%s has no effect: listings are left to the server", n.Directive)
	}
}

// Handler is the hook that says whether the directory may be listed.
func Handler() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return d.Core.Options.Indexes() },
		Run: func(s *httpd.Request) int {
			if s.Kind != httpd.Directory {
				return httpd.Declined
			}
			s.Static.Indexes = true
			if i := ignoredSlot.Of(s.Dir.Parts); i != nil {
				s.Static.Ignored = i.patterns
			}
			if l := listingSlot.Of(s.Dir.Parts); l != nil {
				s.Static.ListingType, s.Static.ListingCharset = l.mediaType, l.charset
			}
			return httpd.Declined
		},
	}
}

// Module is mod_autoindex.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_autoindex", Commands: []httpd.Command{
		{Name: "IndexIgnore", Place: httpd.OverrideIndexes, Args: httpd.TakesSeveral, Set: applyIndexIgnore},
		{Name: "IndexIgnoreReset", Place: httpd.OverrideIndexes, Args: httpd.TakesFlag, Set: applyIndexIgnoreReset},
		{Name: "IndexOptions", Place: httpd.OverrideIndexes, Args: httpd.TakesSeveral, Set: applyIndexOptions},
	}}
}
