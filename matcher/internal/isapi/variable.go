package isapi

import (
	"net/textproto"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// variable is a server variable, or what a condition of ISAPI_Rewrite 2 tests.
type variable struct {
	name   string
	of     func(x *run) string
	nature rules.Nature
}

// Of returns its value.
func (v *variable) Of(r *rules.Run) string { return v.of(runOf(r)) }

// Name returns what tells the variable apart from others.
func (v *variable) Name() string { return v.name }

// Nature returns what evaluating it does.
func (v *variable) Nature() rules.Nature { return v.nature }

const (
	changes = rules.Silent | rules.Cheap // by the actions of rules
	fixed   = changes | rules.Constant
)

// newVariable returns the server variable of that name, in any case. One that there is
// not is empty.
func newVariable(name string) *variable {
	v := &variable{name: strings.ToUpper(name), nature: rules.Silent}
	of, cheap := servervar.Of(v.name)
	switch {
	case ruleVariables()[v.name] != nil:
		v.of, v.nature = ruleVariables()[v.name], changes
	case of != nil:
		v.of = func(x *run) string { return of(x.req) }
		if cheap && v.name != "REQUEST_METHOD" {
			v.nature = fixed
		}
	case strings.HasPrefix(v.name, "TIME"):
		v.of = timeVariable(v.name)
	case strings.HasPrefix(v.name, "HTTP_"):
		v.of, v.nature = header(servervar.HeaderName(v.name[len("HTTP_"):])), changes
	default:
		v.of = func(*run) string { return "" }
	}
	return v
}

// ruleVariables are those that have something to do with the URL.
func ruleVariables() map[string]func(x *run) string { return ruleTable }

// ruleTable is not written to.
var ruleTable = map[string]func(x *run) string{
	"HTTPS":            func(x *run) string { return strings.ToLower(secure(x)) },
	"PATH_INFO":        func(x *run) string { return x.req.URI },
	"PATH_TRANSLATED":  func(x *run) string { return x.req.Server.DocumentRoot + x.req.URI },
	"QUERY_STRING":     func(x *run) string { return x.req.Args.Text },
	"REQUEST_FILENAME": func(x *run) string { return x.req.Server.DocumentRoot + x.req.URI },
	"REQUEST_URI":      func(x *run) string { return x.original },
	"SCRIPT_NAME":      func(x *run) string { return x.req.URI },
	"SCRIPT_FILENAME":  func(x *run) string { return x.req.Server.DocumentRoot + x.req.URI },
	"URL":              func(x *run) string { return x.uri },
}

func secure(x *run) string {
	of, _ := servervar.Of("HTTPS")
	return of(x.req)
}

// header returns the value of a header field.
func header(name string) func(x *run) string {
	return func(x *run) string {
		s, _ := x.req.Header(name)
		return s
	}
}

// timeVariable returns a variable of the time.
func timeVariable(name string) func(x *run) string {
	v, ok := syntax.RuleVar(name)
	if !ok {
		return func(*run) string { return "" }
	}
	return func(x *run) string { return expr.Time(v, x.req.Eval.Now()) }
}

// tested returns what a condition of ISAPI_Rewrite 2 tests.
func (c *compiler) tested(n *isapi.Cond) *variable {
	test := n.Test.Text
	normal := n.Has("O")
	switch {
	case strings.EqualFold(test, "URL"):
		if normal {
			return &variable{"URL normal", func(x *run) string { return normalized(x.uri) }, changes}
		}
		return &variable{"URL", func(x *run) string { return x.uri }, changes}
	case strings.EqualFold(test, "METHOD"):
		return &variable{"METHOD", func(x *run) string { return x.req.Method }, fixed}
	case strings.EqualFold(test, "VERSION"):
		return &variable{"VERSION", func(x *run) string { return x.req.Protocol }, fixed}
	case strings.HasPrefix(test, "%"):
		return newVariable(test[1:])
	}
	name := strings.TrimSuffix(test, ":")
	return &variable{strings.ToLower(name), header(textproto.CanonicalMIMEHeaderKey(name)), changes}
}
