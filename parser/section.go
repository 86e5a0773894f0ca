package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// openSection reads the first line of a section that opens a scope.
func (r *reader) openSection(s *statement) {
	sec := &Section{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words()}
	if s.close.at < 0 {
		r.missingBracket(s)
	}
	r.add(sec)
	r.push(container{node: sec, ext: &sec.Extent, nodes: &sec.Nodes, name: s.name[1:]}, s)
}

// push opens c, the section of s.
func (r *reader) push(c container, s *statement) {
	if r.nesting == maxNesting {
		r.tooDeep(s.Extent)
		return
	}
	r.nesting++
	r.open = append(r.open, c)
	r.tail(s.close, s.Directive)
}

// pop closes the innermost section.
func (r *reader) pop(to Pos) {
	r.nesting--
	n := len(r.open) - 1
	r.open[n].ext.To = to
	r.open = r.open[:n]
}

// tail keeps what stands behind a section's ">", which httpd does not look
// at, as a comment if it is meant to be one.
func (r *reader) tail(c closer, directive string) {
	if c.comment {
		r.add(&Comment{Extent: c.tail.extent(), Text: c.tail.s})
		return
	}
	r.ignored(c.tail, "<"+directive+">")
}

// endsConditional reports whether l closes the conditional that is open. The
// closing tag has to be the whole line, letter by letter as written.
func (r *reader) endsConditional(l line) bool {
	if len(r.open) == 0 || !strings.HasPrefix(l.s, "</") {
		return false
	}
	c := r.open[len(r.open)-1]
	_, ok := c.node.(*Conditional)
	return ok && ascii.EqualFold(l.s[2:], c.name+">")
}

// closeSection reads a closing tag. One that does not fit is reported and
// closes the nearest section of its name, so that what follows is read as it
// was probably meant.
func (r *reader) closeSection(s *statement) {
	name, bracket := strings.CutSuffix(s.name[2:], ">")
	n := len(r.open) - 1
	for n >= 0 && r.open[n].name != name {
		n--
	}
	fits := r.fits(n, bracket)
	if !fits {
		r.badCloser(s, bracket)
	}
	if n < 0 {
		return
	}
	for len(r.open) > n {
		r.pop(s.nameEnd)
	}
	if fits || s.close.comment {
		r.tail(s.close, strings.TrimSuffix(s.Directive, ">"))
	}
}

// fits reports whether a closing tag closes the section of index n.
func (r *reader) fits(n int, bracket bool) bool {
	if n < 0 || n < len(r.open)-1 || !bracket {
		return false
	}
	_, ok := r.open[n].node.(*Section)
	return ok
}

// badCloser reports a closing tag that closes nothing.
func (r *reader) badCloser(s *statement, bracket bool) {
	var top *Section
	if n := len(r.open); n > 0 {
		top, _ = r.open[n-1].node.(*Section)
	}
	name := strings.TrimSuffix(s.Directive[1:], ">")
	switch {
	case top == nil && r.used != nil:
		r.errorf(s.Extent, CodeUnsupported, "", "a macro that closes a section which it did not open is not supported: </%s>", name)
	case top == nil:
		r.errorf(s.Extent, CodeUnexpectedClose, r.hintCloser(name), "</%s> without matching <%s> section", name, name)
	case !bracket:
		r.errorf(s.Extent, CodeMissingBracket, "", "</%s> directive missing closing '>'", name)
	default:
		r.expected(s.Extent, top.Directive, name)
	}
}

// hintCloser explains why a closing tag does not close the conditional that
// is open.
func (r *reader) hintCloser(name string) string {
	if n := len(r.open); n > 0 && ascii.EqualFold(r.open[n-1].name, name) {
		return "the closing tag of <" + name + "> has to be the whole line"
	}
	return ""
}

// end closes what is open at the end of the file. httpd takes no offence at
// conditionals, nor at sections within them.
func (r *reader) end() {
	sev := Error
	for _, c := range r.open {
		if _, ok := c.node.(*Conditional); ok {
			sev = Warning
		}
		switch {
		case r.stop:
		case r.used != nil:
			r.leftOpen(*c.ext, c.name)
		default:
			r.notClosed(sev, c.node)
		}
	}
	for len(r.open) > 0 {
		r.pop(r.file.To)
	}
}
