package parser

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
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
		holds = r.hasModule(arg)
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

// skip skips the body of c, the section of s. A comment behind the ">" counts
// as the first line.
func (r *reader) skip(c *Conditional, s *statement) {
	if s.close.comment {
		c.Skipped = wholeLines(s.close.tail.s)
	}
	from := r.lines.next
	l, ok := r.soak(s)
	if !ok {
		c.Skipped += wholeLines(r.lines.text.s[from:])
		c.To = r.file.To
		return
	}
	c.Skipped += r.lines.text.s[from:l.from]
	c.To = r.closingTag(l, s.Directive)
	r.mayLoad(c.Skipped)
}

// closingTag reads l, the line that closes what was not read as directives,
// and returns where the tag ends.
func (r *reader) closingTag(l line, directive string) Pos {
	t := l.text
	t.word()
	r.tail(closer{tail: t, comment: strings.HasPrefix(t.s, "#")}, "/"+directive)
	return l.cut(0, len(l.s)-len(t.s)).trim().extent().To
}

// soak reads up to the line that closes the section of s and returns that.
// Sections within have to nest, but are not looked at otherwise.
func (r *reader) soak(s *statement) (line, bool) {
	open := []string{s.Directive}
	for !r.stop {
		l, ok := r.lines.read()
		if !ok && r.used != nil {
			r.leftOpen(s.Extent, s.name[1:])
			break
		}
		if !ok {
			r.errorf(s.Extent, CodeNotClosed, "", "Expected </%s> before end of configuration", s.Directive)
			break
		}
		if l.long {
			r.tooLong(l)
		}
		if open = r.skipLine(l, open); len(open) == 0 {
			return l, true
		}
		if len(open) > maxNesting {
			r.tooDeep(l.extent())
		}
	}
	return line{}, false
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
	name, closer := strings.CutPrefix(name, "/")
	if !closer {
		if t.s == "" {
			name = strings.TrimSuffix(name, ">")
		}
		return append(open, name)
	}
	if name != "" {
		name = name[:len(name)-1] // whatever its last byte is
	}
	for n, o := range slices.Backward(open) {
		if !ascii.EqualFold(o, name) {
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
