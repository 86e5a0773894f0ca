package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// Conditions collects what the items of a list need of a request, in the order of the
// list: that an expression is true, or that a variable is set. The zero value is an
// empty list.
type Conditions struct {
	items   index.Builder
	numbers map[string]index.Question
	asked   []Asked // by number
}

// Asked is a question about a request: for the text that the inputs come to, or, if
// there are none, for the names of the variables that are set.
type Asked []expr.Input

// HasHeader reports whether the answer depends on the request's header.
func (a Asked) HasHeader() bool {
	for i := range a {
		if a[i].Header != "" {
			return true
		}
	}
	return false
}

// Any appends an item that may hold for every request.
func (c *Conditions) Any() { c.items.Add() }

// Set appends an item that holds only if the variable name is set.
func (c *Conditions) Set(name string) {
	c.items.Add([]index.Term{index.Name(c.question(nil), name)})
}

// True appends an item that holds only if p is true. Evaluating p may show in Vary.
func (c *Conditions) True(p *expr.Program) {
	if terms, ok := c.terms(p); ok {
		c.items.Add(terms)
	} else {
		c.items.Add()
	}
}

// terms returns the terms of which one has to hold for p to be true. If none does,
// evaluating p does not show. ok is false if there are none.
func (c *Conditions) terms(p *expr.Program) (terms []index.Term, ok bool) {
	needs, ok := p.Needs(&expr.Quiet{Variable: IsCheap})
	for i := range needs {
		if len(needs[i].Input) == 0 {
			return nil, false
		}
		terms = append(terms, needs[i].Term(c.question(needs[i].Input)))
	}
	return terms, ok
}

// question returns the number of the question a.
func (c *Conditions) question(a Asked) index.Question {
	key := expr.InputKey(a)
	q, ok := c.numbers[key]
	if !ok {
		if c.numbers == nil {
			c.numbers = map[string]index.Question{}
		}
		q = index.Question(len(c.asked)) //nolint:gosec // no more than items
		c.numbers[key] = q
		c.asked = append(c.asked, a)
	}
	return q
}

// Build returns the index of the items, nil if each is to be tried, and what it asks.
// changing reports whether an answer may change along the list; nil says that none does.
func (c *Conditions) Build(e *Engine, changing func(Asked) bool) (*index.Index, []Asked) {
	if e.Linear {
		return nil, nil
	}
	o := e.Index
	o.Fixed = func(q index.Question) bool { return changing == nil || !changing(c.asked[q]) }
	return c.items.Build(o), c.asked
}

// ConditionAsker answers what the index of a list asks that Conditions has built.
type ConditionAsker[T any] ItemList[T, Asked]

// AskerOf returns l, which may be nil, as an Asker.
func AskerOf[T any](l *ItemList[T, Asked]) *ConditionAsker[T] { return (*ConditionAsker[T])(l) }

// Ask returns what conditions look at.
func (l *ConditionAsker[T]) Ask(s *Request, scope int, q index.Question, buf []byte) (text string, made []byte) {
	asked := (*ItemList[T, Asked])(l).Question(scope, q)
	if asked == nil {
		return "", s.AppendEnvNames(buf)
	}
	env := s.ExprEnv()
	for i := range asked {
		switch in := &asked[i]; {
		case in.Header != "":
			text = env.RequestHeader(in.Header)
		case in.IsVar:
			text = env.Variable(in.Var)
		default:
			text = in.Text
		}
		s.Eval.Spend(len(text) / work.TextSteps)
		if len(asked) > 1 {
			if !s.Eval.Charge(len(text)) {
				break
			}
			buf = append(buf, text...)
			made = buf
		}
	}
	return text, made
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
