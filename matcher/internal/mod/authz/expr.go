package authz

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// requireExpr compiles the test of "Require expr". Quotes around all of it are
// left out.
func requireExpr(c *httpd.Compiler, src parser.Word, sc *httpd.Scope) access.Test {
	if n := len(src.Text); strings.HasPrefix(src.Text, `"`) && strings.HasSuffix(src.Text, `"`) {
		src = src.Part(1, max(n-1, 1))
	}
	e, err := syntax.Parse(src, c.ExprOptions(sc))
	t := &exprTest{program: c.Program(e, err)}
	if t.program == nil {
		return nil
	}
	for node := range e.All() {
		if v, ok := node.(*syntax.Variable); ok {
			t.asksUser = t.asksUser || v.Var == syntax.VarRemoteUser
			t.asksLogin = t.asksLogin || v.Var == syntax.VarAuthType
		}
	}
	return t
}

// exprTest is the test of "Require expr".
type exprTest struct {
	program *expr.Program
	// asksUser says the expression looks at %{REMOTE_USER}, so that a login
	// may change what it says, and asksLogin that it looks at how the client has
	// logged in.
	asksUser, asksLogin bool
}

// Check evaluates the expression.
func (t *exprTest) Check(q access.Subject, known bool) access.Outcome {
	s := q.(subject).s //nolint:forcetypeassert // the engine asks with nothing else
	if known {
		s.TakeGivenUser()
	}
	if s.Eval.At = (httpd.Expression{Program: t.program}); !s.Eval.Spend(work.TestSteps) {
		return access.Failed
	}
	room := s.Eval.Meter.Mark()
	res, err := t.program.Bool(s.ExprEnv())
	s.Eval.Meter.Release(room)
	if err != nil {
		s.Eval.ReportError(err)
		return access.Failed
	}
	s.AddVary(res.Vary)
	switch {
	case res.True:
		return access.Granted
	case t.asksUser:
		return access.NoUser
	}
	return access.Denied
}

// Watches returns what has to hold for the expression to be true. What it may say of the
// user or the login depends on whether the tests before it take the user that the caller
// names.
func (t *exprTest) Watches(asked access.Questions) (watches [][]index.Term, looks string, ok bool) {
	if t.asksUser || t.asksLogin {
		return nil, "", false
	}
	return asked.(*httpd.Questions).Watches(t.program) //nolint:forcetypeassert // the configuration is prepared with nothing else
}

// PassedOver has the user be the one that the caller names, as evaluating the expression has.
func (t *exprTest) PassedOver(q access.Subject) {
	q.(subject).s.TakeGivenUser() //nolint:forcetypeassert // the engine asks with nothing else
}

// Holds reports whether the expression is true. That it can't be evaluated denies nothing.
func (t *exprTest) Holds(q access.Subject) bool {
	s := q.(subject).s //nolint:forcetypeassert // the engine asks with nothing else
	return s.WouldHold(t.program)
}

// namesTest is a test whose names an expression yields.
type namesTest struct {
	program *expr.Program
	test    func(text string) access.Test
}

// Check evaluates the expression, then tests the names.
func (t *namesTest) Check(q access.Subject, known bool) access.Outcome {
	s := q.(subject).s //nolint:forcetypeassert // the engine asks with nothing else
	text, err := s.Text(t.program)
	if err != nil {
		s.Eval.ReportError(err)
		return access.Denied
	}
	return t.test(text).Check(q, known)
}

// requireNames compiles the tests whose argument is an expression that yields
// names.
func requireNames(c *httpd.Compiler, name string, args parser.Word, sc *httpd.Scope) access.Test {
	test := func(text string) access.Test { return access.Users(apr.Words(text)) }
	switch name {
	case "host":
		test = func(text string) access.Test { return access.Hosts(apr.Words(uncommented(text))) }
	case "forward-dns":
		test = func(text string) access.Test { return access.ForwardDNS(apr.Words(uncommented(text))) }
	}
	p := c.StringExpr(args, sc)
	if p == nil {
		return nil
	}
	if text, ok := p.Constant(); ok {
		return test(text)
	}
	return &namesTest{p, test}
}

// uncommented returns text up to a "#", which no host name holds.
func uncommented(text string) string {
	text, _, _ = strings.Cut(text, "#")
	return text
}
