package set

import "math/bits"

// load8 returns the eight bytes of s from i on.
func load8(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// lower8 returns eight bytes with the ASCII capitals among them in lower case.
func lower8(x uint64) uint64 {
	const each = 0x0101010101010101
	low := x &^ (0x80 * each)
	fromA := low + (0x80-'A')*each    // the high bit: 'A' or above
	aboveZ := low + (0x80-'Z'-1)*each // the high bit: above 'Z'
	capital := (fromA ^ aboveZ) &^ x & (0x80 * each)
	return x | capital>>2
}

// equalFold reports whether s, with its ASCII capitals in lower case, is text.
func equalFold(s, text string) bool {
	n := len(s)
	switch {
	case n != len(text):
		return false
	case n >= 8:
		for i := 0; i+8 < n; i += 8 {
			if lower8(load8(s, i)) != load8(text, i) {
				return false
			}
		}
		// The last eight may be some of those before once more.
		return lower8(load8(s, n-8)) == load8(text, n-8)
	case n >= 4:
		return lower8(loadEnds(s)) == loadEnds(text)
	}
	for i := range n {
		if lowerByte(s[i]) != text[i] {
			return false
		}
	}
	return true
}

// loadEnds returns the first and the last four bytes of s.
func loadEnds(s string) uint64 { return uint64(load4(s, 0)) | uint64(load4(s, len(s)-4))<<32 }

// indexFold returns where text, which is in lower case, is in s in any case, or
// -1.
func indexFold(s, text string) int {
	if len(text) < quadLength {
		for i := range len(s) - len(text) + 1 {
			if equalFold(s[i:i+len(text)], text) {
				return i
			}
		}
		return -1
	}
	// Four bytes at a time are compared first, with little regard to what is a
	// letter.
	want := quad(text, 0)
	for i := range len(s) - len(text) + 1 {
		if quad(s, i) == want && equalFold(s[i:i+len(text)], text) {
			return i
		}
	}
	return -1
}

// load4 returns the four bytes of s from i on.
func load4(s string, i int) uint32 {
	s = s[i : i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// lowerByte returns c in lower case if it is an ASCII capital.
func lowerByte(c byte) byte {
	if c-'A' < 26 {
		c |= 0x20
	}
	return c
}

// hash returns a hash of s. With fold, the case of ASCII letters makes no
// difference.
func hash(s string, fold bool) uint64 {
	h := uint64(len(s)) + 0xd6e8feb86659fd93
	i := 0
	for ; i+8 <= len(s); i += 8 {
		h = mix(h, load8(s, i), fold)
	}
	if i < len(s) && len(s) >= 8 {
		return mix(h, load8(s, len(s)-8), fold)
	}
	var x uint64
	for ; i < len(s); i++ {
		x = x<<8 | uint64(s[i])
	}
	return mix(h, x, fold)
}

// mix mixes the eight bytes x into the hash h.
func mix(h, x uint64, fold bool) uint64 {
	if fold {
		x = lower8(x)
	}
	high, low := bits.Mul64(h^x, 0x9e3779b97f4a7c15)
	return high ^ low
}
