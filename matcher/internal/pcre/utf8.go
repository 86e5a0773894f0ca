package pcre

import (
	"slices"
	"unicode/utf8"
)

// In UTF mode a pattern is about characters, and a tree about bytes. What matches
// one of some characters becomes alternatives of byte sequences, no two of which
// can match at one place; so nothing that is matched ends within a character, as
// long as it starts at one. Subjects are valid UTF-8, or the pattern does not
// match them; what no valid subject has is left in the sets where that makes them
// simpler.

// continuation holds the bytes that continue a character.
var continuation = func() (s Set) {
	s.AddRange(0x80, 0xbf)
	return s
}()

// maxWideSpans is how many ranges of characters beyond ASCII become byte sequences
// at once.
const maxWideSpans = 8

// charsNode returns a node that matches one character of c.
func (p *parser) charsNode(c chars, pos int) *Node {
	if !p.utf {
		return p.setNode(c.low, pos)
	}
	if wide := (chars{Set{2: c.low[2], 3: c.low[3]}, c.high}).spans(); len(wide) > maxWideSpans {
		return &Node{Op: OpChars, Chars: &Chars{c}, Pos: pos}
	}
	return p.bytesNode(c, pos)
}

// Chars is a set of characters that takes many byte sequences.
type Chars struct{ set chars }

// Has reports whether r is a member.
func (c *Chars) Has(r rune) bool { return c.set.has(r) }

// First returns the bytes that members start with.
func (c *Chars) First() Set {
	first := Set{c.set.low[0], c.set.low[1]}
	for _, s := range c.set.spans() {
		if s.hi >= utf8.RuneSelf {
			first.AddRange(leadByte(max(s.lo, utf8.RuneSelf)), leadByte(s.hi))
		}
	}
	return first
}

// leadByte returns the first byte of a character beyond ASCII. A surrogate, which
// may bound a range, has one, too.
func leadByte(r rune) byte {
	switch {
	case r < 0x800:
		return 0xc0 | byte(r>>6)
	case r < 0x10000:
		return 0xe0 | byte(r>>12)
	}
	return 0xf0 | byte(r>>18)
}

// Bytes returns a node without OpChars that matches one member.
func (c *Chars) Bytes() *Node { return new(memory).bytesNode(c.set, 0) }

// bytesNode returns a node that matches the bytes of a character of c.
func (m *memory) bytesNode(c chars, pos int) *Node {
	ascii := Set{c.low[0], c.low[1]}
	var subs []*Node
	if !ascii.IsEmpty() {
		subs = append(subs, m.setNode(ascii, pos))
	}
	for _, form := range []struct {
		lo, hi rune // of the characters, as the bits of their bytes
		lead   byte
		more   int // bytes
	}{
		{0x80, 0x7ff, 0xc0, 1},
		{0, 0xffff, 0xe0, 2},
		{0, 0x13ffff, 0xf0, 3},
	} {
		spans := encoded(c, form.more, form.lo, form.hi)
		if len(spans) > 0 {
			subs = append(subs, m.sequences(spans, form.lead, form.more, pos)...)
		}
	}
	if len(subs) == 0 {
		return m.setNode(Set{}, pos)
	}
	return m.balanced(subs, pos)
}

// encoded returns the characters of c that have so many continuation bytes, lo
// to hi being what these could encode.
func encoded(c chars, more int, lo, hi rune) (spans []span) {
	first := [...]rune{0, 0x80, 0x800, 0x10000}[more]
	last := [...]rune{0, 0x7ff, 0xffff, utf8.MaxRune}[more]
	for _, s := range c.spans() {
		if s.lo > last || s.hi < first {
			continue
		}
		s.lo, s.hi = max(s.lo, first), min(s.hi, last)
		if s.lo == first {
			s.lo = lo
		}
		if s.hi == last {
			s.hi = hi
		}
		spans = append(spans, s)
	}
	return spans
}

// sequences returns nodes for the spans: a byte with lead and the first bits of a
// character, and then its other bits, six a byte. What can be continued in the
// same way has one node.
func (m *memory) sequences(spans []span, lead byte, more int, pos int) []*Node {
	shift := 6 * more
	type group struct {
		bytes Set
		rest  []span
	}
	var groups []group
	for b := spans[0].lo >> shift; b <= spans[len(spans)-1].hi>>shift; b++ {
		rest := within(spans, b<<shift, (b+1)<<shift-1)
		if len(rest) == 0 {
			continue
		}
		i := slices.IndexFunc(groups, func(g group) bool { return slices.Equal(g.rest, rest) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{rest: rest})
		}
		groups[i].bytes.Add(lead | byte(b))
	}
	var subs []*Node
	for _, g := range groups {
		first := m.setNode(g.bytes, pos)
		if more == 0 {
			subs = append(subs, first)
			continue
		}
		seq := m.sequence(pos)
		seq.add(first)
		seq.add(m.balanced(m.sequences(g.rest, 0x80, more-1, pos), pos))
		subs = append(subs, seq.node())
	}
	return subs
}

// within returns what of the spans is from lo to hi, as distances from lo.
func within(spans []span, lo, hi rune) (out []span) {
	for _, s := range spans {
		if s.lo <= hi && s.hi >= lo {
			out = append(out, span{max(s.lo, lo) - lo, min(s.hi, hi) - lo})
		}
	}
	return out
}

// balanced returns the alternatives of subs, which exclude each other, as a tree
// in which each is soon found.
func (m *memory) balanced(subs []*Node, pos int) *Node {
	if len(subs) <= 2 {
		return m.alternate(subs, pos)
	}
	half := len(subs) / 2
	return m.alternate(m.list(m.balanced(subs[:half], pos), m.balanced(subs[half:], pos)), pos)
}

// charCount returns how many characters of a text start in it.
func (p *parser) charCount(text string) int {
	if !p.utf {
		return len(text)
	}
	n := 0
	for i := range len(text) {
		if !continuation.Has(text[i]) {
			n++
		}
	}
	return n
}

// setCount is charCount for a byte of a set.
func (p *parser) setCount(set Set) int {
	if p.utf && !set.IsEmpty() && set.Intersect(continuation) == set {
		return 0
	}
	return 1
}

// next returns the character at the current position, or the byte outside UTF
// mode, and its length; 0 and 0 at the end.
func (p *parser) next() (r rune, size int) {
	c := p.peek()
	if !p.utf || c < utf8.RuneSelf {
		return rune(c), min(1, len(p.src)-p.pos)
	}
	return utf8.DecodeRuneInString(p.rest())
}

// take passes over the character at the current position and returns it.
func (p *parser) take() rune {
	r, size := p.next()
	p.pos += size
	return r
}

// checkUTF checks that the source is UTF-8.
func (p *parser) checkUTF() *Error {
	if !p.utf || utf8.ValidString(p.src) {
		return nil
	}
	at := 0
	for at < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return p.fail(at, CodeInvalidUTF)
}
