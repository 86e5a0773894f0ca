package main

import (
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
