package set

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// TestSettle compares it with sorting.
func TestSettle(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(8)
	for range 2000 {
		first := int32(g.IntN(100) - 50)
		apart := []int{3, 64, 1000, 64 * markWords, 64*markWords + 1, 1 << 30}[g.IntN(6)]
		ids := []int32{7, 7}
		for range g.IntN(3 * manyIDs) {
			ids = append(ids, first+int32(g.IntN(apart)))
		}
		if g.IntN(2) == 0 {
			ids = append(ids, first, first+int32(apart)-1) // as far apart as they can be
		}
		want := append([]int32{7, 7}, slices.Compact(slices.Sorted(slices.Values(ids[2:])))...)
		require.Equal(t, want, settle(ids, 2))
	}
}
