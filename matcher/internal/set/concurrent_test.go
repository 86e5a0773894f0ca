package set

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// TestConcurrent has many goroutines use sets whose tables are thrown away all
// the time. Run it with -race.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(99)
	patterns := make([]*pcre.Regexp, 60)
	for i := range patterns {
		patterns[i] = g.Parsed()
	}
	subjects := make([]string, 300)
	for i := range subjects {
		subjects[i] = g.Subject(patterns)
	}
	for name, opts := range modes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quiet := newSet(patterns, opts)
			want := make([][]int32, len(subjects))
			for i, subject := range subjects {
				want[i] = exactOf(quiet, quiet.Candidates(nil, subject))
			}
			s := newSet(patterns, opts)
			var group sync.WaitGroup
			for worker := range uint64(8) {
				group.Go(func() {
					rnd := rand.New(rand.NewPCG(worker, 7))
					for range 2000 {
						i := rnd.IntN(len(subjects))
						var buf [64]int32
						got := exactOf(s, s.Candidates(buf[:0], subjects[i]))
						if !slices.Equal(want[i], got) {
							t.Errorf("Candidates(%q) = %v, want %v", subjects[i], got, want[i])
							return
						}
					}
				})
			}
			group.Wait()
			t.Logf("%+v", s.Stats())
		})
	}
}

// exactOf returns the ids that are certain to match. What else is a candidate
// depends on whether an automaton had to give up.
func exactOf(s *Set, ids []int32) []int32 {
	return slices.DeleteFunc(ids, func(id int32) bool { return !s.Exact(id) })
}

// TestMemory sends ever new subjects through sets and looks at their memory.
func TestMemory(t *testing.T) {
	const limit = 1 << 20
	count := 50_000
	if long() {
		count = 1_000_000
	}
	for _, l := range lists {
		rules := l.rules(2000)
		parsed, err := workload.Parse(rules)
		require.NoError(t, err)
		opts := (&Options{CacheBytes: limit}).settings()
		opts.noLiterals = true
		s := newSet(parsed, opts)
		rnd := rand.New(rand.NewPCG(1, 1))
		buf := make([]int32, 0, 4096)
		before := heap()
		for i := range count {
			buf = s.Candidates(buf[:0], distinct(rnd, rules, i))
			if i%10_000 == 0 {
				require.LessOrEqual(t, s.Stats().CacheBytes, limit)
			}
		}
		st := s.Stats()
		grown := heap() - before
		t.Logf("%s: the heap has grown by %d bytes; %+v", l.name, grown, st)
		require.Less(t, grown, int64(2*limit))
		runtime.KeepAlive(s)
	}
}

// distinct returns a subject that is another for each i, and full of what the
// rules look for.
func distinct(rnd *rand.Rand, rules []workload.Rule, i int) string {
	a, b := rules[rnd.IntN(len(rules))].Hit, rules[rnd.IntN(len(rules))].Hit
	return fmt.Sprintf("%s%x%s", a[:rnd.IntN(len(a))], i, b[rnd.IntN(len(b)):])
}

// heap returns how much memory is in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestFreeze sees that a table is not thrown away more often than allowed, and
// that it is in the end.
func TestFreeze(t *testing.T) {
	t.Parallel()
	rules := workload.UserAgents(500)
	parsed, err := workload.Parse(rules)
	require.NoError(t, err)
	opts := (&Options{CacheBytes: 1 << 15}).settings()
	opts.flushPeriod, opts.noLiterals = 200*time.Millisecond, true
	s := newSet(parsed, opts)
	start := time.Now()
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := 0; time.Since(start) < time.Second; i++ {
		s.Candidates(nil, distinct(rnd, rules, i))
	}
	st := s.Stats()
	t.Logf("%+v", st)
	require.Positive(t, st.GiveUps)
	require.GreaterOrEqual(t, st.Flushes, 2)
	require.LessOrEqual(t, st.Flushes, int(time.Since(start)/opts.flushPeriod)+1)
}

// TestNoAllocation sees that a match allocates nothing.
func TestNoAllocation(t *testing.T) {
	for _, l := range lists {
		for _, n := range []int{10, 1000} {
			rules := l.rules(n)
			parsed, err := workload.Parse(rules)
			require.NoError(t, err)
			s := New(parsed, nil)
			subjects := slices.Clone(l.misses)
			for i := range 10 {
				subjects = append(subjects, rules[i*n/10].Hit)
			}
			match := func() {
				var buf [16]int32
				for _, subject := range subjects {
					s.Candidates(buf[:0], subject)
				}
			}
			for range 50 {
				match()
			}
			require.Zero(t, testing.AllocsPerRun(100, match), "%s, %d rules", l.name, n)
		}
	}
}
