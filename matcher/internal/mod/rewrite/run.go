package rewrite

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// rewriting is a run over the rules of mod_rewrite, in server or per-directory
// context.
type rewriting struct {
	run rules.Run
	req *httpd.Request
	dir *dirRewrite // nil in server context

	outcome outcome        // so far
	lastSub *rules.Rule    // the last rule that substituted
	lastAct *rewriteAction // and what it does
	passed  bool           // a rule's PT ended the run: the URL goes on to aliases

	// The subject in per-directory context, and what it is made of.
	below              string
	belowName, belowOf string
	belowKnown         bool
}

// newRewriting begins a run over the rules of d, nil for those of the server. The
// request proper has one run at a time and uses the evaluation's.
func newRewriting(s *httpd.Request, d *dirRewrite) *rewriting {
	e := s.Eval
	x, ok := e.Scratch.(*rewriting)
	if !ok || s.Parent != nil {
		x = new(rewriting)
	}
	if s.Parent == nil {
		e.Scratch = x
	}
	if x.req != nil {
		x.Clear() // it was used for what this request was redirected from
	}
	x.req, x.dir = s, d
	r := &x.run
	if r.Host == nil { // they stay: the evaluation's buffers are for it alone
		r.Host, r.Budget, r.Meter = x, e, &e.Meter
	}
	r.OneByOne = s.LooksUpServerName()
	r.Sub, r.Traced, r.Rounds = s.Parent != nil, e.Step != nil || e.Logged(), e.Engine.Limits.Rounds
	return x
}

// clear empties x; its buffers stay.
func (x *rewriting) Clear() {
	x.run.Clear()
	x.req, x.dir, x.outcome, x.lastSub, x.lastAct, x.passed = nil, nil, unchanged, nil, nil, false
	x.below, x.belowName, x.belowOf, x.belowKnown = "", "", "", false
}

// outcome is how a run of mod_rewrite's rules ended.
type outcome int

const (
	unchanged       outcome = iota
	changed                 // a rule substituted
	changedVerbatim         // the last one that did bears NE
	answered                // a rule sets the response status
	refused                 // an evaluation error sets it
)

// rules runs list and returns how that ended. Where the outcome is answered or
// refused the request's status is the answer.
func (x *rewriting) rules(list *rules.List) outcome {
	switch x.run.All(list) {
	case rules.Ended:
		*x.req.Ended = true
	case rules.Looped:
		x.loops()
	case rules.Failed:
		x.answer(500)
	case rules.Finished, rules.Stopped:
	}
	return x.outcome
}

// answer makes status what the run ends with.
func (x *rewriting) answer(status int) { x.req.Status, x.outcome = status, answered }

// loops ends the run because N restarts the rules without end.
func (x *rewriting) loops() { x.exceeds(x.run.Rule, "[N] restarted the rules too often") }

// exceeds ends the run because the rule p went over a limit that httpd has, too. A
// sub-request fails alone by that, and answers what asked for it.
func (x *rewriting) exceeds(p *rules.Rule, why string) {
	if x.req.Parent != nil {
		x.req.Refuse(500, httpd.CodeLimit, p.At, "", "%s", why)
	} else {
		x.req.Eval.Fail(httpd.LimitExceeded(p.At, why))
	}
	x.answer(500)
}

// lastRule returns where the last rule that substituted stands.
func (x *rewriting) lastRule() parser.Extent {
	if x.lastSub == nil {
		return parser.Extent{}
	}
	return x.lastSub.At
}

// IsProxy reports whether rules of the directory see a URL that is proxied.
func (x *rewriting) isProxy() bool { return x.dir != nil && x.req.IsProxy() }

// subject returns the file name, or in per-directory context what of it lies below
// the directory, with the path info.
func (x *rewriting) Subject() string {
	name := x.req.Filename.Text
	if x.dir == nil {
		return name
	}
	info := x.req.PathInfo.Text
	if !x.belowKnown || x.belowName != name || x.belowOf != info {
		x.below, x.belowName, x.belowOf, x.belowKnown = name+info, name, info, true
		if !x.isProxy() {
			x.below = strings.TrimPrefix(x.below, x.dir.prefix)
		}
	}
	return x.below
}

// variablePart is a variable in a template of mod_rewrite.
type variablePart struct {
	httpd.Variable

	// own says of ENV:name that it is a variable or note of the request, if there is one:
	// the process has none of the name.
	own bool
}

// of returns the value of v for the current rule of r.
func (v *variablePart) Of(r *rules.Run) string {
	x := r.Host.(*rewriting) //nolint:forcetypeassert // only its templates hold variables of mod_rewrite
	return x.variable(x.req, &v.Variable)
}

// Name returns what tells v apart from other variables.
func (v *variablePart) Name() string {
	return strconv.Itoa(int(v.Kind)) + "," + strconv.Itoa(int(v.Server)) + "," + cmp.Or(v.Header, v.Variable.Name)
}

// Nature returns what evaluating v does.
func (v *variablePart) Nature() rules.Nature {
	switch v.Kind {
	case httpd.VarEmpty, httpd.VarHeader:
		return rules.Silent | rules.Cheap | rules.Constant
	case httpd.VarEnv:
		if uri.EqualFold(v.Variable.Name, "SCRIPT_URL") || uri.EqualFold(v.Variable.Name, "SCRIPT_URI") {
			return 0 // Asking for them takes them into the table.
		}
		return rules.Silent | rules.Cheap
	case httpd.VarSSL:
		if v.OfConnection() {
			return rules.Silent | rules.Cheap | rules.Constant
		}
		return 0
	case httpd.VarServer:
		return serverNature(v.Server)
	default:
		return 0
	}
}

