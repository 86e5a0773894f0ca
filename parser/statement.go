package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// statement is a line taken apart into the directive's name and the rest.
type statement struct {
	Extent // of the whole line
	Source
	line    string // the line before interpolation
	name    string // in lower case, of sections with "<"
	nameEnd Pos
	all     text   // what follows the name, after interpolation
	args    text   // all, of sections what stands before the ">"
	close   closer // of sections
}

// closer is the ">" of a section's first or last line.
type closer struct {
	at      int  // of the first line: where it is in all, or -1
	tail    text // what follows it
	comment bool // tail is a comment
}

// statement takes l apart. It returns false where nothing is left of the line
// after interpolation: httpd then ignores it. What it returns is valid until the next call.
func (r *reader) statement(l line) (*statement, bool) {
	full, subs := r.interpolate(l.text)
	s := &r.now
	*s = statement{Extent: l.extent(), line: l.s, all: full}
	w, _, _ := s.all.word()
	if w.Text == "" {
		r.warnf(s.Extent, CodeIgnoredText, "", "the line has no directive and is ignored")
		return nil, false
	}
	s.args = s.all
	end := len(full.s) - len(s.all.s) // of the name and the blanks behind it
	s.nameEnd = full.cut(0, end).trim().extent().To
	s.Raw = l.s[rawOffset(subs, end):]
	plain := w.Quote == 0 && strings.IndexByte(full.s[:end], '\\') < 0 &&
		(len(subs) == 0 || subs[0].from >= end)
	name := w.Text
	if !strings.HasPrefix(name[1:], "/") {
		bare, bracket := strings.CutSuffix(name, ">")
		plain = plain && (!bracket || name[0] == '<')
		name = bare
	}
	s.name = lowerName(name)
	s.Directive = strings.TrimPrefix(name, "<")
	if !plain {
		s.Line = l.s
	}
	switch {
	case s.isCloser():
		s.close = closer{tail: s.all, comment: strings.HasPrefix(s.Raw, "#") && s.Raw == s.all.s}
	case s.isSection():
		s.section(subs, end)
	}
	return s, true
}

// lowerName returns the name of a directive in lower case. Of those that there may be very
// many of no new string is made.
func lowerName(name string) string {
	switch name {
	case "RewriteCond":
		return "rewritecond"
	case "RewriteRule":
		return "rewriterule"
	}
	return ascii.LowerCase(name)
}

// isSection reports whether s opens a section.
func (s *statement) isSection() bool {
	return strings.HasPrefix(s.name, "<") && !s.isCloser()
}

// isCloser reports whether s closes a section.
func (s *statement) isCloser() bool { return strings.HasPrefix(s.name, "</") }

// section finds the ">" of a section, which is the last one in the line, and
// cuts Raw, Line and args there. Without arguments httpd does without one.
// end is where all begins in the whole line, subs what was replaced in that.
func (s *statement) section(subs []substitution, end int) {
	at := strings.LastIndexByte(s.all.s, '>')
	s.close = closer{at: at, tail: s.all.rest(len(s.all.s))}
	if s.all.s == "" {
		s.close.at = 0
	}
	if at < 0 {
		if s.Raw != "" {
			s.Line = s.line
		}
		return
	}
	s.args = s.all.cut(0, at).trim()
	for _, sub := range subs {
		if sub.from <= end+at && end+at < sub.to {
			s.Line = s.line
			return
		}
	}
	from, to := rawOffset(subs, end), rawOffset(subs, end+at)
	s.Raw = strings.TrimRight(s.line[from:to], spaces)
	if s.Line != "" {
		s.Line = s.line[:to+1]
	}
	s.close.tail = s.all.rest(at + 1).trim()
	tail := strings.TrimLeft(s.line[to+1:], spaces)
	s.close.comment = strings.HasPrefix(tail, "#") && tail == s.close.tail.s
}

// spaces are the bytes that ascii.IsSpace holds for.
const spaces = " \t\n\v\f\r"

// rawOffset returns where the byte at off stood before interpolation.
func rawOffset(subs []substitution, off int) int {
	raw := off
	for _, sub := range subs {
		if sub.from >= off {
			break
		}
		raw = sub.rawTo + max(off-sub.to, 0)
	}
	return raw
}
