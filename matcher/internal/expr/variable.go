package expr

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// apiVersion is %{API_VERSION} of httpd 2.4.71. mod_rewrite's variable of the
// same name has the minor number too.
const apiVersion = "20120211"

// variable compiles %{NAME}.
func variable(w *parser.ExprVariable) word {
	if name := headerOf(w.Var); name != "" {
		return headerWord{x: constant(name), vary: true}
	}
	if layout := layoutOf(w.Var); layout != "" {
		return timeWord(layout)
	}
	switch w.Var { //nolint:exhaustive // the others are the engine's
	case parser.ExprVarAPIVersion:
		return constant(apiVersion)
	case parser.ExprVarTimeWday:
		return weekday{}
	case parser.ExprVarSSL:
		return sslWord{constant("SSL_" + strings.ToUpper(w.Name[len("SSL_"):]))}
	}
	return envWord(w.Var)
}

// headerOf returns the request header that v is, "" if it is none.
func headerOf(v parser.ExprVar) string {
	switch v { //nolint:exhaustive // the others are no headers
	case parser.ExprVarHTTPAccept:
		return "Accept"
	case parser.ExprVarHTTPCookie:
		return "Cookie"
	case parser.ExprVarHTTPForwarded:
		return "Forwarded"
	case parser.ExprVarHTTPHost:
		return "Host"
	case parser.ExprVarHTTPProxyConnection:
		return "Proxy-Connection"
	case parser.ExprVarHTTPReferer:
		return "Referer"
	case parser.ExprVarHTTPUserAgent:
		return "User-Agent"
	}
	return ""
}

// layoutOf returns how v shows the time, "" if it does not.
func layoutOf(v parser.ExprVar) string {
	switch v { //nolint:exhaustive // the others show no time
	case parser.ExprVarTime:
		return "20060102150405"
	case parser.ExprVarTimeDay:
		return "02"
	case parser.ExprVarTimeHour:
		return "15"
	case parser.ExprVarTimeMin:
		return "04"
	case parser.ExprVarTimeMon:
		return "01"
	case parser.ExprVarTimeSec:
		return "05"
	case parser.ExprVarTimeYear:
		return "2006"
	}
	return ""
}

// envWord is a variable that the engine knows.
type envWord parser.ExprVar

func (n envWord) eval(ev *evaluation) string { return ev.env.Variable(parser.ExprVar(n)) }

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

// timeWord is the time in a layout of package time.
type timeWord string

func (n timeWord) eval(ev *evaluation) string { return ev.env.Now().Format(string(n)) }

// weekday is the day of the week, 0 for Sunday.
type weekday struct{}

func (weekday) eval(ev *evaluation) string { return strconv.Itoa(int(ev.env.Now().Weekday())) }
