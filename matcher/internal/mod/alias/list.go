package alias

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// aliasList is directives of a scope and of those around it. Its index asks for the
// path alone.
type aliasList = httpd.ItemList[*alias, struct{}]

// seal prepares l for requests.
func seal(e *httpd.Engine, l *aliasList) {
	l.Seal(func(directives []*alias) httpd.Indexed[struct{}] {
		return httpd.Indexed[struct{}]{Index: newIndex(e, directives)}
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

// walk is a walk along a list with those of its directives that may be for a request.
type walk struct {
	*httpd.Walk

	list *aliasList
	uri  string
	next int // the directive to look at next
}

// walkAlong begins a walk along l, which may be nil. It has to end.
func walkAlong(l *aliasList, s *httpd.Request) walk {
	plain := s.URI
	if l.Index() != nil && !s.IsClean() {
		plain = singleSlashes(plain)
	}
	return walk{s.Eval.WalkPaths(l.Index(), s.URI, plain), l, s.URI, 0}
}

// step returns the next directive that may be for the request, nil if there is none.
func (w *walk) step() *alias {
	if w.next >= w.list.Len() {
		return nil
	}
	from := w.next
	i := w.Next(from)
	if w.Traced() {
		w.check(from, min(i, w.list.Len()))
	}
	if w.next = i + 1; i >= w.list.Len() {
		return nil
	}
	return w.list.At(i)
}

// check sees that directives that the index passed over are not for the request.
func (w *walk) check(from, to int) {
	for i := from; i < to; i++ {
		a := w.list.At(i)
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
