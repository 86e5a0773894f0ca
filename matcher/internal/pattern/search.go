package pattern

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// search is what is known about where a pattern can match.
type search struct {
	anchored bool      // only at the start of the subject
	minLen   int       // of a match
	maxLen   int       // of a match that ends with the subject; -1 if unknown or other
	prefix   string    // what every match starts with
	suffix   string    // what every subject with a match ends with
	look     look      // how to find where a match can start
	two      [2]byte   // the two bytes a match can start with, for lookTwo
	first    *pcre.Set // the bytes a match can start with, for lookSet
	lead     *pcre.Set // the bytes of the unlimited run that the pattern starts with, or nil
}

// look is how to find the places where a match can start.
type look uint8

const (
	lookAnywhere look = iota // each place
	lookPrefix               // those of the prefix
	lookTwo                  // those of one of two bytes, such as a letter in either case
	lookSet                  // those of a byte of a set
)

// newSearch finds out what is known about root. Where something refers to groups,
// a match that starts later may be one that started earlier fails to be, as the
// groups hold something else.
func newSearch(root *pcre.Node, refers bool) search {
	s := search{anchored: anchored(root, !refers), maxLen: -1}
	lo, hi := lengths(root)
	s.minLen = lo
	if endsText(root) {
		s.maxLen = hi
		s.suffix = suffix(root)
	}
	s.setLook(root)
	if set, ok := leadingRun(root); ok && !refers {
		s.lead = &set
	}
	return s
}

// setLook chooses how to find where a match can start.
func (s *search) setLook(root *pcre.Node) {
	if s.prefix = prefix(root); s.prefix != "" {
		s.look = lookPrefix
		return
	}
	set, nullable := firstSet(root)
	switch n := set.Len(); {
	case nullable || n == 256:
	case n == 1 || n == 2:
		s.look = lookTwo
		i := 0
		for b := range 256 {
			if set.Has(byte(b)) {
				s.two[i], s.two[1] = byte(b), byte(b)
				i = 1
			}
		}
	default:
		s.look, s.first = lookSet, &set
	}
}

// anchored reports whether n can match at the start of the subject only. If n
// comes first in the pattern, an unlimited run of any byte will do: where it
// fails from the start it fails from anywhere.
func anchored(n *pcre.Node, first bool) bool {
	switch n.Op {
	case pcre.OpBeginText:
		return true
	case pcre.OpConcat:
		for i, sub := range n.Subs {
			if anchored(sub, first && i == 0) {
				return true
			}
			if !zeroWidth(sub) {
				return false
			}
		}
		return false
	case pcre.OpAlternate:
		for _, sub := range n.Subs {
			if !anchored(sub, first) {
				return false
			}
		}
		return true
	case pcre.OpCapture:
		return anchored(n.Subs[0], first)
	case pcre.OpAtomic:
		return anchored(n.Subs[0], false)
	case pcre.OpRepeat:
		if n.Min > 0 {
			return anchored(n.Subs[0], first)
		}
		return first && n.Mode != pcre.Possessive && n.Max == pcre.Unlimited && n.Subs[0].Op == pcre.OpSet && n.Subs[0].Set == pcre.AnyByte()
	default:
		return false
	}
}

// zeroWidth reports whether n never consumes a byte.
func zeroWidth(n *pcre.Node) bool {
	_, hi := lengths(n)
	return hi == 0
}

// endsText reports whether each match of n ends with the subject.
func endsText(n *pcre.Node) bool {
	switch n.Op {
	case pcre.OpEndText:
		return true
	case pcre.OpConcat:
		return endsText(n.Subs[len(n.Subs)-1])
	case pcre.OpAlternate:
		for _, sub := range n.Subs {
			if !endsText(sub) {
				return false
			}
		}
		return true
	case pcre.OpCapture, pcre.OpAtomic:
		return endsText(n.Subs[0])
	default:
		return false
	}
}

