package casefile

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Rule is a RewriteRule of a ruleset under test.
type Rule struct {
	// Source and Line say where it is written: in a case file, or in a
	// ruleset beside it.
	Source string
	Line   int
	Text   string // the directive, in one line
	// Matched says that some request matched it, conditions included.
	Matched bool

	path string // of its file in the case's file system
	line int    // in that file
}

// listRules returns the rules of all rulesets of the file, in the order
// written. What can't be parsed has none; Run reports it.
func (f *File) listRules() []*Rule {
	var rules []*Rule
	for _, t := range f.Texts {
		access := strings.HasSuffix(t.Path, "/.htaccess")
		if !access && !strings.HasPrefix(t.Path, serverRoot+"/") {
			continue
		}
		tree, err := parser.Parse(t.Path, []byte(t.Content), &parser.Options{
			AccessFile: access,
			Defines:    f.Settings.Defines,
			Getenv:     f.getenv,
			ServerRoot: serverRoot,
			FS:         f.fileSystem(),
		})
		if err != nil {
			continue
		}
		for n := range parser.All(tree) {
			r, ok := n.(*parser.RewriteRule)
			if !ok || r.Name != t.Path {
				continue // of an included file, which has its turn
			}
			line := int(r.From.Line)
			if r.Via != nil && isListed(rules, t.Path, line) {
				continue // of a macro that is used more than once
			}
			rules = append(rules, &Rule{
				Source: t.Source, Line: t.Line + line, Text: r.Directive + " " + r.Raw,
				path: t.Path, line: line,
			})
		}
	}
	return rules
}

// isListed reports whether rules has one in that line of a file.
func isListed(rules []*Rule, path string, line int) bool {
	return slices.ContainsFunc(rules, func(r *Rule) bool { return r.path == path && r.line == line })
}

// cover marks the rule that matched with s, if one did.
func (p *program) cover(s *matcher.Step) {
	if s.Kind != matcher.StepMatched {
		return
	}
	for _, r := range p.rules {
		if r.line == int(s.At.From.Line) && r.path == absolute(s.At.Name) {
			r.Matched = true
		}
	}
}

// absolute returns the path that a position's file name means.
func absolute(name string) string { return "/" + strings.TrimPrefix(name, "/") }
