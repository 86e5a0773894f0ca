package matcher

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// groups are the byte offsets of the captures 0 to 9, -1 where unset.
type groups = pattern.Captures

// run is one pass over a list of rules, in server or per-directory context.
type run struct {
	*state
	dir *dirRewrite // nil in server context

	subject       string // what the current rule's pattern was matched with
	groups        groups
	hasGroups     bool
	matchGroups   groups // of the match at hand
	condSubject   string
	condGroups    groups
	hasCondGroups bool

	varyThis string // headers the current condition looked at
	vary     string // headers the current rule's true conditions looked at
	lastSub  *rule  // the last rule that substituted
	passed   bool   // a rule's PT ended the run: the URL goes on to aliases

	candidates candidates
	memos      []condMemo // by condGroup.index
}

// newRun begins a pass over the rules of d, nil for those of the server. The
// request proper has one run at a time and uses the evaluation's.
func (s *state) newRun(d *dirRewrite) *run {
	r := s.eval.mainRun
	if s.parent != nil {
		r = new(run)
	}
	r.clear(s, d)
	return r
}

// clear makes r one for the rules of d on s. Its buffers stay, and the captures,
// which are large: other fields say whether they are set.
func (r *run) clear(s *state, d *dirRewrite) {
	r.state, r.dir, r.subject, r.condSubject, r.lastSub = s, d, "", "", nil
	r.hasGroups, r.hasCondGroups, r.varyThis, r.vary, r.passed = false, false, "", "", false
	r.candidates = candidates{ids: r.candidates.ids[:0]}
	for i := range r.memos {
		r.memos[i].known = false
	}
}

// outcome is how a run ended.
type outcome int

const (
	unchanged       outcome = iota
	changed                 // a rule substituted
	changedVerbatim         // the last one that did bears NE
	answered                // a rule sets the response status
	refused                 // an evaluation error sets it
)

// verdict is how applying one rule ended.
type verdict int

const (
	noMatch verdict = iota
	matched
	matchedOnly // matched without substituting
	forbidden   // matched, and the result is not safe
)

// rules runs list and returns how that ended. Where the outcome is answered or
// refused the state's status is the answer.
func (r *run) rules(list *ruleList) outcome {
	result, round := unchanged, 1
	limits := &r.eval.engine.limits
	for i := 0; ; {
		from := i
		i = r.next(list, from)
		if r.eval.over() {
			r.status = 500
			return answered
		}
		if r.eval.step != nil {
			r.tracePassed(list, from, min(i, len(list.rules)))
		}
		if i >= len(list.rules) {
			return result
		}
		p := list.rules[i]
		if r.passes(p) {
			i++
			continue
		}
		r.eval.at = p
		switch r.eval.steps++; {
		case r.eval.steps > limits.Steps:
			return r.stop(p, "the request takes too many steps")
		case r.eval.ctx.Err() != nil:
			r.eval.meter.Stop(r.eval.ctx.Err())
			r.eval.exceed()
			r.status = 500
			return answered
		}
		r.vary = ""
		v := r.apply(list, i)
		if r.eval.err != nil {
			r.eval.locate(p.at)
			r.status = 500
			return answered
		}
		if v == noMatch {
			i = list.skipChain(i)
			continue
		}
		if end, o := r.settle(p, v, &result); end {
			return o
		}
		switch {
		case p.passThrough:
			r.passed = true
			return changed
		case p.end:
			*r.ended = true
			return result
		case p.proxy, p.last:
			return result
		case p.next:
			round++
			if round >= cmp.Or(int(p.maxRounds), limits.Rounds) {
				return r.loops(p)
			}
			r.traceRestart(p)
			i = 0
		default:
			i += 1 + int(p.skip)
		}
	}
}

// settle does what every rule that matched asks for. It reports whether the
// run ends, and how.
func (r *run) settle(p *rule, v verdict, result *outcome) (bool, outcome) {
	if !p.noSubst {
		r.lastSub = p
	}
	r.decide(p)
	if len(r.filename.text) > 2*r.maxLine() {
		return true, r.stop(p, "the rewritten URL is too long")
	}
	r.addVary(r.vary)
	switch {
	case v == forbidden:
		return true, refused
	case p.answers:
		return true, answered
	case v == matched && p.noEscape:
		*result = changedVerbatim
	case v == matched:
		*result = changed
	}
	return false, 0
}

