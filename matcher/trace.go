package matcher

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/parser"
)

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
func (x *rewriting) trace(at parser.Extent, kind StepKind, format string, args ...any) {
	if !x.run.traced {
		return
	}
	x.emit(Step{Kind: kind, At: at, Text: fmt.Sprintf(format, args...)})
}

// emit adds to st what it takes from the run, and hands it to the caller.
func (x *rewriting) emit(st Step) {
	if x.dir != nil {
		st.Dir = x.dir.prefix
	}
	st.Depth, st.Redirects = x.req.depth(), x.req.redirects()
	x.req.eval.tell(st)
}

func (r *run) traceRule(p *rule, ok bool) {
	if !r.traced {
		return
	}
	r.host.emit(Step{
		Kind: StepRule, At: p.at, Input: r.subject, Matched: ok,
		Text: "pattern " + p.patternText() + " on " + quote(r.subject) + ": " + matchWord(ok),
	})
}

func (r *run) traceCond(c *cond, input string, ok bool) {
	if !r.traced {
		return
	}
	r.host.emit(Step{
		Kind: StepCond, At: c.at, Input: input, Matched: ok,
		Text: "condition " + c.text + " on " + quote(input) + ": " + matchWord(ok),
	})
}

func (r *run) traceMatched(p *rule) {
	if !r.traced {
		return
	}
	r.host.emit(Step{Kind: StepMatched, At: p.at, Text: "the rule matches"})
}

func matchWord(ok bool) string {
	if ok {
		return "matches"
	}
	return "no match"
}

func (x *rewriting) traceRewrite(p *rule, target string) {
	if !x.run.traced {
		return
	}
	x.emit(Step{
		Kind: StepRewrite, At: p.at, Input: x.run.subject, Output: target,
		Text: quote(x.run.subject) + " becomes " + quote(target),
	})
}

func (x *rewriting) traceQuery(p *rule) {
	if !x.run.traced {
		return
	}
	text := "no query"
	if x.req.args.ok {
		text = "the query is " + quote(x.req.args.text)
	}
	x.emit(Step{Kind: StepQuery, At: p.at, Output: x.req.args.text, Text: text})
}

func (r *run) traceRestart(p *rule) {
	if !r.traced {
		return
	}
	r.host.emit(Step{Kind: StepFlow, At: p.at, Restart: true, Text: "start again from the first rule"})
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
