package parser

import (
	"io/fs"
	"strings"
)

// openConditional reads the first line of s, a section that httpd evaluates
// while it reads. Where the condition holds, the body is read as if the
// section were not there; else it is skipped. A condition that can't be
// understood counts as true, for the sake of findings in the body.
func (r *reader) openConditional(s *statement) {
	c := &Conditional{Extent: s.Extent, Source: s.Source, Text: s.args.s, Holds: true}
	args := s.args
	if s.name == "<ifversion" {
		c.Args = args.words()
		r.version(c, s)
	} else {
		if strings.HasPrefix(args.s, "!") {
			c.Not = true
			args = args.rest(1)
		}
		c.Args = args.words()
		r.condition(c, s)
	}
	r.add(c)
	if c.Holds {
		r.push(container{node: c, ext: &c.Extent, nodes: &c.Nodes, name: s.name[1:]}, s)
		return
	}
	r.skip(c, s)
}

// condition evaluates c, which is not an <IfVersion>.
func (r *reader) condition(c *Conditional, s *statement) {
	if s.close.at < 0 {
		r.missingBracket(s)
		return
	}
	if len(c.Args) == 0 || c.Args[0].Text == "" {
		r.argumentCount(s, "<"+s.Directive+"> directive requires additional arguments")
		return
	}
	arg := c.Args[0].Text
	var holds bool
	switch s.name {
	case "<ifmodule":
		holds = r.modules[arg] || r.opts.HasModule(arg)
	case "<ifdefine":
		holds = r.defined[arg]
	case "<iffile":
		_, err := fs.Stat(r.opts.FS, fsName(r.absolute(arg)))
		holds = err == nil
	case "<ifdirective":
		holds = r.opts.HasDirective(arg)
	case "<ifsection":
		holds = r.opts.HasDirective("<" + arg)
	}
	c.Holds = holds != c.Not
}

// skip skips the body of c. Sections within have to nest, but are not looked
// at otherwise. A comment behind the ">" counts as the first line.
func (r *reader) skip(c *Conditional, s *statement) {
	from := r.lines.next
	if strings.HasPrefix(s.close.tail.s, "#") {
		c.Skipped = wholeLines(s.close.tail.s)
	}
	open := []string{s.name[1:]}
	for {
		l, ok := r.lines.read()
		if !ok {
			r.errorf(s.Extent, CodeNotClosed, "", "Expected </%s> before end of configuration", s.Directive)
			c.Skipped += wholeLines(r.src.text[from:])
			c.To = r.src.pos(len(r.src.text))
			return
		}
		if l.long {
			r.tooLong(l)
		}
		if open = r.skipLine(l, open); len(open) > 0 {
			continue
		}
		c.Skipped += r.src.text[from:l.from]
		t := l.text
		t.word()
		c.To = l.cut(0, len(l.s)-len(t.s)).trim().extent().To
		r.tail(t, s.Directive)
		return
	}
}

// skipLine returns what is open behind l, a line of a body that is skipped,
// innermost last.
func (r *reader) skipLine(l line, open []string) []string {
	t := l.text
	w, _, _ := t.word()
	name, ok := strings.CutPrefix(w.Text, "<")
	if !ok {
		return open
	}
	name, closer := strings.CutPrefix(lowerCase(name), "/")
	if !closer {
		if t.s == "" {
			name = strings.TrimSuffix(name, ">")
		}
		return append(open, name)
	}
	if name != "" {
		name = name[:len(name)-1] // whatever its last byte is
	}
	for n := len(open) - 1; n >= 0; n-- {
		if open[n] != name {
			continue
		}
		if n < len(open)-1 {
			r.expected(l.extent(), open[len(open)-1], name)
		}
		return open[:n]
	}
	r.expected(l.extent(), open[len(open)-1], name)
	return open
}

// wholeLines returns s so that something can follow it on a line of its own.
func wholeLines(s string) string {
	switch {
	case s == "" || strings.HasSuffix(s, "\n"):
		return s
	case strings.HasSuffix(s, `\`):
		return s + " \n"
	}
	return s + "\n"
}
