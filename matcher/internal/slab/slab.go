// Package slab hands out values from blocks, for trees of many small nodes: that takes
// fewer allocations than one for each, and none where the blocks are used again.
package slab

import "unsafe"

const (
	// minBlock is how many values the first block has.
	minBlock = 16
	// maxBlock is how many values a block has at most, unless more are asked for at
	// once. So what is used again stays small, whatever one tree takes.
	maxBlock = 1024
	// smallBytes is how many bytes a block of a small Slab has at most: as many as the
	// allocator hands out, without those that it needs itself.
	smallBytes = 16<<10 - 8
)

// Slab hands out values of T. The zero value is ready for use. It is not safe for
// concurrent use.
type Slab[T any] struct {
	block []T
	small bool
}

// Small returns a Slab for values that stay: the first blocks are as small as can be, and
// none is large, so that little of them is never handed out.
func Small[T any]() Slab[T] { return Slab[T]{small: true} }

// New returns a pointer to a copy of v.
func (s *Slab[T]) New(v T) *T {
	s.reserve(1)
	s.block = append(s.block, v)
	return &s.block[len(s.block)-1]
}

// Copy returns a copy of vs, without room for more.
func (s *Slab[T]) Copy(vs []T) []T {
	s.reserve(len(vs))
	from := len(s.block)
	s.block = append(s.block, vs...)
	return s.block[from:len(s.block):len(s.block)]
}

// Next returns a pointer to a zero value.
func (s *Slab[T]) Next() *T {
	s.reserve(1)
	s.block = s.block[:len(s.block)+1]
	return &s.block[len(s.block)-1]
}

// reserve begins another block if there is no room for n values.
func (s *Slab[T]) reserve(n int) {
	if len(s.block)+n <= cap(s.block) {
		return
	}
	size := max(min(2*cap(s.block), maxBlock), minBlock)
	if s.small {
		var v T
		size = min(2*cap(s.block), smallBytes/max(int(unsafe.Sizeof(v)), 1))
	}
	s.block = make([]T, 0, max(size, n))
}

// Reset takes back all values handed out, to hand them out again: nothing may refer to
// them any more. Of several blocks the last one is kept, unless it is larger than others.
func (s *Slab[T]) Reset() {
	if cap(s.block) > maxBlock {
		s.block = nil
		return
	}
	clear(s.block)
	s.block = s.block[:0]
}
