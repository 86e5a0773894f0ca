package webconfig

import (
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/parser"
)

// white are the characters that XML takes for white space.
const white = " \t\r\n"

// token is what the scanner found last.
type token int

const (
	tokenEnd      token = iota // of the text, or of what can be read of it
	tokenOpen                  // a start tag, or that of an empty element
	tokenClose                 // an end tag, or the end of an empty element
	tokenText                  // character data that is not only white space
	tokenComment               // a comment
	tokenInstruct              // a processing instruction
)

// scanner finds the tags of an XML text. It reads no declaration of a document
// type and no entities but those that every XML has.
type scanner struct {
	text     string
	name     string // of the file
	maxDepth int
	report   func(parser.Severity, parser.Extent, parser.Code, string, string)

	i    int    // what is read next
	from int    // where the last token begins
	open []mark // the elements that are open

	tag     tag
	pending bool // the last tag was an empty element's, whose end is due
	rooted  bool // the root element has begun
	broken  bool // the rest can't be read

	// line is the index of a line, bol the offset of its first byte; there is no
	// other line from there to seen.
	line, bol, seen int
}

// mark is an element that is open.
type mark struct {
	name string
	at   int
}

// tag is a start tag. The attributes are overwritten by the next one.
type tag struct {
	name       string
	from, to   int // the bytes of the tag
	attributes []attribute
	at         parser.Pos // of from
}

// attribute is one of a tag's attributes.
type attribute struct {
	name  string
	value string // decoded
	raw   string // as written, without the quotes
	from  int    // of the name
	start int    // of raw
	at    parser.Pos
}

// end returns where the attribute ends, the quote included.
func (a *attribute) end() int { return a.start + len(a.raw) + 1 }

// pos returns the position of the byte at off. It is quick for offsets near the
// one asked for last.
func (s *scanner) pos(off int) parser.Pos {
	switch {
	case off < s.bol:
		bol := strings.LastIndexByte(s.text[:off], '\n') + 1
		s.line -= strings.Count(s.text[bol:s.bol], "\n")
		s.bol, s.seen = bol, off
	case off > s.seen:
		between := s.text[s.seen:off]
		if n := strings.Count(between, "\n"); n > 0 {
			s.line += n
			s.bol = s.seen + strings.LastIndexByte(between, '\n') + 1
		}
		s.seen = off
	}
	return parser.Pos{Offset: uint32(off), Line: uint32(s.line + 1), Col: uint32(off - s.bol + 1)}
}

// extent returns the extent of the bytes from i to j.
func (s *scanner) extent(i, j int) parser.Extent {
	from := s.pos(i)
	return parser.Extent{Name: s.name, From: from, To: s.pos(j)}
}

// malformed reports that the text is not XML from i to j.
func (s *scanner) malformed(i, j int, message, hint string) {
	s.report(parser.Error, s.extent(i, j), CodeNotWellFormed, message, hint)
}

// fail is malformed for what can't be read on from.
func (s *scanner) fail(i, j int, message, hint string) token {
	s.broken = true
	s.malformed(i, j, message, hint)
	return tokenEnd
}

// next reads on to the next token.
func (s *scanner) next() token {
	if s.pending {
		s.pending = false
		s.open = s.open[:len(s.open)-1]
		return tokenClose
	}
	for !s.broken {
		s.from = s.i
		if s.i == len(s.text) {
			return s.end()
		}
		if s.text[s.i] != '<' {
			if s.characters() {
				return tokenText
			}
			continue
		}
		switch rest := s.text[s.i:]; {
		case strings.HasPrefix(rest, "<!--"):
			return s.comment()
		case strings.HasPrefix(rest, "<![CDATA["):
			if s.section() {
				return tokenText
			}
		case strings.HasPrefix(rest, "<!"):
			s.broken = true
			s.report(parser.Error, s.extent(s.i, min(s.i+len("<!DOCTYPE"), len(s.text))), CodeDocumentType,
				"a document type declaration is not read, nor what follows it", "leave it out")
		case strings.HasPrefix(rest, "<?"):
			return s.instruction()
		case strings.HasPrefix(rest, "</"):
			return s.closing()
		default:
			return s.opening()
		}
	}
	return tokenEnd
}