// lengths returns the least and the greatest length of a match of n; hi is -1
// if there is no greatest.
func lengths(n *pcre.Node) (lo, hi int) {
	switch n.Op {
	case pcre.OpLiteral:
		return len(n.Text), len(n.Text)
	case pcre.OpSet:
		return 1, 1
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			l, h := lengths(sub)
			lo, hi = satAdd(lo, l), satAdd(hi, h)
		}
		return max(lo, 0), hi
	case pcre.OpAlternate:
		lo = math.MaxInt32
		for _, sub := range n.Subs {
			l, h := lengths(sub)
			lo = min(lo, l)
			if hi >= 0 && h >= 0 {
				hi = max(hi, h)
			} else {
				hi = -1
			}
		}
		return lo, hi
	case pcre.OpRepeat:
		l, h := lengths(n.Subs[0])
		lo = min(l*n.Min, math.MaxInt32)
		if n.Max == pcre.Unlimited && h != 0 || h < 0 && n.Max != 0 {
			return lo, -1
		}
		return lo, satAdd(0, h*max(n.Max, 0))
	case pcre.OpCapture, pcre.OpAtomic:
		return lengths(n.Subs[0])
	case pcre.OpBackref:
		return 0, -1
	case pcre.OpCluster:
		return 1, -1
	case pcre.OpChars:
		return 1, utf8.UTFMax
	case pcre.OpConditional:
		return lengths(&pcre.Node{Op: pcre.OpAlternate, Subs: n.Subs[:2]})
	default:
		return 0, 0
	}
}

// satAdd adds lengths, -1 being too much.
func satAdd(a, b int) int {
	if a < 0 || b < 0 || a+b > math.MaxInt32 {
		return -1
	}
	return a + b
}

// prefix returns a string that each match of n starts with.
func prefix(n *pcre.Node) string {
	switch n.Op {
	case pcre.OpLiteral:
		if !n.Fold {
			return n.Text
		}
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			if !zeroWidth(sub) {
				return prefix(sub)
			}
		}
	case pcre.OpCapture, pcre.OpAtomic:
		return prefix(n.Subs[0])
	case pcre.OpRepeat:
		if n.Min > 0 {
			return prefix(n.Subs[0])
		}
	default:
	}
	return ""
}

// suffix returns a string that each match of n ends with.
func suffix(n *pcre.Node) string {
	switch n.Op {
	case pcre.OpLiteral:
		if !n.Fold {
			return n.Text
		}
	case pcre.OpConcat:
		for _, sub := range slices.Backward(n.Subs) {
			if !zeroWidth(sub) {
				return suffix(sub)
			}
		}
	case pcre.OpCapture, pcre.OpAtomic:
		return suffix(n.Subs[0])
	default:
	}
	return ""
}

// firstSet returns the bytes a match of n can start with; nullable if it may be
// empty.
func firstSet(n *pcre.Node) (set pcre.Set, nullable bool) {
	if one, ok := n.OneByte(); ok {
		return one, false
	}
	switch n.Op {
	case pcre.OpFail:
		return pcre.Set{}, false
	case pcre.OpChars:
		return n.Chars.First(), false
	case pcre.OpCluster:
		return pcre.AnyByte(), false
	case pcre.OpBackref:
		return pcre.AnyByte(), true
	case pcre.OpLiteral:
		set = pcre.Bytes(n.Text[:1])
		if n.Fold {
			set = set.Fold()
		}
		return set, false
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			one, empty := firstSet(sub)
			set = set.Union(one)
			if !empty {
				return set, false
			}
		}
		return set, true
	case pcre.OpAlternate:
		for _, sub := range n.Subs {
			one, empty := firstSet(sub)
			set = set.Union(one)
			nullable = nullable || empty
		}
		return set, nullable
	case pcre.OpRepeat:
		if n.Max == 0 {
			return pcre.Set{}, true
		}
		set, nullable = firstSet(n.Subs[0])
		return set, nullable || n.Min == 0
	case pcre.OpCapture, pcre.OpAtomic:
		return firstSet(n.Subs[0])
	case pcre.OpConditional:
		return firstSet(&pcre.Node{Op: pcre.OpAlternate, Subs: n.Subs[:2]})
	default:
		return pcre.Set{}, true
	}
}

// leadingRun returns the bytes of the unlimited run that n starts with.
func leadingRun(n *pcre.Node) (pcre.Set, bool) {
	switch n.Op {
	case pcre.OpConcat:
		return leadingRun(n.Subs[0])
	case pcre.OpCapture:
		return leadingRun(n.Subs[0])
	case pcre.OpRepeat:
		if set, ok := n.Subs[0].OneByte(); ok && n.Max == pcre.Unlimited && n.Min <= 1 {
			return set, true
		}
	default:
	}
	return pcre.Set{}, false
}
