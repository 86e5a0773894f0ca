package setenvif

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// setEnvIfs is the SetEnvIf directives of a scope, and of those around it.
type setEnvIfs struct {
	list  *setEnvIfList
	attrs map[string]*attribute // by name in lower case; of the scope, while it is compiled
	exprs bool                  // one is a SetEnvIfExpr
}

// setEnvIfList is directives in order. Its index asks for the attributes that they look
// at, each as the first one that looks at it does.
type setEnvIfList = httpd.ItemList[*setEnvIf, *setEnvIf]

// setEnvIfSlot is mod_setenvif's place in the configuration of a directory and of
// a server.
var setEnvIfSlot = &httpd.Slot[setEnvIfs]{
	Merge: func(over, base *setEnvIfs) *setEnvIfs {
		return &setEnvIfs{list: base.list.Join(over.list), exprs: base.exprs || over.exprs}
	},
	Seal: func(e *httpd.Engine, l *setEnvIfs) {
		l.list.Seal(func(entries []*setEnvIf) (*index.Index, []*setEnvIf) { return newIndex(e, entries) })
	},
	Size: func(l, _ *setEnvIfs) int64 { return httpd.MergeListSize * int64(l.list.Len()) },
}

// add appends e.
func (l *setEnvIfs) add(e *setEnvIf) {
	if e.names != nil {
		if last := l.lastLook(); last != nil && last.attr == e.attr {
			e.names = last.names // which is not looked at again
		}
	}
	l.list = l.list.With(e)
	l.exprs = l.exprs || e.expr != nil
}

// last returns the last directive, nil if there is none.
func (l *setEnvIfs) last() *setEnvIf {
	if l.list.Len() == 0 {
		return nil
	}
	return l.list.At(l.list.Len() - 1)
}

// lastLook returns the last directive that looks at an attribute, nil if there is none.
func (l *setEnvIfs) lastLook() *setEnvIf {
	for i := l.list.Len() - 1; i >= 0; i-- {
		if e := l.list.At(i); e.expr == nil {
			return e
		}
	}
	return nil
}

// shared returns the attribute that the scope knows by the name of attr: that itself if
// there is none.
func (l *setEnvIfs) shared(attr *attribute) *attribute {
	if l.attrs == nil {
		l.attrs = map[string]*attribute{}
	}
	key := strings.ToLower(attr.name)
	if l.attrs[key] == nil {
		l.attrs[key] = attr
	}
	return l.attrs[key]
}

// question is what tells questions of an index apart.
type question struct {
	attr   *attribute
	noCase bool // of a pattern for the names of headers
}

// newIndex returns the index of directives, nil if each is to be tried, and what its
// questions are about. What a directive looks at that has one of its own is a variable
// where the request has no such header: earlier ones may set it.
func newIndex(e *httpd.Engine, entries []*setEnvIf) (*index.Index, []*setEnvIf) {
	if e.Linear {
		return nil, nil
	}
	var b index.Builder
	var asked []*setEnvIf
	numbers := map[question]index.Question{}
	for _, entry := range entries {
		if entry.expr != nil {
			b.Add()
			continue
		}
		key := question{entry.attr, entry.names != nil && entry.names.Flags() != 0}
		q, ok := numbers[key]
		if !ok {
			q = index.Question(len(asked)) //nolint:gosec // no more than directives
			numbers[key], asked = q, append(asked, entry)
		}
		b.Add([]index.Term{entry.term(q)})
	}
	o := e.Index
	o.Fixed = func(q index.Question) bool { return asked[q].attr.kind != attrHeader }
	o.Chosen = func(item, _, _ int, p index.Part) { entries[item].part = p }
	return b.Build(o), asked
}

// term returns the condition, which is not an expression, as one on the answer to q.
func (e *setEnvIf) term(q index.Question) index.Term {
	if e.pattern != nil {
		return index.Pattern(q, e.pattern.String(), e.pattern.Flags())
	}
	return index.Contains(q, e.literal, e.noCase)
}

// asker answers what the index of a list asks.
type asker setEnvIfList

// Ask returns an attribute.
func (l *asker) Ask(s *httpd.Request, scope int, q index.Question, _ []byte) (text string, made []byte) {
	e := (*setEnvIfList)(l).Question(scope, q)
	s.Eval.At = e
	text = attributeOf(s, e)
	s.Eval.Spend(len(text) / work.TextSteps)
	return text, nil
}

// PostRead is the hook for the directives of the server.
func PostRead() httpd.Hook {
	return httpd.Hook{
		WantedBy: func(s *httpd.Server) bool { return setEnvIfSlot.Of(s.Parts) != nil },
		Run:      func(s *httpd.Request) int { return runSetEnvIf(s, s.Server.Parts) },
	}
}

// HeaderParser is the hook for the directives of sections and access files.
func HeaderParser() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return setEnvIfSlot.Of(d.Parts) != nil },
		Run:    func(s *httpd.Request) int { return runSetEnvIf(s, s.Dir.Parts) },
	}
}
