package parser

import (
	"sort"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// source is the text of one file.
type source struct {
	name   string
	text   string
	starts []int   // offsets of the physical lines' first bytes; nil if at holds
	last   int     // the line found last; the next one asked for is likely near
	at     Pos     // where text begins, for text that is a part of a line
	via    *Extent // the Use that makes something of the text; nil where it is read itself
}

// newSource returns the source of a whole file.
func newSource(name, text string) *source {
	s := &source{name: name, text: text, starts: make([]int, 1, strings.Count(text, "\n")+1)}
	for i := 0; len(s.starts) < cap(s.starts); {
		i += strings.IndexByte(text[i:], '\n') + 1
		s.starts = append(s.starts, i)
	}
	return s
}

// pos returns the position of the byte at off.
func (s *source) pos(off int) Pos {
	if s.starts == nil {
		return Pos{Offset: s.at.Offset + uint32(off), Line: s.at.Line, Col: s.at.Col + uint32(off)}
	}
	if !s.holds(s.last, off) && !s.holds(s.last+1, off) {
		s.last = sort.SearchInts(s.starts, off+1) - 1
	} else if !s.holds(s.last, off) {
		s.last++
	}
	return Pos{
		Offset: uint32(off),
		Line:   uint32(s.last + 1),
		Col:    uint32(off - s.starts[s.last] + 1),
	}
}

// holds reports whether the byte at off is in the line of that index.
func (s *source) holds(line, off int) bool {
	return line < len(s.starts) && s.starts[line] <= off &&
		(line+1 == len(s.starts) || off < s.starts[line+1])
}

// extent returns the extent of the bytes from i to j.
func (s *source) extent(i, j int) Extent {
	e := Extent{Name: s.name, From: s.pos(i), Via: s.via}
	if s.starts != nil && !s.holds(s.last, j) {
		e.To = s.pos(j)
		return e
	}
	e.To = e.From.along(j - i)
	return e
}

// used returns the same text for what a Use at via makes of it. It does not
// write to s, which other goroutines may use.
func (s *source) used(via Extent) *source {
	u := *s
	u.via = &via
	return &u
}

// piece is a stretch of derived text that was taken from one place of a file.
type piece struct {
	at   int // where it begins in the derived text
	from int // where it begins in the file
	// to is where what it replaces ends in the file; -1 for text taken over
	// as it is.
	to int
}

// text is a stretch of text derived from a file - by joining lines, by
// replacing ${NAME} - that knows for every byte where it came from.
type text struct {
	s      string
	src    *source
	base   int // where s begins in what pieces describes
	pieces []piece
}

// whole returns all of the text of s.
func (s *source) whole() text {
	return text{s: s.text, src: s, pieces: []piece{{at: 0, from: 0, to: -1}}}
}

// cut returns the part of t from i to j.
func (t text) cut(i, j int) text {
	t.s = t.s[i:j]
	t.base += i
	return t
}

// rest returns the part of t from i on.
func (t text) rest(i int) text { return t.cut(i, len(t.s)) }

// trim returns t without surrounding white space.
func (t text) trim() text {
	i, j := 0, len(t.s)
	for i < j && ascii.IsSpace(t.s[i]) {
		i++
	}
	for j > i && ascii.IsSpace(t.s[j-1]) {
		j--
	}
	return t.cut(i, j)
}

// pieceAt returns which piece the byte at i belongs to, counted from where
// pieces begin.
func (t text) pieceAt(i int) int {
	n := len(t.pieces) - 1
	if t.pieces[n].at > i {
		n = sort.Search(n, func(k int) bool { return t.pieces[k].at > i }) - 1
	}
	return n
}

// start returns where the byte at i came from.
func (t text) start(i int) int {
	p := t.pieces[t.pieceAt(t.base+i)]
	if p.to >= 0 {
		return p.from
	}
	return p.from + t.base + i - p.at
}

// end returns where what came before the byte at i ends.
func (t text) end(i int) int {
	if t.base+i == 0 {
		return t.start(i)
	}
	p := t.pieces[t.pieceAt(t.base+i-1)]
	if p.to >= 0 {
		return p.to
	}
	return p.from + t.base + i - p.at
}

// extent returns where t came from. Empty text stands where what came before
// it ends; between the bytes of a value it came out of the same ${NAME} as
// they.
func (t text) extent() Extent {
	if len(t.pieces) == 1 && t.pieces[0].to < 0 && t.s != "" {
		from := t.start(0)
		return t.src.extent(from, from+len(t.s))
	}
	to := t.end(len(t.s))
	if t.s == "" && !t.within() {
		return t.src.extent(to, to)
	}
	return t.src.extent(t.start(0), to)
}

// within reports whether t, which is empty, lies between the bytes of a value,
// or behind the last one of a line.
func (t text) within() bool {
	if t.base == 0 {
		return false
	}
	n := t.pieceAt(t.base)
	return t.pieces[n].to >= 0 && t.pieces[n].at < t.base
}
