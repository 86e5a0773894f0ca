// Package setenvif is mod_setenvif: SetEnvIf and BrowserMatch.
package setenvif

import (
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// setEnvIf is a SetEnvIf directive or one of its kind.
type setEnvIf struct {
	at   parser.Extent
	attr *attribute // nil for SetEnvIfExpr
	// The condition is an expression if that is not nil, else a regular
	// expression if that is not nil, else a string to be found in the attribute.
	expr    *expr.Program
	pattern *pattern.Pattern
	literal string
	source  string // the condition as written
	noCase  bool
	names   *pattern.Pattern // what attrHeaders looks for
	part    index.Part       // of the list's index
	// groups says how the expression treats groups, and back how many directives before it
	// in the scope the last one stands that is none, 0 if there is none.
	groups expr.Groups
	back   int32
	vars   apr.Table // values begin with "!" where the variable is to be unset
}

// attribute is what a SetEnvIf looks at. Directives in a row that share one
// look at it once, even if the first of them changes it.
type attribute struct {
	name   string
	kind   attributeKind
	header string // canonical name of attrHeader
}

type attributeKind uint8

const (
	attrHeader  attributeKind = iota // a header, else a variable of the environment
	attrHeaders                      // the headers whose names match
	attrRemoteAddr
	attrRemoteHost
	attrServerAddr
	attrMethod
	attrProtocol
	attrURI
)

var attributeKinds = map[string]attributeKind{
	"remote_addr": attrRemoteAddr, "remote_host": attrRemoteHost, "server_addr": attrServerAddr,
	"request_method": attrMethod, "request_protocol": attrProtocol, "request_uri": attrURI,
}

// applySetEnvIf compiles SetEnvIf, BrowserMatch and their variants. One that
// asks what the one before it asks adds to that.
func applySetEnvIf(sc *httpd.Scope, n *parser.Directive) {
	name := strings.ToLower(n.Directive)
	args, attr := n.Args, userAgent
	if !strings.HasPrefix(name, "browser") {
		if len(args) == 0 || args[0].Text == "" {
			sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s requires the name of a header", n.Directive)
			return
		}
		attr, args = newAttribute(args[0].Text), args[1:]
	}
	if len(args) == 0 || args[0].Text == "" {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s requires a regular expression", n.Directive)
		return
	}
	list := setEnvIfsOf(sc)
	e := &setEnvIf{
		at: n.Extent, attr: list.shared(attr), source: args[0].Text, noCase: strings.HasSuffix(name, "nocase"),
	}
	if last := list.last(); last != nil && last.same(e) {
		e = last
	} else {
		if !setEnvIfPatterns(sc.Compiler, e, n, &args[0]) {
			return
		}
		list.add(e)
	}
	assignments(sc.Compiler, n, e, args[1:])
}

// applySetEnvIfExpr compiles SetEnvIfExpr.
func applySetEnvIfExpr(sc *httpd.Scope, n *parser.Directive) {
	if len(n.Args) == 0 || n.Args[0].Text == "" {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s requires an expression", n.Directive)
		return
	}
	entry := &setEnvIf{at: n.Extent, expr: sc.BoolExpr(n.Args[0], sc)}
	assignments(sc.Compiler, n, entry, n.Args[1:])
	if entry.expr == nil {
		return // which has been reported
	}
	entry.groups = entry.expr.Groups()
	setEnvIfsOf(sc).add(entry)
}

// setEnvIfsOf returns where SetEnvIf and its kind go: those of a server are
// looked at earlier than those of sections.
func setEnvIfsOf(sc *httpd.Scope) *setEnvIfs {
	if sc.Kind.IsServer() {
		return setEnvIfSlot.Make(&sc.Server.Parts)
	}
	return setEnvIfSlot.Make(&sc.Dir.Parts)
}

// assignments compiles the variables that e sets.
func assignments(c *httpd.Compiler, n *parser.Directive, e *setEnvIf, args []parser.Word) {
	vars := httpd.Present(args)
	if len(vars) == 0 {
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s requires a variable", n.Directive)
	}
	e.assign(vars)
}

// same reports whether e asks the same as o.
func (e *setEnvIf) same(o *setEnvIf) bool {
	return e.attr == o.attr && e.source == o.source && e.noCase == o.noCase
}

// setEnvIfPatterns compiles the condition of e, which stands at word, and what
// it looks at.
func setEnvIfPatterns(c *httpd.Compiler, e *setEnvIf, n *parser.Directive, word *parser.Word) bool {
	literal, ok := literalPattern(e.source)
	if ok {
		e.literal = literal
	} else if e.pattern = c.Regex(e.source, e.noCase, word.Extent); e.pattern == nil {
		return false
	}
	if e.attr.kind != attrHeaders {
		return true
	}
	e.names = c.Regex(e.attr.name, e.noCase, n.Args[0].Extent)
	return e.names != nil
}

// userAgent is what BrowserMatch looks at: one and the same wherever it stands.
var userAgent = newAttribute("User-Agent")

func newAttribute(name string) *attribute {
	a := &attribute{name: name}
	if kind, ok := attributeKinds[strings.ToLower(name)]; ok {
		a.kind = kind
	} else if isHeaderName(name) {
		a.header = textproto.CanonicalMIMEHeaderKey(name)
	} else {
		a.kind = attrHeaders
	}
	return a
}

// isHeaderName reports whether the attribute name is that of a header or a
// variable and not a regular expression for some.
func isHeaderName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !uri.IsAlnum(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// literalPattern returns the string that a regular expression without special
// characters looks for, unless they are escaped.
func literalPattern(regex string) (string, bool) {
	const special = `^.$|()[]*+?{}`
	var b []byte
	for i := 0; i < len(regex); i++ {
		c := regex[i]
		switch {
		case strings.IndexByte(special, c) >= 0:
			return "", false
		case c != '\\':
		case i+1 == len(regex):
			continue // a lone backslash counts for nothing
		case regex[i+1] == '\\' || strings.IndexByte(special, regex[i+1]) >= 0:
			i++
			c = regex[i]
		default:
			return "", false
		}
		b = append(b, c)
	}
	return string(b), true
}

// assign adds the assignments of a directive: "name", "name=value", "!name".
func (e *setEnvIf) assign(words []parser.Word) {
	for i := range words {
		name, value, _ := strings.Cut(words[i].Text, "=")
		value = strings.TrimLeft(value, "=")
		switch {
		case value != "":
			e.vars.Set(name, value)
		case strings.HasPrefix(name, "!"):
			e.vars.Set(name[1:], "!")
		default:
			e.vars.Set(name, "1")
		}
	}
}

// envSubject is what a list of SetEnvIf directives looks at. It goes on from
// one directive to the next, as in httpd.
type envSubject struct {
	attr  *attribute // what was looked at last
	value string
	// seen is how much of value a string is looked for in: what an expression leaves as
	// value is as long there as what was looked at before, as far as it goes.
	seen   int
	ok     bool             // what the expression evaluated last left can be referred to as $0 to $9
	groups pattern.Captures // of the last regular expression that matched
}

// assignAll sets and unsets the variables of e, whose condition held. It reports
// whether no value is too long.
func assignAll(s *httpd.Request, e *setEnvIf, subj *envSubject) bool {
	for _, v := range e.vars.Entries {
		if !assignEnv(s, e, v, subj) {
			return false
		}
	}
	return true
}

// assignEnv sets or unsets one variable of e, whose condition held. It reports
// whether the value is not too long.
func assignEnv(s *httpd.Request, e *setEnvIf, v apr.Entry, subj *envSubject) bool {
	if strings.HasPrefix(v.Value, "!") {
		s.Unsetenv(v.Name)
		s.Eval.Trace(s, httpd.Event{Kind: httpd.EventEnv, Detail: httpd.EventUnset, At: e.at, Name: v.Name})
		return true
	}
	text := v.Value
	if e.pattern != nil || e.expr != nil && subj.ok {
		groups := &subj.groups
		if e.pattern == nil {
			within := subj.within()
			groups = &within
		}
		if !s.Eval.Charge(httpd.SubstitutedLength(text, subj.value, groups)) {
			return false
		}
		text = httpd.SubstituteGroups(text, subj.value, groups)
		if len(text) >= maxSubstituted {
			s.Eval.Fail(&parser.Diagnostic{
				Extent: e.at, Severity: parser.Error, Code: httpd.CodeLimit, Message: "the value of " + v.Name + " is too long",
			})
			return false
		}
	}
	s.Setenv(v.Name, text)
	s.Eval.Trace(s, httpd.Event{Kind: httpd.EventEnv, At: e.at, Name: v.Name, Output: text})
	return true
}

// maxSubstituted bounds what replacing back-references in a value may yield.
const maxSubstituted = 8 * 8192

// lookAnew has subj be what e looks at.
func (subj *envSubject) lookAnew(s *httpd.Request, e *setEnvIf) {
	subj.attr, subj.value = e.attr, attributeOf(s, e)
	subj.seen = len(subj.value)
}

// asLooked reports whether subj is as though value had been looked at last.
func (subj *envSubject) asLooked(value string) bool {
	return subj.value == value && subj.seen >= len(value)
}

// finds reports whether the condition, which is not an expression, holds for what it
// looks at.
func (e *setEnvIf) finds(s *httpd.Request, subj *envSubject) bool {
	switch {
	case e.pattern != nil:
		if !s.Eval.Match(e.pattern, subj.value, &s.Eval.Found, e.at) {
			return false
		}
		subj.groups = s.Eval.Found
		return true
	case !s.Eval.Spend(len(subj.value) / work.TextSteps):
		return false
	}
	return e.contained(s.Eval, subj.value[:min(subj.seen, len(subj.value))])
}

// contained reports whether the string that e looks for is in value.
func (e *setEnvIf) contained(eval *httpd.Evaluation, value string) bool {
	if e.noCase {
		return containsFold(eval, value, e.literal)
	}
	return strings.Contains(value, e.literal)
}

// exprHolds evaluates the expression. At its start $0 to $9 stand for what the
// directives before left: for nothing if there were none, where httpd looks at
// memory that it never wrote. A regular expression with groups that is not found leaves
// an empty value, and the groups as they were.
func (e *setEnvIf) exprHolds(s *httpd.Request, subj *envSubject) bool {
	room := s.Eval.Meter.Mark()
	res, err := e.expr.BoolAfter(s.ExprEnv(), expr.Captures{OK: true, Subject: subj.value, Groups: subj.groups})
	s.Eval.Meter.Release(room)
	if err != nil {
		s.Eval.ReportError(err)
		return false
	}
	s.AddVary(res.Vary)
	subj.ok, subj.value, subj.groups = res.Captures.OK, res.Captures.Subject, res.Captures.Groups
	if !subj.ok {
		subj.seen = 0
	}
	return res.True
}

// within returns the groups without those that lie outside of the value, which may be
// another one by now than the one they were found in. httpd reads beyond it there.
func (subj *envSubject) within() pattern.Captures {
	groups := subj.groups
	for i := 0; i < len(groups); i += 2 {
		if groups[i+1] > len(subj.value) {
			groups[i], groups[i+1] = 0, 0
		}
	}
	return groups
}

// containsFold reports whether s holds part in any case.
func containsFold(e *httpd.Evaluation, s, part string) bool {
	const every = 256 // bytes of s to ask whether to go on
	for i := 0; i+len(part) <= len(s); i++ {
		if i%every == every-1 && !e.Spend(every*len(part)/work.TextSteps) {
			return false
		}
		if uri.HasPrefixFold(s[i:], part) {
			return true
		}
	}
	return false
}

// attributeOf returns what a SetEnvIf looks at, "" if there is no such thing.
func attributeOf(s *httpd.Request, e *setEnvIf) string {
	req := s.Eval.Req
	switch e.attr.kind {
	case attrRemoteAddr:
		return req.RemoteAddr
	case attrRemoteHost:
		host := s.RemoteHost()
		s.Eval.Locate(e.at)
		return host
	case attrServerAddr:
		return req.ServerAddr
	case attrMethod:
		return s.Method
	case attrProtocol:
		return s.Protocol
	case attrURI:
		return s.URI
	case attrHeaders:
		return matchingHeader(s, e.names, e.at)
	case attrHeader:
	}
	value, ok := s.Header(e.attr.header)
	if !ok {
		value, _ = s.Getenv(e.attr.name)
	}
	return value
}

// matchingHeader returns the value of the header whose name matches names. Of
// several it is the last: Host comes first, then what else was sent, and then what
// directives added, new names before further values, each in the order of their names,
// as their own is not known.
func matchingHeader(s *httpd.Request, names *pattern.Pattern, at parser.Extent) string {
	sent := slices.Sorted(maps.Keys(s.Eval.Req.Header))
	var added []string
	for name := range s.HeadersIn {
		if _, found := slices.BinarySearch(sent, name); !found && name != "Host" {
			added = append(added, name)
		}
	}
	slices.Sort(added)
	if !s.Eval.Spend(work.MatchSteps * (1 + len(sent) + len(added))) {
		return ""
	}
	value, further := "", false
	for _, name := range slices.Concat([]string{"Host"}, sent, added) {
		var g pattern.Captures
		v, ok := s.Header(name)
		if !ok || !s.Eval.Match(names, name, &g, at) {
			continue
		}
		if values := s.HeadersIn[name]; len(values) > 1 {
			value, further = values[len(values)-1], true
		} else if !further {
			value = v
		}
	}
	return value
}

// Module is mod_setenvif.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_setenvif", Commands: []httpd.Command{
		{Name: "BrowserMatch", Place: httpd.OverrideFileInfo, Set: applySetEnvIf},
		{Name: "BrowserMatchNoCase", Place: httpd.OverrideFileInfo, Set: applySetEnvIf},
		{Name: "SetEnvIf", Place: httpd.OverrideFileInfo, Set: applySetEnvIf},
		{Name: "SetEnvIfExpr", Place: httpd.OverrideFileInfo, Set: applySetEnvIfExpr},
		{Name: "SetEnvIfNoCase", Place: httpd.OverrideFileInfo, Set: applySetEnvIf},
	}}
}

func (e *setEnvIf) Place() (parser.Extent, string) {
	if e.attr == nil {
		return e.at, "SetEnvIfExpr"
	}
	return e.at, "SetEnvIf " + apr.Quote(e.attr.name) + " " + apr.Quote(e.source)
}
