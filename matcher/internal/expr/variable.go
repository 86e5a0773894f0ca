package expr

import (
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// apiVersion is %{API_VERSION} of httpd 2.4.71. mod_rewrite's variable of the
// same name has the minor number too.
const apiVersion = "20120211"

// variable compiles %{NAME}.
func variable(w *syntax.Variable) word {
	if name := Header(w.Var); name != "" {
		return headerWord{x: constant(name), vary: true}
	}
	if layoutOf(w.Var) != "" || w.Var == syntax.VarTimeWday {
		return timeWord(w.Var)
	}
	switch w.Var { //nolint:exhaustive // the others are the engine's
	case syntax.VarAPIVersion:
		return constant(apiVersion)
	case syntax.VarSSL:
		return sslWord{constant("SSL_" + strings.ToUpper(w.Name[len("SSL_"):]))}
	}
	return envWord(w.Var)
}

// Header returns the request header that v is, "" if it is none.
func Header(v syntax.Var) string {
	switch v { //nolint:exhaustive // the others are no headers
	case syntax.VarHTTPAccept:
		return "Accept"
	case syntax.VarHTTPCookie:
		return "Cookie"
	case syntax.VarHTTPForwarded:
		return "Forwarded"
	case syntax.VarHTTPHost:
		return "Host"
	case syntax.VarHTTPProxyConnection:
		return "Proxy-Connection"
	case syntax.VarHTTPReferer:
		return "Referer"
	case syntax.VarHTTPUserAgent:
		return "User-Agent"
	}
	return ""
}

// layoutOf returns how v shows the time, "" if it does not.
func layoutOf(v syntax.Var) string {
	switch v { //nolint:exhaustive // the others show no time
	case syntax.VarTime:
		return "20060102150405"
	case syntax.VarTimeDay:
		return "02"
	case syntax.VarTimeHour:
		return "15"
	case syntax.VarTimeMin:
		return "04"
	case syntax.VarTimeMon:
		return "01"
	case syntax.VarTimeSec:
		return "05"
	case syntax.VarTimeYear:
		return "2006"
	}
	return ""
}

// envWord is a variable that the engine knows.
type envWord syntax.Var

func (n envWord) eval(ev *evaluation) string { return ev.env.Variable(syntax.Var(n)) }

// headerWord is a request header. Unless it is that of the host, the response
// varies with it.
type headerWord struct {
	x    word
	vary bool
}

func (n headerWord) eval(ev *evaluation) string {
	name := n.x.eval(ev)
	if ev.err != nil {
		return ""
	}
	if !ev.charge(parser.Extent{}, len(name)) {
		return ""
	}
	if n.vary && !uri.EqualFold(name, "Host") {
		ev.vary = append(ev.vary, name)
	}
	return ev.env.RequestHeader(name)
}

// sslWord is a variable of mod_ssl.
type sslWord struct{ x word }

func (n sslWord) eval(ev *evaluation) string {
	name := n.x.eval(ev)
	if ev.err != nil {
		return ""
	}
	return ev.env.SSL(name)
}

// timeWord is a variable that shows the time.
type timeWord syntax.Var

func (n timeWord) eval(ev *evaluation) string { return Time(syntax.Var(n), ev.env.Now()) }

// Time returns how v shows the time now, "" if it does not show it: the day of the
// week is a number, 0 for Sunday.
func Time(v syntax.Var, now time.Time) string {
	if v == syntax.VarTimeWday {
		return strconv.Itoa(int(now.Weekday()))
	}
	return now.Format(layoutOf(v))
}
