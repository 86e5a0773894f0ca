package setenvif

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// setEnvIfs is the SetEnvIf directives of a scope, and of those around it.
type setEnvIfs struct {
	list  *setEnvIfList
	attrs map[string]*attribute // by name in lower case; of the scope, while it is compiled
	// lastLook is the number of the scope's last directive that is no expression, plus one.
	lastLook int

	changing bool // an expression may change the groups that later ones find
	reading  bool // one may refer to groups that earlier ones have left
}

// setEnvIfList is directives in order.
type setEnvIfList = httpd.ItemList[*setEnvIf, question]

// setEnvIfSlot is mod_setenvif's place in the configuration of a directory and of
// a server.
var setEnvIfSlot = &httpd.Slot[setEnvIfs]{
	Merge: func(over, base *setEnvIfs) *setEnvIfs {
		return &setEnvIfs{
			list:     base.list.Join(over.list),
			changing: base.changing || over.changing, reading: base.reading || over.reading,
		}
	},
	Seal: func(e *httpd.Engine, l *setEnvIfs) {
		l.list.Seal(func(entries []*setEnvIf) httpd.Indexed[question] { return newIndex(e, entries) })
	},
	Size: func(l, _ *setEnvIfs) int64 { return httpd.MergeListSize * int64(l.list.Len()) },
}

// add appends e.
func (l *setEnvIfs) add(e *setEnvIf) {
	n := l.list.Len()
	if e.expr != nil {
		if l.lastLook > 0 {
			e.back = int32(n + 1 - l.lastLook) //nolint:gosec // no list has 2^31 items
		}
		l.changing = l.changing || e.groups.Changes
		l.reading = l.reading || e.groups.Refers || e.refers() && !e.groups.IfTrue
	} else {
		if e.names != nil && l.lastLook > 0 {
			if last := l.list.At(l.lastLook - 1); last.attr == e.attr {
				e.names = last.names // which is not looked at again
			}
		}
		l.lastLook = n + 1
	}
	l.list = l.list.With(e)
}

