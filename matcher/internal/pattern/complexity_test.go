package pattern_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
)

// TestComplexity runs patterns that take many engines exponential or quadratic
// time. The default number of steps is enough for each: without what keeps them
// short most would run out of it, whatever it was.
func TestComplexity(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	const megabyte = 1 << 20
	tests := []struct {
		name, pattern, subject string
		want                   bool
	}{
		{"nested plus", "^(a+)+$", r("a", 30) + "!", false},
		{"nested plus, long", "^(a+)+$", r("a", 5000) + "!", false},
		{"nested lazy", "^(a+?)+?$", r("a", 3000) + "!", false},
		{"nested star", "(a*)*b", r("a", 2000), false},
		{"overlapping alternatives", "^(a|aa|aaa)*$", r("a", 5000) + "b", false},
		{"nullable in nullable", "^((a*)*|(b*)*)*c", r("ab", 2000), false},
		{"optional then required", r("a?", 500) + r("a", 500), r("a", 500), true},
		{"many dot-stars", r(".*", 20) + "x", r("a", 3000), false},
		{"many gaps", "a.*b.*c.*d.*e", r("abcd", 1000), false},
		{"nested counts", "^(?:(?:a{0,3}){0,3}){0,3}b", r("a", 3000), false},
		{"lookahead in a loop", "^(?:(?=(a+)+!)a)*$", r("a", 300), false},
		{"atomic in a loop", "^(?:(?>(a|ab)+)c?)*$", r("ab", 300) + "!", false},
		{"no match far away", "foo[0-9]+bar", r("foo1", megabyte/4), false},
		{"run at the start", "[^/]*foo", r("a", megabyte), false},
		{"run of alternatives", "(?:a|b)*c", r("ab", megabyte/2), false},
		{"whole megabyte", "^(.*)$", r("a", megabyte), true},
		{"literal in a megabyte", "needle", r("hay", megabyte/3) + "needle", true},
		{"folded literal in a megabyte", "(?i)needle", r("nhay", megabyte/4), false},
		{"suffix of a megabyte", "\\.html$", r(".htm", megabyte/4), false},
		{"deep nesting", r("(", 250) + "a" + r(")*", 250), r("a", 1000), true},
		{"deep nesting, no match", "^" + r("(?:", 20) + "a?" + r(")*", 20) + "$", r("a", 1000) + "!", false},
		{"literal pattern", r("a", 32000), r("a", 31999), false},
		{"many alternatives", "^(?:" + r("a|", 12000) + "b)$", "c", false},
		{"many classes", r("[a-c]", 1900), r("b", 1900), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := pattern.Compile(tt.pattern, apache)
			require.NoError(t, err)
			var caps pattern.Captures
			got, err := p.Match(tt.subject, &caps, 0)
			require.NoError(t, err)
			if got != tt.want {
				t.Errorf("Match = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestHugeRepeats compiles patterns that expand to far more than is acceptable.
func TestHugeRepeats(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"(?:\\R{65535}){5000}", "(a)\\1(?:\\R{65535}){5000}", "(a)\\1(?:(?:\\R?){5000}){2}", "(?:(?:a?){50}){60}", "(?:\\X{0,65535}){0,4000}?"} {
		start := time.Now()
		_, err := pattern.Compile(src, apache)
		if err != nil && !strings.Contains(err.Error(), "too large") {
			t.Errorf("Compile(%q): %v", src, err)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("Compile(%q) took %v", src, took)
		}
	}
}

// TestExplosionIsShort counts the steps of the textbook case: what would be 2³⁰
// ways to fail.
func TestExplosionIsShort(t *testing.T) {
	t.Parallel()
	p, err := pattern.Compile("^(a+)+$", apache)
	require.NoError(t, err)
	ok, err := p.Match(strings.Repeat("a", 30)+"!", nil, 5000)
	require.NoError(t, err)
	if ok {
		t.Error("it matches")
	}
}

// TestConcurrency runs patterns of all engines from several goroutines.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	var patterns []*pattern.Pattern
	for _, src := range []string{"^(a+)+$", "([a-z]+)/([0-9]+)", "^(?!x)(.*?)(?<=a)$", "(a)\\1*(?(1)!|b)"} {
		p, err := pattern.Compile(src, apache)
		require.NoError(t, err)
		patterns = append(patterns, p)
	}
	subjects := []string{"aaaa", "aaa!", "abc/123", strings.Repeat("a", 40) + "!", "xa", ""}
	want := matchAll(t, patterns, subjects)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if got := matchAll(t, patterns, subjects); got != want {
					t.Errorf("got %s, want %s", got, want)
					return
				}
			}
		})
	}
	wait.Wait()
}

// matchAll matches all patterns with all subjects and writes down what came of
// it.
func matchAll(t *testing.T, patterns []*pattern.Pattern, subjects []string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range patterns {
		for _, s := range subjects {
			var caps pattern.Captures
			ok, err := p.Match(s, &caps, 0)
			if err != nil {
				t.Errorf("Match(%q, %q): %v", p, s, err)
			}
			b.WriteString(answer(p, ok, &caps) + "\n")
		}
	}
	return b.String()
}
