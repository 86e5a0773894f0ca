package index_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// counted is a request that counts how often it is asked each question.
type counted struct {
	request

	asked [questions]int
}

func (r *counted) Answer(q index.Question, buf []byte) (text string, made []byte) {
	r.asked[q]++
	return r.request.Answer(q, buf)
}

func ask(answers ...string) *counted { return &counted{request: request{answers}} }

// list returns the index of a list, as one.
func list(tb testing.TB, items [][][]index.Term, o index.Options) *index.List {
	tb.Helper()
	var b index.Builder
	for _, watches := range items {
		b.Add(watches...)
	}
	ix := b.Build(o)
	require.NotNil(tb, ix)
	return ix.List()
}

// candidates returns the items that the cursor finds on a walk.
func candidates(c *index.Cursor, l *index.List) (items []int) {
	for i := c.Next(0); i < l.Len(); i = c.Next(i + 1) {
		items = append(items, i)
	}
	return items
}

// TestAsked counts questions: one that is fixed is asked once a walk, the others again once
// answers have changed.
func TestAsked(t *testing.T) {
	t.Parallel()
	texts := func(q index.Question) [][]index.Term { return [][]index.Term{one(is(q, "a%d", q)), {}} }
	for name, tt := range map[string]struct {
		list       *index.List
		lone       bool
		first, all [questions]int
	}{
		"fixed":     {list(t, [][][]index.Term{texts(0)[:1], texts(0)[:1]}, all()), true, [questions]int{1}, [questions]int{1}},
		"not fixed": {list(t, [][][]index.Term{texts(1)[:1], texts(1)[:1]}, all()), true, [questions]int{0, 1}, [questions]int{0, 2}},
		"both":      {list(t, [][][]index.Term{texts(0)[:1], texts(1)[:1]}, all()), false, [questions]int{1, 1}, [questions]int{1, 2}},
		"with one that is always tried": {
			list(t, [][][]index.Term{texts(0)[:1], nil, texts(1)[:1]}, all()), false,
			[questions]int{1, 1},
			[questions]int{1, 2},
		},
		"one, with one that is always tried": {
			list(t, [][][]index.Term{texts(1)[:1], nil}, all()), false, [questions]int{0, 1}, [questions]int{0, 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.lone, tt.list.Lone())
			r := ask("b", "b", "b", "b", "b")
			var c index.Cursor
			for walk := range 2 {
				c.Start(tt.list, r, nil)
				c.Next(0)
				c.Next(0)
				c.Next(1)
				want := tt.all
				for q := range want {
					want[q] = want[q]*walk + tt.first[q]
				}
				require.Equal(t, want, r.asked)
				c.Changed()
				c.Next(0)
				c.Next(1)
				for q := range want {
					want[q] += tt.all[q] - tt.first[q]
				}
				require.Equal(t, want, r.asked)
			}
		})
	}
}

// all are the options for an index of each list, however small.
func all() index.Options {
	return index.Options{Fixed: fixed, MinItems: 1, MinUsers: 1, Sharers: 2, Good: 1e-9}
}

// TestChanged has an answer change between two looks at a list with one question.
func TestChanged(t *testing.T) {
	t.Parallel()
	l := list(t, each(9, func(i int) [][]index.Term { return [][]index.Term{one(is(1, "a%d", i))} }), index.Options{})
	require.True(t, l.Lone())
	r := ask("", "a3")
	var c index.Cursor
	c.Start(l, r, nil)
	require.Equal(t, []int{3}, candidates(&c, l))
	r.answers[1] = "a5"
	require.Equal(t, 3, c.Next(0), "which nobody has said")
	c.Changed()
	require.Equal(t, []int{5}, candidates(&c, l))
	r.answers[1] = ""
	c.Changed()
	require.Equal(t, 9, c.Next(0))
}

// TestSecond has items share what is asked first: of these just those are candidates for
// which the second watch holds, too.
func TestSecond(t *testing.T) {
	t.Parallel()
	l := list(t, each(400, func(i int) [][]index.Term {
		return [][]index.Term{one(re(0, "^/path%d$", i%20)), one(re(1, "^h%d$", i/20), is(1, "other%d", i/20))}
	}), index.Options{})
	require.False(t, l.Lone())
	for answers, want := range map[[2]string][]int{
		{"/path7", "h3"}:      {67},
		{"/path7", "other19"}: {387},
		{"/path19", "h19"}:    {399},
		{"/path0", "h0"}:      {0},
		{"/path7", "h20"}:     nil,
		{"/path20", "h3"}:     nil,
	} {
		var c index.Cursor
		c.Start(l, ask(answers[0], answers[1]), nil)
		require.Equal(t, want, candidates(&c, l), answers)
	}
}

// TestSecondOfFirst has a second watch ask what is asked first of other items, of which there
// is an answer before.
func TestSecondOfFirst(t *testing.T) {
	t.Parallel()
	items := each(8, func(i int) [][]index.Term { return [][]index.Term{one(is(2, "/long%d", i))} })
	items = append(items, each(8, func(i int) [][]index.Term {
		return [][]index.Term{one(is(1, "/page")), one(is(2, "/long%d", i))}
	})...)
	l := list(t, items, index.Options{Good: 1})
	var c index.Cursor
	c.Start(l, ask("", "/page", "/long5"), nil)
	require.Equal(t, []int{5, 13}, candidates(&c, l))
	c.Start(l, ask("", "/page", "/long8"), nil)
	require.Empty(t, candidates(&c, l))
}

