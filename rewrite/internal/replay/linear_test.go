package replay

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestLinear answers the recorded cases with and without sets of patterns: what
// became of each request must be the same.
func TestLinear(t *testing.T) {
	t.Parallel()
	tree := readTree(t)
	for _, name := range []string{"edge", "random"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(recorded + name + ".jsonl.gz")
			require.NoError(t, err)
			with := readRecorded(t, bytes.NewReader(src))
			without := make([]*Case, len(with))
			for i, c := range with {
				c.Place = NthPlace(i)
				q := *c
				q.Linear = true
				without[i] = &q
			}
			require.NoError(t, runAll(t, with, tree))
			require.NoError(t, runAll(t, without, tree))
			compared := 0
			for i := range with {
				for j := range with[i].Results {
					compared++
					if diff := cmp.Diff(without[i].Results[j].Comparable(), with[i].Results[j].Comparable()); diff != "" {
						t.Errorf("%s, request %d: mismatch (-one by one +sets):\n%s", with[i].Name, j, diff)
					}
				}
			}
			t.Logf("%d results compared", compared)
		})
	}
}
