package set

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// lists are the kinds of rules that sets are measured with, and subjects that
// match none of them.
var lists = []struct {
	name   string
	rules  func(n int) []workload.Rule
	misses []string
}{
	{"redirects", workload.Redirects, workload.Paths()},
	{"mixed", workload.Mixed, workload.Paths()},
	{"user agents", workload.UserAgents, workload.Browsers()},
}

// BenchmarkMiss measures subjects that match nothing.
func BenchmarkMiss(b *testing.B) {
	for _, l := range lists {
		for _, n := range []int{10, 100, 1000, 10000} {
			patterns, err := workload.Parse(l.rules(n))
			require.NoError(b, err)
			s := New(patterns, nil)
			buf := make([]int32, 0, 64)
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					buf = s.Candidates(buf[:0], l.misses[i])
					if i++; i == len(l.misses) {
						i = 0
					}
				}
			})
		}
	}
}

// BenchmarkLoop measures trying one pattern after the other, for comparison.
func BenchmarkLoop(b *testing.B) {
	for _, l := range lists {
		for _, n := range []int{10, 100, 1000} {
			var patterns []*pattern.Pattern
			for _, r := range l.rules(n) {
				p, err := pattern.Compile(r.Pattern, r.Flags())
				require.NoError(b, err)
				patterns = append(patterns, p)
			}
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					for _, p := range patterns {
						if ok, err := p.Match(l.misses[i], nil, 0); ok || err != nil {
							b.Fatal("match")
						}
					}
					if i++; i == len(l.misses) {
						i = 0
					}
				}
			})
		}
	}
}

// BenchmarkHit measures finding the rule at the end of the list.
func BenchmarkHit(b *testing.B) {
	for _, l := range lists {
		for _, n := range []int{10, 100, 1000, 10000} {
			rules := l.rules(n)
			patterns, err := workload.Parse(rules)
			require.NoError(b, err)
			s := New(patterns, nil)
			buf := make([]int32, 0, 64)
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					buf = s.Candidates(buf[:0], rules[n-1].Hit)
				}
			})
		}
	}
}

// BenchmarkNew measures making sets of parsed patterns.
func BenchmarkNew(b *testing.B) {
	for _, l := range lists {
		for _, n := range []int{10, 100, 1000, 10000} {
			patterns, err := workload.Parse(l.rules(n))
			require.NoError(b, err)
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					New(patterns, nil)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rule")
			})
		}
	}
}
