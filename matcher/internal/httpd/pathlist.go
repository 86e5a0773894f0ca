package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
)

// PathList collects what the items of a list need of a URL-path, in the order of the
// list: directives that map URLs, or sections for some.
type PathList struct{ items index.Builder }

// The questions about a URL-path.
const (
	askPath      index.Question = iota
	askPlainPath                // the path with single slashes
)

// Matching appends an item for the paths that p matches.
func (l *PathList) Matching(p *pattern.Pattern) {
	l.items.Add([]index.Term{index.Pattern(askPath, p.String(), p.Flags())})
}

// Below appends an item for path, which has single slashes, and what is below it.
// With a slash at its end path itself needs one, too. Slashes of the request that
// follow each other count for one.
func (l *PathList) Below(path string) {
	if strings.HasSuffix(path, "/") {
		l.items.Add([]index.Term{index.Prefix(askPlainPath, path)})
	} else {
		l.items.Add([]index.Term{index.Path(askPlainPath, path)})
	}
}

// Any appends an item for all paths.
func (l *PathList) Any() { l.items.Add() }

// Is appends an item for path.
func (l *PathList) Is(path string) {
	l.items.Add([]index.Term{index.Text(askPath, path, false)})
}

// Wild appends an item for the paths that glob matches, as [apr.MatchFile] does.
// Slashes of the request that follow each other count for one.
func (l *PathList) Wild(glob string) {
	l.items.Add([]index.Term{index.FileGlob(askPlainPath, glob)})
}

// Build returns the index of the items, nil if each is to be tried.
func (l *PathList) Build(e *Engine) *index.Index {
	if e.Linear {
		return nil
	}
	o := e.Index
	o.Fixed = func(index.Question) bool { return true }
	return l.items.Build(o)
}
