package casefile

import (
	"io/fs"
	"path"
	"strings"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Place is where a directive of a ruleset under test is written: in a case file, or in
// a ruleset beside it.
type Place struct {
	Source string
	Line   int
	Text   string // the directive, in one line
}

// Rule is a RewriteRule of a ruleset under test.
type Rule struct {
	Place
	Conds []*Cond

	tried, matched atomic.Bool
}

// Reached reports whether the rule's pattern was tried.
func (r *Rule) Reached() bool { return r.tried.Load() }

// Matched reports whether some request matched the rule, conditions included.
func (r *Rule) Matched() bool { return r.matched.Load() }

// Cond is a RewriteCond of a ruleset under test.
type Cond struct {
	Place

	held, failed atomic.Bool
}

// Held reports whether some request met the condition.
func (c *Cond) Held() bool { return c.held.Load() }

// Failed reports whether some request did not meet the condition.
func (c *Cond) Failed() bool { return c.failed.Load() }

// Listing is the text that rules of a ruleset under test are written in.
type Listing struct {
	Source string
	Before int      // lines of Source before the text
	Lines  []string // of the text
}

// position is where the engine says that a directive stands.
type position struct {
	path string // absolute
	line int
}

// coverage is what is known of how the rules of a case file were used. Requests may
// cover at the same time.
type coverage struct {
	rules    []*Rule
	listings []*Listing
	byPlace  map[position]*Rule
	conds    map[position]*Cond
}

// listRules returns the rules of all rulesets of the file, in the order
// written. What can't be parsed has none; Run reports it.
func (f *File) listRules() *coverage {
	c := &coverage{byPlace: map[position]*Rule{}, conds: map[position]*Cond{}}
	fsys := f.fileSystem()
	for _, t := range f.Texts {
		access := strings.HasSuffix(t.Path, "/.htaccess")
		if access || strings.HasPrefix(t.Path, serverRoot+"/") {
			c.add(f, fsys, t.Path, access)
		}
	}
	for _, name := range f.mountedAccessFiles() {
		c.add(f, fsys, name, true)
	}
	return c
}

// add adds the rules of a ruleset and of the files that it includes.
func (c *coverage) add(f *File, fsys fs.FS, name string, access bool) {
	tree, err := parser.ParseFS(fsys, name[1:], &parser.Options{
		AccessFile: access,
		Defines:    f.Settings.Defines,
		Getenv:     f.getenv,
		ServerRoot: serverRoot,
		FS:         fsys,
	})
	if err != nil {
		return
	}
	var conds []*Cond
	for n := range parser.All(tree) {
		switch n := n.(type) {
		case *parser.RewriteCond:
			at := position{absolute(n.Name), int(n.From.Line)}
			if c.conds[at] == nil { // else of a macro that is used more than once
				cond := &Cond{Place: f.written(at, n.Directive+" "+n.Raw)}
				c.conds[at] = cond
				conds = append(conds, cond)
			}
		case *parser.RewriteRule:
			at := position{absolute(n.Name), int(n.From.Line)}
			if c.byPlace[at] == nil {
				r := &Rule{Place: f.written(at, n.Directive+" "+n.Raw), Conds: conds}
				c.byPlace[at] = r
				c.rules = append(c.rules, r)
				c.list(f, fsys, at)
			}
			conds = nil
		}
	}
}

// list notes that rules are written in the file of at.
func (c *coverage) list(f *File, fsys fs.FS, at position) {
	first := f.written(position{at.path, 1}, "")
	for _, l := range c.listings {
		if l.Source == first.Source && l.Before == first.Line-1 {
			return
		}
	}
	text, err := fs.ReadFile(fsys, at.path[1:])
	if err != nil {
		return // it has gone since it was parsed
	}
	lines := strings.Split(strings.TrimSuffix(f.showRoot(string(text)), "\n"), "\n")
	c.listings = append(c.listings, &Listing{Source: first.Source, Before: first.Line - 1, Lines: lines})
}

// written returns where that is written which the engine finds at a position.
func (f *File) written(at position, text string) Place {
	for _, t := range f.Texts {
		if t.Path == at.path {
			return Place{Source: t.Source, Line: t.Line + at.line, Text: text}
		}
	}
	for _, m := range f.Mounts {
		if rest, ok := below(at.path, m.Path); ok {
			return Place{Source: path.Join(m.Source, rest), Line: at.line, Text: text}
		}
	}
	return Place{Source: at.path, Line: at.line, Text: text}
}

// cover notes what a step says of a rule or condition. It reports whether that is new.
func (c *coverage) cover(s *matcher.Step) bool {
	isRule := s.Kind == matcher.StepRule || s.Kind == matcher.StepMatched
	if !isRule && s.Kind != matcher.StepCond {
		return false
	}
	at := position{absolute(s.At.Name), int(s.At.From.Line)}
	if seen := c.flag(at, s, isRule); seen != nil {
		return !seen.Swap(true)
	}
	return false
}

// flag returns what stands for the outcome that a step tells, nil if there is no such
// rule or condition.
func (c *coverage) flag(at position, s *matcher.Step, isRule bool) *atomic.Bool {
	rule, cond := c.byPlace[at], c.conds[at]
	switch {
	case isRule && rule == nil, !isRule && cond == nil:
		return nil
	case s.Kind == matcher.StepRule:
		return &rule.tried
	case isRule:
		return &rule.matched
	case s.Matched:
		return &cond.held
	}
	return &cond.failed
}

// absolute returns the path that a position's file name means.
func absolute(name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return "/" + name
}

// below returns the rest of a path below a folder, ok if it is the folder or lies there.
func below(name, folder string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(name, strings.TrimSuffix(folder, "/"))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(rest, "/"), true
}
