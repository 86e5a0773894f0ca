package pcre

import (
	"iter"
	"math/bits"
)

// Set is a set of bytes: byte b is a member when bit b&63 of word b>>6 is set.
// The zero value is the empty set. Sets are comparable with ==.
type Set [4]uint64

// anyByte holds every byte.
var anyByte = Set{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// AnyByte returns the set of all 256 bytes.
func AnyByte() Set { return anyByte }

// Bytes returns the set of the bytes in s.
func Bytes(s string) Set {
	var set Set
	for i := range len(s) {
		set.Add(s[i])
	}
	return set
}

// Add makes b a member.
func (s *Set) Add(b byte) { s[b>>6] |= 1 << (b & 63) }

// AddRange makes every byte from lo to hi a member, both included.
func (s *Set) AddRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.Add(byte(b))
	}
}

// Has reports whether b is a member.
func (s *Set) Has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

// Union returns the bytes of s and of t.
func (s Set) Union(t Set) Set {
	return Set{s[0] | t[0], s[1] | t[1], s[2] | t[2], s[3] | t[3]}
}

// Intersect returns the bytes in both s and t.
func (s Set) Intersect(t Set) Set {
	return Set{s[0] & t[0], s[1] & t[1], s[2] & t[2], s[3] & t[3]}
}

// Negate returns the bytes not in s.
func (s Set) Negate() Set { return Set{^s[0], ^s[1], ^s[2], ^s[3]} }

// IsEmpty reports whether s has no member.
func (s Set) IsEmpty() bool { return s == Set{} }

// Len returns the number of members.
func (s Set) Len() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) + bits.OnesCount64(s[2]) + bits.OnesCount64(s[3])
}

// Min returns the smallest member; ok is false when there is none.
func (s Set) Min() (b byte, ok bool) {
	for i, w := range s {
		if w != 0 {
			return byte(i<<6 + bits.TrailingZeros64(w)), true
		}
	}
	return 0, false
}

// Fold returns s with, for each ASCII letter in it, the other case of that
// letter. No other byte has a case.
func (s Set) Fold() Set {
	// Both cases live in the second word: A-Z are bits 1 to 26, a-z bits 33 to 58.
	const upper = 0x07fffffe
	w := s[1]
	s[1] |= (w&upper)<<32 | w>>32&upper
	return s
}

// Ranges yields the members as maximal ranges lo to hi, both included, in
// ascending order.
func (s Set) Ranges() iter.Seq2[byte, byte] {
	return func(yield func(lo, hi byte) bool) {
		for b := 0; b < 256; b++ {
			if !s.Has(byte(b)) {
				continue
			}
			lo := b
			for b < 255 && s.Has(byte(b+1)) {
				b++
			}
			if !yield(byte(lo), byte(b)) {
				return
			}
		}
	}
}

// FoldByte returns the lower case of an ASCII capital letter, and any other
// byte as it is.
func FoldByte(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// isLetter reports whether b is an ASCII letter, the only bytes with a case.
func isLetter(b byte) bool {
	b |= 0x20
	return 'a' <= b && b <= 'z'
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isWord(b byte) bool { return isLetter(b) || isDigit(b) || b == '_' }

func isSpace(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' }