// decide remembers p as the deciding rule. A rule that only ends the run does
// not take the place of one that did something.
func (r *run) decide(p *rule) {
	if r.parent != nil {
		return
	}
	acts := !p.noSubst || p.answers
	r.eval.substituted = r.eval.substituted || !p.noSubst
	ends := p.last || p.end || p.passThrough || p.proxy
	if acts || ends && !r.eval.rule.IsValid() {
		r.eval.rule = p.at
	}
}

// loops ends the run for rules that N restarts without end. A sub-request fails
// alone by that, and answers what asked for it.
func (r *run) loops(p *rule) outcome {
	if r.parent != nil {
		r.trace(p.at, StepFlow, "[N] restarted the rules too often: the sub-request fails")
		r.status = 500
		return answered
	}
	return r.stop(p, "[N] restarted the rules too often")
}

// stop ends the run with status 500.
func (r *run) stop(p *rule, why string) outcome {
	r.eval.fail(&parser.Diagnostic{Extent: p.at, Severity: parser.Error, Code: CodeLimit, Message: why})
	r.status = 500
	return answered
}

// apply tries rule i of list on the request.
func (r *run) apply(list *ruleList, i int) verdict {
	p := list.rules[i]
	isProxy := r.prepareSubject()
	r.eval.spend(ruleSteps + len(r.subject)/textSteps)
	ok := r.matchRule(list, i, &r.matchGroups)
	r.traceRule(p, ok != p.not)
	if ok == p.not {
		return noMatch
	}
	r.varyThis, r.hasCondGroups = "", false
	r.groups, r.hasGroups = r.matchGroups, !p.not
	if len(p.conds) > 0 {
		holds := r.conditions(p.conds, p.usesConds)
		r.eval.at = p
		if !holds {
			return noMatch
		}
	}
	r.trace(p.at, StepMatched, "the rule matches")
	var target string
	if !p.noSubst {
		var mark questionMark
		room := r.eval.meter.Mark()
		target, mark = r.expandSubst(p)
		if len(target) <= maxURL {
			r.eval.meter.Release(room)
		}
		r.traceRewrite(p, target)
		if mark == expandedQuestionMark && !p.unsafeAllow3F {
			r.status = r.refuse(403, CodeUnsafeRewrite, p.at, hintQuestionMark,
				"a \"?\" that came from the request would begin the query of %s", clipped(target))
			return forbidden
		}
	}
	r.setEnvironment(p)
	r.setCookies(p)
	if p.noSubst {
		r.forceType(p)
		if p.answers {
			r.status = int(p.code)
		}
		return matchedOnly
	}
	r.substitute(p, target, isProxy)
	return matched
}

// maxURL is the length up to which what a rule makes of the URL takes the place of
// what was there before, and does not count as made in addition.
const maxURL = 16 << 10

// hintQuestionMark is the cure for a question mark that a substitution brings in.
const hintQuestionMark = "the flag B escapes it; UnsafeAllow3F lets it begin the query"

// lastRule returns where the last rule that substituted stands.
func (r *run) lastRule() parser.Extent {
	if r.lastSub == nil {
		return parser.Extent{}
	}
	return r.lastSub.at
}

// prepareSubject finds what the rule's pattern is matched with. It reports
// whether the request is proxied.
func (r *run) prepareSubject() bool {
	subject := r.filename.text
	isProxy := false
	if r.dir != nil {
		isProxy = r.isProxy()
		subject += r.pathInfo.text
		if !isProxy {
			subject = strings.TrimPrefix(subject, r.dir.prefix)
		}
	}
	r.subject = subject
	return isProxy
}

// substitute makes target the request's new file name and query.
func (r *run) substitute(p *rule, target string, isProxy bool) {
	prefixed := false
	if !isProxy && !strings.HasPrefix(target, "/") && !isAbsolute(target) {
		switch {
		case r.dir != nil:
			target, prefixed = r.dir.prefix+target, true
		case !p.proxy && !p.redirect:
			target, prefixed = "/"+target, true
		}
	}
	r.filename = some(target)
	if r.dir != nil && p.discardPath {
		r.pathInfo = optional{}
	}
	r.splitQuery(p)
	switch {
	case p.proxy:
		r.qualify()
		r.filename.text = proxyPrefix + r.filename.text
		return
	case p.redirect:
		r.qualify()
		r.status = int(p.code)
		return
	}
	r.reduce()
	if isAbsolute(r.filename.text) {
		r.status = int(p.code)
		return
	}
	if !p.keepSlashes && !prefixed && !strings.HasPrefix(p.output, "//") {
		for strings.HasPrefix(r.filename.text, "//") {
			r.filename.text = r.filename.text[1:]
		}
	}
	r.forceType(p)
}

