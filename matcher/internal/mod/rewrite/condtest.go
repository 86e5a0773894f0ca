package rewrite

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
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

// uriTest makes a sub-request for a URL.
type uriTest struct{}

func (*uriTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	s := requestOf(r)
	return input != "" && s.MayLookAhead() && s.LookupURI(input).Status < 400
}

// subFileTest makes a sub-request for a file.
type subFileTest struct{}

func (*subFileTest) Holds(r *rules.Run, _ *rules.Cond, input string) bool {
	s := requestOf(r)
	if input == "" || !s.MayLookAhead() {
		return false
	}
	sub := s.LookupFile(input)
	if sub.Status >= 300 {
		return false
	}
	_, err := s.Eval.Stat(sub.Filename.Text)
	return err == nil
}

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

// requestOf returns the request that mod_rewrite's rules run on in r.
func requestOf(r *rules.Run) *httpd.Request {
	return r.Host.(*rewriting).req //nolint:forcetypeassert // only its conditions have its tests
}
