package pcre

// PCRE2 refuses patterns whose compiled form exceeds 64 KiB. This file adds up
// the size of that form; the numbers are those of its 8-bit library with 2-byte
// links.
const (
	maxCompiled   = 1 << 16
	classSetBytes = 33 // opcode, bit map
	groupSize     = 6  // opening and closing bracket, each with a link
	altSize       = 3
	endSize       = 1
	// sizeCap is more than any acceptable size; sums stop there so that they
	// can't overflow.
	sizeCap = 1 << 30
)

// itemKind is what a quantifier does to an item, and whether it may have one.
type itemKind uint8

const (
	kindFixed    itemKind = iota // no quantifier allowed
	kindChar                     // a character, or all but one
	kindType                     // an escape such as \d, or a dot
	kindProperty                 // \p{…}
	kindClass                    // […]
	kindRef                      // a back-reference
	kindGroup
	kindConditional
	kindScript // a script run
	kindLook   // lookaround
	kindCall   // a subroutine call
)

func addSize(a, b int) int { return min(a+b, sizeCap) }

func mulSize(a, b int) int {
	if a > 0 && b > sizeCap/a {
		return sizeCap
	}
	return a * b
}

// repeatSize returns the size of it when repeated lo to hi times.
func repeatSize(it item, lo, hi int, possessive bool) int {
	switch it.kind {
	case kindChar, kindType, kindProperty:
		size := max(repeatCharSize(it, lo, hi), it.size)
		if possessive && it.kind != kindChar && lo == 1 && hi > 1 {
			size += groupSize // Here PCRE2 has to make it an atomic group.
		}
		return size
	case kindClass, kindRef:
		return repeatClassSize(it, lo, hi, possessive)
	case kindCall:
		return repeatCallSize(it, lo, hi, possessive)
	case kindGroup, kindConditional, kindScript, kindLook:
		return repeatGroupSize(it, lo, hi, possessive)
	case kindFixed:
	}
	return it.size
}

// repeatCharSize is repeatSize for what PCRE2 folds into the opcode of the
// repeat.
func repeatCharSize(it item, lo, hi int) int {
	operand := it.size
	if it.kind == kindChar {
		operand--
	}
	const upTo = 3 // opcode, 2-byte count
	switch {
	case hi == 0 || lo == 1 && hi == 1:
		return it.size
	case lo <= 1 && hi == Unlimited, lo == 0 && hi == 1:
		return 1 + operand
	case lo == 0:
		return upTo + operand
	case lo == 1:
		return it.size + upTo + operand
	case lo == hi:
		return upTo + operand
	case hi == Unlimited || hi == lo+1:
		return upTo + operand + 1 + operand
	}
	return upTo + operand + upTo + operand
}

func repeatClassSize(it item, lo, hi int, possessive bool) int {
	size := it.size
	switch {
	case hi == 0 || lo == 1 && hi == 1:
		return size
	case lo <= 1 && hi == Unlimited, lo == 0 && hi == 1:
		size++
	default:
		size += 5
	}
	if possessive && it.kind == kindRef {
		size += groupSize
	}
	return size
}

func repeatCallSize(it item, lo, hi int, possessive bool) int {
	if lo == 1 && hi == 1 && !possessive {
		return it.size
	}
	size := it.size
	if lo > 0 && (lo != 1 || hi != Unlimited) {
		copies := lo
		if lo == hi {
			copies--
		}
		size += copies * it.size
		if lo == hi && possessive {
			size += groupSize
		}
		if lo == hi {
			return size
		}
		if hi != Unlimited {
			hi -= lo
		}
		lo = 0
	}
	wrapped := item{kind: kindGroup, size: it.size + groupSize}
	return addSize(size-it.size, repeatGroupSize(wrapped, lo, hi, possessive))
}

// repeatGroupSize is repeatSize for what PCRE2 repeats by copying.
func repeatGroupSize(it item, lo, hi int, possessive bool) int {
	if lo == 1 && hi == 1 && !possessive {
		return it.size
	}
	if it.kind == kindLook && hi == Unlimited {
		hi = lo + 1
	}
	size, more := it.size, hi-lo
	switch {
	case hi == 0:
		return size + 1
	case lo == 0 && (hi == 1 || hi == Unlimited):
		size++
		more--
	case lo == 0:
		size += 1 + groupSize
		more--
	default:
		size = addSize(size, mulSize(lo-1, it.size))
	}
	if hi != Unlimited && more > 0 {
		size = addSize(size, mulSize(more, it.size+1+groupSize)-groupSize)
	}
	if possessive && (hi != Unlimited || lo >= 2 || it.kind == kindScript) {
		size += groupSize
	}
	if possessive && hi == Unlimited && it.kind == kindConditional {
		size += groupSize
	}
	return size
}
