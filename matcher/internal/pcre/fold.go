package pcre

import (
	"encoding/binary"
	"slices"
)

// Folds knows which characters differ in case only, by the tables of Unicode 14
// and without those of Turkic languages.
type Folds struct{ runs []foldRun }

// foldRun is count characters from lo on, stride apart, each of which has its
// next other case delta further on. The last case is followed by the first.
type foldRun struct{ lo, count, stride, delta rune }

// hi returns the last character of the run.
func (f foldRun) hi() rune { return f.lo + (f.count-1)*f.stride }

// NewFolds returns the cases of all characters.
func NewFolds() *Folds {
	body, _ := tableRecord("fold=next")
	var runs []foldRun
	for last := rune(0); body != ""; {
		var f foldRun
		f.lo, body = cutRune(body)
		f.count, body = cutRune(body)
		f.stride, body = cutRune(body)
		delta, size := binary.Varint([]byte(body[:min(len(body), binary.MaxVarintLen32)]))
		f.delta, body = rune(delta), body[size:] //nolint:gosec // a difference of code points
		f.lo += last
		last = f.lo
		runs = append(runs, f)
	}
	return &Folds{runs}
}

func cutRune(s string) (r rune, rest string) {
	n, rest := cutNumber(s)
	return rune(n), rest //nolint:gosec // a code point
}

// next returns the next character that is the same as r but for its case, which
// is r itself where there is no other.
func (t *Folds) next(r rune) rune {
	for _, f := range t.runs {
		if f.lo > r {
			break
		}
		if r <= f.hi() && (r-f.lo)%f.stride == 0 {
			return r + f.delta
		}
	}
	return r
}

// Same reports whether a and b are the same character but for its case.
func (t *Folds) Same(a, b rune) bool {
	for c := b; ; {
		if c == a {
			return true
		}
		if c = t.next(c); c == b {
			return false
		}
	}
}

// cases returns r and all that differ from it in case only, in ascending order.
func (t *Folds) cases(r rune) []rune {
	cases := []rune{r}
	for c := t.next(r); c != r; c = t.next(c) {
		cases = append(cases, c)
	}
	slices.Sort(cases)
	return cases
}

// fold returns c with the other cases of its members.
func (t *Folds) fold(c chars) chars {
	out := c
	for _, f := range t.runs {
		for i := range f.count {
			r := f.lo + i*f.stride
			if !c.has(r) {
				continue
			}
			for other := r + f.delta; other != r; other = t.next(other) {
				if !out.has(other) {
					out.add(other, other)
				}
			}
		}
	}
	return out
}