// end checks that nothing is open at the end of the text.
func (s *scanner) end() token {
	s.broken = true
	if n := len(s.open); n > 0 {
		m := s.open[n-1]
		s.malformed(m.at, m.at+1+len(m.name), "<"+clip(m.name)+"> is not closed", "")
	} else if !s.rooted {
		s.malformed(0, len(s.text), "there is no element in the text", "")
	}
	return tokenEnd
}

// characters reads text up to the next tag. It reports whether there is more in
// it than white space.
func (s *scanner) characters() bool {
	n := strings.IndexByte(s.text[s.i:], '<')
	if n < 0 {
		n = len(s.text) - s.i
	}
	raw := s.text[s.i : s.i+n]
	s.i += n
	blank := strings.Trim(raw, white) == ""
	if blank {
		return false
	}
	if len(s.open) == 0 {
		s.fail(s.from+leading(raw), s.i, "there is text outside of the root element", "")
		return false
	}
	if strings.IndexByte(raw, '&') >= 0 {
		s.decode(raw, s.from, false)
	}
	if n := strings.Index(raw, "]]>"); n >= 0 {
		s.malformed(s.from+n, s.from+n+3, `"]]>" in text`, "write ]]&gt;")
	}
	return true
}

// leading returns how much white space raw begins with.
func leading(raw string) int { return len(raw) - len(strings.TrimLeft(raw, white)) }

// section reads a CDATA section. It reports whether it is more than white space.
func (s *scanner) section() bool {
	n := strings.Index(s.text[s.i:], "]]>")
	if n < 0 || len(s.open) == 0 {
		s.fail(s.i, s.i+len("<![CDATA["), "a CDATA section outside of the root element, or without its end", "")
		return false
	}
	body := s.text[s.i+len("<![CDATA[") : s.i+n]
	s.i += n + 3
	return strings.Trim(body, white) != ""
}

// comment reads a comment.
func (s *scanner) comment() token {
	n := strings.Index(s.text[s.i+4:], "-->")
	if n < 0 {
		return s.fail(s.i, s.i+4, "the comment is not closed", "")
	}
	body := s.text[s.i+4 : s.i+4+n]
	if k := strings.Index(body, "--"); k >= 0 {
		s.malformed(s.i+4+k, s.i+4+k+2, `"--" in a comment`, "")
	} else if strings.HasSuffix(body, "-") {
		s.malformed(s.i+4+n-1, s.i+4+n+3, `"--" in a comment`, "")
	}
	s.i += 4 + n + 3
	return tokenComment
}

// instruction reads a processing instruction, or the declaration.
func (s *scanner) instruction() token {
	n := strings.Index(s.text[s.i+2:], "?>")
	if n < 0 {
		return s.fail(s.i, s.i+2, "the processing instruction is not closed", "")
	}
	n += 2
	name := s.text[s.i+2 : s.i+2+nameLength(s.text[s.i+2:s.i+n])]
	if name == "" {
		return s.fail(s.i, s.i+n+2, "a processing instruction without a name", "")
	}
	if strings.EqualFold(name, "xml") && (s.i > 0 || name != "xml") {
		s.malformed(s.i, s.i+n+2, "the XML declaration is not at the start of the text", "")
	}
	s.i += n + 2
	return tokenInstruct
}

// closing reads an end tag.
func (s *scanner) closing() token {
	k := s.i + 2
	name := s.text[k : k+nameLength(s.text[k:])]
	k += len(name)
	k += leading(s.text[k:])
	if name == "" || k == len(s.text) || s.text[k] != '>' {
		return s.fail(s.i, k, "an end tag lacks its name or its \">\"", "")
	}
	if len(s.open) == 0 {
		return s.fail(s.i, k+1, "</"+clip(name)+"> closes nothing", "")
	}
	m := s.open[len(s.open)-1]
	if m.name != name {
		line := s.pos(m.at)
		return s.fail(s.i, k+1, "</"+clip(name)+"> where <"+clip(m.name)+"> of line "+decimal(line.Line)+" is open", "")
	}
	s.open = s.open[:len(s.open)-1]
	s.i = k + 1
	return tokenClose
}

