package rewrite

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// compareTest compares with a string.
type compareTest struct {
	op      parser.CondOp
	operand string
	fold    bool // case does not count
}

func (t *compareTest) Holds(_ *rules.Run, _ *rules.Cond, input string) bool {
	if t.op != parser.CondEqual {
		return inOrder(t.op, t.compare(input))
	}
	if t.fold {
		return uri.EqualFold(input, t.operand)
	}
	return input == t.operand
}

// Silent says that a comparison shows nothing.
func (*compareTest) Silent(*rules.Cond) bool { return true }

// Terms returns the term for an equal string.
func (t *compareTest) Terms(w *rules.Watcher, c *rules.Cond) ([]index.Term, bool) {
	if t.op != parser.CondEqual {
		return nil, false
	}
	q, ok := w.Question(&c.Input)
	return []index.Term{index.Text(q, t.operand, t.fold)}, ok
}

// compare compares as httpd does: a longer string is the greater one, unless
// case is ignored.
func (t *compareTest) compare(input string) int {
	if t.fold {
		return uri.CompareFold(input, t.operand)
	}
	if d := len(input) - len(t.operand); d != 0 {
		return d
	}
	return strings.Compare(input, t.operand)
}

// numberTest compares with a number.
type numberTest struct {
	op      parser.CondOp
	operand int32
}

func (t *numberTest) Holds(_ *rules.Run, _ *rules.Cond, input string) bool {
	return inOrder(t.op, cmp.Compare(apr.Atoi(input), t.operand))
}

// Silent says that a comparison shows nothing.
func (*numberTest) Silent(*rules.Cond) bool { return true }

// Terms returns the term for an equal number.
func (t *numberTest) Terms(w *rules.Watcher, c *rules.Cond) ([]index.Term, bool) {
	if t.op != parser.CondIntEqual {
		return nil, false
	}
	q, ok := w.NumberQuestion(&c.Input)
	return []index.Term{index.Text(q, strconv.Itoa(int(t.operand)), false)}, ok
}

// inOrder reports whether op holds of two values that compare as order says.
func inOrder(op parser.CondOp, order int) bool {
	switch op {
	case parser.CondLess, parser.CondIntLess:
		return order < 0
	case parser.CondLessEqual, parser.CondIntLessEqual:
		return order <= 0
	case parser.CondGreater, parser.CondIntGreater:
		return order > 0
	case parser.CondGreaterEqual, parser.CondIntGreaterEqual:
		return order >= 0
	case parser.CondIntNotEqual:
		return order != 0
	default:
		return order == 0
	}
}

// fileTest looks at a file.
type fileTest struct{ op parser.CondOp }

func (t *fileTest) Holds(r *rules.Run, _ *rules.Cond, path string) bool {
	if path == "" {
		return false
	}
	e := requestOf(r).Eval
	if t.op == parser.CondLink {
		info, err := e.Lstat(path)
		return err == nil && httpd.KindOf(info) == httpd.Symlink
	}
	info, err := e.Stat(path)
	if err != nil {
		return false
	}
	switch t.op {
	case parser.CondFile:
		return httpd.KindOf(info) == httpd.RegularFile
	case parser.CondSize:
		return httpd.KindOf(info) == httpd.RegularFile && info.Size() > 0
	case parser.CondDir:
		return info.IsDir()
	default:
		return info.Mode()&0o111 != 0
	}
}

// Silent says that looking at a file shows nothing.
func (*fileTest) Silent(*rules.Cond) bool { return true }

// Terms returns no terms: files are looked at when they are reached.
func (*fileTest) Terms(*rules.Watcher, *rules.Cond) ([]index.Term, bool) { return nil, false }

// uriTest makes a sub-request for a URL.
type uriTest struct{}

func (*uriTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	s := requestOf(r)
	if input == "" || !s.MayLookAhead() {
		return false
	}
	status := s.LookupURI(input).Status
	s.Eval.LogTrace(s, 5, "", "RewriteCond URI (-U check: path=", input, " -> status=", strconv.Itoa(status))
	return status < 400
}

// Silent says that sub-requests show.
func (*uriTest) Silent(*rules.Cond) bool { return false }

// Terms returns no terms.
func (*uriTest) Terms(*rules.Watcher, *rules.Cond) ([]index.Term, bool) { return nil, false }

// subFileTest makes a sub-request for a file.
type subFileTest struct{}

func (*subFileTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	s := requestOf(r)
	if input == "" || !s.MayLookAhead() {
		return false
	}
	sub := s.LookupFile(input)
	holds := sub.Status < 300
	if holds {
		_, err := s.Eval.Stat(sub.Filename.Text)
		holds = err == nil
	}
	s.Eval.LogTrace(s, 5, "", "RewriteCond file (-F check: path=", input, " -> file=", sub.Filename.Text, " status=", strconv.Itoa(sub.Status))
	return holds
}

// Silent says that sub-requests show.
func (*subFileTest) Silent(*rules.Cond) bool { return false }

// Terms returns no terms.
func (*subFileTest) Terms(*rules.Watcher, *rules.Cond) ([]index.Term, bool) { return nil, false }

// programTest evaluates an expression.
type programTest struct{ program *expr.Program }

