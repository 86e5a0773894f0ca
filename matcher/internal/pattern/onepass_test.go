package pattern_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// TestOnePass shows which patterns are matched in one pass.
func TestOnePass(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"^products/([0-9]+)/?$":         true,
		"^legacy/app12/(.*)$":           true,
		"^([^/]+)/([^/]+)/([0-9]+)$":    true,
		"^(a|b)c(?:d|e)?$":              true,
		"^(?:ab)*c$":                    true,
		"^a\\Kb":                        true,
		"^(.*)$":                        true,
		"^(.*)/index\\.(php|html?)$":    false, // the run has to give back
		"^(ab|ac)$":                     false, // both start alike
		"\\.html$":                      false, // anywhere
		"^(?:a?)*$":                     false, // the body may match nothing
		"^(?!x)a":                       false,
		"^(a)\\1":                       false,
		"(*UTF)^a$":                     false,
		"^a(?:b|)c":                     true,
		"^a(?:b|)b":                     false,
		"^a(?:$|b)":                     true,
		"^(?:[a-z]+-?)*\\.html$":        false,
		"^[a-z]{2,3}/":                  true,
		"^[a-z]{2,3}?[0-9]":             true,
		"^(?i)Shop/([a-z0-9-]+)\\.html": true,
	} {
		p, err := pattern.Compile(src, apache)
		require.NoError(t, err)
		if got := p.OnePass(); got != want {
			t.Errorf("%s: one pass is %v", src, got)
		}
	}
}

// TestOnePassRandom compares matches in one pass with those of the machine.
func TestOnePassRandom(t *testing.T) {
	t.Parallel()
	patterns, matches := 0, 0
	for seed := range uint64(15) {
		g := workload.NewRandom(seed)
		for range 400 {
			src := "^" + g.Pattern()
			p, err := pattern.Compile(src, apache)
			if err != nil || !p.OnePass() {
				continue
			}
			patterns++
			for range 8 {
				subject := g.Subject([]*pcre.Regexp{p.Regexp()})
				var got, want pattern.Captures
				ok, err := p.Match(subject, &got, 0)
				require.NoError(t, err)
				other, err := p.MatchOtherwise(subject, &want)
				require.NoError(t, err)
				yes, err := p.Match(subject, nil, 0)
				require.NoError(t, err)
				if ok != other || ok != yes {
					t.Fatalf("%q on %q: %v, %v without captures, %v otherwise", src, subject, ok, yes, other)
				}
				if ok {
					matches++
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%q on %q: captures mismatch (-want +got):\n%s", src, subject, diff)
					}
				}
			}
		}
	}
	t.Logf("%d patterns, %d matches", patterns, matches)
	require.Greater(t, matches, 1000)
}
