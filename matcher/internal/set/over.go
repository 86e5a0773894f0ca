package set

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/parallel"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
)

// overChunk is how many patterns a goroutine reads before it looks for more.
const overChunk = 256

// Over returns a set of patterns. Their syntax trees are not kept while a ruleset is
// compiled, as those of all patterns would take more memory than anything else;
// parsing them once more costs less than that.
func Over(patterns []*pattern.Pattern, opts *Options) *Set {
	shapes := make([]Shape, len(patterns))
	parallel.Ranges(len(patterns), overChunk, func() func(from, to int) {
		var reader Reader
		return func(from, to int) {
			for id := from; id < to; id++ {
				shapes[id] = reader.Parse(patterns[id].String(), patterns[id].Flags())
			}
		}
	})
	return Build(shapes, opts)
}
