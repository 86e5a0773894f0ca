package parser

import "strings"

// openSection reads the first line of a section.
func (r *reader) openSection(s *statement) {
	sec := &Section{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words()}
	if s.close.at < 0 {
		r.errorf(s.Extent, CodeMissingBracket, "", "<%s> directive missing closing '>'", s.Directive)
	}
	r.add(sec)
	r.push(container{node: sec, ext: &sec.Extent, nodes: &sec.Nodes, name: s.name[1:]}, s)
}

// push opens c.
func (r *reader) push(c container, s *statement) {
	r.open = append(r.open, c)
	r.tail(s.close.tail, s.Directive)
}

// pop closes the innermost section with t.
func (r *reader) pop(t text) {
	c := r.open[len(r.open)-1]
	c.ext.To = r.src.pos(t.end(len(t.s)))
	r.open = r.open[:len(r.open)-1]
}

// tail keeps what stands behind a section's ">", which httpd does not look
// at, as a comment if it is meant to be one.
func (r *reader) tail(t text, directive string) {
	if strings.HasPrefix(t.s, "#") {
		r.add(&Comment{Extent: t.extent(), Text: t.s})
		return
	}
	r.ignored(t, "<"+directive+">")
}

// endsConditional reports whether l closes the conditional that is open. Its
// closing tag has to be the line exactly, and a section within closed before.
func (r *reader) endsConditional(l line) bool {
	if len(r.open) == 0 || !strings.HasPrefix(l.s, "</") {
		return false
	}
	c := r.open[len(r.open)-1]
	_, ok := c.node.(*Conditional)
	return ok && equalFold(l.s[2:], c.name+">")
}

// closeSection reads a closing tag. One that does not fit is reported; it
// then closes the nearest section of its name.
func (r *reader) closeSection(s *statement) {
	name, ok := strings.CutSuffix(s.name[2:], ">")
	n := len(r.open) - 1
	for n >= 0 && r.open[n].name != name {
		n--
	}
	if !r.fits(s, n, ok) {
		r.badCloser(s, ok)
	}
	if n < 0 {
		return
	}
	for len(r.open) > n {
		r.open[len(r.open)-1].ext.To = s.To
		r.open = r.open[:len(r.open)-1]
	}
	r.tail(s.args, s.Directive)
}

// fits reports whether s closes the section of index n.
func (r *reader) fits(s *statement, n int, bracket bool) bool {
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
	case top == nil:
		r.errorf(s.Extent, CodeUnexpectedClose, "", "</%s> without matching <%s> section", name, name)
	case !bracket:
		r.errorf(s.Extent, CodeMissingBracket, "", "</%s> directive missing closing '>'", name)
	default:
		r.errorf(s.Extent, CodeUnexpectedClose, "", "Expected </%s> but saw </%s>", top.Directive, name)
	}
}

// end closes what is open at the end of the file.
func (r *reader) end() {
	for _, c := range r.open {
		if sec, ok := c.node.(*Section); ok {
			r.errorf(sec.Extent, CodeNotClosed, "", "<%s> was not closed", sec.Directive)
		}
		c.ext.To = r.src.pos(len(r.src.text))
	}
	r.open = nil
}
