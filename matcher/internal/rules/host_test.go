package rules_test

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// host is a request of the dialect, and its budget.
type host struct {
	subject string
	vars    map[string]string
	values  func(v value) string // instead of vars, if it is not nil

	steps []string // what a traced run says
	acts  []string // what shows of a run

	meter   work.Meter
	tries   int // left; negative for any number
	reached work.Place
	located parser.Extent
	failed  string // why the request is denied
	at      string // what was reached then
	steep   int    // steps that a match may take; 0 for the default

	matches, asked, tests, listed int // what it took
}

func (h *host) Subject() string { return h.subject }

func (h *host) valueOf(r *rules.Run, v value) string {
	h.asked++
	switch v.kind {
	case "http":
		r.Look(v.name)
	case "loud":
		h.act("ask %s", v.name)
	}
	if h.values != nil {
		return h.values(v)
	}
	return h.vars[v.name]
}

// LookupMap answers keys that are neither empty nor begin with "no".
func (h *host) LookupMap(call *rules.MapCall, key string) (value string, found bool) {
	h.act("map %s %q", call.Name, key)
	if key == "" || key == "no" {
		return "", false
	}
	return "<" + key + ">", true
}

func (h *host) act(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	h.steps, h.acts = append(h.steps, text), append(h.acts, text)
}

func (h *host) step(format string, args ...any) {
	h.steps = append(h.steps, fmt.Sprintf(format, args...))
}

func (h *host) TriedRule(p *rules.Rule, subject string, matched bool) {
	h.step("rule %d %q %v", p.At.From.Line, subject, matched)
}

func (h *host) TriedCond(c *rules.Cond, input string, holds bool) {
	h.step("cond %d.%d %q %v", c.At.From.Line, c.At.From.Col, input, holds)
}

func (h *host) Matched(p *rules.Rule)  { h.step("matched %d", p.At.From.Line) }
func (h *host) Restarts(p *rules.Rule) { h.step("restart %d", p.At.From.Line) }

func (h *host) Reach(p work.Place) { h.reached = p }

func (h *host) Try(p work.Place) bool {
	h.reached = p
	h.tries--
	if h.tries == -1 {
		return h.fail("too many rules")
	}
	return true
}

// fail denies the request, unless it is denied already.
func (h *host) fail(why string) bool {
	if h.failed == "" {
		h.failed = why
		if h.reached != nil {
			_, h.at = h.reached.Place()
		}
	}
	return false
}

func (h *host) Exceed() bool { return h.fail(h.meter.Err().Error()) }

func (h *host) Failed() bool            { return h.failed != "" }
func (h *host) Locate(at parser.Extent) { h.located = at }

func (h *host) PassedOver(at parser.Extent) {
	h.fail(fmt.Sprintf("the index passes over rule %d", at.From.Line))
}

func (h *host) Match(p *pattern.Pattern, s string, g *pattern.Captures, _ parser.Extent) bool {
	h.matches++
	ok, err := p.Match(s, g, h.steep)
	if err != nil {
		h.fail(err.Error())
	}
	return ok && err == nil
}

// limits are so wide that nothing exceeds them.
func limits() *work.Limits { return &work.Limits{Time: time.Hour, Wait: time.Hour, Bytes: 1 << 20} }

// newHost returns a request for subject.
func newHost(subject string, vars map[string]string) *host {
	h := &host{subject: subject, vars: maps.Clone(vars), tries: -1}
	if h.vars == nil {
		h.vars = map[string]string{}
	}
	h.meter.Start(context.Background(), limits())
	return h
}

// begin makes r a run for h.
func (h *host) begin(r *rules.Run) *rules.Run {
	r.Host, r.Budget, r.Meter, r.Rounds = h, h, &h.meter, 4
	return r
}

// finishes are the names of the ways in which a run ends.
func finishes() []string { return []string{"finished", "ended", "stopped", "looped", "failed"} }
