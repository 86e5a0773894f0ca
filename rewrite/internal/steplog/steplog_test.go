package steplog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/steplog"
)

// texts returns the texts of what is kept.
func texts(l *steplog.Log) []string {
	var list []string
	for _, s := range l.Steps() {
		switch {
		case s.Kind == matcher.StepOmitted:
			list = append(list, s.String())
		case s.Detail == "restart":
			list = append(list, "again")
		default:
			list = append(list, s.Output)
		}
	}
	return list
}

func restart(l *steplog.Log) {
	l.Add(matcher.Step{Kind: matcher.StepFlow, Detail: "restart"})
}

func say(l *steplog.Log, format string, args ...any) {
	l.Add(matcher.Step{Kind: matcher.StepRule, Output: fmt.Sprintf(format, args...)})
}

func TestEqualRounds(t *testing.T) {
	t.Parallel()
	var l steplog.Log
	say(&l, "first")
	for range 1000 {
		restart(&l)
		say(&l, "x")
	}
	restart(&l)
	say(&l, "y")
	l.Add(matcher.Step{Kind: matcher.StepDecision, Output: "end"})
	require.Equal(t, []string{
		"first", "again", "x", "again", "x", "again", "x",
		"this rule feeds itself: 997 more rounds were the same and are left out (1994 steps)",
		"again", "y", "end",
	}, texts(&l))
}

// TestEndlessLoop has a run that ends within a round that is left out.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	var l steplog.Log
	for range 10 {
		restart(&l)
		say(&l, "x")
	}
	require.Equal(t, []string{
		"again", "x", "again", "x", "again", "x",
		"this rule feeds itself: 6 more rounds were the same and are left out (12 steps)",
		"again", "x",
	}, texts(&l))
}

func TestRoundsThatDiffer(t *testing.T) {
	t.Parallel()
	l := steplog.Log{Max: 10}
	for i := range 1000 {
		restart(&l)
		say(&l, "x%d", i)
	}
	require.Equal(t, []string{
		"again", "x0", "again", "x1", "again", "(1990 steps left out)", "x997", "again", "x998", "again", "x999",
	}, texts(&l))
}

func TestLongRounds(t *testing.T) {
	t.Parallel()
	l := steplog.Log{Max: 10}
	for range 10 {
		restart(&l)
		for i := range 100 {
			say(&l, "x%d", i)
		}
	}
	got := texts(&l)
	require.LessOrEqual(t, len(got), 12)
	require.Equal(t, "x99", got[len(got)-1])
}

func TestLongTexts(t *testing.T) {
	t.Parallel()
	l := steplog.Log{MaxText: 3}
	say(&l, "%s", strings.Repeat("a", 1<<20))
	require.Equal(t, []string{"aaa… (1048576 bytes)"}, texts(&l))
}

func TestEverything(t *testing.T) {
	t.Parallel()
	l := steplog.Log{Max: -1}
	for range 5000 {
		restart(&l)
	}
	require.Len(t, l.Steps(), 5000)
}
