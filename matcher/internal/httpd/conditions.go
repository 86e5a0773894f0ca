package httpd

import (
	"slices"
	"strconv"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// Conditions collects what the items of a list need of a request, in the order of the
// list: that an expression is true, or that a variable is set. The zero value is an
// empty list.
type Conditions struct {
	Questions

	items index.Builder

	// Looks, if set, gets the headers that each item looks at where it is passed over.
	// Without it an item is tried for each request if it looks at any that go into Vary.
	Looks *vary.Items
}

// Questions numbers what is asked of a request. The zero value has no question yet.
type Questions struct {
	numbers map[string]index.Question
	asked   []Asked // by number
}

// NewQuestions returns questions whose numbers begin after so many of the caller's own.
func NewQuestions(own int) *Questions { return &Questions{asked: make([]Asked, own)} }

// Done notes that no question is added any more.
func (c *Questions) Done() { c.numbers = nil }

// Len returns how many questions there are, those of the caller included.
func (c *Questions) Len() int { return len(c.asked) }

// IsSet returns the term that holds if the variable name is set.
func (c *Questions) IsSet(name string) index.Term { return index.Name(c.question(Asked{}), name) }

// HasEnv reports whether the answer to q depends on the request's environment.
func (c *Questions) HasEnv(q index.Question) bool {
	in := c.asked[q].Input
	return len(in) == 0 || slices.ContainsFunc(in, func(in expr.Input) bool { return in.Env != "" })
}

// Answer returns the answer of s to q, as index.Asker's Answer does.
func (c *Questions) Answer(s *Request, q index.Question, buf []byte) (text string, made []byte) {
	return c.asked[q].answer(s, buf)
}

// Asked is a question about a request: for the text that Input comes to, or the number
// that is written there in decimal; or, without Input, for the names of the variables that
// are set.
type Asked struct {
	Input  []expr.Input
	Number bool
}

// HasHeader reports whether the answer depends on the request's header.
func (a Asked) HasHeader() bool {
	return slices.ContainsFunc(a.Input, func(in expr.Input) bool { return in.Header != "" })
}

// Any appends an item that may hold for every request.
func (c *Conditions) Any() { c.add("") }

// Set appends an item that holds only if the variable name is set.
func (c *Conditions) Set(name string) { c.add("", []index.Term{c.IsSet(name)}) }

// add appends an item that looks at the headers with the given names where it is passed
// over. It may hold if one of terms does of each of the watches.
func (c *Conditions) add(looks string, watches ...[]index.Term) {
	c.items.Add(watches...)
	if c.Looks != nil {
		c.Looks.Append(looks)
	}
}

// True appends an item that holds only if p is true.
func (c *Conditions) True(p *expr.Program) {
	watches, looks, ok := c.Watches(p)
	if !ok || looks != "" && c.Looks == nil {
		c.Any()
		return
	}
	c.add(looks, watches...)
}

// Watches returns what has to hold for p to be true, as index.Builder.Add takes it, and the
// names of the headers that p looks at if that does not hold, which go into Vary. ok is false
// if that can't be told, or if more shows of evaluating p where it is not true.
func (c *Questions) Watches(p *expr.Program) (watches [][]index.Term, looks string, ok bool) {
	lists, looks, ok := p.Needs(&expr.Quiet{Variable: IsCheap})
	if !ok {
		return nil, "", false
	}
	for _, needs := range lists {
		terms, ok := c.terms(needs)
		if !ok {
			continue
		}
		watches = append(watches, terms)
		if names, ok := c.variables(needs); ok && len(needs) > 0 {
			watches = append(watches, names)
		}
	}
	return watches, looks, len(watches) > 0
}

// terms returns the terms of needs. ok is false if one can't be asked for.
func (c *Questions) terms(needs []expr.Need) (terms []index.Term, ok bool) {
	for i := range needs {
		n := &needs[i]
		if len(n.Input) == 0 {
			return nil, false
		}
		terms = append(terms, n.Term(c.question(Asked{n.Input, n.Number})))
	}
	return terms, true
}

// variables returns terms that are weaker than those of needs but of a question that needs
// about different variables share: that one of the variables is set. ok is false if one
// of needs can hold without its variable.
func (c *Questions) variables(needs []expr.Need) (terms []index.Term, ok bool) {
	for i := range needs {
		name, ok := needs[i].Variable()
		if !ok {
			return nil, false
		}
		terms = append(terms, c.IsSet(name))
	}
	return terms, true
}

// question returns the number of the question a.
func (c *Questions) question(a Asked) index.Question {
	key := expr.InputKey(a.Input) + strconv.FormatBool(a.Number)
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

// Build returns the index of the items. changing reports whether an answer may change along
// the list; nil says that none does.
func (c *Conditions) Build(e *Engine, changing func(Asked) bool) Indexed[Asked] {
	if e.Linear {
		return Indexed[Asked]{}
	}
	o := e.Index
	o.Fixed = func(q index.Question) bool { return changing == nil || !changing(c.asked[q]) }
	built := Indexed[Asked]{Index: c.items.Build(o), Questions: c.asked}
	if built.Index != nil && c.Looks != nil {
		built.Looks = c.Looks.Done()
	}
	return built
}

// ConditionAsker answers what the index of a list asks that Conditions has built.
type ConditionAsker[T any] ItemList[T, Asked]

// AskerOf returns l, which may be nil, as an Asker.
func AskerOf[T any](l *ItemList[T, Asked]) *ConditionAsker[T] { return (*ConditionAsker[T])(l) }

// Ask returns what conditions look at.
func (l *ConditionAsker[T]) Ask(s *Request, scope int, q index.Question, buf []byte) (text string, made []byte) {
	return (*ItemList[T, Asked])(l).Question(scope, q).answer(s, buf)
}

// answer returns the answer of s to a, as index.Asker's Answer does.
func (a Asked) answer(s *Request, buf []byte) (text string, made []byte) {
	if len(a.Input) == 0 {
		return "", s.AppendEnvNames(buf)
	}
	for i := range a.Input {
		if a.Input[i].Client {
			made = s.ExprEnv().AppendClientAddr(buf)
			break // it is all of the input
		}
		text = inputOf(s, &a.Input[i])
		s.Eval.Spend(len(text) / work.TextSteps)
		if len(a.Input) > 1 {
			if !s.Eval.Charge(len(text)) {
				break
			}
			buf = append(buf, text...)
			made = buf
		}
	}
	if a.Number {
		if made != nil {
			text = string(made)
		}
		return "", strconv.AppendInt(buf[:0], int64(apr.Atoi(text)), 10)
	}
	return text, made
}

// inputOf returns what a piece of text comes to.
func inputOf(s *Request, in *expr.Input) string {
	env := s.ExprEnv()
	switch {
	case in.Header != "":
		return env.RequestHeader(in.Header)
	case in.Env != "":
		value, _ := env.RequestEnv(in.Env)
		return value
	case in.TLS != "":
		return env.SSL(in.TLS)
	case in.IsVar:
		return env.Variable(in.Var)
	}
	return in.Text
}

// IsCheap reports whether asking for a variable of expressions, other than a header,
// shows nothing and reaches for nothing outside, but for SERVER_NAME where
// LooksUpServerName says so.
func IsCheap(v syntax.Var) bool {
	switch v {
	case syntax.VarAPIVersion, syntax.VarAuthType, syntax.VarConnRemoteAddr, syntax.VarDocumentRoot, syntax.VarHTTPS,
		syntax.VarIPv6, syntax.VarIsSubreq, syntax.VarPathInfo, syntax.VarQueryString, syntax.VarRemoteAddr,
		syntax.VarRemoteIdent, syntax.VarRemotePort, syntax.VarRemoteUser, syntax.VarRequestFilename,
		syntax.VarRequestMethod, syntax.VarRequestScheme, syntax.VarRequestURI, syntax.VarServerAddr,
		syntax.VarServerAdmin, syntax.VarServerName, syntax.VarServerPort, syntax.VarServerProtocol, syntax.VarServerSoftware,
		syntax.VarTheRequest,
		// They tell when the evaluation began.
		syntax.VarTime, syntax.VarTimeDay, syntax.VarTimeHour, syntax.VarTimeMin, syntax.VarTimeMon, syntax.VarTimeSec,
		syntax.VarTimeWday, syntax.VarTimeYear:
		return true
	default:
		return false
	}
}
