package pattern_test

import (
	"errors"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// FuzzMatch checks what holds for every match: it ends, within its steps;
// captures lie in the subject and in order; and asking for captures, or
// remembering what has failed, does not change the answer.
func FuzzMatch(f *testing.F) {
	for _, src := range []string{
		"^(.*)/([^/]+)\\.(php|html?)$", "(?i)(a|b)*c", "(a*)*b", "((a|b?)*?|c){1,3}$", "(?=(a))a\\b", "(?<!x)y++", "(a)\\1",
		"\\A.\\Z", "(?m)^$", "(?>a|ab)c", "(?(?=a)b|c)", "a\\Kb", "[[:<:]]a", "(?(1)a|b)(c)?",
	} {
		f.Add(src, "abcabc\nx/index.php", uint16(apache))
	}
	f.Fuzz(func(t *testing.T, src, subject string, flags uint16) {
		if len(src) > 200 || len(subject) > 200 {
			return
		}
		p, err := pattern.Compile(src, pcre.Flags(flags))
		if err != nil {
			return
		}
		const steps = 100_000
		var caps pattern.Captures
		ok, err := p.Match(subject, &caps, steps)
		if err != nil {
			if ok || !errors.Is(err, pattern.ErrBudget) {
				t.Errorf("Match(%q, %q) = %v, %v", src, subject, ok, err)
			}
			return
		}
		checkCaptures(t, p, subject, ok, &caps)
		if bare, err := p.Match(subject, nil, steps); err == nil && bare != ok {
			t.Errorf("Match(%q, %q) = %v, without captures %v", src, subject, ok, bare)
		}
		var again pattern.Captures
		if remembered, own, err := p.MatchRemembering(subject, &again); own && err == nil {
			if got, want := answer(p, remembered, &again), answer(p, ok, &caps); got != want {
				t.Errorf("Match(%q, %q) = %s, remembering %s", src, subject, want, got)
			}
		}
		if !ok && p.MatchesAll() {
			t.Errorf("%q is said to match all, but does not match %q", src, subject)
		}
	})
}

func checkCaptures(t *testing.T, p *pattern.Pattern, subject string, ok bool, caps *pattern.Captures) {
	t.Helper()
	if !ok {
		return
	}
	for g := range pattern.MaxGroup + 1 {
		start, end := caps[2*g], caps[2*g+1]
		unset := start == -1 && end == -1 && g > 0
		if !unset && (start < 0 || end < start || end > len(subject) || g > p.NumGroups()) {
			t.Errorf("Match(%q, %q): group %d is %d to %d", p, subject, g, start, end)
		}
	}
}