// opening reads a start tag.
func (s *scanner) opening() token {
	k := s.i + 1
	name := s.text[k : k+nameLength(s.text[k:])]
	if name == "" {
		return s.fail(s.i, s.i+1, `"<" begins no tag`, "write &lt;")
	}
	k += len(name)
	if len(s.open) == 0 && s.rooted {
		return s.fail(s.i, k, "<"+clip(name)+"> stands outside of the root element", "an XML text has one root element")
	}
	if len(s.open) == s.maxDepth {
		s.broken = true
		s.report(parser.Error, s.extent(s.i, k), parser.CodeNestedTooDeep,
			"elements nest more than "+decimal(uint32(s.maxDepth))+" deep; reading ends here", "")
		return tokenEnd
	}
	s.rooted = true
	s.tag = tag{name: name, from: s.i, attributes: s.tag.attributes[:0], at: s.pos(s.i)}
	s.open = append(s.open, mark{name, s.i})
	if !s.attributes(k) {
		return tokenEnd
	}
	s.tag.to = s.i
	return tokenOpen
}

// attributes reads what follows a start tag's name, from k to the ">".
func (s *scanner) attributes(k int) bool {
	for {
		blank := leading(s.text[k:])
		k += blank
		switch {
		case strings.HasPrefix(s.text[k:], ">"):
			s.i = k + 1
			return true
		case strings.HasPrefix(s.text[k:], "/>"):
			s.i = k + 2
			s.pending = true
			return true
		case k == len(s.text):
			s.fail(s.from, s.from+1+len(s.tag.name), "the tag <"+clip(s.tag.name)+" is not closed", "")
			return false
		}
		a, next, ok := s.attribute(k)
		if !ok {
			return false
		}
		if blank == 0 {
			s.malformed(k, k+len(a.name), "no blank before the attribute "+clip(a.name), "")
		}
		s.unique(&a)
		s.tag.attributes = append(s.tag.attributes, a)
		k = next
	}
}

// unique reports an attribute that its tag has already.
func (s *scanner) unique(a *attribute) {
	for i := range s.tag.attributes {
		if s.tag.attributes[i].name == a.name {
			s.malformed(a.from, a.end(), "the attribute "+clip(a.name)+" is there twice", "")
			return
		}
	}
}

// maxAttributes is how many attributes a tag may have.
const maxAttributes = 64

// attribute reads an attribute at k and returns where it ends.
func (s *scanner) attribute(k int) (a attribute, next int, ok bool) {
	a.from = k
	a.name = s.text[k : k+nameLength(s.text[k:])]
	k += len(a.name)
	if a.name == "" {
		s.fail(k, min(k+1, len(s.text)), "a tag holds something that is not an attribute", "")
		return a, k, false
	}
	if len(s.tag.attributes) == maxAttributes {
		s.fail(a.from, k, "a tag has more than "+decimal(maxAttributes)+" attributes", "")
		return a, k, false
	}
	k += leading(s.text[k:])
	if !strings.HasPrefix(s.text[k:], "=") {
		s.fail(a.from, k, "the attribute "+clip(a.name)+" has no value", `write name="value"`)
		return a, k, false
	}
	k++
	k += leading(s.text[k:])
	if k == len(s.text) || s.text[k] != '"' && s.text[k] != '\'' {
		s.fail(a.from, k, "the value of the attribute "+clip(a.name)+" is not quoted", "")
		return a, k, false
	}
	n := strings.IndexByte(s.text[k+1:], s.text[k])
	if n < 0 {
		s.fail(a.from, k+1, "the value of the attribute "+clip(a.name)+" is not closed", "")
		return a, k, false
	}
	a.start = k + 1
	a.raw = s.text[a.start : a.start+n]
	a.at = s.pos(a.from)
	if less := strings.IndexByte(a.raw, '<'); less >= 0 {
		s.malformed(a.start+less, a.start+less+1, `"<" in the value of the attribute `+clip(a.name), "write &lt;")
	}
	a.value = s.decode(a.raw, a.start, true)
	return a, a.start + n + 1, true
}

