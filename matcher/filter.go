package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// filter answers which of many patterns may match a subject. It never loses a
// match.
type filter interface {
	// CandidatesWithin appends the numbers of the patterns that may match subject
	// to dst, in ascending order. Once meter is exhausted some may be missing.
	CandidatesWithin(dst []int32, subject string, meter *work.Meter) []int32
	// Exact reports whether a candidate is certain to match.
	Exact(id int32) bool
}

// newFilter returns a filter over patterns. Their syntax trees are not kept while
// a ruleset is compiled, as those of all patterns would take more memory than
// anything else; parsing them once more costs less than that.
func newFilter(patterns []*pattern.Pattern) filter {
	return set.Build(len(patterns), func(id int) *pcre.Regexp { return patterns[id].Regexp() }, nil)
}
