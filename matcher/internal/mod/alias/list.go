package alias

import (
	"slices"
	"strings"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// aliasList is directives of a scope and of those around it, in the order they are
// tried. Lists are joined and share what they are made of. It may be nil.
type aliasList struct {
	scopes  []*aliasScope
	n       int
	prepare sync.Once
	index   *index.List // nil if each is tried
}

// aliasScope is the directives of one scope.
type aliasScope struct {
	directives []*alias
	prepare    sync.Once
	index      *index.Index // of directives; nil if each is tried
}

// with returns the list l, which may be nil and is of one scope, with a after it.
func (l *aliasList) with(a *alias) *aliasList {
	if l == nil {
		l = &aliasList{scopes: []*aliasScope{{}}}
	}
	l.scopes[0].directives = append(l.scopes[0].directives, a)
	l.n++
	return l
}

// len returns the number of directives.
func (l *aliasList) len() int {
	if l == nil {
		return 0
	}
	return l.n
}

// join returns the directives of a and then those of b.
func join(a, b *aliasList) *aliasList {
	switch {
	case a.len() == 0:
		return b
	case b.len() == 0:
		return a
	}
	return &aliasList{scopes: slices.Concat(a.scopes, b.scopes), n: a.n + b.n}
}

// seal prepares l for requests. Nothing is added to it any more.
func (l *aliasList) seal(e *httpd.Engine) {
	if l == nil {
		return
	}
	l.prepare.Do(func() {
		indexes, lens := make([]*index.Index, len(l.scopes)), make([]int, len(l.scopes))
		for i, s := range l.scopes {
			s.prepare.Do(func() { s.index = newIndex(e, s.directives) })
			indexes[i], lens[i] = s.index, len(s.directives)
		}
		l.index = index.Join(indexes, lens)
	})
}

// newIndex returns the index of directives, nil if each is to be tried.
func newIndex(e *httpd.Engine, directives []*alias) *index.Index {
	var l httpd.PathList
	for _, a := range directives {
		if a.regex != nil {
			l.Matching(a.regex)
		} else {
			l.Below(singleSlashes(a.path))
		}
	}
	return l.Build(e)
}

// at returns the directive i.
func (l *aliasList) at(i int) *alias {
	for _, s := range l.scopes {
		if i < len(s.directives) {
			return s.directives[i]
		}
		i -= len(s.directives)
	}
	return nil
}

// walk is a walk along a list with those of its directives that may be for a request.
type walk struct {
	*httpd.PathWalk

	list *aliasList
	uri  string
	next int // the directive to look at next
}

// walk begins a walk along l, which may be nil. It has to end.
func (l *aliasList) walk(s *httpd.Request) walk {
	if l == nil || l.index == nil {
		return walk{s.Eval.WalkPaths(nil, s.URI, s.URI), l, s.URI, 0}
	}
	return walk{s.Eval.WalkPaths(l.index, s.URI, singleSlashes(s.URI)), l, s.URI, 0}
}

// step returns the next directive that may be for the request, nil if there is none.
func (w *walk) step() *alias {
	if w.next >= w.list.len() {
		return nil
	}
	from := w.next
	i := w.Next(from)
	if w.Traced() {
		w.check(from, min(i, w.list.n))
	}
	if w.next = i + 1; i >= w.list.n {
		return nil
	}
	return w.list.at(i)
}

// check sees that directives that the index passed over are not for the request.
func (w *walk) check(from, to int) {
	for i := from; i < to; i++ {
		a := w.list.at(i)
		if a.regex == nil && matchPath(w.uri, a.path) > 0 || a.regex != nil && w.Matches(a.regex, w.uri) {
			w.PassedOver(a.at)
		}
	}
}

// singleSlashes returns path with one slash for each that follow each other.
func singleSlashes(path string) string {
	if !strings.Contains(path, "//") {
		return path
	}
	b := make([]byte, 0, len(path))
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b = append(b, path[i])
		}
	}
	return string(b)
}
