package set

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// literals finds many texts, each somewhere in the subject. It looks up every four
// bytes of the subject that follow each other in a table of such as the texts have,
// one of each text, and compares the texts that it finds there.
//
// An automaton does that faster as long as its states fit its cache. It needs as many
// as the texts have bytes if each of them is met, so that for many texts ever new hits
// would fill the cache over and over; this table is made once.
type literals struct {
	filter []uint64 // a bit for the hash of each four bytes in the table
	shift  uint
	slots  []int32 // a hash table of the first entries by four bytes, plus one
	// entries are sorted by their four bytes.
	entries []literalEntry
	text    string // of all entries
}

// literalEntry is a text to be found.
type literalEntry struct {
	quad       uint32 // four bytes of the text
	id         int32
	text       uint32
	length     uint16
	at         uint16 // where the four bytes are in the text
	fold       bool   // letters match in either case; the text is in lower case
	begin, end bool   // only at the start, at the end
}

const (
	quadLength = 4
	// literalBytes is about how much memory of an automaton each byte of a text takes.
	literalBytes = 256
	// maxQuad is how many texts may be looked for by the same four bytes: all of them
	// have to be compared.
	maxQuad = 8
	// maxLiteral bounds the length of a text.
	maxLiteral = 1 << 10
	// quadBits is how many bits the filter has for each text, at least.
	quadBits = 64
)

// quad returns the four bytes of s from i on, folded. That also changes bytes that are
// no letters, which does no harm.
func quad(s string, i int) uint32 { return load4(s, i) | 0x20202020 }

func hashQuad(q uint32) uint32 { return q * 0x9e3779b1 }

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
	pieces []*piece
	ids    []int32
	size   int            // of all texts
	uses   map[uint32]int // how many texts have the four bytes
	kept   map[uint32]int // how many are looked for by them
}

// add adds a piece for which literalOf is ok.
func (b *literalsBuilder) add(p *piece, id int32) {
	b.pieces, b.ids = append(b.pieces, p), append(b.ids, id)
	b.size += len(p.items[0].text)
}

// finish returns the table, nil if an automaton of so many bytes is good for the
// texts. Those that it does not hold are passed to rest.
func (b *literalsBuilder) finish(bytes int, rest func(p *piece, id int32)) *literals {
	if b.size*literalBytes <= bytes {
		for i, p := range b.pieces {
			rest(p, b.ids[i])
		}
		return nil
	}
	b.count()
	l := &literals{}
	var text strings.Builder
	b.kept = map[uint32]int{}
	for i, p := range b.pieces {
		item := p.items[0]
		at := b.rarest(item.text)
		q := quad(item.text, at)
		if b.kept[q]++; b.kept[q] > maxQuad {
			rest(p, b.ids[i])
			continue
		}
		l.entries = append(l.entries, literalEntry{
			quad: q, id: b.ids[i], text: uint32(text.Len()), length: uint16(len(item.text)), at: uint16(at),
			fold: item.fold, begin: p.begin, end: p.end,
		})
		text.WriteString(item.text)
	}
	l.text = text.String()
	l.index()
	return l
}

// count counts the four bytes of the texts, those of one text once.
func (b *literalsBuilder) count() {
	b.uses = map[uint32]int{}
	var own []uint32
	for _, p := range b.pieces {
		text := p.items[0].text
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
		b.uses[quad(commonplace, i)] += len(b.pieces)
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

// index makes the tables of the entries.
func (l *literals) index() {
	slices.SortFunc(l.entries, func(a, b literalEntry) int { return cmp.Compare(a.quad, b.quad) })
	size := 64
	for size < quadBits*len(l.entries) {
		size *= 2
	}
	l.filter = make([]uint64, size/64)
	l.shift = uint(32 - bits.TrailingZeros(uint(size)))
	l.slots = make([]int32, size/quadBits*2)
	for i := range l.entries {
		q := l.entries[i].quad
		if i > 0 && l.entries[i-1].quad == q {
			continue
		}
		h := hashQuad(q)
		bit := h >> l.shift
		l.filter[bit/64] |= 1 << (bit % 64)
		slot := int(h) & (len(l.slots) - 1)
		for l.slots[slot] != 0 {
			slot = (slot + 1) & (len(l.slots) - 1)
		}
		l.slots[slot] = int32(i + 1)
	}
}

// match appends the ids of the texts that s has.
func (l *literals) match(dst []int32, s string) []int32 {
	const each, half = 0x2020202020202020, quadLength
	filter, shift := l.filter, l.shift&31
	i := 0
	for ; i+2*quadLength <= len(s); i += half {
		x := load8(s, i) | each
		a, b, c, d := hashQuad(uint32(x))>>shift, hashQuad(uint32(x>>8))>>shift, hashQuad(uint32(x>>16))>>shift, hashQuad(uint32(x>>24))>>shift
		hit := filter[a/64]>>(a%64)&1 | filter[b/64]>>(b%64)&1<<1 | filter[c/64]>>(c%64)&1<<2 | filter[d/64]>>(d%64)&1<<3
		for ; hit != 0; hit &= hit - 1 {
			k := bits.TrailingZeros64(hit)
			dst = l.compare(dst, s, i+k, uint32(x>>(8*k)))
		}
	}
	for ; i+quadLength <= len(s); i++ {
		q := quad(s, i)
		if bit := hashQuad(q) >> shift; filter[bit/64]&(1<<(bit%64)) != 0 {
			dst = l.compare(dst, s, i, q)
		}
	}
	return dst
}

// compare appends the ids of the texts that s has, with the four bytes q at i.
func (l *literals) compare(dst []int32, s string, i int, q uint32) []int32 {
	mask := len(l.slots) - 1
	for slot := int(hashQuad(q)) & mask; l.slots[slot] != 0; slot = (slot + 1) & mask {
		first := int(l.slots[slot]) - 1
		if l.entries[first].quad != q {
			continue
		}
		for j := first; j < len(l.entries) && l.entries[j].quad == q; j++ {
			if e := &l.entries[j]; l.holds(e, s, i-int(e.at)) {
				dst = append(dst, e.id)
			}
		}
		return dst
	}
	return dst
}

// holds reports whether s has the text of e at from.
func (l *literals) holds(e *literalEntry, s string, from int) bool {
	length := int(e.length)
	if from < 0 || from+length > len(s) || e.begin && from > 0 || e.end && from+length < len(s) {
		return false
	}
	s, text := s[from:from+length], l.text[e.text:e.text+uint32(length)]
	return s == text || e.fold && equalFold(s, text)
}

// memory returns about how much memory l takes.
func (l *literals) memory() int {
	return 8*len(l.filter) + 4*len(l.slots) + 24*len(l.entries) + len(l.text)
}
