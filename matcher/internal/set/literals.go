package set

import (
	"math/bits"
	"unsafe"
)

// literals finds many texts, each somewhere in the subject. It looks up every four
// bytes of the subject that follow each other in a table of such as the texts have,
// one of each text, and compares the texts that it finds there.
//
// An automaton does that faster as long as its states fit its cache. It needs as many
// as the texts have bytes if each of them is met, so that for many texts ever new hits
// would fill the cache over and over; this table is made once.
//
// It is made for many texts, where no part of it is near the processor as a rule: four
// bytes that are in no text cost one look into the filter, and others one more into
// firsts and entries each. Only a text that has eight bytes in common with the subject
// is compared to its end.
type literals struct {
	filter []uint64 // a bit for the hash of each four bytes in the table
	firsts []uint32 // for each word of the filter, how many bits are set in those before
	shift  uint
	// entries holds one for each bit of the filter, in their order, and then the others.
	entries []literalEntry
	text    string // of all entries
	around  []around
}

// literalEntry is a text to be found. Two of them fit in a line of a cache.
type literalEntry struct {
	near       uint64 // eight bytes of the text, loosely folded, if it has so many
	quad       uint32 // four bytes of the text
	id         int32
	text       uint32
	next       uint32 // the next entry with the same bit, 0 if there is none
	length     uint16
	at         uint16 // where the four bytes are in the text
	around     uint16 // the number of what has to be around the text, 0 if there is nothing
	before     uint8  // how far before the four bytes the eight are
	fold       bool   // letters match in either case; the text is in lower case
	begin, end bool   // only at the start, at the end
}

const (
	quadLength = 4
	nearLength = 8
	// loose8 folds eight bytes. That also changes bytes that are no letters, which does no
	// harm where all are compared in the end.
	loose8 = 0x2020202020202020
)

// quad returns the four bytes of s from i on, loosely folded.
func quad(s string, i int) uint32 { return load4(s, i) | loose8&0xffffffff }

func hashQuad(q uint32) uint32 { return q * 0x9e3779b1 }

// bit returns the number of the bit of the filter for four bytes.
func (l *literals) bit(q uint32) uint32 { return hashQuad(q) >> (l.shift & 31) }

// first returns the number of the first entry for four bytes whose bit is set.
func (l *literals) first(q uint32) uint32 {
	bit := l.bit(q)
	before := l.filter[bit/64] & (1<<(bit%64) - 1)
	return l.firsts[bit/64] + uint32(bits.OnesCount64(before))
}

// match appends the ids of the texts that s has.
func (l *literals) match(dst []int32, s string) []int32 {
	for from := 0; from+quadLength <= len(s); from += siftPlaces {
		// To gather the places first, without a branch for each, spares the processor most
		// of its wrong guesses.
		for hits := l.sift(s[from:]); hits != 0; hits &= hits - 1 {
			dst = l.compare(dst, s, from+bits.TrailingZeros64(hits))
		}
	}
	return dst
}

// siftPlaces is how many places sift looks at.
const siftPlaces = 64

// sift returns the places of s, as far as a mask has bits for them, whose four bytes may be
// in the table. There has to be one at least.
func (l *literals) sift(s string) (hits uint64) {
	filter, shift := l.filter, l.shift&31
	places := min(len(s)-quadLength+1, siftPlaces)
	for i := 0; i < places; i += quadLength {
		var x uint64
		if i+2*quadLength <= len(s) {
			x = load8(s, i)
		} else {
			x = loadLast(s, i)
		}
		x |= loose8
		a, b, c, d := hashQuad(uint32(x))>>shift, hashQuad(uint32(x>>8))>>shift, hashQuad(uint32(x>>16))>>shift, hashQuad(uint32(x>>24))>>shift
		hit := filter[a/64]>>(a%64)&1 | filter[b/64]>>(b%64)&1<<1 | filter[c/64]>>(c%64)&1<<2 | filter[d/64]>>(d%64)&1<<3
		hits |= hit << (i & 63)
	}
	return hits & (1<<places - 1)
}

// loadLast returns the bytes of s from i on, of which there are four to seven, and zeros.
func loadLast(s string, i int) uint64 {
	if len(s) < 8 {
		return uint64(load4(s, i)) | uint64(load4(s, len(s)-4))<<(8*(len(s)-4-i))
	}
	return load8(s, len(s)-8) >> (8 * (i + 8 - len(s)))
}

// compare appends the ids of the texts that s has with the four bytes at i, whose bit is set.
func (l *literals) compare(dst []int32, s string, i int) []int32 {
	q := quad(s, i)
	for n := l.first(q); ; {
		e := &l.entries[n]
		if e.quad == q && l.holds(e, s, i) {
			dst = append(dst, e.id)
		}
		if n = e.next; n == 0 {
			return dst
		}
	}
}

// holds reports whether s has the text of e with its four bytes at i.
func (l *literals) holds(e *literalEntry, s string, i int) bool {
	from := i - int(e.at)
	to := from + int(e.length)
	if from < 0 || to > len(s) || e.length >= nearLength && load8(s, i-int(e.before))|loose8 != e.near {
		return false
	}
	if e.begin && from > 0 || e.end && to < len(s) {
		return false
	}
	text := l.text[e.text : e.text+uint32(e.length)]
	if e.fold && !equalFold(s[from:to], text) || !e.fold && s[from:to] != text {
		return false
	}
	return e.around == 0 || l.around[e.around-1].match(s, from, to)
}

// memory returns about how much memory l takes.
func (l *literals) memory() int {
	return 12*len(l.filter) + int(unsafe.Sizeof(literalEntry{}))*len(l.entries) + len(l.text) + int(unsafe.Sizeof(around{}))*len(l.around)
}
