package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/steplog"
)

// explained is what happened to one request.
type explained struct {
	Request string  `json:"request"`
	Host    string  `json:"host"`
	Steps   []step  `json:"steps"`
	Result  outcome `json:"result"`
	Error   string  `json:"error,omitempty"`
	// Loop names the rules that feed themselves, if they do.
	Loop string `json:"loop,omitempty"`
	// Followed says why a redirect was not followed further, with -follow.
	Followed string `json:"followed,omitempty"`
	// WhyNot says why a rule did not fire, with -why-not.
	WhyNot []string `json:"why_not,omitempty"`
	// Trace are the lines of httpd's error log, with -trace.
	Trace []string `json:"trace,omitempty"`

	err error
}

// step is a matcher.Step as JSON.
type step struct {
	At        string `json:"at,omitempty"`
	Dir       string `json:"dir,omitempty"`
	Depth     int    `json:"depth,omitempty"`
	Redirects int    `json:"redirects,omitempty"`
	Kind      string `json:"kind"`
	Input     string `json:"input,omitempty"`
	Output    string `json:"output,omitempty"`
	Matched   *bool  `json:"matched,omitempty"`
	Text      string `json:"text"`
	// Told is Text with what the rule or condition says; Untested are conditions
	// that were not tested before this step.
	Told     string `json:"told,omitempty"`
	Untested string `json:"untested,omitempty"`
	// Untried are rules that are not tried because of this step.
	Untried string `json:"untried,omitempty"`

	section bool // it is about the expression of a section, not about a rule
}

