package set

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// Over returns a set of patterns. Their syntax trees are not kept while a ruleset is
// compiled, as those of all patterns would take more memory than anything else;
// parsing them once more costs less than that.
func Over(patterns []*pattern.Pattern, opts *Options) *Set {
	return Build(len(patterns), func(id int) *pcre.Regexp { return patterns[id].Regexp() }, opts)
}
