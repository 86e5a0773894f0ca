package index

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEstimate finds out how often terms hold in advance: for each item those of its watches up
// to the first good one, and none twice. What is left is found out when it is asked for.
func TestEstimate(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, readChunk, readChunk + 1, 3 * readChunk} {
		var b Builder
		for i := range n {
			b.Add(
				[]Term{Text(0, fmt.Sprintf("%c", 'a'+i%26), false)}, // not good
				[]Term{Pattern(1, fmt.Sprintf("^long-name-%d", i), 0), Text(2, fmt.Sprintf("other-name-%d", i), false)},
				[]Term{Text(3, fmt.Sprintf("later-%d", i), false)}, // after a good one
			)
		}
		o := Options{}.withDefaults()
		c := &chooser{Builder: &b, Options: &o, dropped: map[Question]bool{}, chosen: make([]int32, n)}
		c.count()
		require.Equal(t, 3*n+min(n, 26), c.uses.n)
		c.estimate()
		for item := range n {
			for watch := range 3 {
				for _, number := range c.numbersOf(int32(3*item + watch)) { //nolint:gosec // few
					u := c.uses.at(number)
					require.Equal(t, watch < 2, u.share >= 0, "item %d, watch %d", item, watch)
					require.Equal(t, watch < 2 && u.term.kind == kindPattern, u.read)
				}
			}
		}
		require.Less(t, c.oddsOf(2), c.Good)
		require.GreaterOrEqual(t, c.uses.at(c.numbersOf(2)[0]).share, 0.0)
	}
}

// TestUses gives each term one number, however many there are.
func TestUses(t *testing.T) {
	t.Parallel()
	const n = 3*useBlock + 1
	terms := make([]Term, n)
	for i := range terms {
		terms[i] = Text(Question(i%2), fmt.Sprint(i/2), i%4 < 2) //nolint:gosec // few
	}
	u := newUses(n)
	require.LessOrEqual(t, 2*n, len(u.slots), "half of the slots stay free")
	for range 2 {
		for i := range terms {
			require.Equal(t, int32(i), u.number(&terms[i])) //nolint:gosec // few
			require.Same(t, &terms[i], u.at(int32(i)).term) //nolint:gosec // few
		}
	}
	require.Equal(t, n, u.n)
	other := Text(0, "0", false)
	require.Equal(t, int32(n), u.number(&other), "case counts")
	require.Len(t, newUses(8).slots, 16)
	require.Len(t, newUses(9).slots, 32)
}
