// Package expr evaluates expressions of httpd's expression language.
//
// Compile makes a Program of a parsed expression; a Program asks an Env, which
// the engine implements, for whatever it wants to know.
package expr

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
)

// CodeFailed is the code of errors met while an expression was evaluated.
const CodeFailed parser.Code = "expr-failed"

// Program is a compiled expression. It is immutable and safe for concurrent
// use.
type Program struct {
	at    parser.Extent
	test  test // of a boolean expression
	value word // of a string expression
	// refers says that it refers to groups, which may be those of a directive before.
	refers bool
}

// Result is what the evaluation of a boolean expression yields.
type Result struct {
	True bool
	// Vary names the request headers that were looked at, ", " between them,
	// in the order of evaluation and repeated as they were.
	Vary string
	// Captures are what $0 to $9 stand for at the end.
	Captures Captures
}

// Captures are the groups of the last regular expression with capturing groups
// that was matched. The zero value holds none: there was no such expression.
type Captures struct {
	OK      bool             // it matched; if not, there are none
	Subject string           // what it was matched with, empty if it did not match
	Groups  pattern.Captures // of the last one that matched
}

// Group returns what group n matched, empty if it is unset or lies outside of the subject,
// which may be another one by now.
func (c *Captures) Group(n int) string {
	if !c.OK || n > pattern.MaxGroup || c.Groups[2*n+1] > len(c.Subject) {
		return ""
	}
	s, _ := c.Groups.Group(c.Subject, n)
	return s
}

// Bool evaluates a boolean expression. After an error, which names the place
// and is a *parser.Diagnostic unless it came from env.Match, the Result is
// zero. Bool must not be called for a string expression.
func (p *Program) Bool(env Env) (Result, error) { return p.BoolAfter(env, Captures{}) }

// BoolAfter is Bool with what $0 to $9 stand for at the start. SetEnvIfExpr
// needs it: there they are those of the directive before.
func (p *Program) BoolAfter(env Env, before Captures) (Result, error) {
	room := env.Room()
	ev := room.begin(env, before)
	defer room.end(ev)
	ok := p.test.eval(ev)
	if ev.err != nil {
		return Result{}, ev.err
	}
	return Result{True: ok, Vary: vary.Join(ev.vary), Captures: ev.captures}, nil
}

// String evaluates a string expression. After an error, as of Bool, the string
// is empty. It must not be called for a boolean expression.
func (p *Program) String(env Env) (string, error) { return p.StringAfter(env, Captures{}) }

// StringAfter is String with what $0 to $9 stand for.
func (p *Program) StringAfter(env Env, before Captures) (string, error) {
	room := env.Room()
	ev := room.begin(env, before)
	defer room.end(ev)
	s := p.value.eval(ev)
	if ev.err != nil {
		return "", ev.err
	}
	return s, nil
}

// Extent returns where the expression stands.
func (p *Program) Extent() parser.Extent { return p.at }

// Constant returns the value of a string expression that depends on nothing.
func (p *Program) Constant() (value string, ok bool) {
	c, ok := p.value.(constant)
	return string(c), ok
}

// test is a compiled test.
type test interface {
	eval(ev *evaluation) bool
}

// word is a compiled word.
type word interface {
	eval(ev *evaluation) string
}

// evaluation is the state of one evaluation. Once err is set, what is still
// evaluated does not matter.
type evaluation struct {
	env      Env
	vary     []string
	captures Captures
	found    pattern.Captures // of a match that is under way
	err      error
}

// Room is memory that evaluations leave to later ones. One can begin before another has
// ended: a test may take a sub-request. The zero value is ready to use; it is not safe for
// concurrent use.
type Room struct {
	all   []*evaluation
	taken int
}

// maxVaryKept is how many names of headers an evaluation leaves memory for.
const maxVaryKept = 64

// begin begins an evaluation, which has to end before those that began earlier.
func (r *Room) begin(env Env, before Captures) *evaluation {
	if r.taken == len(r.all) {
		r.all = append(r.all, new(evaluation))
	}
	ev := r.all[r.taken]
	r.taken++
	ev.env, ev.captures = env, before
	return ev
}

// end ends the evaluation.
func (r *Room) end(ev *evaluation) {
	clear(ev.vary)
	names := ev.vary[:0]
	if cap(names) > maxVaryKept {
		names = nil
	}
	*ev = evaluation{vary: names}
	r.taken--
}

// callSteps is the work of a call or a comparison, beside that for its texts, and
// textSteps how many bytes are looked at in a step.
const (
	callSteps = 16
	textSteps = 32
)

// spend notes that n steps are taken. It reports whether the evaluation goes on.
func (ev *evaluation) spend(n int) bool {
	if ev.err == nil && ev.env != nil {
		ev.err = ev.env.Spend(n)
	}
	return ev.err == nil
}

// charge notes that a text of n bytes is going to be made for what stands at at.
// It reports whether there is room for it.
func (ev *evaluation) charge(at parser.Extent, n int) bool {
	switch {
	case ev.err != nil:
	case ev.env == nil:
		if n > maxConstant {
			ev.fail(at, "string too long")
		}
	default:
		if ev.err = ev.env.Charge(n); ev.err == nil {
			ev.err = ev.env.Spend(n / textSteps)
		}
	}
	return ev.err == nil
}

// fail sets the error, unless there is one.
func (ev *evaluation) fail(at parser.Extent, format string, args ...any) {
	if ev.err == nil {
		ev.err = &parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeFailed, Message: fmt.Sprintf(format, args...),
		}
	}
}
