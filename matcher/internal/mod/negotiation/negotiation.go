// Package negotiation is mod_negotiation: which of the variants of a file the client
// gets, by its Accept fields. Variants are found by a part of their name (MultiViews) or
// listed in a type map. The transparent negotiation of RFC 2295 is not run: a Negotiate
// field is ignored.
package negotiation

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// force is what ForceLanguagePriority says, 0 if unset.
type force uint8

const (
	forceNone force = 1 << iota
	forcePrefer
	forceFallback
)

// config is mod_negotiation's part of a httpd.DirConfig.
type config struct {
	priority []string // of LanguagePriority; nil if unset
	force    force
}

// slot is mod_negotiation's place in the configuration of a directory.
var slot = &httpd.Slot[config]{Merge: func(over, base *config) *config {
	merged := &config{priority: over.priority, force: cmp.Or(over.force, base.force)}
	if merged.priority == nil {
		merged.priority = base.priority
	}
	return merged
}}

// configOf returns what holds for the request.
func configOf(s *httpd.Request) config {
	c := config{}
	if part := slot.Of(s.Dir.Parts); part != nil {
		c = *part
	}
	c.force = cmp.Or(c.force, forcePrefer)
	return c
}

// applyLanguagePriority compiles "LanguagePriority language…". Several lines in a scope
// add up.
func applyLanguagePriority(sc *httpd.Scope, n *parser.Directive) {
	c := slot.Make(&sc.Dir.Parts)
	for _, a := range httpd.Present(n.Args) {
		c.priority = append(c.priority, a.Text)
	}
	left(sc, n)
}

// applyForceLanguagePriority compiles "ForceLanguagePriority None|Prefer|Fallback…".
// Several lines in a scope add up.
func applyForceLanguagePriority(sc *httpd.Scope, n *parser.Directive) {
	c := slot.Make(&sc.Dir.Parts)
	for _, a := range httpd.Present(n.Args) {
		switch apr.Lower(a.Text) {
		case "none":
			c.force |= forceNone
		case "prefer":
			c.force |= forcePrefer
		case "fallback":
			c.force |= forceFallback
		default:
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: unknown option %q", n.Directive, a.Text)
			return
		}
	}
	if c.force&forceNone != 0 && c.force != forceNone {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s: None goes with nothing else", n.Directive)
		return
	}
	left(sc, n)
}

// left says that variants are the handler's, where the engine does nothing for files.
func left(sc *httpd.Scope, n *parser.Directive) {
	if !sc.Engine.World.Negotiates() {
		sc.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "%s has no effect: negotiation is left to the server", n.Directive)
	}
}

// Encoding is the hook that calls the encoding of a file as the client does: with "x-"
// before its name, or without.
func Encoding() httpd.Hook {
	return httpd.Hook{When: httpd.WhenEncoded, Run: func(s *httpd.Request) int {
		plain := strings.TrimPrefix(s.Encoding, "x-")
		value, ok := s.Header("Accept-Encoding")
		if !ok || !s.Eval.Spend(len(value)) {
			return httpd.Declined
		}
		for _, e := range readList(value) {
			if e.name == plain {
				s.Encoding = plain
				break
			}
			if e.name == "x-"+plain {
				s.Encoding = e.name
			}
		}
		return httpd.Declined
	}}
}

// Module is mod_negotiation.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_negotiation", Commands: []httpd.Command{
		{Name: "ForceLanguagePriority", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyForceLanguagePriority},
		{Name: "LanguagePriority", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyLanguagePriority},
	}}
}
