package vary_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// once returns names without repetitions.
func once(names []string) []string {
	var list []string
	for _, n := range names {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// check compares n with the names it should hold.
func check(t *testing.T, want []string, n *vary.Names) {
	t.Helper()
	text := strings.Join(want, ", ")
	require.Equal(t, text, n.Text())
	require.Equal(t, len(text), n.Size())
	require.Equal(t, len(want) == 0, n.Empty())
	var got []string
	for names := range n.Once {
		got = append(got, names)
	}
	require.Equal(t, once(want), once(got))
	if names, ok := n.Lone(); ok {
		require.LessOrEqual(t, len(once(want)), 1)
		require.Equal(t, strings.Join(once(want), ", "), names)
	} else {
		require.NotEmpty(t, want)
	}
}

// TestNames adds at random and compares with a plain list.
func TestNames(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		kinds := 1 + r.IntN(4)
		name := func() string { return fmt.Sprint("N", r.IntN(kinds)) }
		var looks []string
		var built vary.Items
		for range r.IntN(12) {
			look := name()
			switch r.IntN(3) {
			case 0:
				look = ""
			case 1:
				if kinds > 2 {
					look += ", " + name()
				}
			}
			built.Append(look)
			looks = append(looks, look)
		}
		items := built.Done()
		require.Equal(t, strings.Join(looks, "") == "", items == nil)
		var n vary.Names
		var want []string
		for range r.IntN(8) {
			switch r.IntN(5) {
			case 0, 1:
				look := name()
				n.Add(look)
				want = append(want, look)
			case 2, 3:
				to := r.IntN(len(looks) + 1)
				from := r.IntN(to + 1)
				if r.IntN(2) == 0 { // in two steps
					half := from + (to-from)/2
					n.AddItems(items, from, half)
					n.AddItems(items, half, to)
				} else {
					n.AddItems(items, from, to)
				}
				rounds := 1 + r.IntN(3)
				for range rounds - 1 {
					n.AddItems(items, from, to)
				}
				for range rounds {
					for _, look := range looks[from:to] {
						if look != "" {
							want = append(want, look)
						}
					}
				}
			case 4:
				before := n.Clone()
				n.AddAll(&before)
				before.Add("other")
				want = append(want, want...)
			}
			check(t, want, &n)
		}
		for i, look := range looks {
			require.Equal(t, look, items.Of(i))
		}
	}
}

// TestClone has copies that do not change with the original.
func TestClone(t *testing.T) {
	t.Parallel()
	var n vary.Names
	n.Add("A")
	n.Add("B")
	c := n.Clone()
	require.True(t, n.Repeat("B"))
	n.Add("C")
	check(t, []string{"A", "B"}, &c)
	check(t, []string{"A", "B", "B", "C"}, &n)
	require.False(t, n.Repeat("A"))
}
