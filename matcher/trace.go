package matcher

import (
	"fmt"
	"strconv"

	"github.com/modrewrite-go/modrewrite/parser"
)

func quote(s string) string { return strconv.Quote(s) }

// tell hands a step to the caller, whose time does not count.
func (e *evaluation) tell(st Step) {
	e.spend(stepSteps + len(st.Text)/textSteps)
	paused := e.meter.Pause(false)
	e.step(st)
	e.meter.Ignore(paused)
}

// trace tells of a step of request s, if anyone listens.
func (e *evaluation) trace(s *state, kind StepKind, format string, args ...any) {
	if e.step == nil {
		return
	}
	e.tell(Step{
		Kind: kind, Depth: s.depth(), Redirects: s.redirects(), Text: fmt.Sprintf(format, args...),
		Output: s.filename.text,
	})
}

// trace tells of a step that a rule or condition caused.
func (r *run) trace(at parser.Extent, kind StepKind, format string, args ...any) {
	if r.eval.step == nil {
		return
	}
	r.emit(Step{Kind: kind, At: at, Text: fmt.Sprintf(format, args...)})
}

func (r *run) emit(st Step) {
	if r.dir != nil {
		st.Dir = r.dir.prefix
	}
	st.Depth, st.Redirects = r.depth(), r.redirects()
	r.eval.tell(st)
}

func (r *run) traceRule(p *rule, ok bool) {
	if r.eval.step == nil {
		return
	}
	r.emit(Step{
		Kind: StepRule, At: p.at, Input: r.subject, Matched: ok,
		Text: "pattern " + p.patternText() + " on " + quote(r.subject) + ": " + matchWord(ok),
	})
}

func (r *run) traceCond(c *cond, input string, ok bool) {
	if r.eval.step == nil {
		return
	}
	r.emit(Step{
		Kind: StepCond, At: c.at, Input: input, Matched: ok,
		Text: "condition " + c.text + " on " + quote(input) + ": " + matchWord(ok),
	})
}

func matchWord(ok bool) string {
	if ok {
		return "matches"
	}
	return "no match"
}

func (r *run) traceRewrite(p *rule, target string) {
	if r.eval.step == nil {
		return
	}
	r.emit(Step{
		Kind: StepRewrite, At: p.at, Input: r.subject, Output: target,
		Text: quote(r.subject) + " becomes " + quote(target),
	})
}

func (r *run) traceQuery(p *rule) {
	if r.eval.step == nil {
		return
	}
	text := "no query"
	if r.args.ok {
		text = "the query is " + quote(r.args.text)
	}
	r.emit(Step{Kind: StepQuery, At: p.at, Output: r.args.text, Text: text})
}

func (r *run) traceRestart(p *rule) {
	if r.eval.step == nil {
		return
	}
	r.emit(Step{Kind: StepFlow, At: p.at, Restart: true, Text: "start again from the first rule"})
}

func (e *evaluation) traceResult(s *state, res *Result) {
	if e.step == nil {
		return
	}
	text := res.Action.String()
	switch res.Action {
	case Rewrite:
		text += " to " + res.Path
	case Redirect:
		text += " " + itoa(res.Status) + " to " + res.Location
	case Respond:
		text += " with " + itoa(res.Status)
	case Proxy:
		text += " to " + res.ProxyURL
	case Pass:
	}
	if e.failure != nil {
		text += ": " + e.failure.Error()
	}
	e.tell(Step{Kind: StepDecision, At: res.Rule, Redirects: s.redirects(), Text: text, Output: res.Location})
}
