package set

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// sharing returns n sets of User-Agent patterns that share a Cache.
func sharing(t *testing.T, c *Cache, n int) []*Set {
	t.Helper()
	sets := make([]*Set, n)
	opts := (&Options{Cache: c}).settings()
	opts.noLiterals = true
	for i := range sets {
		parsed, err := workload.Parse(workload.UserAgents(300))
		require.NoError(t, err)
		sets[i] = newSet(parsed, opts)
	}
	return sets
}

// feed matches subjects that need ever new states.
func feed(s *Set, from, to int) {
	rnd, rules := rand.New(rand.NewPCG(uint64(from), 1)), workload.UserAgents(300) //nolint:gosec // not negative
	for i := from; i < to; i++ {
		s.Candidates(nil, distinct(rnd, rules, i))
	}
}

// total returns how much memory the tables of sets take.
func total(sets []*Set) int {
	n := 0
	for _, s := range sets {
		n += s.Stats().CacheBytes
	}
	return n
}

// TestCacheBound sees that all sets together stay within their Cache, and that they
// find what they find without.
func TestCacheBound(t *testing.T) {
	t.Parallel()
	const limit = 1 << 19
	c := NewCache(limit)
	sets := sharing(t, c, 8)
	alone := sharing(t, nil, 1)[0]
	for round := range 20 {
		for _, s := range sets {
			feed(s, 100*round, 100*round+100)
		}
		// What an automaton has at least is not refused.
		require.LessOrEqual(t, total(sets), limit+limit/4)
		require.InEpsilon(t, total(sets), c.used, 0.05)
	}
	subject := workload.UserAgents(300)[7].Hit
	for _, s := range sets {
		require.Equal(t, alone.Candidates(nil, subject), s.Candidates(nil, subject))
	}
}

// TestCacheIdle sees that sets in use get the memory of those that are not, and
// that the latter go on afterwards.
func TestCacheIdle(t *testing.T) {
	t.Parallel()
	c := NewCache(1 << 18)
	c.period = time.Hour // none of them is idle while they are fed
	sets := sharing(t, c, 4)
	for _, s := range sets[1:] {
		feed(s, 0, 2000)
	}
	before := sets[1].Stats()
	require.Positive(t, before.States)
	c.period = time.Millisecond
	for i := range 20 {
		feed(sets[0], 1000*i, 1000*i+1000)
		time.Sleep(2 * time.Millisecond)
	}
	drops := 0
	for _, s := range sets[1:] {
		drops += s.Stats().Drops
	}
	require.Positive(t, drops)
	require.Zero(t, sets[0].Stats().Drops)
	feed(sets[1], 0, 10)
	require.Positive(t, sets[1].Stats().States)
}

// TestCacheGone sees that the memory of sets that are gone comes back.
func TestCacheGone(t *testing.T) {
	t.Parallel()
	c := NewCache(1 << 20)
	for range 3 {
		sets := sharing(t, c, 8)
		for _, s := range sets {
			feed(s, 0, 300)
		}
		runtime.KeepAlive(sets)
	}
	runtime.GC()
	runtime.GC()
	c.mu.Lock()
	c.forget()
	c.mu.Unlock()
	require.Empty(t, c.shares)
	require.Zero(t, c.used)
}