// holds evaluates the expression. If it is true, what its regular expressions
// captured replaces the captures of earlier conditions; where none captured
// anything httpd reads memory it never wrote, here all groups are empty.
func (t *programTest) Holds(r *rules.Run, c *rules.Cond, _ string) bool {
	s := requestOf(r)
	res := s.Holds(t.program)
	if !c.Traits.Has(rules.CondNoVary) {
		s.AddVary(res.Vary)
	}
	if res.True && !c.Traits.Has(rules.CondNot) {
		r.Capture(res.Captures.Subject, &res.Captures.Groups, res.Captures.OK)
	}
	return res.True
}

// Silent reports whether nothing of the expression shows. A header other than Host that
// it looks at does in Vary, unless c bears NV.
func (t *programTest) Silent(c *rules.Cond) bool { return t.program.Silent(quietFor(c)) }

// Looks returns the headers that the expression looks at if none of its terms holds.
func (t *programTest) Looks(c *rules.Cond) string {
	_, looks, _ := t.program.Needs(quietFor(c))
	return looks
}

// Terms returns the terms for what the expression needs.
func (t *programTest) Terms(w *rules.Watcher, c *rules.Cond) (terms []index.Term, ok bool) {
	lists, _, ok := t.program.Needs(quietFor(c))
	if !ok {
		return nil, false
	}
	needs := lists[0]
	for i := 0; i < len(needs) && ok; i++ {
		ask := w.Question
		if needs[i].Number {
			ask = w.NumberQuestion
		}
		var input *rules.Template
		var q index.Question
		if input, ok = inputTemplate(needs[i].Input); !ok {
			break
		}
		if q, ok = ask(input); ok {
			terms = append(terms, needs[i].Term(q))
		}
	}
	return terms, ok
}

// quietFor returns what of an expression does not show as a condition.
func quietFor(c *rules.Cond) *expr.Quiet {
	return &expr.Quiet{
		Variable:  func(v syntax.Var) bool { return serverNature(v).Has(rules.Silent) },
		AnyHeader: c.Traits.Has(rules.CondNoVary),
	}
}

// inputTemplate returns the template that expands to what an expression looks at. ok is
// false if there is none.
func inputTemplate(in []expr.Input) (t *rules.Template, ok bool) {
	t = &rules.Template{}
	for i := range in {
		part := rules.Part{Kind: rules.PartLiteral, Text: in[i].Text}
		switch {
		case in[i].Env != "":
			part = rules.Part{Kind: rules.PartValue, Value: requestEnv(in[i].Env)}
		case in[i].TLS != "":
			part = rules.Part{Kind: rules.PartValue, Value: connectionPart(in[i].TLS)}
		case in[i].Client:
			part = rules.Part{Kind: rules.PartValue, Value: clientAddr{}}
		case in[i].Header != "":
			part = rules.Part{Kind: rules.PartValue, Value: &variablePart{Variable: httpd.ResolveVariable("HTTP:" + in[i].Header)}}
		case in[i].IsVar:
			part = rules.Part{Kind: rules.PartValue, Value: &variablePart{Variable: httpd.Variable{Kind: httpd.VarServer, Server: in[i].Var}}}
		}
		t.Parts = append(t.Parts, part)
	}
	return t, true
}

// requestEnv is a variable of the request's environment. That of ENV:… looks further.
type requestEnv string

// Of returns the value.
func (v requestEnv) Of(r *rules.Run) string {
	value, _ := requestOf(r).Getenv(string(v))
	return value
}

// Name returns what tells v apart from other variables.
func (v requestEnv) Name() string { return "reqenv," + string(v) }

// Nature says that actions change it.
func (requestEnv) Nature() rules.Nature { return rules.Silent | rules.Cheap }

// Table returns the names of the variables.
func (v requestEnv) Table() (names rules.Names, name string, ok bool) {
	return envNames{}, string(v), true
}

// connectionPart is a variable of the encrypted connection, as expressions have it.
type connectionPart string

// Of returns the value.
func (v connectionPart) Of(r *rules.Run) string { return requestOf(r).ExprEnv().SSL(string(v)) }

// Name returns what tells v apart from other variables.
func (v connectionPart) Name() string { return "ssl," + string(v) }

// Nature says that it stays what it is, and shows nothing.
func (connectionPart) Nature() rules.Nature { return rules.Silent | rules.Cheap | rules.Constant }

// clientAddr is the client's address, in the form in which networks are looked up.
type clientAddr struct{}

// Of returns the address.
func (clientAddr) Of(r *rules.Run) string { return string(clientAddr{}.Append(r, nil)) }

// Append appends the address to dst.
func (clientAddr) Append(r *rules.Run, dst []byte) []byte {
	return requestOf(r).ExprEnv().AppendClientAddr(dst)
}

// Name is that of no variable.
func (clientAddr) Name() string { return "client's address" }

// Nature says that it stays what it is, and shows nothing.
func (clientAddr) Nature() rules.Nature { return rules.Silent | rules.Cheap | rules.Constant }

// requestOf returns the request that mod_rewrite's rules run on in r.
func requestOf(r *rules.Run) *httpd.Request {
	return r.Host.(*rewriting).req //nolint:forcetypeassert // only its conditions have its tests
}
