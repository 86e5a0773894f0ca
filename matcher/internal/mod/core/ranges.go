package core

import (
	"cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rangesSlot is the place of MaxRanges and its relatives in the configuration of a
// directory.
var rangesSlot = &httpd.Slot[rangeLimits]{Merge: func(over, base *rangeLimits) *rangeLimits {
	return &rangeLimits{cmp.Or(over.Ranges, base.Ranges), cmp.Or(over.Overlaps, base.Overlaps), cmp.Or(over.Reversals, base.Reversals)}
}}

type rangeLimits httpd.RangeLimits

// rangesDefault is "default": what is unset, and hides what the scopes around say.
const rangesDefault = -3

// applyRanges returns the function of one of the three directives.
func applyRanges(field func(*rangeLimits) *int) func(*httpd.Scope, *parser.Directive) {
	return func(sc *httpd.Scope, n *parser.Directive) {
		limit := field(rangesSlot.Make(&sc.Dir.Parts))
		switch word := apr.Lower(n.Args[0].Text); word {
		case "none":
			*limit = httpd.RangesNone
		case "default":
			*limit = rangesDefault
		case "unlimited":
			*limit = httpd.RangesUnlimited
		default:
			if *limit = int(apr.Atoi(word)); *limit <= 0 {
				sc.BadArgument(n, `must be "none", "default", "unlimited" or a positive number`)
			}
		}
	}
}

func rangeCommands() []httpd.Command {
	row := func(name string, field func(*rangeLimits) *int) httpd.Command {
		return httpd.Command{Name: name, Place: httpd.InServer | httpd.InDirectory, Args: httpd.TakesOne, Set: applyRanges(field), Inert: true}
	}
	return []httpd.Command{
		row("MaxRanges", func(r *rangeLimits) *int { return &r.Ranges }),
		row("MaxRangeOverlaps", func(r *rangeLimits) *int { return &r.Overlaps }),
		row("MaxRangeReversals", func(r *rangeLimits) *int { return &r.Reversals }),
	}
}

// ranges returns the limits under d.
func ranges(d *httpd.DirConfig) httpd.RangeLimits {
	r := rangesSlot.Of(d.Parts)
	if r == nil {
		return httpd.RangeLimits{}
	}
	limits := httpd.RangeLimits(*r)
	for _, limit := range []*int{&limits.Ranges, &limits.Overlaps, &limits.Reversals} {
		if *limit == rangesDefault {
			*limit = 0
		}
	}
	return limits
}
