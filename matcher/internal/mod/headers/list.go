package headers

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// headerList is directives of a scope and of those around it. Its index asks for what
// their conditions look at.
type headerList = httpd.ItemList[*headerLine, httpd.Asked]

// newIndex returns the index of directives. With changing they change the request's header
// themselves.
func newIndex(e *httpd.Engine, lines []*headerLine, changing bool) httpd.Indexed[httpd.Asked] {
	c := httpd.Conditions{Looks: new(vary.Items)}
	for _, l := range lines {
		switch {
		case l.early:
			c.Any()
		case l.env != "" && !l.notEnv:
			c.Set(l.env)
		case l.op.when != nil:
			c.True(l.op.when)
		default:
			c.Any()
		}
	}
	if changing {
		return c.Build(e, httpd.Asked.HasHeader)
	}
	return c.Build(e, nil)
}

// seal prepares the lists of h.
func (h *headersConfig) seal(e *httpd.Engine) {
	for _, l := range []*headerList{h.request, h.onSuccess, h.always} {
		l.Seal(func(lines []*headerLine) httpd.Indexed[httpd.Asked] { return newIndex(e, lines, l == h.request) })
	}
}

// each calls do for the directives of list, those that are early or the others, whose
// variable is set if they name one, and whose expression may be true. do may change what
// expressions look at, and returns false to end that. passed, if set, is called for those
// that the index passes over: from the number first on, and before end.
func each(s *httpd.Request, list *headerList, early bool, passed func(first, end int), do func(l *headerLine) bool) {
	w := s.Walk(list.Index(), httpd.AskerOf(list))
	defer w.End()
	for i, from := w.Next(0), 0; ; i, from = w.Next(i+1), i+1 {
		end := min(i, list.Len())
		if w.Traced() {
			check(s, w, list, from, end)
		}
		if from < end && passed != nil {
			passed(from, end)
		}
		if i >= list.Len() {
			return
		}
		l := list.At(i)
		if l.early != early || !l.holds(s) {
			continue
		}
		if !do(l) {
			return
		}
		w.Changed()
	}
}

// check sees that the conditions of directives do not hold that the index passed over.
func check(s *httpd.Request, w *httpd.Walk, list *headerList, from, to int) {
	for i := from; i < to; i++ {
		l := list.At(i)
		if !l.holds(s) {
			continue
		}
		room := s.Eval.Meter.Mark()
		if l.op.when != nil {
			res, err := l.op.when.Bool(s.ExprEnv())
			if err == nil && !res.True {
				continue
			}
		}
		s.Eval.Meter.Release(room)
		w.PassedOver(l.at)
	}
}
