package index_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
)

// shapes are lists of one kind each, of which benchRequest meets no item.
var shapes = []struct {
	name string
	item func(i int) [][]index.Term
}{
	{"pattern", func(i int) [][]index.Term {
		return [][]index.Term{{index.Pattern(0, fmt.Sprintf("^/old/%d/(.*)$", i), apache)}}
	}},
	{"host", func(i int) [][]index.Term {
		return [][]index.Term{
			{index.Pattern(0, "^(.*)$", apache)},
			{index.Pattern(1, fmt.Sprintf(`^(www\.)?old%d\.example$`, i), apache)},
		}
	}},
	{"two made", func(i int) [][]index.Term {
		return [][]index.Term{{index.Pattern(madeQuestion, fmt.Sprintf(`^a\.example/x%d/`, i), apache)}}
	}},
	{"prefixes", func(i int) [][]index.Term { return [][]index.Term{{index.Path(0, fmt.Sprintf("/a%d", i))}} }},
	{"mixed", func(i int) [][]index.Term {
		return [][]index.Term{{index.Pattern(index.Question(i%4), fmt.Sprintf("Bad%d", i), apache)}} //nolint:gosec // small
	}},
	{"networks", func(i int) [][]index.Term {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{203, byte(i / 250), byte(i % 250), 0}), 24) //nolint:gosec // in range
		return [][]index.Term{{index.Network(addrQuestion, p)}}
	}},
	{"virtual hosts", func(i int) [][]index.Term {
		return [][]index.Term{{
			index.Text(1, fmt.Sprintf("v%d.example", i), true), index.Text(1, fmt.Sprintf("www.v%d.example", i), true),
			index.Glob(1, fmt.Sprintf("*.v%d.test", i), true),
		}}
	}},
}

func shape(n int, item func(i int) [][]index.Term) *index.Index {
	var b index.Builder
	for i := range n {
		b.Add(item(i)...)
	}
	return b.Build(index.Options{Fixed: func(index.Question) bool { return true }, Cache: set.NewCache(0)})
}

// benchRequest is a request that no item of shapes is for.
func benchRequest() *request {
	addr := index.AppendAddr(nil, netip.MustParseAddr("198.51.100.7"))
	return &request{[]string{"/page.php", "current.example", "id=77777&x=1", "current.example/page.php", string(addr)}}
}

// miss walks along a list for a request that none of its items is for.
func miss(c *index.Cursor, l *index.List, r *request) bool {
	c.Start(l, r, nil)
	i := c.Next(0)
	c.Clear(1 << 12)
	return i == l.Len()
}

func BenchmarkMiss(b *testing.B) {
	for _, s := range shapes {
		for _, n := range []int{20, 10_000} {
			l := shape(n, s.item).List()
			b.Run(fmt.Sprintf("%s/%d", s.name, n), func(b *testing.B) {
				b.ReportAllocs()
				r := benchRequest()
				var c index.Cursor
				for b.Loop() {
					if !miss(&c, l, r) {
						b.Fatal("an item may hold")
					}
				}
			})
		}
	}
}

// BenchmarkBuild measures making an index.
func BenchmarkBuild(b *testing.B) {
	const n = 10_000
	for _, s := range shapes {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				shape(n, s.item)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/item")
		})
	}
}

// TestNoAllocation sees that a miss allocates nothing.
func TestNoAllocation(t *testing.T) {
	for _, s := range shapes {
		ix := shape(1000, s.item)
		if ix.Always() > 0 {
			t.Errorf("%s: %d items are always candidates", s.name, ix.Always())
		}
		l, r := ix.List(), benchRequest()
		var c index.Cursor
		if n := testing.AllocsPerRun(100, func() { miss(&c, l, r) }); n > 0 {
			t.Errorf("%s: a miss allocates %v times", s.name, n)
		}
	}
}
