package webconfig

import (
	"bufio"
	"io"
	"strings"
)

// Fprint writes f as text that parses to the same tree: one element a line,
// what is inside it indented, the attributes that were written in their usual
// order and with the names of values that were given by number. Comments and
// what belongs to others stay as they are. The text is UTF-8. What a configSource names is not
// written, only the attribute.
func Fprint(w io.Writer, f *File) error {
	p := printer{out: bufio.NewWriter(w), newline: "\n"}
	if f.CRLF {
		p.newline = "\r\n"
	}
	if f.Declared {
		p.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	}
	p.nodes(f.Nodes)
	return p.out.Flush()
}

// printer writes a tree. Errors stay with out until it is flushed.
type printer struct {
	out     *bufio.Writer
	newline string
	depth   int
}

func (p *printer) nodes(nodes []Node) {
	for _, n := range nodes {
		p.node(n)
	}
}

func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *Comment:
		p.line(n.Text)
	case *Foreign:
		p.line(n.Text)
	case *Map:
		p.rewriteMap(n)
	case element:
		p.element(n)
	}
}

// line writes text, which may go over several lines, on a line of its own.
func (p *printer) line(text string) {
	p.write(strings.Repeat("  ", p.depth), text, p.newline)
}

func (p *printer) write(texts ...string) {
	for _, t := range texts {
		_, _ = p.out.WriteString(t)
	}
}

// element writes n and what is inside.
func (p *printer) element(n element) {
	var nodes []Node
	if c := n.children(); c != nil {
		nodes = *c
	}
	if s := sectionOf(n); s != nil && s.Source.IsSet() {
		nodes = nil
	}
	p.open(n, len(nodes) == 0)
	if len(nodes) > 0 {
		p.depth++
		p.nodes(nodes)
		p.depth--
		p.line("</" + n.tag() + ">")
	}
}

// open writes the start tag of n.
func (p *printer) open(n element, empty bool) {
	p.write(strings.Repeat("  ", p.depth), "<", n.tag())
	for _, f := range n.fields() {
		if f.value.IsSet() {
			p.attribute(f.name, f.value.write())
		}
	}
	for _, a := range n.base().More {
		p.attribute(a.Name, a.Value)
	}
	if empty {
		p.write(" /")
	}
	p.write(">", p.newline)
}

// escape writes what can't stand in an attribute's value. White space other
// than blanks would become blanks.
func escape(value string) string {
	if !strings.ContainsAny(value, "&<>\"\t\r\n") {
		return value
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\r", "&#13;", "\n", "&#10;").Replace(value)
}

func (p *printer) attribute(name, value string) {
	p.write(" ", name, `="`, escape(value), `"`)
}

// rewriteMap writes a map and its entries.
func (p *printer) rewriteMap(m *Map) {
	p.open(m, len(m.Entries) == 0)
	if len(m.Entries) == 0 {
		return
	}
	p.depth++
	for i := range m.Entries {
		p.entry(&m.Entries[i])
	}
	p.depth--
	p.line("</rewriteMap>")
}

func (p *printer) entry(e *Entry) {
	switch e.Kind {
	case EntryAdd:
		p.write(strings.Repeat("  ", p.depth), "<add")
		p.attribute("key", e.Key)
		if e.Value != "" {
			p.attribute("value", e.Value)
		}
		p.write(" />", p.newline)
	case EntryRemove:
		p.write(strings.Repeat("  ", p.depth), "<remove")
		p.attribute("key", e.Key)
		p.write(" />", p.newline)
	case EntryClear:
		p.line("<clear />")
	case EntryComment, EntryForeign:
		p.line(e.Value)
	}
}
