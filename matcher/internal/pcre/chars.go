package pcre

import (
	"slices"
	"unicode/utf8"
)

// chars is a set of characters: those below 256, which outside UTF mode is all
// there are, and the rest as ranges, ascending and not touching.
type chars struct {
	low  Set
	high []span
}

// span is a range of characters, both ends included.
type span struct{ lo, hi rune }

// firstHigh is the first character that the ranges of a set hold.
const firstHigh = 0x100

// anyHigh is all characters of the ranges.
var anyHigh = []span{{firstHigh, utf8.MaxRune}}

// allChars returns the set of all characters.
func allChars() chars { return chars{anyByte, anyHigh} }

// add makes the characters from lo to hi members, both included.
func (c *chars) add(lo, hi rune) {
	if lo < firstHigh {
		c.low.AddRange(byte(lo), byte(min(hi, firstHigh-1)))
	}
	if hi >= firstHigh {
		c.high = joined(append(slices.Clip(c.high), span{max(lo, firstHigh), hi}))
	}
}

// union returns the characters of c and of d.
func (c chars) union(d chars) chars {
	c.low = c.low.Union(d.low)
	switch {
	case len(c.high) == 0:
		c.high = d.high
	case len(d.high) > 0:
		c.high = joined(append(slices.Clip(c.high), d.high...))
	}
	return c
}

// joined sorts spans and joins those that touch.
func joined(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, s.hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// negate returns the characters not in c.
func (c chars) negate() chars {
	neg := chars{low: c.low.Negate()}
	next := rune(firstHigh)
	for _, s := range c.high {
		if s.lo > next {
			neg.high = append(neg.high, span{next, s.lo - 1})
		}
		next = s.hi + 1
	}
	if next <= utf8.MaxRune {
		neg.high = append(neg.high, span{next, utf8.MaxRune})
	}
	return neg
}

// has reports whether r is a member.
func (c chars) has(r rune) bool {
	if r < firstHigh {
		return c.low.Has(byte(r))
	}
	_, ok := slices.BinarySearchFunc(c.high, r, func(s span, r rune) int {
		switch {
		case s.hi < r:
			return -1
		case s.lo > r:
			return 1
		}
		return 0
	})
	return ok
}

// spans returns the members as ranges, ascending and not touching.
func (c chars) spans() []span {
	var out []span
	for lo, hi := range c.low.Ranges() {
		out = append(out, span{rune(lo), rune(hi)})
	}
	return joined(append(out, c.high...))
}

// hasAllWide reports whether every character beyond ASCII is a member.
func (c chars) hasAllWide() bool {
	return c.low[2]&c.low[3] == ^uint64(0) && len(c.high) == 1 && c.high[0] == anyHigh[0]
}
