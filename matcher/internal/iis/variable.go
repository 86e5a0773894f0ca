package iis

import (
	"net"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// variable is {NAME}.
type variable struct {
	name   string // as variableName returns it
	header string // the canonical name of the header field that it is; "" for none
	currentVariable
	nature rules.Nature
}

// currentVariable is what a variable is at some time.
type currentVariable struct {
	of      func(x *run) string
	decoded func(x *run) span // the part that was decoded; nil if none was
}

// Of returns its value: what a rule set it to, or what it is by itself.
func (v *variable) Of(r *rules.Run) string {
	x := runOf(r)
	if x.vars != nil {
		if s, ok := x.vars[v.name]; ok {
			return x.escaped(s, x.decoded[v.name]...)
		}
	}
	if v.header != "" {
		s, _ := x.req.Header(v.header)
		return x.escaped(s, x.decoded[v.name]...)
	}
	return v.of(x)
}

// decodedIn returns which parts of its value were decoded.
func (v *variable) decodedIn(x *run) []span {
	if _, set := x.vars[v.name]; set || v.header != "" {
		return x.decoded[v.name]
	}
	if v.decoded == nil {
		return nil
	}
	return []span{v.decoded(x)}
}

// Name returns what tells the variable apart from others.
func (v *variable) Name() string { return v.name }

// Nature returns what evaluating it does.
func (v *variable) Nature() rules.Nature { return v.nature }

const (
	changes = rules.Silent | rules.Cheap // by the actions of rules
	fixed   = rules.Silent | rules.Cheap | rules.Constant
)

// variableName returns the one name under which a variable is known: in upper case, and
// that of a header field with "_" for "-", as {HTTP_X-A} and {HTTP_X_A} are one field.
func variableName(name string) string {
	name = strings.ToUpper(name)
	if strings.HasPrefix(name, "HTTP_") {
		return strings.ReplaceAll(name, "-", "_")
	}
	return name
}

// variable returns the variable called name.
func (c *compiler) variable(name string) *variable {
	v := &variable{name: variableName(name), nature: fixed}
	of, cheap := servervar.Of(v.name)
	current := currentVariables()[v.name]
	switch {
	case current.of != nil:
		v.currentVariable, v.nature = current, changes
	case of != nil:
		v.of = func(x *run) string { return of(x.req) }
		if !cheap {
			v.nature = rules.Silent
		}
	case strings.HasPrefix(v.name, "HTTP_"):
		v.header = servervar.HeaderName(v.name[len("HTTP_"):])
	default:
		v.of = func(*run) string { return "" }
	}
	if c.set[v.name] && v.nature.Has(rules.Constant) {
		v.nature = changes
	}
	return v
}

// currentVariables are those that rules change, by their names in upper case.
func currentVariables() map[string]currentVariable { return currentTable }

// currentTable is not written to.
var currentTable = map[string]currentVariable{
	"CACHE_URL":           {(*run).cacheURL, (*run).cacheURLPath},
	"HTTP_X_ORIGINAL_URL": {(*run).originalURL, nil},
	"PATH_INFO":           {(*run).pathText, (*run).wholePath},
	"PATH_TRANSLATED":     {(*run).file, (*run).wholeFile},
	"QUERY_STRING":        {func(x *run) string { return x.query }, nil},
	"REQUEST_FILENAME":    {(*run).file, (*run).wholeFile},
	"REQUEST_URI":         {(*run).current, (*run).wholePath},
	"SCRIPT_FILENAME":     {(*run).file, (*run).wholeFile},
	"SCRIPT_NAME":         {(*run).pathText, (*run).wholePath},
	"SCRIPT_TRANSLATED":   {(*run).file, (*run).wholeFile},
	"URL":                 {(*run).pathText, (*run).wholePath},
	"URL_PATH_INFO":       {(*run).pathText, (*run).wholePath},
}

// pathText returns the path as it is now.
func (x *run) pathText() string { return x.escaped(x.path, x.wholePath()) }

func (x *run) wholePath() span { return all(x.path) }

// current returns the path and query as they are now.
func (x *run) current() string {
	if x.query == "" {
		return x.pathText()
	}
	return x.pathText() + "?" + x.query
}

// cacheURL is the whole URL, with the port.
func (x *run) cacheURL() string { return x.origin() + x.current() }

func (x *run) cacheURLPath() span {
	n := len(x.origin())
	return span{n, n + len(x.path)}
}

// origin is what stands before the path in the whole URL.
func (x *run) origin() string {
	return x.req.Scheme() + "://" + net.JoinHostPort(servervar.Name(x.req), servervar.Port(x.req))
}

// originalURL returns what the client asked for once a rule rewrote it.
func (x *run) originalURL() string {
	if !x.rewritten {
		s, _ := x.req.Header("X-Original-Url")
		return s
	}
	return servervar.Target(x.req)
}

// file returns the file that the path stands for.
func (x *run) file() string {
	name := x.req.Server.DocumentRoot + x.path
	return x.escaped(name, all(name))
}

func (x *run) wholeFile() span { return span{0, len(x.req.Server.DocumentRoot) + len(x.path)} }

// isVariable reports whether a name in upper case is a server variable of its own, and
// not a field of the header.
func isVariable(name string) bool {
	of, _ := servervar.Of(name)
	return of != nil || currentVariables()[name].of != nil
}
