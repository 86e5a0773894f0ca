package httpd

import (
	"slices"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// ifList is the <If> sections of a scope, each with its <ElseIf> and <Else>, and of the
// scopes around it, in order. Lists are joined and share what they are made of. It may
// be nil.
type ifList struct {
	scopes  []*ifScope
	n       int
	prepare sync.Once
	index   *index.List // nil if each is tried
}

// ifScope is the sections of one scope, of which there is one at least.
type ifScope struct {
	items   [][]*ifSection // an <If>, and what belongs to it
	prepare sync.Once
	index   *index.Index   // nil if each is tried
	inputs  [][]expr.Input // by question: what is asked for
}

// with returns the list l, which may be nil and is of one scope, with sec after it.
func (l *ifList) with(sec *ifSection) *ifList {
	if l == nil {
		l = &ifList{scopes: []*ifScope{{}}}
	}
	items := &l.scopes[0].items
	if sec.orElse {
		last := &(*items)[len(*items)-1]
		*last = append(*last, sec)
		return l
	}
	*items = append(*items, []*ifSection{sec})
	l.n++
	return l
}

// goesOn reports whether an <ElseIf> or <Else> may follow.
func (l *ifList) goesOn() bool {
	if l == nil {
		return false
	}
	items := l.scopes[0].items
	last := items[len(items)-1]
	return last[len(last)-1].test != nil
}

// len returns how many <If> there are.
func (l *ifList) len() int {
	if l == nil {
		return 0
	}
	return l.n
}

// at returns the <If> with the given number, and what belongs to it.
func (l *ifList) at(i int) []*ifSection {
	for _, s := range l.scopes {
		if i < len(s.items) {
			return s.items[i]
		}
		i -= len(s.items)
	}
	return nil
}

// joinIfs returns the sections of a and then those of b.
func joinIfs(a, b *ifList) *ifList {
	switch {
	case a.len() == 0:
		return b
	case b.len() == 0:
		return a
	}
	return &ifList{scopes: slices.Concat(a.scopes, b.scopes), n: a.n + b.n}
}

// seal prepares l for requests. Nothing is added to it any more.
func (l *ifList) seal(e *Engine) {
	if l == nil || e.Linear {
		return
	}
	l.prepare.Do(func() {
		indexes, lens := make([]*index.Index, len(l.scopes)), make([]int, len(l.scopes))
		for i, s := range l.scopes {
			s.prepare.Do(func() { s.watch(e) })
			indexes[i], lens[i] = s.index, len(s.items)
		}
		l.index = index.Join(indexes, lens)
	})
}

// watch makes the index of s.
func (s *ifScope) watch(e *Engine) {
	var b index.Builder
	known := map[string]index.Question{}
	for _, item := range s.items {
		if terms, ok := s.terms(item, known); ok {
			b.Add(terms)
		} else {
			b.Add()
		}
	}
	o := e.Index
	o.Fixed = func(index.Question) bool { return true }
	s.index = b.Build(o)
}

// terms returns the terms of which one has to hold for one of the sections of item to.
// If none does, evaluating their tests does not show. ok is false if there are none.
func (s *ifScope) terms(item []*ifSection, known map[string]index.Question) (terms []index.Term, ok bool) {
	for _, sec := range item {
		if sec.test == nil {
			return nil, false
		}
		needs, ok := sec.test.Needs(&expr.Quiet{Variable: IsCheap})
		if !ok {
			return nil, false
		}
		for i := range needs {
			terms = append(terms, needs[i].Term(s.question(needs[i].Input, known)))
		}
	}
	return terms, true
}

// question returns the question for in.
func (s *ifScope) question(in []expr.Input, known map[string]index.Question) index.Question {
	key := expr.InputKey(in)
	q, ok := known[key]
	if !ok {
		q = index.Question(len(s.inputs)) //nolint:gosec // no more than sections
		known[key] = q
		s.inputs = append(s.inputs, in)
	}
	return q
}

// IsCheap reports whether asking for a variable of expressions, other than a header,
// shows nothing and reaches for nothing outside.
func IsCheap(v syntax.Var) bool {
	switch v {
	case syntax.VarAPIVersion, syntax.VarAuthType, syntax.VarConnRemoteAddr, syntax.VarDocumentRoot, syntax.VarHTTPS,
		syntax.VarIPv6, syntax.VarIsSubreq, syntax.VarPathInfo, syntax.VarQueryString, syntax.VarRemoteAddr,
		syntax.VarRemoteIdent, syntax.VarRemotePort, syntax.VarRemoteUser, syntax.VarRequestFilename,
		syntax.VarRequestMethod, syntax.VarRequestScheme, syntax.VarRequestURI, syntax.VarServerAddr,
		syntax.VarServerAdmin, syntax.VarServerPort, syntax.VarServerProtocol, syntax.VarServerSoftware,
		syntax.VarTheRequest:
		return true
	default:
		return false
	}
}

// ifWalkers are the walks along lists of <If> under way: a test may ask for a
// sub-request, which makes walks of its own.
type ifWalkers struct {
	all   []*ifWalker
	depth int
}

// ifWalker is a walk along a list with those that may hold.
type ifWalker struct {
	cursor index.Cursor
	s      *Request
	list   *ifList
}

// beginIfs begins a walk along l. It has to end.
func (s *Request) beginIfs(l *ifList) *ifWalker {
	ws := &s.Eval.ifs
	if ws.depth == len(ws.all) {
		ws.all = append(ws.all, new(ifWalker))
	}
	w := ws.all[ws.depth]
	ws.depth++
	w.s, w.list = s, l
	if l.index != nil {
		w.cursor.Start(l.index, w, &s.Eval.Meter)
	}
	return w
}

// next returns the number of the first <If> from i on that may hold.
func (w *ifWalker) next(i int) int {
	if w.list.index == nil {
		return i
	}
	i = w.cursor.Next(i)
	w.s.Eval.Over() // Sections may be missing then, and the request is denied.
	return i
}

// end ends the walk.
func (w *ifWalker) end() {
	if w.list.index != nil {
		w.cursor.Clear(maxWalkBytes)
	}
	w.s.Eval.ifs.depth--
	w.s, w.list = nil, nil
}

// Answer returns what the tests look at.
func (w *ifWalker) Answer(q index.Question, buf []byte) (text string, made []byte) {
	in := w.list.scopes[w.cursor.Segment()].inputs[q]
	env := w.s.ExprEnv()
	for i := range in {
		switch {
		case in[i].Header != "":
			text = env.RequestHeader(in[i].Header)
		case in[i].IsVar:
			text = env.Variable(in[i].Var)
		default:
			text = in[i].Text
		}
		w.s.Eval.Spend(len(text) / work.TextSteps)
		if len(in) > 1 {
			if !w.s.Eval.Charge(len(text)) {
				break
			}
			buf = append(buf, text...)
			made = buf
		}
	}
	return text, made
}
