package iis

import (
	"net"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// variable is {NAME}.
type variable struct {
	name   string // in upper case
	header string // the canonical name of the header field that it is; "" for none
	of     func(x *run) string
	nature rules.Nature
}

// Of returns its value: what a rule set it to, or what it is by itself.
func (v *variable) Of(r *rules.Run) string {
	x := runOf(r)
	if x.vars != nil {
		if s, ok := x.vars[v.name]; ok {
			return s
		}
	}
	if v.header != "" {
		s, _ := x.req.Header(v.header)
		return s
	}
	return v.of(x)
}

// Name returns what tells the variable apart from others.
func (v *variable) Name() string { return v.name }

// Nature returns what evaluating it does.
func (v *variable) Nature() rules.Nature { return v.nature }

const (
	changes = rules.Silent | rules.Cheap // by the actions of rules
	fixed   = rules.Silent | rules.Cheap | rules.Constant
)

// variable returns the variable called name.
func (c *compiler) variable(name string) *variable {
	v := &variable{name: strings.ToUpper(name), nature: fixed}
	of, cheap := servervar.Of(v.name)
	current := currentVariables()[v.name]
	switch {
	case current != nil:
		v.of, v.nature = current, changes
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
func currentVariables() map[string]func(x *run) string { return currentTable }

// currentTable is not written to.
var currentTable = map[string]func(x *run) string{
	"CACHE_URL":           (*run).cacheURL,
	"HTTP_X_ORIGINAL_URL": (*run).originalURL,
	"PATH_INFO":           (*run).pathText,
	"PATH_TRANSLATED":     (*run).file,
	"QUERY_STRING":        func(x *run) string { return x.query },
	"REQUEST_FILENAME":    (*run).file,
	"REQUEST_URI":         (*run).current,
	"SCRIPT_FILENAME":     (*run).file,
	"SCRIPT_NAME":         (*run).pathText,
	"SCRIPT_TRANSLATED":   (*run).file,
	"URL":                 (*run).pathText,
	"URL_PATH_INFO":       (*run).pathText,
}

// pathText returns the path as it is now. In a URL that a rule makes it is escaped as
// {R:n} is: it was decoded, and is decoded there again.
func (x *run) pathText() string {
	if !x.makesURL || !strings.ContainsAny(x.path, "%?#") || !x.fits(x.path) {
		return x.path
	}
	return pathEscapes.Replace(x.path)
}

// current returns the path and query as they are now.
func (x *run) current() string {
	if x.query == "" {
		return x.pathText()
	}
	return x.pathText() + "?" + x.query
}

// cacheURL is the whole URL, with the port.
func (x *run) cacheURL() string {
	return x.req.Scheme() + "://" + net.JoinHostPort(servervar.Name(x.req), servervar.Port(x.req)) + x.current()
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
func (x *run) file() string { return x.req.Server.DocumentRoot + x.path }

// isVariable reports whether a name in upper case is a server variable of its own, and
// not a field of the header.
func isVariable(name string) bool {
	of, _ := servervar.Of(name)
	return of != nil || currentVariables()[name] != nil
}
