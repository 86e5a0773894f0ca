package index_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// choice is what is watched of a list.
type choice struct {
	Questions       []index.Question
	Always, Seconds int
}

// chosen returns what an index with options o watches of list.
func chosen(list [][][]index.Term, o index.Options) choice {
	var b index.Builder
	for _, watches := range list {
		b.Add(watches...)
	}
	ix := b.Build(o)
	if ix == nil {
		return choice{nil, len(list), 0}
	}
	c := choice{ix.Questions(), ix.Always(), ix.Seconds()}
	slices.Sort(c.Questions)
	return c
}

// each returns the list of n items that f makes.
func each(n int, f func(i int) [][]index.Term) [][][]index.Term {
	var list [][][]index.Term
	for i := range n {
		list = append(list, f(i))
	}
	return list
}

// one returns a watch.
func one(t ...index.Term) []index.Term { return t }

// re returns a pattern.
func re(q index.Question, format string, args ...any) index.Term {
	return index.Pattern(q, fmt.Sprintf(format, args...), apache)
}

// is returns a text.
func is(q index.Question, format string, args ...any) index.Term {
	return index.Text(q, fmt.Sprintf(format, args...), false)
}

// users is how many items watch a question, and what they may watch instead.
type users struct {
	question, instead index.Question
	n                 int
}

// nothing is the question that users of no other have.
const nothing = -1

// shared returns a list of items that watch questions, each in a way that tells it apart.
func shared(all ...users) [][][]index.Term {
	var list [][][]index.Term
	for _, u := range all {
		list = append(list, each(u.n, func(i int) [][]index.Term {
			item := [][]index.Term{one(is(u.question, "/%d-%d-asked", u.question, i))}
			if u.instead != nothing {
				item = append(item, one(is(u.instead, "/%d-%d-instead", u.question, i)))
			}
			return item
		})...)
	}
	return list
}

