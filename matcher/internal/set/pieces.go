package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/work"

// pieces finds branches by a piece of each.
type pieces struct {
	*automaton           // nil if there is nothing for it
	literals   *literals // nil if there is none
}

// piecesBuilder collects branches that are looked for by a piece each.
type piecesBuilder struct {
	numbers  map[string]int32 // of pieces, by their keys
	uses     []int            // how many branches have the piece
	branches []piecedBranch
	key      []byte
}

// piecedBranch is a branch, by its pieces of use and their numbers.
type piecedBranch struct {
	id      int32
	order   *ordered // what the branch comes down to, or nil
	pieces  []piece
	numbers [maxPieces]int32
}

func newPiecesBuilder() *piecesBuilder {
	return &piecesBuilder{numbers: map[string]int32{}}
}

// add adds a branch by its pieces, of which there are maxPieces at most, and by what
// it comes down to, if that is known.
func (b *piecesBuilder) add(pieces []piece, order *ordered, id int32) {
	br := piecedBranch{id: id, pieces: pieces, order: order}
	for i := range pieces {
		br.numbers[i] = b.number(&pieces[i])
		b.uses[br.numbers[i]]++
	}
	b.branches = append(b.branches, br)
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
	}
	return number
}

// finish returns the pieces, or nil if there are none. It adds checks for the branches that
// say more about a subject than the piece does.
func (b *piecesBuilder) finish(opts *settings, c *checks) *pieces {
	if len(b.branches) == 0 {
		return nil
	}
	p := &pieces{}
	rest := piecesNFA{nfa: newBuilder()}
	var texts literalsBuilder
	for i := range b.branches {
		br := &b.branches[i]
		rarest := b.rarest(br)
		order := br.order.orText(alsoNeeded(br.pieces, rarest))
		if _, ok := literalOf(&br.pieces[rarest]); ok {
			texts.add(literalPiece{&br.pieces[rarest], br.id, order})
		} else {
			rest.add(&br.pieces[rarest], c.addKnown(order, br.id))
		}
	}
	p.literals = texts.finish(opts.literalBytes(), c, rest.add)
	if rest.count > 0 {
		p.automaton = newAutomaton(rest.nfa.finish(), rest.count, opts)
		p.sieve = rest.sieve.finish()
	}
	return p
}

// piecesNFA collects the pieces that an automaton looks for.
type piecesNFA struct {
	nfa   *builder
	sieve sieveBuilder
	count int
}

// add adds a piece, the end of which is reported as id.
func (n *piecesNFA) add(p *piece, id int32) {
	part := branch{items: p.items, begin: p.begin, end: p.end}
	n.nfa.add(&part, id)
	n.sieve.add(&part)
	n.count++
}

// rarest returns the index of the piece of br that the fewest branches have. Of
// several it is the last: trying the pattern soon shows that the first
// ones are not there.
func (b *piecesBuilder) rarest(br *piecedBranch) int {
	rarest := 0
	for i := range br.pieces {
		if b.uses[br.numbers[i]] <= b.uses[br.numbers[rarest]] {
			rarest = i
		}
	}
	return rarest
}

// alsoNeeded returns the longest literal in pieces other than that with the index
// not, or nil if there is none.
func alsoNeeded(pieces []piece, not int) *expr {
	var longest *expr
	for i := range pieces {
		for _, item := range pieces[i].items {
			if i != not && item.op == opLiteral && (longest == nil || len(item.text) >= len(longest.text)) {
				longest = item
			}
		}
	}
	return longest
}

// match appends the ids of the branches that s may match.
func (p *pieces) match(dst []int32, s string, meter *work.Meter) []int32 {
	if p.literals != nil {
		dst = p.literals.match(dst, s)
	}
	if p.automaton != nil {
		dst, _ = p.automaton.match(dst, s, meter)
	}
	return dst
}
