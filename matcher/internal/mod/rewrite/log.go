package rewrite

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// mod_rewrite logs what it does at the levels trace1 to trace8, and a caller may compare
// that log with the one here line by line, so the words are httpd's. Some messages do
// not name the directory whose rules are run; logServer is for those.

// logs reports whether the log is wanted: what every redirect would log is not even put
// together otherwise.
func (x *rewriting) logs() bool { return x.req.Eval.Logged() }

// log logs a message of the rules of a directory, or of the server.
func (x *rewriting) log(level int, parts ...string) {
	x.req.Eval.LogTrace(x.req, level, x.perDir(), parts...)
}

// perDir returns the directory whose rules are run, "" for those of the server.
func (x *rewriting) perDir() string {
	if x.dir == nil {
		return ""
	}
	return x.dir.prefix
}

// logServer logs a message that names no directory.
func (x *rewriting) logServer(level int, parts ...string) {
	x.req.Eval.LogTrace(x.req, level, "", parts...)
}

// logStatus logs a message that has a status in it.
func (x *rewriting) logStatus(level int, a, b, c string, status int, d string) {
	if x.logs() {
		x.log(level, a, b, c, strconv.Itoa(status), d)
	}
}

// logPattern logs that a pattern is tried, and how its subject came about.
func (x *rewriting) logPattern(p *rules.Rule, subject string) {
	if !x.logs() {
		return
	}
	if x.dir != nil {
		name, info := x.req.Filename.Text, x.req.PathInfo.Text
		if info != "" {
			x.log(3, "add path info postfix: ", name, " -> ", name, info)
		}
		if !x.isProxy() && strings.HasPrefix(name+info, x.dir.prefix) {
			x.log(3, "strip per-dir prefix: ", name, info, " -> ", subject)
		}
	}
	x.log(3, "applying pattern '", p.Pattern.String(), "' to uri '", subject, "'")
}

// logCond logs how a condition was tested.
func (x *rewriting) logCond(c *rules.Cond, input string, holds bool) {
	if _, isExpr := c.Test.(*programTest); isExpr {
		input = "(null)"
	}
	noCase, result := "", "not-matched"
	if c.Traits.Has(rules.CondNoCase) {
		noCase = " [NC]"
	}
	if holds {
		result = "matched"
	}
	x.log(4, "RewriteCond: input='", input, "' pattern='", c.Text, "'", noCase, " => ", result)
}

// escape returns the escaping of back-references of a, which is logged if the log is
// wanted.
func (x *rewriting) escape(a *rewriteAction) rules.Escape {
	if a.escape == nil || !x.logs() || !a.flags.has(parser.FlagBackrefEscape) && !a.flags.has(parser.FlagBackrefControls) {
		return a.escape
	}
	return func(s string) string {
		escaped := a.escape(s)
		x.log(5, "escaping backreference '", s, "' to '", escaped, "'")
		return escaped
	}
}

// logSplit logs that a substitution was split into path and query.
func (x *rewriting) logSplit(whole string) {
	args := "<none>"
	if x.req.Args.OK {
		args = x.req.Args.Text
	}
	x.logServer(3, "split uri=", whole, " -> uri=", x.req.Filename.Text, ", args=", args)
}

// logCookie logs a message about a cookie, which is one of the request proper.
func (x *rewriting) logCookie(level int, parts ...string) {
	s := x.req
	for s.Parent != nil {
		s = s.Parent
	}
	s.Eval.LogTrace(s, level, "", parts...)
}

// logSkippedCookie logs that a cookie is there already, if spec describes one.
func (x *rewriting) logSkippedCookie(spec string) {
	if fields := cookieFields(spec); len(fields) >= 3 {
		x.logCookie(5, "skipping already set cookie '", fields[0], "'")
	}
}

// prefixStatBit is what httpd has for UnsafePrefixStat in its log.
const prefixStatBit = "4194304"

// logPrefix logs what the first segment of a path is compared with; last is the rule
// that substituted last, nil if that does not count.
func (x *rewriting) logPrefix(first string, last *rewriteAction) {
	if last == nil {
		x.logServer(3, "prefix_stat no lastsub subst prefix ", first)
		return
	}
	bit := "0"
	if last.flags.has(parser.FlagUnsafePrefixStat) {
		bit = prefixStatBit
	}
	x.logServer(3, "prefix_stat compare statpath ", first, " and lastsub output ", last.output, " STATOK ", bit, " ")
}

// startsWith reports whether path begins with prefix, and logs it.
func (x *rewriting) startsWith(path, prefix string) bool {
	ok, digit := strings.HasPrefix(path, prefix), "0"
	if ok {
		digit = "1"
	}
	x.logServer(5, "prefix_stat startsWith(", path, ", ", prefix, ") ", digit)
	return ok
}

// logLookAhead logs the value of a variable in a sub-request of s.
func (x *rewriting) logLookAhead(s *httpd.Request, path string, v *httpd.Variable, value string) {
	if !s.Eval.Logged() {
		return
	}
	name := v.Name
	if !strings.Contains(name, ":") {
		name = strings.ToUpper(name)
	}
	s.Eval.LogTrace(s, 5, x.perDir(), "lookahead: path=", path, " var=", name, " -> val=", value)
}

// logVariable logs the values of the variables that httpd logs.
func (x *rewriting) logVariable(s *httpd.Request, v *httpd.Variable, value string) {
	if v.Kind != httpd.VarServer || !s.Eval.Logged() {
		return
	}
	switch v.Server { //nolint:exhaustive // others are not logged
	case syntax.VarTime:
		s.Eval.LogTrace(s, 1, x.perDir(), "RESULT='", value, "'")
	case syntax.VarIPv6:
		s.Eval.LogTrace(s, 1, x.perDir(), "IPV6='", value, "'")
	}
}

// logMap logs a lookup. Values of files are kept by httpd: here those that the
// evaluation has asked for before.
func (x *rewriting) logMap(m rewritemap.Map, name, key, value string, found bool) {
	if !x.logs() {
		return
	}
	f, isFile := m.(*rewritemap.File)
	if !isFile {
		if m == rewritemap.Internal("toupper") || m == rewritemap.Internal("tolower") || m == rewritemap.Internal("unescape") {
			key = value // which these functions change where it is
		}
		x.logLookup("map lookup OK: map=", name, key, value, found)
		return
	}
	chosen := value
	whole, random := f.Alternatives(key)
	if random {
		value = whole
	}
	shown := name + "[" + f.Kind() + "]"
	if x.req.Eval.FirstLogged(name + "\x00" + key) {
		x.logServer(6, "cache lookup FAILED, forcing new map lookup")
		x.logLookup("map lookup OK: map=", shown, key, value, found)
	} else {
		x.logLookup("cache lookup OK: map=", shown, key, value, true)
	}
	if random && found {
		x.logServer(5, "randomly chosen the subvalue `", chosen, "'")
	}
}

// logLookup logs the result of a lookup.
func (x *rewriting) logLookup(ok, name, key, value string, found bool) {
	if !found {
		x.logServer(5, "map lookup FAILED: map=", name, " key=", key)
		return
	}
	x.logServer(5, ok, name, " key=", key, " -> val=", value)
}
