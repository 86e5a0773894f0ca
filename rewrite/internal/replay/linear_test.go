package replay

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestLinear answers the recorded cases with and without sets of patterns: what
// became of each request must be the same, and so must be whether a
// configuration is taken.
func TestLinear(t *testing.T) {
	t.Parallel()
	tree := readTree(t)
	for _, file := range []string{
		recorded + "edge.jsonl.gz",
		recorded + "random.jsonl.gz",
		recorded + "neighbours.jsonl.gz",
		recorded + "response.jsonl.gz",
		recorded + "directories.jsonl.gz",
		outside + "recorded/seed.jsonl.gz",
		outside + "recorded/corpus.jsonl.gz",
	} {
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && (name == "random" || name == "corpus") {
				t.Skip("left out with -short, as they take long")
			}
			src, err := os.ReadFile(file)
			if strings.HasPrefix(file, outside) && errors.Is(err, fs.ErrNotExist) {
				t.Skipf("NOT COMPARED: %s holds other people's rulesets and is not there", file)
			}
			require.NoError(t, err)
			compareLinear(t, readRecorded(t, bytes.NewReader(src)), name == "directories", tree)
		})
	}
}

// compareLinear answers cases with and without sets of patterns.
func compareLinear(t *testing.T, with []*Case, directories bool, tree *Tree) {
	t.Helper()
	without := make([]*Case, len(with))
	for i, c := range with {
		c.Place, c.Directories = NthPlace(i), directories
		q := *c
		q.Linear = true
		without[i] = &q
	}
	require.NoError(t, runAll(t, with, tree))
	require.NoError(t, runAll(t, without, tree))
	compared := 0
	for i := range with {
		if diff := cmp.Diff(without[i].ConfigError, with[i].ConfigError); diff != "" {
			t.Errorf("%s: configuration mismatch (-one by one +sets):\n%s", with[i].Name, diff)
			continue
		}
		for j := range with[i].Results {
			compared++
			if diff := cmp.Diff(without[i].Results[j].Comparable(), with[i].Results[j].Comparable()); diff != "" {
				t.Errorf("%s, request %d: mismatch (-one by one +sets):\n%s", with[i].Name, j, diff)
			}
		}
	}
	if compared == 0 {
		t.Error("nothing compared")
	}
	t.Logf("%d results compared", compared)
}
