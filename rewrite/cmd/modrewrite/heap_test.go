package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeapLimit(t *testing.T) {
	t.Parallel()
	var limits []int64
	h := &heapTuner{setPercent: func(int) {}, setLimit: func(l int64) { limits = append(limits, l) }}
	const mb = 1 << 20
	h.look(2 * mb)
	h.look(3 * mb)
	require.Equal(t, []int64{smallHeap}, limits)
	// What is there for a moment, as in a reload, is no reason to take more, but
	// to leave the collector some room.
	for range heapLooks - 2 {
		h.look(100 * mb)
	}
	require.Equal(t, []int64{smallHeap, 120 * mb}, limits)
	// What stays is.
	h.look(100 * mb)
	require.Len(t, limits, 2, "there was less for a moment")
	h.look(100 * mb)
	require.Equal(t, []int64{smallHeap, 120 * mb, 320 * mb}, limits)
	h.look(101 * mb)
	require.Len(t, limits, 3)
	// It shrinks at once.
	h.look(40 * mb)
	require.Equal(t, int64(128*mb), limits[3])
	h.look(1 << 63)
	require.Positive(t, limits[4])
}

// A limit that is a twentieth off is good enough.
func TestHeapLimitKept(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int64]int{ // as there is, and how often another one is set
		63_913_204: 0, // a twentieth of which it is below smallHeap
		63_913_203: 1,
		70_640_909: 0, // above it
		70_640_910: 1,
		smallHeap:  0,
		0:          1,
	} {
		set := 0
		h := &heapTuner{setLimit: func(int64) { set++ }, limit: limit}
		h.look(1)
		require.Equal(t, want, set, limit)
	}
}

// What the environment says is respected, and what there was is restored.
func TestHeapTunerEnvironment(t *testing.T) { //nolint:paralleltest // it sets what counts for the process
	before, limit := debug.SetGCPercent(77), debug.SetMemoryLimit(1<<50)
	defer func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limit)
	}()
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	for _, tt := range []struct {
		gogc, limit         string
		loads, runs, memory int64
	}{
		{"", "", loadGC, lazyGC, 1 << 40},
		{"77", "", 77, 77, 1 << 40},
		{"", "1PiB", loadGC, lazyGC, 1 << 50},
		{"77", "1PiB", 77, 77, 1 << 50},
	} {
		t.Setenv("GOGC", tt.gogc)
		t.Setenv("GOMEMLIMIT", tt.limit)
		h, undo := newHeapTuner()
		require.EqualValues(t, tt.loads, percent(), tt)
		h.setPercent(lazyGC)
		h.setLimit(1 << 40)
		require.EqualValues(t, tt.runs, percent(), tt)
		require.Equal(t, tt.memory, debug.SetMemoryLimit(-1), tt)
		undo()
		require.Equal(t, 77, percent())
		require.Equal(t, int64(1<<50), debug.SetMemoryLimit(-1))
	}
}

// The live heap is known once garbage has been collected.
func TestLiveHeap(t *testing.T) {
	t.Parallel()
	runtime.GC()
	live := liveHeap()
	require.Positive(t, live)
	require.Less(t, live, uint64(math.MaxInt64))
}
