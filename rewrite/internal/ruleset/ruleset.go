// Package ruleset makes an engine of a ruleset's text and gathers everything
// that is found on the way.
package ruleset

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Ruleset is a ruleset that was read.
type Ruleset struct {
	File *parser.File
	// Engine is nil if one of the findings is an error.
	Engine *matcher.Engine
	// Findings are those of parser and matcher, warnings included, in order.
	Findings parser.Diagnostics
}

// Read parses and compiles src, which is called name in positions. Where
// perDir is set it is compiled as the text of an .htaccess file. The error says
// that something else than the text is wrong.
func Read(name string, src []byte, perDir bool, po *parser.Options, mo *matcher.Options) (*Ruleset, error) {
	f, err := parser.Parse(name, src, po)
	known := parser.Findings(err)
	if err != nil && known == nil {
		return nil, err
	}
	tree := f
	if perDir {
		tree = inDirectory(f)
	}
	e, err := matcher.Compile(tree, mo)
	more := parser.Findings(err)
	switch {
	case err == nil:
		more = e.Warnings()
	case more == nil:
		return nil, err
	}
	rs := &Ruleset{File: f, Findings: slices.Concat(known, f.Warnings, withoutEchoes(more, known))}
	rs.Findings.Sort()
	if rs.Findings.Err() == nil {
		rs.Engine = e
	}
	return rs, nil
}

// withoutEchoes returns the findings of more except those that only say again
// that a directive could not be parsed: they span a place where an error is
// known.
func withoutEchoes(more, known parser.Diagnostics) parser.Diagnostics {
	return slices.DeleteFunc(slices.Clone(more), func(d *parser.Diagnostic) bool {
		return slices.ContainsFunc(known, func(k *parser.Diagnostic) bool {
			return k.Severity == parser.Error && k.Name == d.Name &&
				d.From.Offset <= k.From.Offset && k.From.Offset < max(d.To.Offset, d.From.Offset+1)
		})
	})
}

// inDirectory returns the text of an .htaccess file as that of a <Directory>
// section, which is what httpd makes of it.
func inDirectory(f *parser.File) *parser.File {
	in := *f
	in.Nodes = []parser.Node{&parser.Section{
		Extent: f.Extent,
		Source: parser.Source{Directive: "Directory", Raw: "/"},
		Text:   "/",
		Args:   []parser.Word{{Extent: f.Extent, Text: "/"}},
		Nodes:  f.Nodes,
	}}
	return &in
}
