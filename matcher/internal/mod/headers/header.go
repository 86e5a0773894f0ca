// Package headers is mod_headers: Header and RequestHeader.
package headers

import (
	"net/textproto"
	"strings"
	"unsafe"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// headerLine is a Header or RequestHeader directive.
type headerLine struct {
	at     parser.Extent
	op     headerOp // less what depends on the request
	value  headerValue
	early  bool // before anything else
	env    string
	notEnv bool // the variable env must not be set
}

// headersConfig is mod_headers' part of a httpd.DirConfig.
type headersConfig struct {
	request   *headerList
	onSuccess *headerList
	always    *headerList
}

// headersSlot is mod_headers' place in the configuration of a directory.
var headersSlot = &httpd.Slot[headersConfig]{
	Merge: (*headersConfig).over,
	Seal:  func(e *httpd.Engine, h *headersConfig) { h.seal(e) },
	Size: func(h, _ *headersConfig) int64 {
		return httpd.MergeListSize * int64(h.request.Len()+h.onSuccess.Len()+h.always.Len())
	},
}

// over merges h behind base: the directives of both hold.
func (h *headersConfig) over(base *headersConfig) *headersConfig {
	return &headersConfig{
		request:   base.request.Join(h.request),
		onSuccess: base.onSuccess.Join(h.onSuccess),
		always:    base.always.Join(h.always),
	}
}

// headers returns mod_headers' part of the scope's configuration and makes it
// where there is none.
func headers(sc *httpd.Scope) *headersConfig { return headersSlot.Make(&sc.Dir.Parts) }

// headerWords are the words of a Header directive by their roles. A word that
// is not there is nil, which differs from an empty one.
type headerWords struct {
	action, name           string
	value, subst, condWord *parser.Word
	nameAt                 parser.Extent
}

// splitHeader assigns the words behind "always" to their roles. ok is false if
// there are too many.
func splitHeader(n *parser.Directive, args []parser.Word) (w headerWords, ok bool) {
	w.nameAt = n.Extent
	if len(args) > 0 {
		w.action = apr.Lower(args[0].Text)
	}
	if len(args) > 1 {
		w.name, w.nameAt = args[1].Text, args[1].Extent
	}
	for i, p := range []**parser.Word{&w.value, &w.subst, &w.condWord} {
		if len(args) > i+2 {
			*p = &args[i+2]
		}
	}
	return w, len(args) <= 5
}

// applyHeader compiles "Header [always|onsuccess] action name [value] [cond]".
func applyHeader(sc *httpd.Scope, n *parser.Directive) {
	args, always := n.Args, false
	if len(args) > 0 {
		switch apr.Lower(args[0].Text) {
		case "always":
			args, always = args[1:], true
		case "onsuccess":
			args = args[1:]
		}
	}
	l := compileHeaderLine(sc.Compiler, n, args, false, sc)
	if l == nil {
		return
	}
	l.op.always = always
	h := headers(sc)
	if always {
		h.always = h.always.With(l)
	} else {
		h.onSuccess = h.onSuccess.With(l)
	}
}

// applyRequestHeader compiles "RequestHeader action name [value] [condition]".
func applyRequestHeader(sc *httpd.Scope, n *parser.Directive) {
	if l := compileHeaderLine(sc.Compiler, n, n.Args, true, sc); l != nil {
		h := headers(sc)
		h.request = h.request.With(l)
	}
}

// compileHeaderLine compiles a directive, nil if it is wrong or not run, which it
// reports.
func compileHeaderLine(c *httpd.Compiler, n *parser.Directive, args []parser.Word, request bool, sc *httpd.Scope) *headerLine {
	w, ok := splitHeader(n, args)
	if !ok {
		c.Errorf(httpd.CodeBadArgument, args[5].Extent, "%s: too many arguments", n.Directive)
		return nil
	}
	l := &headerLine{at: n.Extent}
	l.op.at = n.Extent
	if msg := l.setAction(w.action, request); msg != "" {
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s: %s", n.Directive, msg)
		return nil
	}
	if msg := l.arrange(&w); msg != "" {
		c.Errorf(httpd.CodeBadArgument, n.Extent, "%s %s", n.Directive, msg)
		return nil
	}
	if !headerPattern(c, l, &w, n) || !headerCondition(c, l, w.condWord, n, sc) {
		return nil
	}
	l.op.name, _, _ = strings.Cut(w.name, ":")
	if l.op.action != headerEcho {
		l.op.name = textproto.CanonicalMIMEHeaderKey(l.op.name)
	}
	if !compileHeaderValue(c, l, w.value, n, sc, request) {
		return nil
	}
	if l.early && !sc.Kind.IsServer() {
		c.Report(parser.Warning, httpd.CodeNoEffect, n.Extent, "", "%s with early has an effect in server context only", n.Directive)
	}
	if l.op.action == headerNote {
		c.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "%s note is for logs only", n.Directive)
	}
	return l
}

// setAction reads the action and returns what is wrong with it.
func (l *headerLine) setAction(word string, request bool) string {
	a := headerSet
	for a.String() != word {
		if a == headerNote {
			return "the action must be set, setifempty, add, append, merge, unset, echo, edit, edit* or note"
		}
		a++
	}
	l.op.action = a
	if request && (word == "echo" || word == "note") {
		return word + " is for Header only"
	}
	return ""
}

// edits reports whether the directive replaces matches of a pattern.
func (l *headerLine) edits() bool {
	return l.op.action == headerEdit || l.op.action == headerEditAll
}

