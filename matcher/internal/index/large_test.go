package index_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// TestProcessors makes the index of a list with thousands of items on one and on several
// processors: it chooses the same watches, and passes over the same items.
func TestProcessors(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	const n = 3000
	type chosen struct {
		Item, Watch, Term int
		Part              index.Part
	}
	type result struct {
		Chosen     []chosen
		Questions  []index.Question
		Candidates [][]int
	}
	var want *result
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		got := &result{}
		var b index.Builder
		for i := range n {
			path := index.Pattern(0, fmt.Sprintf("^/page/%d/(.*)$", i/2), apache)
			host := index.Pattern(1, fmt.Sprintf(`^(www\.)?old%d\.example$`, i), apache)
			switch i % 5 {
			case 0:
				b.Add([]index.Term{host})
			case 1:
				b.Add([]index.Term{index.Pattern(0, "^(.*)$", apache)}, []index.Term{host})
			case 2:
				b.Add([]index.Term{path}, []index.Term{host})
			case 3:
				b.Add([]index.Term{index.Pattern(0, "(a|b)*", apache)}, []index.Term{index.Glob(1, fmt.Sprint("*.x", i), true), index.Text(1, fmt.Sprint("y", i), false)})
			case 4:
				b.Add([]index.Term{index.Prefix(0, fmt.Sprintf("/page/%d/", i/5))})
				b.Also(path)
			}
		}
		ix := b.Build(index.Options{Chosen: func(item, watch, term int, p index.Part) {
			got.Chosen = append(got.Chosen, chosen{item, watch, term, p})
		}})
		require.NotNil(t, ix)
		got.Questions = ix.Questions()
		list := ix.List()
		for i := range n {
			r := &request{[]string{fmt.Sprintf("/page/%d/x", i), fmt.Sprintf("www.old%d.example", i)}}
			var c index.Cursor
			c.Start(list, r, nil)
			var candidates []int
			for j := c.Next(0); j < n; j = c.Next(j + 1) {
				candidates = append(candidates, j)
			}
			if i%5 < 2 {
				require.Contains(t, candidates, i)
			}
			got.Candidates = append(got.Candidates, candidates)
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b index.Part) bool { return a == b })); diff != "" {
			t.Fatalf("with %d processors (-one +several):\n%s", procs, diff)
		}
	}
}

// TestAt looks at items of lists that are joined, of which one term of each is asked about.
func TestAt(t *testing.T) {
	t.Parallel()
	var indexes []*index.Index
	parts := map[string]index.Part{}
	for _, text := range []string{"a", "b"} {
		var b index.Builder
		b.Add([]index.Term{index.Text(0, text, false)})
		indexes = append(indexes, b.Build(index.Options{MinItems: 1, MinUsers: 1, Chosen: func(_, _, _ int, p index.Part) { parts[text] = p }}))
	}
	var c index.Cursor
	c.Start(index.Join(indexes, []int{1, 1}), &request{[]string{"b"}}, nil)
	require.Equal(t, 1, c.Next(0))
	may, certain := c.May(parts["b"])
	require.Equal(t, []bool{true, true}, []bool{may, certain})
	c.At(0)
	require.Equal(t, 0, c.Segment())
	may, _ = c.May(parts["a"])
	require.False(t, may)
	c.At(1)
	require.Equal(t, 1, c.Segment())
	may, _ = c.May(parts["b"])
	require.True(t, may)
}