// last returns the last directive, nil if there is none.
func (l *setEnvIfs) last() *setEnvIf {
	if l.list.Len() == 0 {
		return nil
	}
	return l.list.At(l.list.Len() - 1)
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

// question is something that an index asks of a request. The first field that is not nil
// says what; if both are, it is the names of the request's fields.
type question struct {
	entry  *setEnvIf // what it looks at
	others *httpd.Questions
}

// looked tells questions for attributes apart.
type looked struct {
	attr   *attribute
	noCase bool // of a pattern for the names of headers
}

// indexer makes the index of a list.
type indexer struct {
	items   index.Builder
	numbers map[looked]index.Question
	own     []question // by number
	others  *httpd.Questions
	looks   vary.Items
	fields  int // directives that look at a field or variable that requests may lack
}

// minFields is how many directives have to look at a field or variable for it to take less
// to ask for the names of all than to look at each.
const minFields = 8

// mayLack reports whether a is a field or variable that many requests do not have.
func (a *attribute) mayLack() bool { return a.kind == attrHeader && !httpd.UsualHeader(a.name) }

// askFields is the question for the names of fields.
const askFields index.Question = 0

// newIndex returns the index of directives. Where the request lacks a header that one looks
// at, it looks at the variable of that name, which earlier directives may set.
func newIndex(e *httpd.Engine, entries []*setEnvIf) httpd.Indexed[question] {
	if e.Linear {
		return httpd.Indexed[question]{}
	}
	x := indexer{numbers: map[looked]index.Question{}, own: []question{{}}}
	for _, entry := range entries {
		if entry.expr == nil {
			x.number(entry)
			if entry.attr.mayLack() {
				x.fields++
			}
		}
	}
	x.others = httpd.NewQuestions(len(x.own))
	stale := staleLooks(entries)
	for i, entry := range entries {
		x.add(entry, stale[i])
	}
	x.others.Done()
	o := e.Index
	o.Fixed = func(q index.Question) bool {
		if int(q) < len(x.own) {
			return q == askFields || x.own[q].entry.attr.kind != attrHeader
		}
		return !x.others.HasEnv(q)
	}
	o.Chosen = func(item, watch, _ int, p index.Part) {
		if watch == 0 && entries[item].expr == nil {
			entries[item].part = p
		}
	}
	asked := x.own
	for len(asked) < x.others.Len() {
		asked = append(asked, question{others: x.others})
	}
	return httpd.Indexed[question]{Index: x.items.Build(o), Questions: asked, Looks: x.looks.Done()}
}

// number returns the number of the question for what e looks at.
func (x *indexer) number(e *setEnvIf) index.Question {
	key := looked{e.attr, e.names != nil && e.names.Flags() != 0}
	q, ok := x.numbers[key]
	if !ok {
		q = index.Question(len(x.own)) //nolint:gosec // no more than directives
		x.numbers[key], x.own = q, append(x.own, question{entry: e})
	}
	return q
}

// add adds e. With stale it has to be tried.
func (x *indexer) add(e *setEnvIf, stale bool) {
	var watches [][]index.Term
	looks := ""
	switch {
	case stale:
	case e.expr == nil:
		watches = x.watches(e)
	default:
		if w, names, ok := x.others.Watches(e.expr); ok {
			watches, looks = w, names
		}
	}
	x.items.Add(watches...)
	x.looks.Append(looks)
}

// watches returns what has to hold for e, which is not an expression. Where a header or
// variable is not there, it looks at an empty text.
func (x *indexer) watches(e *setEnvIf) [][]index.Term {
	term := e.term(x.number(e))
	if e.attr.mayLack() && x.fields >= minFields && term.NeedsText() {
		return [][]index.Term{{term}, {index.Name(askFields, e.attr.name), x.others.IsSet(e.attr.name)}}
	}
	return [][]index.Term{{term}}
}

// term returns the condition, which is not an expression, as one on the answer to q.
func (e *setEnvIf) term(q index.Question) index.Term {
	if e.pattern != nil {
		return index.Pattern(q, e.pattern.String(), e.pattern.Flags())
	}
	return index.Contains(q, e.literal, e.noCase)
}

// staleLooks tells which expressions of a scope have to be tried since the directive after
// them may not look anew: it sees what the last of them left that matched a regular
// expression with groups.
func staleLooks(entries []*setEnvIf) []bool {
	stale := make([]bool, len(entries))
	var next *attribute // that the directive behind looks at, nil where another scope begins
	replaced := false   // what is left is, in any case
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		if e.expr == nil {
			next, replaced = e.attr, false
			continue
		}
		var before *attribute
		if e.back > 0 {
			before = entries[i-int(e.back)].attr
		}
		stale[i] = e.groups.Changes && !replaced && maySame(before, next)
		replaced = replaced || e.groups.Always
	}
	return stale
}

// maySame reports whether a and b may be one attribute, where nil is one of another scope:
// only that of BrowserMatch is the same there.
func maySame(a, b *attribute) bool {
	switch {
	case a == nil:
		return b == nil || b == userAgent
	case b == nil:
		return a == userAgent
	}
	return a == b
}

// asker answers what the index of a list asks.
type asker setEnvIfList

// Ask returns an attribute, the names of fields, or what an expression looks at.
func (l *asker) Ask(s *httpd.Request, scope int, q index.Question, buf []byte) (text string, made []byte) {
	switch asked := (*setEnvIfList)(l).Question(scope, q); {
	case asked.entry != nil:
		s.Eval.At = asked.entry
		text = attributeOf(s, asked.entry)
	case asked.others != nil:
		return asked.others.Answer(s, q, buf)
	default:
		if made = s.AppendHeaderNames(buf); s.Eval.HasHost {
			made = index.AppendName(made, "Host")
		}
	}
	s.Eval.Spend((len(text) + len(made)) / work.TextSteps)
	return text, made
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
