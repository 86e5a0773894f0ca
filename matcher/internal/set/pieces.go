package set

import (
	"cmp"
	"slices"
)

// pieces are branches that are looked for by their pieces, all of which one
// automaton finds.
type pieces struct {
	*automaton
	// targets holds, from starts[p] to starts[p+1], what piece p stands for: the
	// id of a branch that needs no other piece, or a combination less its
	// complement.
	starts       []int32
	targets      []int32
	combinations []combination
}

// combination is a branch with several pieces. It is looked at when the rarest of
// them has been found.
type combination struct {
	id     int32
	others [maxPieces - 1]int32 // pieces, -1 being none
}

// piecesBuilder collects branches with their pieces.
type piecesBuilder struct {
	builder *builder
	numbers map[string]int32 // of pieces, by their keys
	uses    []int32          // by piece
	pieces  []branch
	single  []pieceUse
	several []severalPieces
	key     []byte
}

// pieceUse is a branch that needs only the piece.
type pieceUse struct{ piece, id int32 }

// severalPieces is a branch that needs all of the pieces.
type severalPieces struct {
	id     int32
	pieces []int32
}

func newPiecesBuilder() *piecesBuilder {
	return &piecesBuilder{builder: newBuilder(), numbers: map[string]int32{}}
}

// add adds the pieces of a branch.
func (b *piecesBuilder) add(parts []piece, id int32) {
	numbers := make([]int32, len(parts))
	for i := range parts {
		numbers[i] = b.number(&parts[i])
		b.uses[numbers[i]]++
	}
	if len(numbers) == 1 {
		b.single = append(b.single, pieceUse{numbers[0], id})
	} else {
		b.several = append(b.several, severalPieces{id, numbers})
	}
}

// number returns the number of a piece, which is the same for the same piece.
func (b *piecesBuilder) number(p *piece) int32 {
	ends := byte(0)
	if p.begin {
		ends |= 1
	}
	if p.end {
		ends |= 2
	}
	b.key = append(b.key[:0], ends)
	for _, item := range p.items {
		b.key = appendKey(b.key, item)
	}
	number, ok := b.numbers[string(b.key)]
	if !ok {
		number = int32(len(b.uses))
		b.numbers[string(b.key)] = number
		b.uses = append(b.uses, 0)
		b.pieces = append(b.pieces, branch{items: p.items, begin: p.begin, end: p.end})
		b.builder.add(&b.pieces[number], number)
	}
	return number
}

// finish returns the pieces, or nil if there are none.
func (b *piecesBuilder) finish(opts *settings) *pieces {
	if len(b.uses) == 0 {
		return nil
	}
	p := &pieces{automaton: newAutomaton(b.builder.finish(), len(b.uses), opts)}
	for _, s := range b.several {
		b.single = append(b.single, b.combine(p, s))
	}
	slices.SortFunc(b.single, func(x, y pieceUse) int {
		return cmp.Or(cmp.Compare(x.piece, y.piece), cmp.Compare(x.id, y.id))
	})
	p.starts = make([]int32, len(b.uses)+1)
	for _, use := range b.single {
		p.targets = append(p.targets, use.id)
		p.starts[use.piece+1] = int32(len(p.targets))
	}
	var sieve sieveBuilder
	for i := range b.uses {
		p.starts[i+1] = max(p.starts[i+1], p.starts[i])
		if p.starts[i+1] > p.starts[i] {
			// A piece that nothing depends on need not be found.
			sieve.add(&b.pieces[i])
		}
	}
	p.sieve = sieve.finish()
	return p
}

// combine adds a combination, and returns its use by the rarest of the pieces.
func (b *piecesBuilder) combine(p *pieces, s severalPieces) pieceUse {
	slices.SortStableFunc(s.pieces, func(x, y int32) int { return cmp.Compare(b.uses[x], b.uses[y]) })
	c := combination{id: s.id, others: [maxPieces - 1]int32{-1, -1}}
	copy(c.others[:], s.pieces[1:])
	p.combinations = append(p.combinations, c)
	return pieceUse{s.pieces[0], ^int32(len(p.combinations) - 1)}
}

// match appends the ids of the branches of which s has the pieces.
func (p *pieces) match(dst []int32, s string) []int32 {
	from := len(dst)
	dst, _ = p.automaton.match(dst, s)
	if len(dst) == from {
		return dst
	}
	dst = settle(dst, from)
	end := len(dst)
	for i := from; i < end; i++ {
		number := dst[i]
		for _, target := range p.targets[p.starts[number]:p.starts[number+1]] {
			if target < 0 {
				c := &p.combinations[^target]
				if !c.complete(dst[from:end]) {
					continue
				}
				target = c.id
			}
			dst = append(dst, target)
		}
	}
	// The ids come in place of the pieces.
	return dst[:from+copy(dst[from:], dst[end:])]
}

// complete reports whether the other pieces are among those found, which are
// sorted.
func (c *combination) complete(found []int32) bool {
	for _, other := range c.others {
		if other < 0 {
			continue
		}
		if _, ok := slices.BinarySearch(found, other); !ok {
			return false
		}
	}
	return true
}