// decode returns raw, which begins at the offset at, with its references
// resolved and the white space of attribute values normalized.
func (s *scanner) decode(raw string, at int, value bool) string {
	const special = "&\t\r\n"
	if !strings.ContainsAny(raw, special) {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); {
		text, n, wrong := unit(raw[i:], value)
		if wrong != "" {
			hint := ""
			if n == 1 {
				hint = "write &amp;"
			}
			s.malformed(at+i, at+i+n, wrong, hint)
		}
		b.WriteString(text)
		i += n
	}
	return b.String()
}

// unit returns what the first bytes of raw stand for, and how many these are.
func unit(raw string, value bool) (text string, n int, wrong string) {
	switch c := raw[0]; {
	case c == '&':
		return reference(raw)
	case c == '\r' && strings.HasPrefix(raw, "\r\n"):
		n = 2
	case c == '\t' || c == '\r' || c == '\n':
		n = 1
	default:
		n = strings.IndexAny(raw, "&\t\r\n")
		if n < 0 {
			n = len(raw)
		}
		return raw[:n], n, ""
	}
	if value {
		return " ", n, ""
	}
	return raw[n-1 : n], n, ""
}

// maxReference is the length of the longest reference that is looked for.
const maxReference = 64

// reference returns what the reference at the start of raw stands for. What is
// none stands for itself.
func reference(raw string) (text string, n int, wrong string) {
	end := strings.IndexByte(raw[:min(len(raw), maxReference)], ';')
	if end < 0 {
		return "&", 1, `"&" begins no reference`
	}
	name := raw[1:end]
	switch name {
	case "lt":
		return "<", end + 1, ""
	case "gt":
		return ">", end + 1, ""
	case "amp":
		return "&", end + 1, ""
	case "quot":
		return `"`, end + 1, ""
	case "apos":
		return "'", end + 1, ""
	}
	if strings.HasPrefix(name, "#") {
		if r, ok := character(name[1:]); ok {
			return string(r), end + 1, ""
		}
		return raw[:end+1], end + 1, raw[:end+1] + " is not a character"
	}
	if name == "" || nameLength(name) != len(name) {
		return "&", 1, `"&" begins no reference`
	}
	return raw[:end+1], end + 1, "the entity " + raw[:end+1] + " is not defined"
}

// character returns the character of that number, which may be one that XML
// permits.
func character(number string) (rune, bool) {
	base, digits := 10, number
	if strings.HasPrefix(number, "x") {
		base, digits = 16, number[1:]
	}
	if digits == "" {
		return 0, false
	}
	var r rune
	for i := range len(digits) {
		d := digit(digits[i])
		if d >= base {
			return 0, false
		}
		r = r*rune(base) + rune(d)
		if r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, permitted(r) && utf8.ValidRune(r)
}

// digit returns the value of a hexadecimal digit, 16 for other bytes.
func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return 16
}

// permitted reports whether XML may hold r.
func permitted(r rune) bool {
	return r >= ' ' && r != 0xfffe && r != 0xffff || r == '\t' || r == '\n' || r == '\r'
}

// nameLength returns the length of the name that text begins with, 0 if it
// begins with none. A name has one colon at most, behind its prefix.
func nameLength(text string) int {
	colons := 0
	for i := range len(text) {
		c := text[i]
		switch {
		case c == ':' && colons == 0:
			colons++
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c >= utf8.RuneSelf:
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(text)
}

// skip reads on to the end of the element whose start tag was read last. each,
// where it is not nil, gets the start tags inside. It returns where the element
// ends.
func (s *scanner) skip(each func(*tag)) int {
	for depth := 1; depth > 0; {
		switch s.next() {
		case tokenEnd:
			return len(s.text)
		case tokenOpen:
			depth++
			if each != nil {
				each(&s.tag)
			}
		case tokenClose:
			depth--
		case tokenText, tokenComment, tokenInstruct:
		}
	}
	return s.i
}

// clip returns s, shortened to what a message may quote.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
