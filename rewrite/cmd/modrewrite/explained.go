package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/steplog"
)

// explained is what happened to one request.
type explained struct {
	Request string  `json:"request"`
	Host    string  `json:"host"`
	Steps   []step  `json:"steps"`
	Result  outcome `json:"result"`
	Error   string  `json:"error,omitempty"`
	// Followed says why a redirect was not followed further, with -follow.
	Followed string `json:"followed,omitempty"`

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
	Redirects   int               `json:"redirects,omitempty"`
	Rule        string            `json:"rule,omitempty"`
	Reason      *reason           `json:"reason,omitempty"`
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
func explain(ctx context.Context, e *matcher.Engine, q *matcher.Request, steps int, book *rulebook) explained {
	x := explained{Request: q.Method + " " + q.Target, Host: q.Host, Steps: []step{}}
	log := steplog.Log{Max: steps}
	if steps == 0 {
		log.Max = -1
	}
	res, err := e.Explain(ctx, q, log.Add)
	n := narrator{book: book}
	for _, s := range log.Steps() {
		st := newStep(s)
		if st.Told, st.Untested = n.tell(s); st.Told == st.Text {
			st.Told = ""
		}
		x.Steps = append(x.Steps, st)
	}
	x.Result = newOutcome(&res)
	if err != nil {
		x.err, x.Error = err, err.Error()
	}
	return x
}

func newStep(s matcher.Step) step {
	out := step{
		At: position(s.At), Dir: s.Dir, Depth: s.Depth, Redirects: s.Redirects,
		Kind: s.Kind.String(), Input: s.Input, Output: s.Output, Text: s.String(),
	}
	if s.Kind == matcher.StepRule || s.Kind == matcher.StepCond {
		out.Matched = &s.Matched
	}
	return out
}

func newOutcome(r *matcher.Result) outcome {
	return outcome{
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

// write writes the result, the steps, each after its place in the rules, and what
// else there is to the result.
func (x *explained) write(w io.Writer) {
	fmt.Fprintf(w, "%s (Host: %s)\n", printable(x.Request), printable(x.Host))
	lines := x.Result.lines()
	fmt.Fprintf(w, "  %s\n", printable(lines[0]))
	x.writeWhy(w)
	width := 0
	for _, s := range x.Steps {
		width = max(width, len(shortName(s.At)))
	}
	for _, s := range x.Steps {
		indent := strings.Repeat("  ", s.Depth)
		if s.Untested != "" {
			fmt.Fprintf(w, "    %-*s  %s%s\n", width, "", indent, printable(s.Untested))
		}
		text := cmp.Or(s.Told, s.Text)
		switch {
		case s.Kind == matcher.StepDecision.String(), s.Kind == matcher.StepReason.String() && s.Depth == 0:
			// The result says it in full.
		case s.At == "":
			fmt.Fprintf(w, "  %s%s\n", indent, printable(text))
		default:
			fmt.Fprintf(w, "    %-*s  %s%s\n", width, shortName(s.At), indent, printable(text))
		}
	}
	if x.Followed != "" {
		fmt.Fprintf(w, "  %s\n", x.Followed)
	}
	for _, line := range lines[1:] {
		fmt.Fprintf(w, "  %s\n", printable(line))
	}
}

// writeWhy writes why the request could not be evaluated or is refused.
func (x *explained) writeWhy(w io.Writer) {
	if x.err != nil {
		fmt.Fprintf(w, "  error: %s\n", printable(x.Error))
	} else if r := x.Result.Reason; r != nil {
		word := "reason"
		if !x.Result.refused() {
			word = "note"
		}
		fmt.Fprintf(w, "  %s: %s\n", word, printable(r.line()))
	}
	if r := x.Result.Reason; r != nil && r.Cure != "" {
		fmt.Fprintf(w, "  cure: %s\n", printable(r.Cure))
	}
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
