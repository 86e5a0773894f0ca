package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// maxMapDepth is how deep map calls may nest in one another.
const maxMapDepth = 100

// ParseTemplate reads text as a substitution, test string or flag value that
// begins at at. The positions of its parts are counted from there as if text
// stood in one line. Map calls that nest more than 100 deep are taken as
// literal text; Parse reports them as errors.
func ParseTemplate(text string, at Extent) *Template {
	t, _ := parseTemplate(textAt(text, at), new(memory))
	return t
}

// textAt returns s as text that stands at at. What came out of a macro is not
// written there as it is: all of it has the extent at.
func textAt(s string, at Extent) text {
	src := &source{name: at.Name, text: s, at: at.From, via: at.Via}
	t := src.whole()
	if at.Via != nil && at.From.Line == at.To.Line {
		t.pieces[0].to = int(at.To.Offset - at.From.Offset)
	}
	return t
}

// templateParser is the state of reading one template. Nested templates share
// it, for braces pair up over the whole text.
type templateParser struct {
	text
	memory  *memory
	braces  []brace
	next    int  // the first of braces that is not behind what was read
	tooDeep bool // map calls nest too deep
}

// brace is the "{" of "%{" or "${" with its "}" and what stands between at its
// own depth.
type brace struct {
	open, end  int // end is 0 where none closes it
	colon, bar int // the first ":", the first "|" behind it; 0 for none
}

// parseTemplate returns the template that t holds; ok is false if map calls
// nest too deep.
func parseTemplate(t text, m *memory) (_ *Template, ok bool) {
	p := &templateParser{text: t, memory: m}
	if strings.Contains(t.s, "${") || strings.Contains(t.s, "%{") {
		p.braces = m.pairBraces(t.s)
	}
	return p.template(0, len(t.s), 0), !p.tooDeep
}

// pairBraces returns the braces of s by their place, in one pass. They are valid until the
// next call.
func (m *memory) pairBraces(s string) []brace {
	all, open := m.braces[:0], m.open[:0]
	for i := range len(s) {
		if s[i] == '{' {
			n := -1
			if i > 0 && (s[i-1] == '$' || s[i-1] == '%') {
				n = len(all)
				all = append(all, brace{open: i})
			}
			open = append(open, n)
			continue
		}
		last := len(open) - 1
		if last < 0 {
			continue
		}
		n := open[last]
		if s[i] == '}' {
			open = open[:last]
		}
		if n >= 0 {
			all[n].note(s[i], i)
		}
	}
	m.braces, m.open = all, open
	return all
}

// note notes that c stands at i.
func (b *brace) note(c byte, i int) {
	switch {
	case c == '}':
		b.end = i
	case c == ':' && b.colon == 0:
		b.colon = i
	case c == '|' && b.colon != 0 && b.bar == 0:
		b.bar = i
	}
}

// template reads the text from i to j.
func (p *templateParser) template(i, j, depth int) *Template {
	m := p.memory
	t := m.templates.put(Template{Extent: p.cut(i, j).extent(), Text: p.s[i:j]})
	first := len(m.parts)
	lit := i // where the literal text before i begins
	for i < j {
		part, n := p.part(i, j, depth)
		if part == nil {
			i += n
			continue
		}
		p.literal(lit, i)
		m.parts = append(m.parts, part)
		i += n
		lit = i
	}
	p.literal(lit, j)
	t.Parts = m.partLists.copied(m.parts[first:])
	m.parts = m.parts[:first]
	return t
}

// literal adds the text from i to j, if any, to the parts.
func (p *templateParser) literal(i, j int) {
	if i < j {
		m := p.memory
		m.parts = append(m.parts, m.literals.put(Literal{Extent: p.cut(i, j).extent(), Text: p.s[i:j]}))
	}
}

// part reads what begins at i. It returns no part for text that stands for
// itself; n is the length either way.
func (p *templateParser) part(i, j, depth int) (_ Part, n int) {
	c := p.s[i]
	if c != '\\' && c != '$' && c != '%' || i+1 == j {
		return nil, 1
	}
	next := p.s[i+1]
	switch {
	case c == '\\':
		return &Escaped{Extent: p.cut(i, i+2).extent(), Char: next}, 2
	case ascii.IsDigit(next) && c == '$':
		return p.memory.groups.put(RuleGroup{Extent: p.cut(i, i+2).extent(), N: int(next - '0')}), 2
	case ascii.IsDigit(next):
		return &CondGroup{Extent: p.cut(i, i+2).extent(), N: int(next - '0')}, 2
	case next == '{':
		return p.braced(i, depth)
	}
	return nil, 1
}

// braced reads the "%{" or "${" at i.
func (p *templateParser) braced(i, depth int) (_ Part, n int) {
	for p.braces[p.next].open <= i {
		p.next++
	}
	b := p.braces[p.next]
	if b.end == 0 {
		return nil, 2
	}
	n = b.end + 1 - i
	ext := p.cut(i, i+n).extent
	if p.s[i] == '%' {
		return p.memory.variables.put(Variable{Extent: ext(), Var: p.s[i+2 : b.end]}), n
	}
	if b.colon == 0 {
		return nil, 2
	}
	if depth == maxMapDepth {
		p.tooDeep = true
		return nil, n
	}
	call := &MapCall{Extent: ext(), Map: p.s[i+2 : b.colon]}
	if b.bar == 0 {
		call.Key = p.template(b.colon+1, b.end, depth+1)
		return call, n
	}
	call.Key = p.template(b.colon+1, b.bar, depth+1)
	call.Default = p.template(b.bar+1, b.end, depth+1)
	return call, n
}
