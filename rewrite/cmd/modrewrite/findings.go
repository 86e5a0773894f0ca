package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// finding is a diagnostic as JSON, without the unknown parts of its place.
type finding struct {
	File     string `json:"file,omitempty"`
	Line     uint32 `json:"line,omitempty"`
	Col      uint32 `json:"col,omitempty"`
	EndLine  uint32 `json:"end_line,omitempty"`
	EndCol   uint32 `json:"end_col,omitempty"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	// Used are the places where the macros that it came out of were used, the
	// innermost first, as "file:line:col".
	Used []string `json:"used,omitempty"`
}

func newFinding(d *parser.Diagnostic) finding {
	f := finding{
		File: d.Name, Line: d.From.Line, Col: d.From.Col, EndLine: d.To.Line, EndCol: d.To.Col,
		Severity: d.Severity.String(), Code: string(d.Code), Message: d.Message, Hint: d.Hint,
	}
	for via := d.Via; via != nil; via = via.Via {
		f.Used = append(f.Used, via.String())
	}
	return f
}

// writeFindings writes each finding with its hint and the line it points at.
func writeFindings(w io.Writer, ds parser.Diagnostics) {
	texts := sources{}
	for _, d := range ds {
		if at := d.String(); at != "" {
			fmt.Fprintf(w, "%s: ", at)
		}
		fmt.Fprintf(w, "%s: %s [%s]%s\n", d.Severity, printable(d.Message), d.Code, d.Used())
		if line, ok := texts.line(d.Name, d.From.Line); ok {
			writeExcerpt(w, line, d.Extent)
		}
		if d.Hint != "" {
			fmt.Fprintf(w, "    hint: %s\n", printable(d.Hint))
		}
	}
}

// sources are the lines of the files that findings point into, read when they
// are asked for.
type sources map[string][]string

func (s sources) line(name string, n uint32) (string, bool) {
	lines, ok := s[name]
	if !ok {
		// A file that can't be read has no lines to show.
		src, _ := readRules(name)
		text, _ := webconfig.Decode(src) // positions leave byte order marks out
		lines = strings.Split(text, "\n")
		s[name] = lines
	}
	if n == 0 || int(n) > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(lines[n-1], "\r"), true
}

// writeExcerpt writes line and below it a caret, with a tail of tildes as long
// as the extent. Of a very long line only the surroundings are shown.
func writeExcerpt(w io.Writer, line string, e parser.Extent) {
	from := min(max(int(e.From.Col), 1)-1, len(line))
	to := len(line)
	if e.To.Line == e.From.Line {
		to = min(max(int(e.To.Col)-1, from), len(line))
	}
	before, marked, after := line[:from], line[from:to], line[to:]
	const most = 72
	before = lastBytes(before, most)
	marked = firstBytes(marked, most)
	after = firstBytes(after, most)
	before, marked, after = printable(before), printable(marked), printable(after)
	tail := max(utf8.RuneCountInString(marked)-1, 0)
	fmt.Fprintf(w, "    %s%s%s\n", before, marked, after)
	fmt.Fprintf(w, "    %s^%s\n", blanks(before), strings.Repeat("~", tail))
}

func lastBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return "…" + strings.ToValidUTF8(s[len(s)-n:], "")
}

func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// blanks returns white space as wide as s.
func blanks(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, s)
}

// printable replaces what could confuse a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}
