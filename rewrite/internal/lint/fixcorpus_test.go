package lint

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// TestFixCorpus mends real rulesets: what is mended is gone, nothing else is found, and
// requests are answered as before unless a mended rule is for them.
func TestFixCorpus(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	counts, again, files := map[parser.Code]int{}, 0, 0
	start, longest, slowest := time.Now(), time.Duration(0), ""
	for _, src := range corpusFiles(t) {
		begin := time.Now()
		text, fixed, err := Fix(src, &Options{})
		if d := time.Since(begin); d > longest {
			longest, slowest = d, src.Name
		}
		if errors.Is(err, ErrFixes) {
			again++
		} else {
			require.NoError(t, err, src.Name)
		}
		if len(fixed) == 0 {
			require.Equal(t, string(src.Text), string(text), src.Name)
			continue
		}
		files++
		for _, d := range fixed {
			counts[d.Code]++
		}
		mended := src
		mended.Text = text
		compareMended(t, src, mended, fixed)
	}
	t.Logf("%d files mended, %d to be run again, %v in all, %v for %s", files, again, time.Since(start), longest, slowest)
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[code], code)
	}
}

// compareMended compares what is found in two versions of a file, and how they answer.
func compareMended(t *testing.T, old, mended Source, fixed parser.Diagnostics) {
	t.Helper()
	before, err := alone(old, &Options{})
	require.NoError(t, err)
	after, err := alone(mended, &Options{})
	require.NoError(t, err)
	left := map[string]int{}
	for _, d := range before.run() {
		left[fmt.Sprint(d.Code, d.From.Line)]++
	}
	lines := map[uint32]bool{}
	for _, d := range fixed {
		left[fmt.Sprint(d.Code, d.From.Line)]--
		lines[before.ruleOf(d)] = true
	}
	for _, d := range after.run() {
		key := fmt.Sprint(d.Code, d.From.Line)
		left[key]--
		require.GreaterOrEqual(t, left[key], 0, "%s: not mended, or new: %v [%s]", old.Name, d, d.Code)
	}
	a, b := before.siteFor(), after.siteFor()
	if a == nil || b == nil {
		return
	}
	for r := range before.rules() {
		for _, w := range before.witnesses(r, nil) {
			was, hit := answerOf(a, w, lines)
			is, hitNow := answerOf(b, w, lines)
			require.True(t, was == is || hit || hitNow, "%s: %v\n%s%s", old.Name, w, was, is)
		}
	}
}

// answerOf evaluates a witness; hit says that a rule in one of the lines matches.
func answerOf(s *site, w *witness, lines map[uint32]bool) (text string, hit bool) {
	res, err := s.run(w, func(st matcher.Step) {
		hit = hit || st.Kind == matcher.StepMatched && lines[st.At.From.Line]
	})
	return describeAnswer(&res, err), hit
}
