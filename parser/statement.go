package parser

import "strings"

// statement is a line taken apart into the directive's name and the rest.
type statement struct {
	Extent // of the whole line
	Source
	line    string // the line before interpolation
	name    string // in small letters, of sections with "<"
	nameEnd Pos
	all     text   // what follows the name, after interpolation
	args    text   // all, of sections what stands before the ">"
	close   closer // of sections
}

// closer is the ">" of a section's first line.
type closer struct {
	at   int  // where it is in all; -1 if the line has none
	tail text // what follows it
}

// statement takes l apart. It returns false where nothing is left of the line
// after interpolation: httpd then ignores it.
func (p *parser) statement(l line) (*statement, bool) {
	full, subs := p.interpolate(l.text)
	s := &statement{Extent: l.extent(), line: l.s, all: full}
	w, _, _ := s.all.word()
	if w.Text == "" {
		p.warnf(s.Extent, CodeIgnoredText, "", "the line has no directive and is ignored")
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
	s.name = lowerCase(name)
	s.Directive = strings.TrimPrefix(name, "<")
	if s.isSection() {
		plain = s.section(subs, end) && plain
	}
	if !plain {
		s.Line = l.s
	}
	return s, true
}

// isSection reports whether s opens a section.
func (s *statement) isSection() bool {
	return strings.HasPrefix(s.name, "<") && !s.isCloser()
}

// isCloser reports whether s closes a section.
func (s *statement) isCloser() bool { return strings.HasPrefix(s.name, "</") }

// section finds the ">" of a section, which is the last one in the line, and
// cuts Raw and args there. Without arguments httpd does without one. It
// returns false where the ">" does not stand in the text as written.
func (s *statement) section(subs []substitution, end int) bool {
	at := strings.LastIndexByte(s.all.s, '>')
	s.close = closer{at: at, tail: s.all.rest(len(s.all.s))}
	if s.all.s == "" {
		s.close.at = 0
		return true
	}
	if at < 0 {
		return false
	}
	s.close.tail = s.all.rest(at + 1).trim()
	s.args = s.all.cut(0, at).trim()
	for _, sub := range subs {
		if sub.from <= end+at && end+at < sub.to {
			return false
		}
	}
	s.Raw = strings.TrimRight(s.line[rawOffset(subs, end):rawOffset(subs, end+at)], spaces)
	return true
}

// spaces are the bytes that isSpace holds for.
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
