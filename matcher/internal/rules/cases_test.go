package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

var update = flag.Bool("update", false, "write what comes out to testdata")

// ways are the ways in which a list can be run. What shows must be the same.
func ways() map[string]*rules.Options {
	return map[string]*rules.Options{
		"linear":  {Linear: true},
		"default": {},
		"indexed": {Index: index.Options{MinItems: 1, MinUsers: 1, Sharers: 2, Good: 1e-9}},
	}
}

// request is a line of a case: "ask /path [sub] [cost] [name=value…]".
type request struct {
	subject   string
	sub, cost bool
	vars      map[string]string
}

func readRequest(line string) *request {
	words := strings.Fields(line)
	q := &request{subject: words[1], vars: map[string]string{}}
	if q.subject == "-" {
		q.subject = ""
	}
	for _, w := range words[2:] {
		name, value, ok := strings.Cut(w, "=")
		switch {
		case ok:
			q.vars[name] = value
		case w == "sub":
			q.sub = true
		case w == "cost":
			q.cost = true
		}
	}
	return q
}

// TestCases runs the cases of testdata: each request on each kind of list, traced and
// not.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			got := runFile(t, string(data))
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(got), 0o600))
				return
			}
			if d := cmp.Diff(string(data), got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		})
	}
}

// runFile returns the text of a file of cases with what comes out.
func runFile(t *testing.T, text string) string {
	t.Helper()
	var out, ruleset []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "\t"):
			continue
		case strings.HasPrefix(line, "=="):
			ruleset = nil
		case strings.HasPrefix(line, "rule "), strings.HasPrefix(line, "cond "):
			ruleset = append(ruleset, line)
		}
		out = append(out, line)
		if strings.HasPrefix(line, "ask ") {
			for _, step := range runCase(t, ruleset, readRequest(line)) {
				out = append(out, "\t"+step)
			}
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// runCase returns the trace of a request, which is the same for all kinds of list.
func runCase(t *testing.T, ruleset []string, q *request) []string {
	t.Helper()
	list := read(t, ruleset)
	plain := map[string][]string{}
	trace := map[string][]string{}
	cost := ""
	for _, name := range []string{"linear", "default", "indexed"} {
		l := rules.NewList(list, ways()[name])
		trace[name], _ = runList(l, q, true)
		var h *host
		plain[name], h = runList(l, q, false)
		cost += fmt.Sprintf("; %s: %d patterns, %d tests, %d values", name, h.matches, h.tests, h.asked)
		if h.listed > 0 {
			cost += fmt.Sprintf(", names %d times", h.listed)
		}
	}
	for cut := range list {
		for _, name := range []string{"linear", "default", "indexed"} {
			if l, ok := joined(list, cut, ways()[name]); ok {
				name = fmt.Sprintf("%s, joined at %d", name, cut)
				trace[name], _ = runList(l, q, true)
				plain[name], _ = runList(l, q, false)
			}
		}
	}
	for name := range trace {
		if d := cmp.Diff(trace["linear"], trace[name]); d != "" {
			t.Errorf("%s\n%s: %s, traced (-linear +got):\n%s", strings.Join(ruleset, "\n"), q.subject, name, d)
		}
		if d := cmp.Diff(plain["linear"], plain[name]); d != "" {
			t.Errorf("%s\n%s: %s, not traced (-linear +got):\n%s", strings.Join(ruleset, "\n"), q.subject, name, d)
		}
	}
	steps := trace["linear"]
	if q.cost {
		steps = append(steps, "cost"+strings.TrimPrefix(cost, ";"))
	}
	return steps
}

// joined returns list as several that are joined: what is before a place, an empty one, two
// rules, and what is left. ok is false if they can't be joined.
func joined(list []*rules.Rule, cut int, o *rules.Options) (l *rules.List, ok bool) {
	middle := min(cut+2, len(list))
	var lists []*rules.List
	for _, part := range [][]*rules.Rule{list[:cut], nil, list[cut:middle], list[middle:]} {
		lists = append(lists, rules.NewList(part, o))
	}
	return rules.Join(lists)
}

// runList returns the steps of a run, or what shows of one that is not traced.
func runList(l *rules.List, q *request, traced bool) ([]string, *host) {
	h := newHost(q.subject, q.vars)
	r := h.begin(new(rules.Run))
	r.Sub, r.Traced = q.sub, traced
	end := finishes()[r.All(l)]
	if h.failed != "" {
		end += ": " + h.failed
	}
	h.act("%s: %s", end, h.subject)
	if traced {
		return h.steps, h
	}
	return h.acts, h
}
