package fuzz

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/tracelog"
)

const (
	tracedCases = 500  // random ones
	sameTraces  = 0.99 // of their lines are those of httpd
)

// TestLiveTrace compares what the engine says that mod_rewrite logs with what a live httpd
// logs, line by line, for random cases.
func TestLiveTrace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	h := httpdtest.Require(t)
	h.Tree = readTree(t)
	var cases []*replay.Case
	live := make([][]string, tracedCases)
	for n := range tracedCases {
		c := NewCase(Options{Seed: *seed, Expressions: *expressions, Neighbours: *neighbours}, n)
		c.Log = func(line string) { live[n] = keepTrace(live[n], line) }
		cases = append(cases, c)
	}
	require.NoError(t, h.Run(t.Context(), cases))
	all, same := 0, 0
	kinds := map[string]int{}
	for n, c := range cases {
		if c.ConfigError != "" {
			continue
		}
		var engine []string
		own := *c
		own.Linear, own.Programs = true, true
		own.Log = func(line string) { engine = keepTrace(engine, line) }
		require.NoError(t, replay.Run(t.Context(), &own, h.Tree))
		both := tracelog.Same(live[n], engine)
		all, same = all+max(len(live[n]), len(engine)), same+both
		if both < max(len(live[n]), len(engine)) {
			noteDifference(t, kinds, c, live[n], engine)
		}
	}
	t.Logf("%d of %d lines are the same", same, all)
	if all == 0 || float64(same) < sameTraces*float64(all) {
		t.Errorf("%d of %d lines are the same as httpd's, want %.0f %%", same, all, 100*sameTraces)
	}
}

// keepTrace appends what can be compared of a line.
func keepTrace(lines []string, line string) []string {
	if text := tracelog.Comparable(line); text != "" {
		lines = append(lines, text)
	}
	return lines
}

// maxShown is how many differences of a kind are shown.
const maxShown = 2

// noteDifference shows where two logs part.
func noteDifference(t *testing.T, kinds map[string]int, c *replay.Case, live, engine []string) {
	t.Helper()
	i := 0
	for i < min(len(live), len(engine)) && live[i] == engine[i] {
		i++
	}
	at := func(lines []string) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(end)"
	}
	words := strings.Fields(strings.TrimLeft(at(live), "trace12345678 "))
	kind := strings.Join(words[:min(len(words), 5)], " ")
	if kinds[kind]++; kinds[kind] <= maxShown {
		t.Logf("%s, line %d:\n-%s\n+%s\n", c.Name, i, at(live), at(engine))
	}
}
