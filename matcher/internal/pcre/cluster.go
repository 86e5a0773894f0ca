package pcre

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Clusters finds what \X matches in UTF mode.
type Clusters struct{ runs []joinRun }

// joinRun says that the characters from lo on, up to the next run, join in one
// way.
type joinRun struct {
	lo   rune
	kind joinKind
}

// joinKind is a way for a character to join with its neighbours.
type joinKind uint8

const (
	joinCR joinKind = iota
	joinLF
	joinControl
	joinExtend // it, or the zero-width joiner
	joinPrepend
	joinSpacing
	joinL // parts of Hangul syllables
	joinV
	joinT
	joinLV
	joinLVT
	joinRegional
	joinOther
	joinPicture
	numJoins
)

// joinNames are the records of the table, by kind.
func joinNames() [numJoins]string {
	return [...]string{
		"cr", "lf", "control", "extend", "prepend", "spacing", "l", "v", "t", "lv", "lvt", "regional", "other", "picture",
	}
}

// NewClusters returns what it takes to find clusters.
func NewClusters() *Clusters {
	t := &Clusters{}
	for kind, name := range joinNames() {
		c := knownChars("join=" + name)
		for _, s := range c.spans() {
			t.runs = append(t.runs, joinRun{s.lo, joinKind(kind)}) //nolint:gosec // one of numJoins
		}
	}
	slices.SortFunc(t.runs, func(a, b joinRun) int { return cmp.Compare(a.lo, b.lo) })
	return t
}

func (t *Clusters) kind(r rune) joinKind {
	i, ok := slices.BinarySearchFunc(t.runs, r, func(run joinRun, r rune) int { return cmp.Compare(run.lo, r) })
	if !ok {
		i--
	}
	return t.runs[i].kind
}

// joins reports whether a character of one kind joins with a next one of another,
// as far as these two decide.
func joins(left, right joinKind) bool {
	switch right {
	case joinExtend, joinSpacing:
		return left > joinControl && left != joinRegional
	default:
	}
	switch left {
	case joinCR:
		return right == joinLF
	case joinPrepend:
		return right == joinPrepend || joinL <= right && right <= joinOther
	case joinL:
		return right == joinL || right == joinV || right == joinLV || right == joinLVT
	case joinV, joinLV:
		return right == joinV || right == joinT
	case joinT, joinLVT:
		return right == joinT
	case joinRegional:
		return right == joinRegional
	case joinPicture:
		return right == joinPicture
	default:
		return false
	}
}

// End returns where the cluster ends that starts at pos in s, which is valid
// UTF-8 and has something there.
func (t *Clusters) End(s string, pos int) int {
	r, size := utf8.DecodeRuneInString(s[pos:])
	left := t.kind(r)
	pos += size
	for pos < len(s) {
		r, size = utf8.DecodeRuneInString(s[pos:])
		right := t.kind(r)
		if !joins(left, right) || left == joinRegional && right == joinRegional && t.oddRegionals(s[:pos]) {
			break
		}
		// What extends a picture may stand between it and another.
		if right != joinExtend || left != joinPicture {
			left = right
		}
		pos += size
	}
	return pos
}

// oddRegionals reports whether an odd number of regional indicators comes before
// the one that ends s.
func (t *Clusters) oddRegionals(s string) bool {
	_, size := utf8.DecodeLastRuneInString(s)
	odd := false
	for s = s[:len(s)-size]; s != ""; s = s[:len(s)-size] {
		var r rune
		if r, size = utf8.DecodeLastRuneInString(s); t.kind(r) != joinRegional {
			break
		}
		odd = !odd
	}
	return odd
}

// Back returns where PCRE2 takes the last cluster before end to start, but no
// place before lim. It looks at no more than two characters at a time, so that it
// may take several for one.
func (t *Clusters) Back(s string, end, lim int) int {
	r, size := utf8.DecodeLastRuneInString(s[:end])
	right := t.kind(r)
	for end -= size; end > lim; end -= size {
		r, size = utf8.DecodeLastRuneInString(s[:end])
		left := t.kind(r)
		if !joins(left, right) {
			break
		}
		right = left
	}
	return end
}
