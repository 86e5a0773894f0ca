package webconfig

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Template is an attribute that holds text with variables, captures, map
// look-ups and functions in braces. It is parsed once; what an expansion yields
// is never scanned again.
type Template struct {
	Place
	Text  string // as written, references of XML resolved
	Parts []Part // nil where braces don't fit, which is an error
}

// PartKind says what a Part is.
type PartKind uint8

// The kinds of parts.
const (
	PartLiteral     PartKind = iota // text that stands for itself
	PartRuleCapture                 // {R:n}: a group of the rule's pattern
	PartCondCapture                 // {C:n}: a group of a condition's pattern
	PartVariable                    // {NAME}: a server variable
	PartMap                         // {NAME:key}: what a map, or a provider, has for the key
	PartToLower                     // {ToLower:...}
	PartURLEncode                   // {UrlEncode:...}
	PartURLDecode                   // {UrlDecode:...}
	PartHTMLEncode                  // {HtmlEncode:...}
)

// Part is a piece of a Template.
type Part struct {
	Kind  PartKind
	Group uint8  // of a capture, 0 to MaxGroup
	Text  string // a literal, or the name of a variable or map as written
	Arg   []Part // the key of a map, the argument of a function
	// From and To are where the part stands in the file.
	From, To parser.Pos
}

// MaxGroup is the largest number of a group that a template may name, as by
// default on IIS.
const MaxGroup = 31

// The bounds of a template: how deep braces may nest, and how many parts it may
// have.
const (
	maxNested = 32
	maxParts  = 10_000
)

func (t *Template) write() string { return t.Text }

func (t *Template) read(r *reader, a *attribute) {
	t.Text, t.At = a.value, a.at
	p := templateParser{r: r, text: a.value, at: locator{a: a}}
	parts, ok := p.parts(0)
	if ok {
		t.Parts = parts
	}
}

// templateParser parses one template. It reports the first thing that is wrong.
type templateParser struct {
	r    *reader
	text string
	at   locator
	i    int
	n    int // parts so far
}

// fail reports what is wrong with the text from i to j.
func (p *templateParser) fail(i, j int, message, hint string) ([]Part, bool) {
	p.r.flaw(p.extent(i, j), CodeBadTemplate, message, hint)
	return nil, false
}

func (p *templateParser) extent(i, j int) parser.Extent {
	from := p.at.offset(i)
	return p.r.s.extent(from, p.at.offset(j))
}

// parts parses up to the end of the text or, within braces, up to the closing
// one.
func (p *templateParser) parts(depth int) ([]Part, bool) {
	var list []Part
	if opened := strings.Count(p.text[p.i:min(len(p.text), p.i+256)], "{"); depth == 0 && p.text != "" {
		list = make([]Part, 0, min(2*opened+1, 8))
	}
	for p.i < len(p.text) {
		from := p.i
		n := strings.IndexAny(p.text[from:], "{}")
		if n < 0 {
			n = len(p.text) - from
		}
		if p.n++; p.n > maxParts {
			return p.fail(from, from+1, "a template has more than "+decimal(maxParts)+" parts", "")
		}
		start := p.pos(from)
		if n > 0 {
			p.i += n
			list = append(list, p.placed(Part{Kind: PartLiteral, Text: p.text[from:p.i]}, start))
			continue
		}
		if p.text[from] == '}' {
			if depth > 0 {
				return list, true
			}
			return p.fail(from, from+1, `"}" without a "{" before it`, "")
		}
		part, ok := p.braces(depth, start)
		if !ok {
			return nil, false
		}
		list = append(list, part)
	}
	return list, true
}

// pos returns where the byte at i stands.
func (p *templateParser) pos(i int) parser.Pos { return p.r.s.pos(p.at.offset(i)) }

// placed returns part with its place, from start to the next byte.
func (p *templateParser) placed(part Part, start parser.Pos) Part {
	part.From, part.To = start, p.pos(p.i)
	return part
}

// braces parses a part in braces.
func (p *templateParser) braces(depth int, start parser.Pos) (Part, bool) {
	from := p.i
	if depth == maxNested {
		_, ok := p.fail(from, from+1, "braces nest more than "+decimal(maxNested)+" deep", "")
		return Part{}, ok
	}
	n := strings.IndexAny(p.text[from+1:], ":{}")
	if n < 0 {
		_, ok := p.fail(from, from+1, `"{" is not closed`, "")
		return Part{}, ok
	}
	name := p.text[from+1 : from+1+n]
	p.i = from + 1 + n
	switch {
	case p.text[p.i] == '{':
		_, ok := p.fail(p.i, p.i+1, `"{" where the name of a variable is due`, "")
		return Part{}, ok
	case name == "":
		_, ok := p.fail(from, p.i+1, "braces without a name", "")
		return Part{}, ok
	case p.text[p.i] == '}':
		p.i++
		part := p.placed(Part{Kind: PartVariable, Text: name}, start)
		p.r.useVariable(&part)
		return part, true
	}
	p.i++
	return p.call(name, from, depth, start)
}

// call parses what follows the colon of "{name:".
func (p *templateParser) call(name string, from, depth int, start parser.Pos) (Part, bool) {
	behind := p.i
	arg, ok := p.parts(depth + 1)
	if !ok {
		return Part{}, false
	}
	if p.i == len(p.text) {
		_, ok := p.fail(from, from+1, `"{" is not closed`, "")
		return Part{}, ok
	}
	written := p.text[behind:p.i]
	p.i++
	part := Part{Kind: callKind(name), Text: name, Arg: arg}
	switch part.Kind {
	case PartRuleCapture, PartCondCapture:
		group, err := strconv.ParseUint(written, 10, 32)
		if err != nil || group > MaxGroup {
			_, ok := p.fail(from, p.i, p.text[from:min(p.i, from+40)]+` names no group`, "groups are numbered from 0 to "+decimal(MaxGroup))
			return Part{}, ok
		}
		part.Group, part.Arg, part.Text = uint8(group), nil, ""
	case PartMap:
		part = p.placed(part, start)
		p.r.useMap(&part)
		return part, true
	case PartLiteral, PartVariable, PartToLower, PartURLEncode, PartURLDecode, PartHTMLEncode:
		part.Text = ""
	}
	return p.placed(part, start), true
}

// callKind returns what a name before a colon stands for.
func callKind(name string) PartKind {
	switch strings.ToLower(name) {
	case "r":
		return PartRuleCapture
	case "c":
		return PartCondCapture
	case "tolower":
		return PartToLower
	case "urlencode":
		return PartURLEncode
	case "urldecode":
		return PartURLDecode
	case "htmlencode":
		return PartHTMLEncode
	}
	return PartMap
}

// groups returns the highest group of that kind that parts name, and that part;
// nil if there is none.
func groups(parts []Part, kind PartKind) *Part {
	var most *Part
	for i := range parts {
		p := &parts[i]
		if p.Kind != kind {
			p = groups(p.Arg, kind)
		}
		if p != nil && (most == nil || p.Group > most.Group) {
			most = p
		}
	}
	return most
}
