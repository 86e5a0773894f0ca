package casefile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Limits of a trace: it is read by people.
const (
	traceLines = 60 // lines at most
	traceMiss  = 6  // rules that did not match are listed if there are at most this many
)

// trace picks from all steps those that tell how the outcome came about: what
// is not about single rules, the rules that matched, and those that a "by"
// names. Other rules are counted only, unless they are few.
func (p *program) trace(rep *RequestReport, steps []matcher.Step) []string {
	groups := groupSteps(steps)
	missed := 0
	for _, g := range groups {
		if g.rule && !g.matched {
			missed++
		}
	}
	var lines []string
	skipped := 0
	flush := func() {
		if skipped > 0 {
			lines = append(lines, fmt.Sprintf("(%d rules did not match)", skipped))
		}
		skipped = 0
	}
	for _, g := range groups {
		if g.rule && !g.matched && missed > traceMiss && !p.isExpected(rep.Request, g.steps[0]) {
			skipped++
			continue
		}
		flush()
		for _, s := range g.steps {
			lines = append(lines, p.traceLine(s))
		}
	}
	flush()
	if len(lines) > traceLines {
		half := traceLines / 2
		omitted := fmt.Sprintf("(%d lines left out)", len(lines)-traceLines)
		lines = slices.Concat(lines[:half], []string{omitted}, lines[len(lines)-half:])
	}
	return lines
}

// stepGroup is a run of steps about one rule, or one step about none.
type stepGroup struct {
	steps         []matcher.Step
	rule, matched bool
}

func groupSteps(steps []matcher.Step) []stepGroup {
	var groups []stepGroup
	for _, s := range steps {
		if s.Kind == matcher.StepRule {
			groups = append(groups, stepGroup{rule: true})
		} else if n := len(groups); n == 0 || !groups[n-1].rule || aboutNoRule(s.Kind) {
			groups = append(groups, stepGroup{})
		}
		g := &groups[len(groups)-1]
		g.steps = append(g.steps, s)
		g.matched = g.matched || s.Kind == matcher.StepMatched
	}
	return groups
}

func aboutNoRule(k matcher.StepKind) bool {
	return k == matcher.StepStart || k == matcher.StepMapped || k == matcher.StepInternal || k == matcher.StepDecision || k == matcher.StepOmitted
}

// isExpected reports whether the request expects the step's rule to decide.
func (p *program) isExpected(r *Request, s matcher.Step) bool {
	at := fmt.Sprintf("by %s:%d", p.name(s.At.Name), s.At.From.Line)
	return slices.ContainsFunc(r.Expect, func(e Expectation) bool { return e.Text == at })
}

// traceLine prints a step, indented by its depth.
func (p *program) traceLine(s matcher.Step) string {
	at := ""
	if s.At.IsValid() {
		at = fmt.Sprintf("%s:%d: ", p.name(s.At.Name), s.At.From.Line)
	}
	return strings.Repeat("  ", s.Depth) + at + printable(p.f.showRoot(s.String()))
}

// printable replaces what would spoil a terminal or a log.
func printable(s string) string {
	if isText(s) {
		return s
	}
	q := fmt.Sprintf("%q", s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
