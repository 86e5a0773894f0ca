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

// gapped returns a random pattern of texts with gaps between them.
func gapped(g *workload.Random) string {
	texts := []string{"a", "ab", "aab", "b/1", "(a|ab)", "(aa|b)", "a?", "(ab)?", "[aB]b", "1", "", "aaab"}
	gaps := []string{".*", ".*", ".*?", ".+", "(.*)", ".{2,}", ".{0,3}", "..", ".+.", ".*.{1,2}"}
	var b strings.Builder
	if g.IntN(2) == 0 {
		b.WriteByte('^')
	}
	for i := range 1 + g.IntN(4) {
		if i > 0 {
			b.WriteString(gaps[g.IntN(len(gaps))])
		}
		for range 1 + g.IntN(2) {
			b.WriteString(texts[g.IntN(len(texts))])
		}
	}
	if g.IntN(2) == 0 {
		b.WriteByte('$')
	}
	return b.String()
}

// TestOrdered compares texts in order with the patterns that they stand for.
func TestOrdered(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(7)
	ordered := 0
	for range 3000 {
		source, flags := gapped(g), pcre.DotAll|pcre.DollarEndOnly
		if g.IntN(3) == 0 {
			flags |= pcre.Caseless
		}
		p, err := pattern.Compile(source, flags)
		require.NoError(t, err, source)
		sh := shapeOf(p.Regexp(), new(memory))
		if sh.everything || !sh.exact || len(sh.branches) != 1 {
			continue
		}
		o := orderOf(&sh.branches[0], map[string]*texts{})
		if o == nil {
			continue
		}
		ordered++
		for _, s := range words(g, 30) {
			s += words(g, 1)[0]
			want, err := p.Match(s, nil, 0)
			require.NoError(t, err)
			require.Equal(t, want, o.match(s), "%s (flags %d) on %q", source, flags, s)
		}
	}
	require.Greater(t, ordered, 1000)
}

// TestOrderOf lists patterns of which a set is certain, and others that look like them.
func TestOrderOf(t *testing.T) {
	t.Parallel()
	many := "(" + strings.Join(strings.Split("abcdefghi", ""), "x|") + "y)"
	for source, want := range map[string]bool{
		`^https?://.*known\.example.*$`:           true,
		`^https?://(www.)?.*known\.example`:       true,
		`one.*two.+three$`:                        true,
		`(known|other)name.*behind`:               true,
		`one(.*)two\1`:                            false,
		`one[^/]*two`:                             false,
		`one.*[0-9]+two`:                          false,
		`one.*` + many:                            false,
		`one.{1025,}three`:                        false,
		`one.*two\b`:                              false,
		`one.*(?=two)three`:                       false,
		`(a|b)one.*(c|d)two.*(e|f)three.*(g|h)xx`: true,
		`.`:          true,
		`^/.+`:       true,
		`^/(.+)$`:    true,
		`^/(.*).x$`:  true,
		`..two`:      true,
		`^..two`:     true,
		`one..three`: true,
		`(a|b|i)one.*(c|d)two.*(e|f)three.*(g|h)`: false,
	} {
		var patterns []*pcre.Regexp
		for _, text := range []string{source, "filler", "fill.*er"} {
			re, err := pcre.Parse(text, pcre.DotAll|pcre.DollarEndOnly)
			require.NoError(t, err)
			patterns = append(patterns, re)
		}
		opts := (*Options)(nil).settings()
		opts.noWhole, opts.noPrefixes = true, true
		set := newSet(patterns, opts)
		require.Equal(t, want, set.Exact(0), source)
		p, err := pattern.New(patterns[0])
		require.NoError(t, err, source)
		for _, s := range []string{"", "/", "/x", "/ax", "x/", "one two", "one two three", "twoone", "oneXXthree", "xxtwo", "https://www.known.example/", "known.example http://"} {
			matches, err := p.Match(s, nil, 0)
			require.NoError(t, err)
			if is := slices.Contains(set.Candidates(nil, s), 0); is != matches && (want || matches) {
				t.Errorf("%s on %q: candidate %v, matches %v", source, s, is, matches)
			}
		}
	}
}
