package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// tone is how a line is meant.
type tone string

// The tones. They are also the classes of a page.
const (
	plain tone = ""
	good  tone = "ok"
	bad   tone = "no"
	mixed tone = "part"
	faint tone = "soft"
)

// shownLine is a line about a request.
type shownLine struct {
	At    string // a place in the rules, "" if the line is about none
	Depth int    // of sub-requests
	Text  string
	Tone  tone
	Step  bool // it is one of what happened, and not of the result
}

// shown returns the lines about a request: the result, what happened, and what else there
// is to the result. matching leaves out rules that did not match.
func (x *explained) shown(matching bool) []shownLine {
	head := x.Result.lines()
	lines := append([]shownLine{{Text: head[0], Tone: x.tone()}}, x.why()...)
	for _, text := range x.WhyNot {
		lines = append(lines, shownLine{Text: text})
	}
	steps := x.Steps
	if matching {
		steps = matchingSteps(steps)
	}
	for i := range steps {
		lines = append(lines, steps[i].shown()...)
	}
	if x.Followed != "" {
		lines = append(lines, shownLine{Text: x.Followed, Tone: mixed})
	}
	for _, text := range head[1:] {
		lines = append(lines, shownLine{Text: text})
	}
	return lines
}

// tone returns how the result is meant.
func (x *explained) tone() tone {
	switch {
	case x.err != nil || x.Result.Status >= 400:
		return bad
	case x.Result.Action == matcher.Pass.String():
		return plain
	}
	return good
}

// why returns why the request could not be evaluated or is refused.
func (x *explained) why() []shownLine {
	var lines []shownLine
	if x.err != nil {
		for i, text := range strings.Split(x.Error, "\n") { // a broken access file has a line a finding
			if i == 0 {
				text = "error: " + text
			}
			lines = append(lines, shownLine{Text: text, Tone: bad})
		}
	} else if r := x.Result.Reason; r != nil {
		word := "reason"
		if !x.Result.refused() {
			word = "note"
		}
		lines = append(lines, shownLine{Text: word + ": " + r.line(), Tone: mixed})
	}
	if r := x.Result.Reason; r != nil && r.Cure != "" {
		lines = append(lines, shownLine{Text: "cure: " + r.Cure})
	}
	if x.Loop != "" {
		lines = append(lines, shownLine{Text: x.Loop, Tone: bad})
	}
	return lines
}

// shown returns the lines of a step.
func (s *step) shown() []shownLine {
	var lines []shownLine
	if s.Untested != "" {
		lines = append(lines, shownLine{At: " ", Depth: s.Depth, Text: s.Untested, Tone: faint, Step: true})
	}
	decided := s.Kind == matcher.StepDecision.String() || s.Kind == matcher.StepReason.String() && s.Depth == 0
	if !decided { // else the result says it in full
		line := shownLine{At: shortName(s.At), Depth: s.Depth, Text: cmp.Or(s.Told, s.Text), Step: true}
		switch {
		case s.Matched != nil && !*s.Matched:
			line.Tone = faint
		case s.Kind == matcher.StepMatched.String():
			line.Tone = good
		}
		lines = append(lines, line)
	}
	if s.Untried != "" {
		lines = append(lines, shownLine{At: " ", Depth: s.Depth, Text: s.Untried, Tone: faint, Step: true})
	}
	return lines
}

// matchingSteps leaves out the steps of rules, and of sections, that did not match.
func matchingSteps(steps []step) []step {
	var out []step
	rule := -1 // where in out the steps of a rule begin that has not matched yet
	drop := func() {
		if rule >= 0 {
			out = out[:rule]
		}
		rule = -1
	}
	depth := 0
	for _, s := range steps {
		switch {
		case s.section && s.Matched != nil && !*s.Matched:
			continue
		case s.Kind == matcher.StepRule.String() && (rule < 0 || s.Depth <= depth):
			drop()
			rule, depth = len(out), s.Depth
		case s.Kind == matcher.StepMatched.String() && s.Depth <= depth:
			rule = -1
		case s.Depth <= depth && endsList(s.Kind):
			drop()
		}
		out = append(out, s)
	}
	return out
}

// endsList reports whether a step of this kind is about no rule.
func endsList(kind string) bool {
	switch kind {
	case matcher.StepStart.String(), matcher.StepMapped.String(), matcher.StepInternal.String(), matcher.StepDecision.String(), matcher.StepOmitted.String():
		return true
	}
	return false
}

// write writes the lines for people, each step after its place in the rules.
func (x *explained) write(w io.Writer, matching bool, c colours) {
	fmt.Fprintln(w, c.paint(bold, printable(x.Request))+" (Host: "+printable(x.Host)+")")
	lines := x.shown(matching)
	width := 0
	for _, l := range lines {
		width = max(width, len(l.At))
	}
	for _, l := range lines {
		text := strings.Repeat("  ", l.Depth) + c.paint(ansi(l.Tone), printable(l.Text))
		if l.At == "" {
			fmt.Fprintf(w, "  %s\n", text)
		} else {
			fmt.Fprintf(w, "    %-*s  %s\n", width, strings.TrimSpace(l.At), text)
		}
	}
	for _, line := range x.Trace {
		fmt.Fprintf(w, "  %s\n", line)
	}
}