// outcome is a matcher.Result as JSON.
type outcome struct {
	Action      string            `json:"action"`
	Status      int               `json:"status"`
	Location    string            `json:"location,omitempty"`
	Path        string            `json:"path,omitempty"`
	Query       string            `json:"query,omitempty"`
	Filename    string            `json:"filename,omitempty"`
	PathInfo    string            `json:"path_info,omitempty"`
	ProxyURL    string            `json:"proxy_url,omitempty"`
	Handler     string            `json:"handler,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	Vary        string            `json:"vary,omitempty"`
	SetCookies  []string          `json:"set_cookies,omitempty"`
	Env         map[string]string `json:"env,omitempty"`
	// Header are the other fields of the response that the rules give it.
	Header    http.Header `json:"header,omitempty"`
	Redirects int         `json:"redirects,omitempty"`
	Rule      string      `json:"rule,omitempty"`
	Reason    *reason     `json:"reason,omitempty"`
}

// reason is a matcher.Result.Reason as JSON.
type reason struct {
	At   string `json:"at,omitempty"`
	Code string `json:"code,omitempty"`
	Text string `json:"text"`
	Cure string `json:"cure,omitempty"`
}

// refused reports whether the request is denied.
func (o *outcome) refused() bool {
	return o.Status >= 400 || o.Action == matcher.Respond.String() || o.Action == matcher.Redirect.String()
}

func newReason(d *parser.Diagnostic) *reason {
	if d == nil {
		return nil
	}
	return &reason{At: position(d.Extent), Code: string(d.Code), Text: d.Message, Cure: d.Hint}
}

// explain evaluates q and keeps what happened: at most so many steps, all for 0.
func explain(ctx context.Context, e *matcher.Engine, q *matcher.Request, steps int, book *rulebook) (explained, []matcher.Step) {
	x := explained{Request: q.Method + " " + q.Target, Host: q.Host, Steps: []step{}}
	log := steplog.Log{Max: steps}
	if steps == 0 {
		log.Max = -1
	}
	res, err := e.Explain(ctx, q, log.Add)
	n := narrator{book: book}
	kept := log.Steps()
	for i, s := range kept {
		st := newStep(s)
		if st.Told, st.Untested, st.Untried = n.tell(s); s.Kind == matcher.StepStart {
			st.Told += inForce(kept[i+1:], book)
		}
		if st.Told == st.Text {
			st.Told = ""
		}
		x.Steps = append(x.Steps, st)
	}
	x.Result = newOutcome(&res)
	if err != nil {
		x.err, x.Error = err, err.Error()
		x.Loop = loopOf(kept)
	}
	return x, kept
}

// inForce says where the rules stand that the steps after the start of a list are
// about, "" if there are none.
func inForce(steps []matcher.Step, book *rulebook) string {
	for _, s := range steps {
		switch s.Kind { //nolint:exhaustive // others lie between
		case matcher.StepRule:
			place := book.place(s.At)
			if s.Dir == "" && place == shortName(s.At.Name) {
				return "" // the places of the rules say it
			}
			return " (" + place + ")"
		case matcher.StepStart, matcher.StepInternal, matcher.StepDecision:
			return ""
		}
	}
	return ""
}

// sameRounds is how often the same has to happen to be called a loop.
const sameRounds = 3

// loopOf names the rules that lead to one internal redirect after the other, "" if the
// last redirects were not by the same rules.
func loopOf(steps []matcher.Step) string {
	var rounds []string
	var rules []string
	for _, s := range steps {
		switch {
		case s.Depth > 0:
		case s.Kind == matcher.StepRewrite:
			rules = append(rules, shortName(position(s.At)))
		case s.Kind == matcher.StepInternal && s.Detail == "":
			rounds, rules = append(rounds, strings.Join(rules, " and ")), nil
		}
	}
	if len(rounds) < sameRounds || rounds[len(rounds)-1] == "" {
		return ""
	}
	for _, r := range rounds[len(rounds)-sameRounds:] {
		if r != rounds[len(rounds)-1] {
			return ""
		}
	}
	return "loop: what " + rounds[len(rounds)-1] + " makes of the URL leads there again"
}

func newStep(s matcher.Step) step {
	out := step{
		At: position(s.At), Dir: s.Dir, Depth: s.Depth, Redirects: s.Redirects,
		Kind: s.Kind.String(), Input: s.Input, Output: s.Output, Text: s.String(),
		section: s.Kind == matcher.StepCond && s.Name == "",
	}
	if s.Kind == matcher.StepRule || s.Kind == matcher.StepCond {
		out.Matched = &s.Matched
	}
	return out
}

func newOutcome(r *matcher.Result) outcome {
	header := casefile.CompleteHeader(r)
	for _, shown := range []string{"Content-Type", "Location", "Set-Cookie", "Vary"} {
		header.Del(shown)
	}
	return outcome{
		Header: header,
		Action: r.Action.String(), Status: r.Status, Location: r.Location, Path: r.Path, Query: r.Query,
		Filename: r.Filename, PathInfo: r.PathInfo, ProxyURL: r.ProxyURL, Handler: r.Handler,
		ContentType: r.ContentType, Vary: r.Vary, SetCookies: r.SetCookies, Env: r.Environment(),
		Redirects: r.Redirects, Rule: position(r.Rule), Reason: newReason(r.Reason),
	}
}

// position returns "file:line", or what is known of it. For what came out of a
// macro, the place where the macro was used follows.
func position(e parser.Extent) string {
	if !e.IsValid() {
		return e.Name
	}
	var at strings.Builder
	fmt.Fprintf(&at, "%s:%d", e.Name, e.From.Line)
	for via := e.Via; via != nil; via = via.Via {
		fmt.Fprintf(&at, " (used at %s:%d)", via.Name, via.From.Line)
	}
	return at.String()
}

// line returns the reason, after its place.
func (r *reason) line() string {
	if r.At == "" {
		return r.Text
	}
	return shortName(r.At) + ": " + r.Text
}

// shortName returns name relative to the working directory if it lies there.
func shortName(name string) string {
	dir, err := os.Getwd()
	if err != nil || !filepath.IsAbs(name) {
		return name
	}
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}

// lines describes the outcome: first what is done, by which rule, then the rest.
func (o *outcome) lines() []string {
	lines := []string{o.headline()}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("   %s: %s", name, steplog.Cut(value, steplog.DefaultMaxText)))
		}
	}
	if o.Action == matcher.Pass.String() || o.Action == matcher.Rewrite.String() {
		if o.Filename != o.Path { // as it is where there is no document root
			add("file", o.Filename)
		}
		add("path info", o.PathInfo)
	}
	add("handler", o.Handler)
	add("type", o.ContentType)
	add("vary", o.Vary)
	for _, c := range o.SetCookies {
		add("cookie", c)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Header)) {
		for _, value := range o.Header[name] {
			add("header", name+": "+value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Env)) {
		if name != "SCRIPT_URL" && name != "SCRIPT_URI" { // which are always there
			add("env", name+"="+o.Env[name])
		}
	}
	return lines
}

func (o *outcome) headline() string {
	words := []string{"=>", o.Action}
	switch o.Action {
	case matcher.Rewrite.String():
		target := o.Path
		if o.Query != "" {
			target += "?" + o.Query
		}
		words = append(words, target)
	case matcher.Redirect.String(), matcher.Respond.String():
		words = append(words, strconv.Itoa(o.Status))
		if o.Location != "" {
			words = append(words, o.Location)
		}
	case matcher.Proxy.String():
		words = append(words, o.ProxyURL)
	}
	if o.Rule != "" {
		words = append(words, " ("+shortName(o.Rule)+")")
	}
	return strings.Join(words, " ")
}
