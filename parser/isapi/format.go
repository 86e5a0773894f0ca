package isapi

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// The bounds of a replacement.
const (
	maxNested = 32
	maxParts  = 1000
	maxJoined = 1024 // bytes of a literal that another is joined to
)

// partReader reads the parts of one word. It reports the first thing that is
// wrong.
type partReader struct {
	r    *reader
	text string
	from int // where text begins
	i    int
	n    int // parts so far
	bad  bool
}

func (p *partReader) fail(i, j int, format string, args ...any) {
	if !p.bad {
		p.bad = true
		p.r.add(parser.Error, p.r.extent(p.from+i, p.from+j), CodeBadFormat, "", format, args...)
	}
}

// put adds the part that begins at from and ends before the next byte.
func (p *partReader) put(list []Part, part Part, from int) []Part {
	if p.n++; p.n > maxParts {
		p.fail(from, p.i, "a replacement has more than %d parts", maxParts)
		return list
	}
	part.Extent = p.r.extent(p.from+from, p.from+p.i)
	if k := len(list); part.Kind == PartLiteral && k > 0 && list[k-1].Kind == PartLiteral && len(list[k-1].Text) < maxJoined {
		list[k-1].Text += part.Text
		list[k-1].To = part.To
		p.n--
		return list
	}
	return append(list, part)
}

// digits reads a number of one or two digits at p.i, -1 if there is none.
func (p *partReader) digits(most int) int {
	j := p.i
	for j < len(p.text) && j < p.i+most && '0' <= p.text[j] && p.text[j] <= '9' {
		j++
	}
	n, err := strconv.Atoi(p.text[p.i:j])
	if err != nil {
		return -1
	}
	p.i = j
	return n
}

// format reads a format string of ISAPI_Rewrite 2, as Boost.Regex has them: "$1",
// "$&", "\" before what stands for itself, "(?1yes:no)". Parentheses group and
// are not output.
func (r *reader) format(w Word) []Part {
	p := &partReader{r: r, text: w.Text, from: int(w.From.Offset)}
	parts := p.formatTo(0, "")
	if p.bad {
		return nil
	}
	return parts
}

// formatTo reads up to one of the bytes in ends, which is left, or to the end.
func (p *partReader) formatTo(depth int, ends string) []Part {
	var list []Part
	if depth > maxNested {
		p.fail(p.i, p.i, "parentheses nest more than %d deep", maxNested)
	}
	for p.i < len(p.text) && !p.bad {
		from := p.i
		c := p.text[from]
		if strings.IndexByte(ends, c) >= 0 {
			return list
		}
		p.i++
		switch c {
		case '\\':
			list = p.put(list, p.escape(from), from)
		case '$':
			list = p.put(list, p.dollar(), from)
		case '(':
			list = p.group(list, depth, from)
		case ')':
			p.fail(from, p.i, `")" closes nothing; a literal ")" is \)`)
		case '?':
			list = p.choice(list, depth, from)
		default:
			if n := strings.IndexAny(p.text[p.i:], `\$()?:`); n >= 0 {
				p.i += n
			} else {
				p.i = len(p.text)
			}
			list = p.put(list, Part{Kind: PartLiteral, Text: p.text[from:p.i]}, from)
		}
	}
	return list
}

// group reads what follows a "(".
func (p *partReader) group(list []Part, depth, from int) []Part {
	inner := p.formatTo(depth+1, ")")
	if p.i == len(p.text) {
		p.fail(from, from+1, `"(" is not closed; a literal "(" is \(`)
		return list
	}
	p.i++
	return append(list, inner...)
}

// escape reads what follows a "\".
func (p *partReader) escape(from int) Part {
	if p.i == len(p.text) {
		p.fail(from, p.i, `a "\" at the end`)
		return Part{}
	}
	c := p.text[p.i]
	switch {
	case '1' <= c && c <= '9':
		return Part{Kind: PartGroup, Group: p.digits(1)}
	case strings.IndexByte("afnrtvxcelLuUE0", c) >= 0:
		p.fail(from, p.i+1, `\%c is not supported`, c)
	}
	p.i++
	return Part{Kind: PartLiteral, Text: p.text[p.i-1 : p.i]}
}