// arrange moves the words to the roles that they have for the action and
// returns what is wrong with their number.
func (l *headerLine) arrange(w *headerWords) string {
	if l.edits() {
		if w.subst == nil {
			return "edit requires a match and a substitution"
		}
		return ""
	}
	if w.condWord != nil {
		return "has too many arguments"
	}
	w.condWord, w.subst = w.subst, nil
	switch {
	case l.op.action == headerUnset, l.op.action == headerEcho:
		if w.value != nil && w.condWord != nil {
			return "unset and echo take the name of a field and perhaps a condition"
		}
		if w.value != nil {
			w.condWord, w.value = w.value, nil
		}
	case w.value == nil:
		return "requires an action, the name of a field and a value"
	}
	return ""
}

// headerPattern compiles the pattern of edit, edit* and echo.
func headerPattern(c *httpd.Compiler, l *headerLine, w *headerWords, n *parser.Directive) bool {
	src, at := w.name, w.nameAt
	switch {
	case l.edits():
		src, at = w.value.Text, w.value.Extent
		w.value = w.subst
	case l.op.action != headerEcho:
		return true
	}
	p := c.Regex(src, false, at)
	if p == nil {
		return false
	}
	l.op.pattern, l.op.regex, l.op.steps = src, p, c.Engine.Limits.MatchSteps
	if l.op.action == headerEditAll && matchesNothing(p) {
		c.Report(parser.Warning, httpd.CodeBadPattern, at, "", "%s edit* with a pattern that can match nothing makes httpd crash", n.Directive)
	}
	return true
}

// matchesNothing reports whether p matches the empty text.
func matchesNothing(p *pattern.Pattern) bool {
	ok, err := p.Match("", nil, 0)
	return ok && err == nil
}

// headerCondition compiles the last argument.
func headerCondition(c *httpd.Compiler, l *headerLine, w *parser.Word, n *parser.Directive, sc *httpd.Scope) bool {
	if w == nil {
		return true
	}
	word := apr.Lower(w.Text)
	switch {
	case word == "early":
		l.early = true
	case strings.HasPrefix(word, "env="):
		l.env, l.notEnv = strings.CutPrefix(w.Text[len("env="):], "!")
		if l.env == "" {
			c.Errorf(httpd.CodeBadArgument, w.Extent, "%s: the name of a variable is missing", n.Directive)
			return false
		}
	case strings.HasPrefix(word, "expr="):
		l.op.when = c.BoolExpr(w.Part(len("expr="), len(w.Text)), sc)
		return l.op.when != nil
	default:
		c.Errorf(httpd.CodeBadArgument, w.Extent, "%s: unknown condition %q", n.Directive, w.Text)
		return false
	}
	return true
}

// compileHeaderValue compiles the value, if the action has one.
func compileHeaderValue(c *httpd.Compiler, l *headerLine, w *parser.Word, n *parser.Directive, sc *httpd.Scope, request bool) bool {
	if w == nil {
		return true
	}
	if strings.HasPrefix(w.Text, "expr=") {
		e, ok := c.ArgumentExpr(w.Part(len("expr="), len(w.Text)), sc)
		l.value, l.op.valueExpr = headerValue{{headerText, e.Constant}}, e.Program
		return ok
	}
	v, msg := parseHeaderValue(w.Text)
	if msg != "" {
		c.Errorf(httpd.CodeBadArgument, w.Extent, "%s: %s", n.Directive, msg)
		return false
	}
	if v.has(headerLoad) {
		// A request header could change how the request is treated.
		severity := parser.Warning
		if request {
			severity = parser.Error
		}
		c.Report(severity, httpd.CodeUnsupported, w.Extent, "", "%s with %%l, %%i or %%b is not supported: there is no such server here", n.Directive)
		return false
	}
	l.value = v
	return true
}

// holds reports whether the directive's condition is met.
func (l *headerLine) holds(s *httpd.Request) bool {
	if l.env == "" || l.early {
		return true
	}
	_, ok := s.Getenv(l.env)
	return ok != l.notEnv
}

// opBytes is what a step takes beside its texts.
const opBytes = int(unsafe.Sizeof(headerOp{}))

// step returns what the directive does to request s's header, or to its
// response's.
func (l *headerLine) step(s *httpd.Request) headerOp {
	op := l.op
	s.Eval.At = l
	if !s.Eval.Spend(work.TestSteps) || !s.Eval.Charge(opBytes) {
		return op
	}
	switch {
	case op.action == headerEcho:
		op.fields = l.echoed(s)
	case op.valueExpr == nil:
		op.value, op.elapsed = l.value.expand(s)
	}
	return op
}

// echoed returns the fields of the request whose names match.
func (l *headerLine) echoed(s *httpd.Request) map[string][]string {
	fields := map[string][]string{}
	header := s.ChangedHeader()
	if header == nil {
		header = s.Eval.Req.Header
		if s.Eval.HasHost && s.Eval.Match(l.op.regex, "Host", nil, l.at) {
			fields["Host"] = []string{s.Eval.HostHeader}
		}
	}
	for name, values := range header {
		if !s.Eval.Charge(work.FieldBytes * (1 + len(values))) {
			break
		}
		if s.Eval.Match(l.op.regex, name, nil, l.at) {
			fields[name] = values
		}
	}
	return fields
}

// Module is mod_headers.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_headers", Commands: []httpd.Command{
		{Name: "Header", Place: httpd.OverrideFileInfo, Set: applyHeader},
		{Name: "RequestHeader", Place: httpd.OverrideFileInfo, Set: applyRequestHeader},
	}}
}

func (l *headerLine) Place() (parser.Extent, string) {
	return l.at, l.op.action.String() + " " + l.op.name
}
