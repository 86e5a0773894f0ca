package parallel_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/parallel"
)

// TestRangesAtOnce has as many goroutines at work at once as there are processors, and no
// more: each waits for the others.
func TestRangesAtOnce(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	atProcs(t, func(t *testing.T, procs int) {
		t.Helper()
		for _, tt := range []struct{ n, workers int }{
			{10 * procs, procs}, {10*procs + 1, procs}, {1000, procs}, {10*procs - 9, procs}, {10*procs - 10, procs - 1},
		} {
			var all sync.WaitGroup
			all.Add(tt.workers)
			parallel.Ranges(tt.n, 10, func() func(from, to int) {
				all.Done()
				all.Wait()
				return func(int, int) {}
			})
		}
	})
}

// atProcs runs a test with each of several numbers of processors.
func atProcs(t *testing.T, test func(t *testing.T, procs int)) {
	t.Helper()
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		test(t, procs)
	}
}

func TestRanges(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	atProcs(t, func(t *testing.T, procs int) {
		t.Helper()
		for _, n := range []int{0, 1, 9, 10, 11, 1000} {
			var workers atomic.Int32
			done := make([]int32, n)
			parallel.Ranges(n, 10, func() func(from, to int) {
				workers.Add(1)
				last := 0
				return func(from, to int) {
					if from < last || to > n || procs > 1 && to-from > 10 {
						t.Errorf("range %d to %d of %d after %d", from, to, n, last)
					}
					for i := from; i < to; i++ {
						atomic.AddInt32(&done[i], 1)
					}
					last = to
				}
			})
			require.LessOrEqual(t, int(workers.Load()), min(procs, (n+9)/10), "no more than there are ranges")
			require.Equal(t, n > 0, workers.Load() > 0)
			for i := range done {
				require.Equal(t, int32(1), done[i], "number %d of %d", i, n)
			}
		}
	})
}

func TestRangesPanic(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	atProcs(t, func(t *testing.T, _ int) {
		t.Helper()
		require.PanicsWithValue(t, "at 500", func() {
			parallel.Ranges(1000, 10, func() func(from, to int) {
				return func(from, to int) {
					if from <= 500 && 500 < to {
						panic("at 500")
					}
				}
			})
		})
	})
}
