package parser

import (
	"io"
	"strings"
)

// Fprint writes f as text that parses to the same tree, given the same
// Options: one directive a line, what is inside a section indented. Included
// files and what macros come to are not written, only the directives that
// include and use them.
func Fprint(w io.Writer, f *File) error {
	var p printer
	p.nodes(f.Nodes)
	_, err := io.WriteString(w, p.out.String())
	return err
}

// printer writes a tree.
type printer struct {
	out   strings.Builder
	depth int // of sections
}

// nodes writes each of nodes.
func (p *printer) nodes(nodes []Node) {
	for _, n := range nodes {
		p.node(n)
	}
}

// node writes n.
func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *Comment:
		p.line(n.Text)
	case *Section:
		p.section(n.Source, n.Nodes, "")
	case *Conditional:
		p.section(n.Source, n.Nodes, n.Skipped)
	case *Macro:
		p.section(n.Source, nil, n.Body)
	case interface{ source() Source }:
		p.line(n.source().text())
	}
}

// section writes a section whose body is nodes or, as it stands, skipped.
func (p *printer) section(s Source, nodes []Node, skipped string) {
	p.line(s.opening())
	p.depth++
	p.nodes(nodes)
	p.depth--
	p.out.WriteString(skipped)
	p.line(s.closing())
}

// line writes one line. A backslash at its end must not continue it, and
// indenting it must not make it longer than a line may be.
func (p *printer) line(s string) {
	const tab, maxTabs = "    ", 20
	indent := strings.Repeat(tab, min(p.depth, maxTabs))
	if strings.HasSuffix(s, `\`) {
		s += " "
	}
	if len(indent)+len(s) < maxAccessLine {
		p.out.WriteString(indent)
	}
	p.out.WriteString(s)
	p.out.WriteByte('\n')
}

// source returns the text that a directive's node keeps.
func (s Source) source() Source { return s }

// text returns the directive as a line.
func (s Source) text() string {
	switch {
	case s.Line != "":
		return s.Line
	case s.Raw == "":
		return s.Directive
	}
	return s.Directive + " " + s.Raw
}

// opening returns the first line of a section.
func (s Source) opening() string {
	if s.Line != "" {
		return s.Line
	}
	return "<" + s.text() + ">"
}

// closing returns the last line of a section.
func (s Source) closing() string {
	tag := "</" + s.Directive + ">"
	if strings.ContainsAny(s.Directive, spaces+`"'\`) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(tag) + `"`
	}
	return tag
}
