package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// list is patterns that are tried on one subject.
type list struct {
	name     string
	patterns []*pcre.Regexp
}

// lists collects lists by their names.
type lists map[string]*list

// readLists returns the lists of the rulesets below dir, the longest first.
func readLists(dir string) ([]list, error) {
	all := lists{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all.read(filepath.Base(name), text)
		return nil
	})
	var sorted []list
	for _, l := range all {
		sorted = append(sorted, *l)
	}
	slices.SortFunc(sorted, func(a, b list) int {
		if d := len(b.patterns) - len(a.patterns); d != 0 {
			return d
		}
		return strings.Compare(a.name, b.name)
	})
	return sorted, err
}

// read adds the patterns of a ruleset, as far as it can be read.
func (all lists) read(name string, text []byte) {
	f, _ := parser.Parse(name, text, nil)
	if f == nil {
		return
	}
	for node := range parser.All(f) {
		switch n := node.(type) {
		case *parser.RewriteRule:
			all.add(name, "rules", n.Regex, n.Has(parser.FlagNoCase))
		case *parser.RewriteCond:
			if n.Op == parser.CondRegex {
				all.add(name, n.Test.Text, n.Operand, n.Has(parser.FlagNoCase))
			}
		}
	}
}

// add adds a pattern to the list of a file and to that of all files.
func (all lists) add(file, subject, source string, noCase bool) {
	flags := pcre.DotAll | pcre.DollarEndOnly
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := pcre.Parse(source, flags)
	if err != nil {
		return
	}
	for _, name := range []string{file + " " + subject, "all " + subject} {
		if all[name] == nil {
			all[name] = &list{name: name}
		}
		all[name].patterns = append(all[name].patterns, re)
	}
}

// sourceOf returns the pattern as Vectorscan reads it.
func sourceOf(re *pcre.Regexp) string {
	return strings.ReplaceAll(strings.TrimPrefix(re.Root.String(), "(?^)"), `\C`, "(?s:.)")
}