// TestForgotten has a cursor forget a request, with buffers that are larger than are to stay.
func TestForgotten(t *testing.T) {
	t.Parallel()
	l := list(t, each(9, func(i int) [][]index.Term {
		return [][]index.Term{one(re(madeQuestion, "^a%d", i), re(1, "^a%d", i))}
	}), index.Options{})
	r := ask("", "a1", "", strings.Repeat("a3", 500))
	var c index.Cursor
	for range 3 {
		c.Start(l, r, nil)
		require.Equal(t, []int{1, 3}, candidates(&c, l))
		c.Changed()
		r.answers[madeQuestion] += "x"
		require.Equal(t, []int{1, 3}, candidates(&c, l))
		size, text := c.Kept()
		require.Greater(t, size, 2000, "an answer, and the one before")
		require.True(t, text)
		c.Clear(size)
		kept, text := c.Kept()
		require.Equal(t, size, kept, "all of it may stay")
		require.False(t, text)
		c.Start(l, r, nil)
		require.Equal(t, []int{1, 3}, candidates(&c, l))
		c.Clear(size - 1)
		kept, _ = c.Kept()
		require.Less(t, kept, size, "what comes last is too large")
		require.Greater(t, kept, 2000)
		c.Clear(100)
		require.Equal(t, kept, first(c.Kept()), "it is forgotten already")
		c.Start(l, r, nil)
		require.Equal(t, []int{1, 3}, candidates(&c, l))
		c.Clear(100)
		kept, _ = c.Kept()
		require.Less(t, kept, 100, "what comes first is too large")
		require.Positive(t, kept)
		c.Start(l, r, nil)
		c.Next(0)
		c.Clear(0)
		kept, _ = c.Kept()
		require.Zero(t, kept)
	}
}

// first returns the size alone.
func first(size int, _ bool) int { return size }

// TestCharged charges for the longest answer that is made, once in a walk.
func TestCharged(t *testing.T) {
	t.Parallel()
	l := list(t, each(9, func(i int) [][]index.Term { return [][]index.Term{one(re(madeQuestion, "^a%d", i))} }), index.Options{})
	var m work.Meter
	m.Start(t.Context(), &work.Limits{Time: time.Hour, Bytes: 30})
	var c index.Cursor
	for _, walk := range []struct {
		length int
		start  bool
		err    error
	}{{7, true, nil}, {10, false, nil}, {3, false, nil}, {10, false, nil}, {10, false, nil}, {20, true, nil}, {21, false, work.ErrBytes}} {
		r := ask("", "", "", strings.Repeat("a", walk.length))
		if walk.start {
			c.Start(l, r, &m)
		} else {
			c.Restart(r)
			c.Changed()
		}
		c.Next(0)
		require.Equal(t, walk.err, m.Err(), fmt.Sprint(walk))
	}
}

// TestSteps has an address looked up in more networks than a request has steps for.
func TestSteps(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // which is noticed once the steps are taken
	const masks = 1 << 12
	items := each(masks, func(i int) [][]index.Term {
		mask := [4]byte{255, 255, byte(0x80 | i>>8), byte(i)}
		return [][]index.Term{one(index.MaskedNetwork(addrQuestion, [4]byte{192, 0, 2, 1}, mask))}
	})
	const few, many = 100, masks
	for n, want := range map[int]error{few: nil, many: context.Canceled} {
		l := list(t, items[:n], index.Options{})
		r := ask("", "", "", "", string([]byte{10, 0, 0, 0}))
		var m work.Meter
		m.Start(ctx, &work.Limits{Time: time.Hour, Bytes: 1 << 20})
		var c index.Cursor
		c.Start(l, r, &m)
		require.Equal(t, l.Len(), c.Next(0))
		require.Equal(t, want, m.Err(), "%d networks", n)
	}
}

// TestUnasked has nothing known of parts before a question is asked, nor after its answer may
// have changed.
func TestUnasked(t *testing.T) {
	t.Parallel()
	var parts []index.Part
	var b index.Builder
	for i := range 9 {
		b.Add(one(is(0, "a%d", i), is(1, "b%d", i), is(1, "c%d", i)))
	}
	ix := b.Build(index.Options{Fixed: fixed, Chosen: func(_, _, _ int, p index.Part) { parts = append(parts, p) }})
	l := ix.List()
	fixedPart, changing, last := parts[0], parts[1], parts[2]
	require.True(t, changing.Next(last))
	require.False(t, last.Next(changing))
	require.False(t, fixedPart.Next(parts[4]), "it is of another question")
	require.True(t, changing.Together(last))
	require.False(t, fixedPart.Together(last))
	may := func(c *index.Cursor, p index.Part) bool {
		may, certain := c.May(p)
		require.Equal(t, !may, c.Ahead(p, 1) == 1)
		require.False(t, certain)
		return may
	}
	var c index.Cursor
	for range 2 {
		c.Start(l, ask("x", "x"), nil)
		require.True(t, may(&c, fixedPart))
		require.True(t, may(&c, changing))
		c.Next(0)
		require.False(t, may(&c, fixedPart))
		require.False(t, may(&c, changing))
		c.Changed()
		require.False(t, may(&c, fixedPart))
		require.True(t, may(&c, changing))
	}
}