func isAbsolute(s string) bool {
	n, _ := uri.Absolute(s)
	return n > 0
}

// splitQuery takes the query off a substitution.
func (r *run) splitQuery(p *rule) {
	if p.queryNone {
		r.args = optional{}
		return
	}
	skip, hasQuery := uri.Absolute(r.filename.text)
	if skip > 0 && !hasQuery {
		r.args = optional{}
		return
	}
	if p.queryDiscard {
		r.args = optional{}
	}
	rest := r.filename.text[skip:]
	i := strings.IndexByte(rest, '?')
	if p.queryLast {
		i = strings.LastIndexByte(rest, '?')
	}
	if i < 0 {
		return
	}
	query := rest[i+1:]
	r.filename.text = r.filename.text[:skip+i]
	switch {
	case !p.queryAppend:
		r.args = some(query)
	case query != "":
		r.args = some(query + "&" + r.args.text)
	}
	if r.args.text == "" {
		r.args = optional{}
	}
	r.args.text = strings.TrimSuffix(r.args.text, "&")
	r.traceQuery(p)
}

// qualify makes the file name an absolute URL of this server if it is none.
func (r *run) qualify() {
	if r.method == "CONNECT" || isAbsolute(r.filename.text) {
		return
	}
	path := r.filename.text
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	r.filename.text = absolute(r.scheme(), r.serverName(), r.serverPort(), path)
}

// reduce makes an absolute URL of this very virtual host a path.
func (r *run) reduce() {
	scheme := r.scheme() + "://"
	name := r.filename.text
	if len(name) <= len(scheme) || !uri.HasPrefixFold(name, scheme) {
		return
	}
	rest := name[len(scheme):]
	hostEnd := strings.IndexAny(rest, "/:")
	host, path, port := rest, "/", r.defaultPort()
	if hostEnd >= 0 {
		host, path = rest[:hostEnd], rest[hostEnd:]
	}
	if strings.HasPrefix(path, ":") {
		digits := path[1:]
		path = "/"
		if i := strings.IndexByte(digits, '/'); i >= 0 {
			digits, path = digits[:i], digits[i:]
		}
		port = int(uint16(atoi(digits))) //nolint:gosec // httpd keeps the low 16 bits too
	}
	if !r.ownHost(host, port) {
		return
	}
	r.filename.text = path
	if serverRewriteOf(r.server).options&parser.LegacyPrefixDocRoot == 0 {
		r.reduced = true
	}
}

// setEnvironment applies the E flags.
func (r *run) setEnvironment(p *rule) {
	for i := range p.env {
		item := r.expand(&p.env[i], nil)
		if name, ok := strings.CutPrefix(item, "!"); ok {
			r.unsetenv(name)
			r.trace(p.at, StepEnv, "unset %s", name)
			continue
		}
		name, value, _ := strings.Cut(item, ":")
		r.setenv(name, value)
		r.trace(p.at, StepEnv, "set %s to %q", name, value)
	}
}

// forceType applies the T and H flags.
func (r *run) forceType(p *rule) {
	if p.contentType != nil {
		if t := r.expand(p.contentType, p.escape); t != "" {
			r.forcedType = asciiLower(t)
		}
	}
	if p.handler != nil {
		if h := r.expand(p.handler, p.escape); h != "" {
			r.forcedHand = asciiLower(h)
		}
	}
}

// match matches a regular expression within the budget of the engine.
func (e *evaluation) match(p *pattern.Pattern, s string, g *groups, at parser.Extent) bool {
	l := &e.engine.limits
	if !e.spend(matchSteps + len(s)/textSteps) {
		return false
	}
	ok, err := p.MatchWithin(s, g, l.MatchSteps, &e.meter)
	if err == nil {
		return ok
	}
	if !e.over() && l.MatchOverrun != NoMatch {
		e.fail(&parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeLimit,
			Message: fmt.Sprintf("matching %q: %v", p, err),
		})
	}
	return false
}

// CodeLimit is the code of errors that say a request went over a limit.
const CodeLimit parser.Code = "limit"
