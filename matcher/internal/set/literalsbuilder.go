package set

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

const (
	// literalBytes is about how much memory of an automaton each byte of a text takes.
	literalBytes = 256
	// maxQuad is how many texts may be looked for by the same four bytes: all of them
	// have to be compared.
	maxQuad = 8
	// maxLiteral bounds the length of a text.
	maxLiteral = 1 << 10
	// quadBits is how many bits the filter has for each text, at least.
	quadBits = 64
	// maxAround bounds how many different surroundings there are.
	maxAround = 1<<16 - 1
)

// literalOf returns the text that a piece consists of, if it is one for the table.
func literalOf(p *piece) (text *expr, ok bool) {
	if len(p.items) != 1 || p.items[0].op != opLiteral {
		return nil, false
	}
	text = p.items[0]
	return text, quadLength <= len(text.text) && len(text.text) <= maxLiteral
}

// commonplace is what many paths, addresses of pages and names of browsers have. No
// text is looked for by four bytes of it if it has others.
const commonplace = "https://www.|http://www.|mozilla/5.0 (compatible; |applewebkit/537.36 (khtml, like gecko) chrome/|" +
	" safari/537.36| gecko/2010|windows nt 10.0; win64; x64|linux x86_64|macintosh; intel mac os x 10_15|iphone|android|" +
	"/index.html|/index.php|.html|.php|.com/|.org/|.example|/page/|search?q="

// literalsBuilder collects texts.
type literalsBuilder struct {
	texts  []literalPiece
	size   int            // of all texts
	uses   map[uint32]int // how many texts have the four bytes
	kept   map[uint32]int // how many are looked for by them
	around map[around]uint16
}

// literalPiece is a text, of the branch with the given id, and what else that asks for, if
// anything is known.
type literalPiece struct {
	*piece

	id    int32
	order *ordered
}

// add adds a piece for which literalOf is ok.
func (b *literalsBuilder) add(p literalPiece) {
	b.texts = append(b.texts, p)
	b.size += len(p.items[0].text)
}

// finish returns the table, nil if an automaton of so many bytes is good for the
// texts. Those that it does not hold are passed to rest. It adds checks for what else
// there is to see.
func (b *literalsBuilder) finish(bytes int, c *checks, rest func(p *piece, id int32)) *literals {
	if b.size*literalBytes <= bytes {
		for i := range b.texts {
			p := &b.texts[i]
			rest(p.piece, c.addKnown(p.order, p.id))
		}
		return nil
	}
	b.count()
	l := &literals{entries: make([]literalEntry, 0, len(b.texts))}
	var text strings.Builder
	text.Grow(b.size)
	b.kept, b.around = map[uint32]int{}, map[around]uint16{}
	for i := range b.texts {
		p := &b.texts[i]
		item := p.items[0]
		at := b.rarest(item.text)
		q := quad(item.text, at)
		if b.kept[q]++; b.kept[q] > maxQuad {
			rest(p.piece, c.addKnown(p.order, p.id))
			continue
		}
		e := literalEntry{
			quad: q, id: p.id, text: uint32(text.Len()), length: uint16(len(item.text)), at: uint16(at),
			fold: item.fold, begin: p.begin, end: p.end,
		}
		if e.around = b.surroundings(l, p); e.around == 0 {
			e.id = c.addKnown(p.order, p.id)
		}
		e.look(item.text)
		l.entries = append(l.entries, e)
		text.WriteString(item.text)
	}
	l.text = text.String()
	l.index()
	return l
}

// surroundings returns the number of what has to be around the text of p, 0 if that has to be
// checked in another way or there is nothing.
func (b *literalsBuilder) surroundings(l *literals, p *literalPiece) uint16 {
	a, ok := aroundOf(p.order, p.piece)
	if !ok {
		return 0
	}
	number, ok := b.around[a]
	if !ok && len(l.around) < maxAround {
		l.around = append(l.around, a)
		number = uint16(len(l.around))
		b.around[a] = number
	}
	return number
}

// count counts the four bytes of the texts, those of one text once.
func (b *literalsBuilder) count() {
	b.uses = map[uint32]int{}
	var own []uint32
	for i := range b.texts {
		text := b.texts[i].items[0].text
		own = own[:0]
		for i := range len(text) - quadLength + 1 {
			own = append(own, quad(text, i))
		}
		slices.Sort(own)
		for _, q := range slices.Compact(own) {
			b.uses[q]++
		}
	}
	for i := range len(commonplace) - quadLength + 1 {
		b.uses[quad(commonplace, i)] += len(b.texts)
	}
}

// rarest returns where the four bytes of text are that the fewest texts have.
func (b *literalsBuilder) rarest(text string) int {
	at := 0
	for i := range len(text) - quadLength + 1 {
		if b.uses[quad(text, i)] < b.uses[quad(text, at)] {
			at = i
		}
	}
	return at
}

// look notes the bytes of the text that are looked at first.
func (e *literalEntry) look(text string) {
	if len(text) < nearLength {
		return
	}
	from := min(max(int(e.at)-(nearLength-quadLength)/2, 0), len(text)-nearLength)
	e.near, e.before = load8(text, from)|loose8, uint8(int(e.at)-from)
}

// index makes the tables of the entries.
func (l *literals) index() {
	size := 64
	for size < quadBits*len(l.entries) {
		size *= 2
	}
	l.shift = uint(32 - bits.TrailingZeros(uint(size)))
	slices.SortFunc(l.entries, func(a, b literalEntry) int {
		return cmp.Or(cmp.Compare(l.bit(a.quad), l.bit(b.quad)), cmp.Compare(a.id, b.id))
	})
	l.filter, l.firsts = make([]uint64, size/64), make([]uint32, size/64)
	var others []literalEntry
	firsts := l.entries[:0]
	for _, e := range l.entries {
		bit := l.bit(e.quad)
		if l.filter[bit/64]&(1<<(bit%64)) != 0 {
			others = append(others, e)
			continue
		}
		l.filter[bit/64] |= 1 << (bit % 64)
		firsts = append(firsts, e)
	}
	for i := 1; i < len(l.firsts); i++ {
		l.firsts[i] = l.firsts[i-1] + uint32(bits.OnesCount64(l.filter[i-1]))
	}
	l.entries = firsts
	for _, e := range others {
		first := &l.entries[l.first(e.quad)]
		e.next, first.next = first.next, uint32(len(l.entries))
		l.entries = append(l.entries, e)
	}
}
