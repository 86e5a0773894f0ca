package slab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlab(t *testing.T) {
	var s Slab[int]
	var ones []*int
	var lists [][]int
	for i := range 5000 {
		ones = append(ones, s.New(i))
		lists = append(lists, s.Copy([]int{i, -i}))
	}
	// What is appended to a list must not be written over its neighbour.
	for i := range lists {
		_ = append(lists[i], 7)
	}
	for i := range ones {
		require.Equal(t, i, *ones[i])
		require.Equal(t, []int{i, -i}, lists[i])
	}
}

// A small slab hands out values that are zero, and keeps hardly more than it hands out.
func TestSmallSlab(t *testing.T) {
	s := Small[[1024]byte]()
	for i := range 5000 {
		v := s.Next()
		require.Zero(t, *v)
		v[0] = 1
		require.LessOrEqual(t, cap(s.block), min(i+1, 15))
	}
}

func TestSlabReset(t *testing.T) {
	var s Slab[int]
	first := s.New(1)
	s.Reset()
	require.Zero(t, *first)
	require.Same(t, first, s.New(2))

	s.Copy(make([]int, maxBlock+1))
	s.Reset()
	require.Zero(t, cap(s.block), "a large block is not kept")

	s.New(1)
	s.Reset()
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for i := range minBlock {
			s.New(i)
		}
		s.Reset()
	}))
}
