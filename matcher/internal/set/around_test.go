package set

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// TestAroundOf lists patterns of which the table of texts sees all, and others that are
// checked, or tried, once their text is found.
func TestAroundOf(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]struct {
		around, checks int
	}{
		`needle`:                    {},
		`needle.+`:                  {around: 1},
		`^https?://(www.)?.*needle`: {around: 1},
		`(?i)^https?://.*needle`:    {around: 1},
		`^a?.{3,}needle`:            {around: 1},
		`needle.*[bc]$`:             {around: 1},
		`^/a.*needle.*b$`:           {around: 1},
		`^.+needle`:                 {around: 1},
		`^/a.*b.*needle`:            {checks: 1},
		`^/a.*needle.*b`:            {checks: 1},
		`/a.*needle.*b$`:            {checks: 1},
		`/a.*needle`:                {checks: 1},
		`needle.*b`:                 {checks: 1},
		`needle.*b.*c$`:             {checks: 1},
		`needle.*behind$`:           {checks: 1},
		`needle[^/]+haystacks`:      {checks: 1},
	} {
		opts := (*Options)(nil).settings()
		opts.noWhole, opts.noPrefixes, opts.literals = true, true, true
		s := newSet(parse(t, source), opts)
		require.NotNil(t, s.layers.pieces, source)
		require.NotNil(t, s.layers.pieces.literals, source)
		require.Len(t, s.layers.pieces.literals.around, want.around, source)
		require.Len(t, s.layers.checks, want.checks, source)
	}
}

// TestSharedAround has texts share what is to be around them.
func TestSharedAround(t *testing.T) {
	t.Parallel()
	opts := (*Options)(nil).settings()
	opts.noWhole, opts.noPrefixes, opts.literals = true, true, true
	s := newSet(parse(t, `^/a.*needle`, `^/a.*thread`, `^/a.+cotton`, `^/a.*button$`), opts)
	require.Len(t, s.layers.pieces.literals.around, 2)
	require.Empty(t, s.layers.checks)
}

// TestAround compares what a set with a table of texts is certain of with the patterns
// themselves, where a text stands in the subject several times.
func TestAround(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(11)
	pick := func(list ...string) string { return list[g.IntN(len(list))] }
	text := func() string { return pick("abab", "babab", "ababababa", "aBaab", "bbbb1bbbb") }
	around := 0
	for range 400 {
		var patterns []*pcre.Regexp
		for range 1 + g.IntN(20) {
			source := pick("", "", "(?i)") + pick("", "^", "^a.*", "^(a|ab).+", "^b?a.{2,5}", "^.{3,}") + text() +
				pick("", "$", ".*b$", ".+(a|ab)$", ".{2,}$", ".*", ".*b")
			re, err := pcre.Parse(source, apache)
			require.NoError(t, err, source)
			patterns = append(patterns, re)
		}
		opts := (*Options)(nil).settings()
		opts.noWhole, opts.noPrefixes, opts.literals = true, true, true
		s := newSet(patterns, opts)
		if l := s.layers.pieces; l != nil && l.literals != nil {
			around += len(l.literals.around)
		}
		for range 10 {
			var b strings.Builder
			for range g.IntN(12) {
				b.WriteString(pick("a", "b", "ab", "A", "1", text()))
			}
			subject := b.String()
			candidates := s.Candidates(nil, subject)
			for id, re := range patterns {
				p, err := pattern.New(re)
				require.NoError(t, err, re.Source)
				matches, err := p.Match(subject, nil, 0)
				require.NoError(t, err, re.Source)
				if is := slices.Contains(candidates, int32(id)); is != matches && (matches || s.Exact(int32(id))) {
					t.Fatalf("%s on %q: candidate %t, matches %t", re.Source, subject, is, matches)
				}
			}
		}
	}
	require.Greater(t, around, 1000)
}
