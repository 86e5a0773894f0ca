package parser

import "unsafe"

// memory is where the parts of a tree are made that large rulesets have many of: in
// blocks, which takes fewer allocations. The zero value is ready for use.
type memory struct {
	rules     slab[RewriteRule]
	conds     slab[RewriteCond]
	flags     slab[Flag]
	flagLists slab[*Flag]
	templates slab[Template]
	literals  slab[Literal]
	groups    slab[RuleGroup]
	variables slab[Variable]
	partLists slab[Part]
	// Of the templates that are being read: the parts, those of the inner ones after those of
	// the outer ones, and the braces.
	parts  []Part
	braces []brace
	open   []int // the braces that are open: where they are among all of them, or -1
}

// slab hands out values of T from blocks.
type slab[T any] struct {
	block []T // what is left of the last one
	size  int // of that
}

// blockBytes is how many bytes a block has at most: a tree that is let go piece by piece is
// to be gone but for a few of them. It is as many as the allocator hands out, without those
// that it needs itself.
const blockBytes = 16<<10 - 8

// next returns a pointer to a zero value.
func (s *slab[T]) next() *T { return &s.list(1)[:1][0] }

// put returns a pointer to a copy of v.
func (s *slab[T]) put(v T) *T {
	p := s.next()
	*p = v
	return p
}

// list returns an empty list with room for n values.
func (s *slab[T]) list(n int) []T {
	if len(s.block) < n {
		var v T
		s.size = min(2*s.size+1, blockBytes/int(unsafe.Sizeof(v)))
		s.block = make([]T, max(s.size, n))
	}
	l := s.block[:0:n]
	s.block = s.block[n:]
	return l
}

// copied returns a copy of vs, nil if that is empty.
func (s *slab[T]) copied(vs []T) []T {
	if len(vs) == 0 {
		return nil
	}
	return append(s.list(len(vs)), vs...)
}