// TestThresholds has what is watched depend on how often terms hold, and on how many items
// share them.
func TestThresholds(t *testing.T) {
	t.Parallel()
	asks := func(qs ...index.Question) choice { return choice{Questions: qs} }
	const half = "" // half of all texts are empty
	// Of items that watch a question of their own by twos, and of others that may watch it
	// instead of one that is asked.
	alone := func(n index.Question) (all []users, asked []index.Question) {
		for q := range n {
			all = append(all, users{q, nothing, 2}, users{100 + q, q, 4})
			asked = append(asked, 100+q)
		}
		return all, asked
	}
	few := func(n index.Question) (all []users) {
		for q := range n {
			all = append(all, users{q, nothing, 2})
		}
		return all
	}
	seven, ofSeven := alone(7)
	eight, ofEight := alone(8)
	tests := map[string]struct {
		list [][][]index.Term
		o    index.Options
		want choice
	}{
		"the first that is good": {
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/abcde%d", i), is(0, "/fghij%d", i)), one(is(1, "a-longer-name%d.example", i))}
			}), want: asks(0),
		},
		"just good enough": {
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "%c", 'a'+i)), one(is(1, "a-longer-name%d.example", i))}
			}), o: index.Options{Good: 1. / 32}, want: asks(0),
		},
		"not quite": {
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "%c", 'a'+i)), one(is(1, "a-longer-name%d.example", i))}
			}), o: index.Options{Good: 1. / 33}, want: asks(1),
		},
		"the least": {
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, half), is(0, "/%d", i)), one(is(1, "%c", 'a'+i)), one(is(2, "%c", 'a'+i), is(2, "%c", 'A'+i))}
			}), want: asks(1),
		},
		"the first of two alike": {
			list: each(20, func(int) [][]index.Term { return [][]index.Term{one(is(1, "h")), one(is(0, "h"))} }),
			o:    index.Options{Sharers: 21}, want: asks(1),
		},
		"what two name": { // which is 3 of 76, less than 1 of 16
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page/%d", i/2)), one(is(1, "%c", 'a'+i), is(1, "%c", 'A'+i))}
			}), want: asks(0),
		},
		"what each second one names": {
			list: each(20, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page/%d", i%2)), one(is(1, half), is(1, "/%d", i)), one(re(2, "^."))}
			}), o: index.Options{Sharers: 21}, want: asks(0),
		},
		"an address or its network": {
			list: each(20, func(i int) [][]index.Term {
				prefix := netip.PrefixFrom(netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1)), 128)
				return [][]index.Term{one(is(0, "%c", 'a'+i)), one(index.Network(1, prefix))}
			}), want: asks(1),
		},
		"never": {
			list: each(20, func(int) [][]index.Term { return [][]index.Term{{}} }), want: choice{},
		},
		"enough users": {list: shared(users{0, nothing, 4}, users{1, nothing, 3}), want: choice{[]index.Question{0}, 3, 0}},
		"of two with few the one with the fewest goes":   {list: shared(users{0, 1, 3}, users{1, 0, 2}), want: asks(0)},
		"of three with as many the first goes":           {list: shared(users{0, 2, 3}, users{1, 2, 3}, users{2, 1, 3}), want: asks(2)},
		"seven others go first":                          {list: shared(append(seven, users{7, 8, 3}, users{107, 7, 4}, users{8, nothing, 3})...), want: choice{append([]index.Question{8}, append(ofSeven, 107)...), 14, 0}},
		"with eight others all that are left go at once": {list: shared(append(eight, users{8, 9, 3}, users{108, 8, 4}, users{9, nothing, 3})...), want: choice{append(ofEight, 108), 22, 0}},
		"of others that few name any number":             {list: shared(append(few(20), users{38, 39, 3}, users{39, nothing, 3})...), want: choice{[]index.Question{39}, 40, 0}},
		"what all may watch instead of their own": {
			list: each(20, func(i int) [][]index.Term {
				own := index.Question(2 + i) //nolint:gosec // few
				return [][]index.Term{one(is(own, "good")), one(is(0, "name%d", i), is(1, "name%d", i))}
			}), want: asks(0, 1),
		},
		"what two name twice": {
			list: each(6, func(i int) [][]index.Term {
				q := index.Question(1 + i/2) //nolint:gosec // few
				return [][]index.Term{one(is(q, "/%d-asked", i), is(q, "/%d-again", i)), one(is(0, "/%d-instead", i))}
			}), want: asks(0),
		},
		"what is instead is for all": {
			list: append(shared(users{0, nothing, 17}), each(3, func(i int) [][]index.Term {
				return [][]index.Term{one(is(1, "/abcd%d", i)), one(re(0, "^(.*)$"))}
			})...), want: choice{[]index.Question{0}, 3, 0},
		},
		"eight that share": {
			list: each(24, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page/%d", i/8)), one(is(1, "h%d", i%8))}
			}), o: index.Options{Good: 1}, want: choice{[]index.Question{0, 1}, 0, 24},
		},
		"seven that share": {
			list: each(21, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page/%d", i/7)), one(is(1, "h%d", i%7))}
			}), o: index.Options{Good: 1}, want: asks(0),
		},
		"seconds of two questions": {
			list: each(24, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page/%d", i/8)), one(is(1, "h%d", i%8), is(2, "i%d", i%8))}
			}), o: index.Options{Good: 1}, want: asks(0),
		},
		"four seconds": {
			list: each(8, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page")), one(is(1, "h%d", i))}[:1+min(i%2, 1)]
			}), o: index.Options{Good: 1}, want: choice{[]index.Question{0, 1}, 0, 4},
		},
		"three seconds": {
			list: each(8, func(i int) [][]index.Term {
				return [][]index.Term{one(is(0, "/page")), one(is(1, "h%d", i))}[:1+min(i%2*(i/2), 1)]
			}), o: index.Options{Good: 1}, want: asks(0),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 16 { // it is the same each time
				if diff := cmp.Diff(tt.want, chosen(tt.list, tt.o)); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestAlso asks about patterns of items that are candidates whatever the answers are.
func TestAlso(t *testing.T) {
	t.Parallel()
	const n = 40
	var b index.Builder
	for i := range n {
		b.Add()
		b.Also(re(0, "^/old/%d$", i))
		if i < 3 {
			b.Also(is(1, "%d", i)) // which too few items ask
		}
	}
	require.NotNil(t, b.Build(index.Options{}), "nobody is told")
	parts := map[int]index.Part{}
	ix := b.Build(index.Options{Chosen: func(item, watch, term int, p index.Part) {
		require.Equal(t, []int{index.AlsoTerm, 0}, []int{watch, term})
		parts[item] = p
	}})
	require.NotNil(t, ix)
	require.Equal(t, []index.Question{0}, ix.Questions())
	require.Equal(t, n, ix.Always())
	require.Len(t, parts, n)
	var c index.Cursor
	c.Start(ix.List(), &request{[]string{"/old/7"}}, nil)
	for i := range n {
		require.Equal(t, i, c.Next(i))
		may, _ := c.May(parts[i])
		require.Equal(t, i == 7, may, "item %d", i)
	}
}