// dollar reads what follows a "$".
func (p *partReader) dollar() Part {
	if n := p.digits(2); n >= 0 {
		return Part{Kind: PartGroup, Group: n}
	}
	if p.i < len(p.text) {
		switch p.text[p.i] {
		case '&':
			p.i++
			return Part{Kind: PartWhole}
		case '$':
			p.i++
			return Part{Kind: PartLiteral, Text: "$"}
		case '`', '\'', '{':
			p.fail(p.i-1, p.i+1, "$%c is not supported", p.text[p.i])
		}
	}
	return Part{Kind: PartLiteral, Text: "$"}
}

// choice reads what follows a "?": "1yes:no", or nothing special.
func (p *partReader) choice(list []Part, depth, from int) []Part {
	group := p.digits(2)
	if group < 0 {
		p.r.add(parser.Warning, p.r.extent(p.from+from, p.from+p.i), CodeBadFormat, `write \?`,
			`"?" is special in a replacement; without a number behind it, it stands for itself`)
		return p.put(list, Part{Kind: PartLiteral, Text: "?"}, from)
	}
	part := Part{Kind: PartChoice, Group: group}
	part.Yes = p.formatTo(depth+1, ":)")
	if p.i < len(p.text) && p.text[p.i] == ':' {
		p.i++
		part.No = p.formatTo(depth+1, ")")
	}
	return p.put(list, part, from)
}

// template reads a replacement of IIRF, or the test of a condition.
func (r *reader) template(w Word) []Part {
	p := &partReader{r: r, text: w.Text, from: int(w.From.Offset)}
	parts := p.templateTo(0, "")
	if p.bad {
		return nil
	}
	return parts
}

// templateTo reads up to one of the bytes in ends, which is left, or to the end.
func (p *partReader) templateTo(depth int, ends string) []Part {
	var list []Part
	if depth > maxNested {
		p.fail(p.i, p.i, "maps nest more than %d deep", maxNested)
	}
	for p.i < len(p.text) && !p.bad {
		from := p.i
		if strings.IndexByte(ends, p.text[from]) >= 0 {
			return list
		}
		list = p.put(list, p.templatePart(depth), from)
	}
	return list
}

// templatePart reads one part.
func (p *partReader) templatePart(depth int) Part {
	c := p.text[p.i]
	p.i++
	rest := p.text[p.i:]
	switch {
	case rest == "":
	case rest[0] == c && (c == '$' || c == p.r.backref || c == p.r.fold):
		p.i++ // doubled, it stands for itself
	case c == '$' && rest[0] == '{':
		return p.lookUp(depth)
	case c == '%' && rest[0] == '{':
		return p.variable()
	case c == '$' && isDigit(rest[0]):
		return Part{Kind: PartGroup, Group: p.digits(2)}
	case c == p.r.backref && isDigit(rest[0]):
		return Part{Kind: PartCondition, Group: p.digits(2)}
	case c == p.r.fold && strings.IndexByte("LUEluX", rest[0]) >= 0:
		p.i++
		return Part{Kind: PartFold, Text: rest[:1]}
	}
	return Part{Kind: PartLiteral, Text: string(c)}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// variable reads what follows the "%" of "%{NAME}".
func (p *partReader) variable() Part {
	end := strings.IndexByte(p.text[p.i:], '}')
	if end < 0 {
		p.fail(p.i-1, p.i+1, `"%%{" is not closed`)
		return Part{}
	}
	name := p.text[p.i+1 : p.i+end]
	p.i += end + 1
	return Part{Kind: PartVariable, Text: name}
}

// lookUp reads what follows the "$" of "${map:key|default}".
func (p *partReader) lookUp(depth int) Part {
	from := p.i - 1
	colon := strings.IndexAny(p.text[p.i:], ":}")
	if colon < 0 || p.text[p.i+colon] != ':' {
		p.fail(from, from+2, `"${" is not followed by a map's name, a colon and a key`)
		return Part{}
	}
	part := Part{Kind: PartMap, Text: p.text[p.i+1 : p.i+colon]}
	p.i += colon + 1
	part.Key = p.templateTo(depth+1, "|}")
	if p.i < len(p.text) && p.text[p.i] == '|' {
		p.i++
		part.Default = append([]Part{}, p.templateTo(depth+1, "}")...)
	}
	if p.i == len(p.text) {
		p.fail(from, from+2, `"${" is not closed`)
		return Part{}
	}
	p.i++
	return part
}
