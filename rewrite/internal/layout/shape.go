package layout

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Shape returns what a tree says, without where and how it is written: files with
// one shape do the same.
func Shape(f *parser.File) string {
	var s shaper
	s.nodes(f.Nodes)
	return s.b.String()
}

type shaper struct{ b strings.Builder }

func (s *shaper) nodes(nodes []parser.Node) {
	for _, n := range nodes {
		s.node(n)
	}
}

func (s *shaper) add(format string, args ...any) { fmt.Fprintf(&s.b, format+"\n", args...) }

func (s *shaper) node(n parser.Node) {
	switch n := n.(type) {
	case *parser.Comment:
		s.add("comment %q", n.Text)
	case *parser.Directive:
		s.add("%q %s", n.Directive, words(n.Args))
	case *parser.Section:
		s.add("<%q %s", n.Directive, words(n.Args))
		s.nodes(n.Nodes)
		s.add(">")
	case *parser.Conditional:
		s.add("<%q %t %t %s %q", n.Directive, n.Not, n.Holds, words(n.Args), body(n.Skipped))
		s.nodes(n.Nodes)
		s.add(">")
	case *parser.Macro:
		s.add("<%q %s %q", n.Directive, words(n.Args), body(n.Body))
	case *parser.Use:
		s.add("%q %s {", n.Directive, words(n.Args))
		s.nodes(n.Nodes)
		s.add("}")
	case *parser.Include:
		s.add("%q %s", n.Directive, n.Path.Text)
	default:
		s.rewrite(n)
	}
}

func (s *shaper) rewrite(n parser.Node) {
	switch n := n.(type) {
	case *parser.RewriteEngine:
		s.add("%q %t", n.Directive, n.On)
	case *parser.RewriteOptions:
		s.add("%q %v", n.Directive, n.Options)
	case *parser.RewriteBase:
		s.add("%q %q", n.Directive, n.URL.Text)
	case *parser.RewriteMap:
		option := ""
		if n.Option != nil {
			option = n.Option.Text
		}
		s.add("%q %q %q %q", n.Directive, n.MapName.Text, n.Spec.Text, option)
	case *parser.RewriteCond:
		s.add("%q %q %t %v %q %s", n.Directive, n.Test.Text, n.Not, n.Op, n.Operand, flags(n.Flags))
	case *parser.RewriteRule:
		header := ""
		if n.Header != nil {
			header = n.Header.Text
		}
		s.add("%q %q %q %q %t %t %t %s", n.Directive, header, n.Pattern.Text, n.Subst.Text, n.NoSubst, n.DropQuery, n.SplitLast, flags(n.Flags))
	}
}

func words(ws []parser.Word) string {
	var b strings.Builder
	for _, w := range ws {
		fmt.Fprintf(&b, "%q ", w.Text)
	}
	return b.String()
}

func flags(fs []*parser.Flag) string {
	var b strings.Builder
	for _, f := range fs {
		fmt.Fprintf(&b, "%v=%q/%d ", f.Kind, f.Value, f.Number)
	}
	return b.String()
}

// body returns the lines of a body that is not read, without what surrounds them.
func body(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Trim(line, spaces+"\n") + "\n")
	}
	return b.String()
}
