package fuzz

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// To look for differences that nobody has seen:
//
//	REQUIRE_HTTPD=1 go test ./rewrite/internal/httpdtest/fuzz -run Live -v -seed $(date +%s) -pairs 200000 -box 30m -timeout 1h
var (
	seed        = flag.Uint64("seed", 1, "seed of the random cases")
	first       = flag.Int("first", 0, "number of the first case")
	pairs       = flag.Int("pairs", 0, "pairs of ruleset and request to compare; 0 means 20000 where REQUIRE_HTTPD is set, else 2000; with -short 500")
	box         = flag.Duration("box", 150*time.Second, "no further cases are begun after this time")
	expressions = flag.Bool("expressions", true, "with RewriteCond expr and <If>")
	neighbours  = flag.Int("neighbours", 50, "how many of 100 rulesets have directives of other modules")
)

const (
	maxReduced = 12  // differences reduced and printed
	perKind    = 3   // of them of one kind
	sameTime   = 250 // cases answered by one server
)

// TestLiveRandom compares the engine with a live httpd on random cases.
func TestLiveRandom(t *testing.T) {
	t.Parallel()
	h := httpdtest.Require(t)
	h.Tree = readTree(t)
	httpd := h.Run
	engine, linear := engineWith(h.Tree, false), engineWith(h.Tree, true)
	if *pairs == 0 {
		*pairs = 2000
		switch {
		case testing.Short():
			*pairs = 500
		case os.Getenv("REQUIRE_HTTPD") != "":
			*pairs = 20000
		}
	}
	opts := Options{Seed: *seed, Expressions: *expressions, Neighbours: *neighbours}
	end := time.Now().Add(*box)
	var total, sets Comparison
	n := *first
	for total.Compared < *pairs && time.Now().Before(end) {
		var cases []*replay.Case
		for range min(sameTime, 1+(*pairs-total.Compared)/requestsPerCase) {
			cases = append(cases, NewCase(opts, n))
			n++
		}
		c, err := Compare(t.Context(), cases, httpd, engine)
		if err == nil {
			total.join(c)
			for _, d := range c.Differences { // reducing them can take long
				t.Logf("%s: %s (-httpd +engine):\n%s", d.Case.Name, d.Kind, cmp.Diff(d.Want, d.Got))
			}
			c, err = Compare(t.Context(), c.Got, linear, engine)
		}
		if err != nil {
			t.Errorf("after case %d: %v", n-1, err) // what is known by now still counts
			break
		}
		sets.join(c)
	}
	t.Logf("seed %d, cases %d to %d: %d pairs compared, %d configurations refused by both, %d differences",
		*seed, *first, n-1, total.Compared, total.Refused, len(total.Differences))
	if total.Compared == 0 {
		t.Error("nothing compared")
	}
	report(t, "httpd", total.Differences, httpd, engine)
	t.Logf("with and without sets of patterns: %d pairs compared, %d differences", sets.Compared, len(sets.Differences))
	report(t, "one by one", sets.Differences, linear, engine)
}

// report reduces and prints differences of the engine from another server: some
// of each kind, the most frequent kinds first.
func report(t *testing.T, other string, differences []*Difference, want, engine Answer) {
	t.Helper()
	ofKind := map[string][]*Difference{}
	for _, d := range differences {
		ofKind[d.Kind] = append(ofKind[d.Kind], d)
	}
	kinds := slices.SortedFunc(maps.Keys(ofKind), func(a, b string) int {
		return stdcmp.Or(len(ofKind[b])-len(ofKind[a]), strings.Compare(a, b))
	})
	var some []*Difference
	for n := range perKind {
		for _, kind := range kinds {
			if n < len(ofKind[kind]) && len(some) < maxReduced {
				some = append(some, ofKind[kind][n])
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), *box)
	defer cancel()
	if err := Shrink(ctx, some, want, engine); ctx.Err() == nil {
		require.NoError(t, err) // when time is out, what there is counts
	}
	shown := map[string]bool{}
	for _, d := range some {
		name := d.Case.Name
		d.Case.Name = "reduced"
		line, err := d.Case.Line()
		require.NoError(t, err)
		if shown[string(line)] {
			continue
		}
		shown[string(line)] = true
		t.Errorf("%d times: %s (-%s +engine):\n%s\n%s, reduced:\n%s",
			len(ofKind[d.Kind]), d.Kind, other, cmp.Diff(d.Want, d.Got), name, bytes.TrimSpace(line))
	}
}

// engineWith answers cases with the engine. linear says that it tries rules one
// after the other.
func engineWith(tree *replay.Tree, linear bool) Answer {
	return func(ctx context.Context, cases []*replay.Case) error {
		errs := make([]error, len(cases))
		next := make(chan int)
		var wg sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wg.Go(func() {
				for i := range next {
					cases[i].Linear, cases[i].Programs = linear, true
					errs[i] = replay.Run(ctx, cases[i], tree)
				}
			})
		}
		for i := range cases {
			next <- i
		}
		close(next)
		wg.Wait()
		return errors.Join(errs...)
	}
}

func readTree(tb testing.TB) *replay.Tree {
	tb.Helper()
	src, err := os.ReadFile("../../../../testdata/recorded/tree.json")
	require.NoError(tb, err)
	tree, err := replay.ParseTree(src)
	require.NoError(tb, err)
	return tree
}

func TestNewCaseIsReproducible(t *testing.T) {
	t.Parallel()
	for n := range 50 {
		opts := Options{Seed: 7, Expressions: n%2 == 0, Neighbours: n % 3 * 50}
		a, err := NewCase(opts, n).Line()
		require.NoError(t, err)
		b, err := NewCase(opts, n).Line()
		require.NoError(t, err)
		if diff := cmp.Diff(string(a), string(b)); diff != "" {
			t.Errorf("NewCase(%v, %d) differs from itself:\n%s", opts, n, diff)
		}
	}
}

// TestShrinkFindsTheCause plants a difference and expects nothing else to be
// left of a random case.
func TestShrinkFindsTheCause(t *testing.T) {
	t.Parallel()
	answer := func(wrong bool) Answer {
		return func(_ context.Context, cases []*replay.Case) error {
			for _, c := range cases {
				c.Results = make([]replay.Result, len(c.Requests))
				for i, q := range c.Requests {
					c.Results[i].Status = 200
					if wrong && strings.Contains(c.Vhost, "QQ") && strings.Contains(q.Target, "%zz") {
						c.Results[i].Status = 500
					}
				}
			}
			return nil
		}
	}
	cases := make([]*replay.Case, 20)
	for n := range cases {
		cases[n] = NewCase(Options{Seed: 3}, n)
		cases[n].Vhost += "RewriteRule ^/a$ /QQ [L,R=301]\n" + fmt.Sprint("# ", n)
		cases[n].Requests[n%requestsPerCase].Target = "/foo/%zz?a=1"
	}
	c, err := Compare(t.Context(), cases, answer(false), answer(true))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(c.Differences), len(cases))
	require.NoError(t, Shrink(t.Context(), c.Differences, answer(false), answer(true)))
	for _, d := range c.Differences {
		want := &replay.Case{
			Name: d.Case.Name, Vhost: "QQ", Files: map[string]string{},
			Requests: []replay.Request{{Target: "%zz"}},
		}
		if diff := cmp.Diff(want, d.Case); diff != "" {
			t.Errorf("reduced case mismatch (-want +got):\n%s", diff)
		}
	}
}
