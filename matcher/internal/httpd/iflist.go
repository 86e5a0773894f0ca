package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// ifList is the <If> sections of a scope, each with its <ElseIf> and <Else>, and of the
// scopes around it. Its index asks for the values that tests look at.
type ifList = ItemList[[]*ifSection, []expr.Input]

// withIf returns the list l, which may be nil and is of one scope, with sec after it.
func withIf(l *ifList, sec *ifSection) *ifList {
	if sec.orElse {
		items := l.Items()
		last := &items[len(items)-1]
		*last = append(*last, sec)
		return l
	}
	return l.With([]*ifSection{sec})
}

// goesOn reports whether an <ElseIf> or <Else> may follow l.
func goesOn(l *ifList) bool {
	items := l.Items()
	if len(items) == 0 {
		return false
	}
	last := items[len(items)-1]
	return last[len(last)-1].test != nil
}

// indexIfs returns the index of the sections of one scope, nil if each is to be tried,
// and what it asks for.
func (e *Engine) indexIfs(items [][]*ifSection) (*index.Index, [][]expr.Input) {
	if e.Linear {
		return nil, nil
	}
	var b index.Builder
	asked := ifQuestions{numbers: map[string]index.Question{}}
	for _, item := range items {
		if terms, ok := asked.terms(item); ok {
			b.Add(terms)
		} else {
			b.Add()
		}
	}
	o := e.Index
	o.Fixed = func(index.Question) bool { return true }
	return b.Build(o), asked.inputs
}

// ifQuestions are the questions about what the tests of <If> sections look at.
type ifQuestions struct {
	numbers map[string]index.Question
	inputs  [][]expr.Input // by number
}

// terms returns the terms of which one has to hold for one of the sections of item to.
// If none does, evaluating their tests does not show. ok is false if there are none.
func (a *ifQuestions) terms(item []*ifSection) (terms []index.Term, ok bool) {
	for _, sec := range item {
		if sec.test == nil {
			return nil, false
		}
		needs, ok := sec.test.Needs(&expr.Quiet{Variable: IsCheap})
		if !ok {
			return nil, false
		}
		for i := range needs {
			terms = append(terms, needs[i].Term(a.number(needs[i].Input)))
		}
	}
	return terms, true
}

// number returns the question for in.
func (a *ifQuestions) number(in []expr.Input) index.Question {
	key := expr.InputKey(in)
	q, ok := a.numbers[key]
	if !ok {
		q = index.Question(len(a.inputs)) //nolint:gosec // no more than sections
		a.numbers[key] = q
		a.inputs = append(a.inputs, in)
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

// ifAsker answers what the index of a list of <If> sections asks.
type ifAsker ifList

// Ask returns what the tests look at.
func (l *ifAsker) Ask(s *Request, scope int, q index.Question, buf []byte) (text string, made []byte) {
	in := (*ifList)(l).Question(scope, q)
	env := s.ExprEnv()
	for i := range in {
		switch {
		case in[i].Header != "":
			text = env.RequestHeader(in[i].Header)
		case in[i].IsVar:
			text = env.Variable(in[i].Var)
		default:
			text = in[i].Text
		}
		s.Eval.Spend(len(text) / work.TextSteps)
		if len(in) > 1 {
			if !s.Eval.Charge(len(text)) {
				break
			}
			buf = append(buf, text...)
			made = buf
		}
	}
	return text, made
}