// Table returns the names of the header's fields if v is one of them, but not one that
// nearly all requests have, and those of the request's variables if it is one of these.
func (v *variablePart) Table() (names rules.Names, name string, ok bool) {
	if v.own {
		return envNames{}, v.Variable.Name, true
	}
	return fieldNames{}, v.Header, v.Kind == httpd.VarHeader && !httpd.UsualHeader(v.Header)
}

// fieldNames is the names of the fields of the request's header.
type fieldNames struct{}

func (f fieldNames) Of(r *rules.Run) string { return string(f.Append(r, nil)) }
func (fieldNames) Name() string             { return "the names of the header's fields" }
func (fieldNames) Nature() rules.Nature     { return rules.Silent | rules.Cheap | rules.Constant }

// Append appends them to dst.
func (fieldNames) Append(r *rules.Run, dst []byte) []byte {
	x := r.Host.(*rewriting) //nolint:forcetypeassert // only its lists have it
	return x.req.AppendHeaderNames(dst)
}

// envNames is the names of the variables and notes of the request.
type envNames struct{}

func (e envNames) Of(r *rules.Run) string { return string(e.Append(r, nil)) }
func (envNames) Name() string             { return "the names of variables" }
func (envNames) Nature() rules.Nature     { return rules.Silent | rules.Cheap }

// Append appends them to dst.
func (envNames) Append(r *rules.Run, dst []byte) []byte {
	s := requestOf(r)
	return s.AppendNoteNames(s.AppendEnvNames(dst))
}

// serverNature returns what evaluating a variable does that expressions may have,
// too.
func serverNature(v syntax.Var) rules.Nature {
	switch v {
	case syntax.VarPathInfo, syntax.VarQueryString, syntax.VarRequestFilename, syntax.VarRequestURI:
		return rules.Silent | rules.Cheap
	case syntax.VarContextDocumentRoot, syntax.VarContextPrefix,
		// These may ask a name server, or look at a file.
		syntax.VarRemoteHost, syntax.VarScriptGroup, syntax.VarScriptUser:
		return rules.Silent
	default:
		if httpd.IsCheap(v) {
			return rules.Silent | rules.Cheap | rules.Constant
		}
		return 0
	}
}

// variable returns the value that v has for s: the request, or one that LA-U or
// LA-F made.
func (x *rewriting) variable(s *httpd.Request, v *httpd.Variable) string {
	switch v.Kind {
	case httpd.VarHeader:
		value, ok := s.Header(v.Header)
		if ok && v.Header != "Host" {
			x.run.Look(v.Name)
		}
		return value
	case httpd.VarLookURI, httpd.VarLookFile:
		return x.lookAhead(s, v)
	case httpd.VarEmpty:
		if s.Eval.Engine.Parse.ISAPI3 {
			return x.foreignVariable(s, v.Name)
		}
		return ""
	default:
		value := s.Variable(v)
		if x.run.Traced {
			x.logVariable(s, v, value)
		}
		return value
	}
}

// lookAhead evaluates LA-U: and LA-F: in a sub-request of s.
func (x *rewriting) lookAhead(s *httpd.Request, v *httpd.Variable) string {
	if !s.MayLookAhead() {
		return ""
	}
	var sub *httpd.Request
	path := x.run.Subject
	switch {
	case v.Kind == httpd.VarLookFile && (x.dir == nil || !strings.HasPrefix(path, "/")):
		if x.dir != nil {
			path = x.inDirectory(s, false, path)
		}
		sub = s.LookupFile(path)
	case v.Kind == httpd.VarLookURI && x.dir != nil && !strings.HasPrefix(path, "/"):
		path = x.inDirectory(s, true, path)
		fallthrough
	default:
		sub = s.LookupURI(path)
	}
	value := x.variable(sub, v.Inner)
	x.logLookAhead(s, path, v, value)
	return value
}

// httpd.InDirectory returns path below the directory of the rules, or with useBase
// below its RewriteBase if it has one. In a sub-request of a sub-request httpd
// goes by the rules of the inner one, s, and where these have no directory nothing
// is left of path.
func (x *rewriting) inDirectory(s *httpd.Request, useBase bool, path string) string {
	d := rewriteSlot.Of(s.Dir.Parts)
	if d == nil {
		d = x.dir
	}
	prefix := d.prefix
	if useBase && d.base != "" {
		prefix = d.base
	}
	if prefix == "" {
		return ""
	}
	return prefix + path
}

// Looked adds what conditions of rules looked at to Vary.
func (x *rewriting) Looked(items *vary.Items, first, end int) {
	if x.req.RoomForVary() {
		x.req.Vary.AddItems(items, first, end)
	}
}

// TriedRule, TriedCond, matched and restarts trace what a run does.
func (x *rewriting) TriedRule(p *rules.Rule, subject string, matched bool) {
	x.logPattern(p, subject)
	x.trace(httpd.Event{Kind: httpd.EventRule, At: p.At, Name: p.Text, Input: subject, Matched: matched})
}

func (x *rewriting) TriedCond(c *rules.Cond, input string, holds bool) {
	x.logCond(c, input, holds)
	x.trace(httpd.Event{Kind: httpd.EventCond, At: c.At, Name: c.Text, Input: input, Matched: holds})
}

func (x *rewriting) Matched(p *rules.Rule) { x.trace(httpd.Event{Kind: httpd.EventMatched, At: p.At}) }

func (x *rewriting) Restarts(p *rules.Rule) {
	x.trace(httpd.Event{Kind: httpd.EventFlow, Detail: httpd.EventRestart, At: p.At})
}

// trace hands an event of the rules to the caller.
func (x *rewriting) trace(ev httpd.Event) {
	if x.dir != nil {
		ev.Dir = x.dir.prefix
	}
	x.req.Eval.Trace(x.req, ev)
}
