package pattern_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// TestRecorded replays what PCRE2 10.42 answered for random patterns and
// subjects. The files are written by examples/benchmark/pcrefuzz. A line is one
// of
//
//	p FLAGS CODE PATTERN   a pattern; CODE is 0, or PCRE2's reason to refuse it
//	s SUBJECT ANSWER       a subject for the last pattern; ANSWER is "no", or the
//	                       offsets of the groups 0 to 9 as far as they exist
//
// with FLAGS as in package pcre and strings quoted as in Go.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"regular", "backtracking", "unicode"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := os.Open("testdata/" + name + ".txt.gz")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, file.Close()) })
			unzipped, err := gzip.NewReader(file)
			require.NoError(t, err)
			if n := replay(t, unzipped); n < 10000 {
				t.Errorf("only %d matches replayed", n)
			}
		})
	}
}

// replay checks the lines of r, and returns how many subjects there were.
func replay(t *testing.T, r io.Reader) (subjects int) {
	t.Helper()
	var p *pattern.Pattern
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		if kind == "p" {
			p = replayPattern(t, rest)
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		require.NoError(t, err)
		subject, err := strconv.Unquote(quoted)
		require.NoError(t, err)
		replaySubject(t, p, subject, strings.TrimSpace(rest[len(quoted):]))
		subjects++
	}
	require.NoError(t, lines.Err())
	return subjects
}

// replayPattern checks whether a pattern is accepted, and returns it if so.
func replayPattern(t *testing.T, line string) *pattern.Pattern {
	t.Helper()
	var flags pcre.Flags
	var code pcre.Code
	var quoted string
	_, err := fmt.Sscanf(line, "%d %d %q", &flags, &code, &quoted)
	require.NoError(t, err, line)
	var parser pcre.Parser
	p, err := compileBy(&parser, quoted, flags)
	_, _ = parser.Parse("(another)|[tree]{2}", 0) // which a pattern must not notice
	if code == 0 {
		require.NoError(t, err, quoted)
		return p
	}
	var got *pcre.Error
	require.ErrorAs(t, err, &got, quoted)
	if got.Code != code {
		t.Errorf("Compile(%q): code %d, want %d", quoted, got.Code, code)
	}
	return nil
}

// compileBy is Compile of what parser reads.
func compileBy(parser *pcre.Parser, src string, flags pcre.Flags) (*pattern.Pattern, error) {
	re, err := parser.Parse(src, flags)
	if err != nil {
		return nil, err
	}
	return pattern.New(re)
}

// replaySubject checks a match in each of the ways there are to run it.
func replaySubject(t *testing.T, p *pattern.Pattern, subject, want string) {
	t.Helper()
	var caps pattern.Captures
	ok, err := p.Match(subject, &caps, 0)
	require.NoError(t, err)
	if got := answer(p, ok, &caps); got != want {
		t.Errorf("Match(%q, %q) = %s, want %s", p, subject, got, want)
	}
	bare, err := p.Match(subject, nil, 0)
	require.NoError(t, err)
	if bare != ok {
		t.Errorf("Match(%q, %q) without captures = %v, want %v", p, subject, bare, ok)
	}
	if ok, own, err := p.MatchRemembering(subject, &caps); own {
		require.NoError(t, err)
		if got := answer(p, ok, &caps); got != want {
			t.Errorf("remembering, Match(%q, %q) = %s, want %s", p, subject, got, want)
		}
	}
	if p.MatchesAll() && want == "no" {
		t.Errorf("%q is said to match all, but does not match %q", p, subject)
	}
}

// answer writes a match as in the recorded files.
func answer(p *pattern.Pattern, ok bool, caps *pattern.Captures) string {
	if !ok {
		return "no"
	}
	return strings.Trim(fmt.Sprint(caps[:2*(min(p.NumGroups(), pattern.MaxGroup)+1)]), "[]")
}
