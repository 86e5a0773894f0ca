package uri

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/recorded"
)

// TestTargets compares with httpd.
func TestTargets(t *testing.T) {
	t.Parallel()
	for _, r := range recorded.Lines(t, "targets.txt") {
		var u URI
		ok := u.Parse(r[0])
		got := []string{r[0], "refused"}
		if ok {
			got = []string{
				r[0], orNone(u.Scheme, u.Scheme != ""), orNone(u.Host, u.HasHost), fmt.Sprint(u.User), fmt.Sprint(u.Port),
				orNone(u.Path, u.HasPath), orNone(u.Query, u.HasQuery), fmt.Sprint(u.Fragment),
			}
		}
		if d := cmp.Diff(r, got); d != "" {
			t.Errorf("Parse(%q) mismatch (-httpd +got)\n%s", r[0], d)
		}
	}
}

// Even of a port that it refuses httpd keeps what it has read.
func TestRefusedPort(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]int{"http://h:81x/": 81, "http://h:x/": 0, "http://h:80:90/": 80, "http://[::1]:9x/": 9} {
		var u URI
		ok := u.Parse(target)
		require.False(t, ok, target)
		require.Equal(t, want, u.Port, target)
	}
}

// TestRedirects compares with httpd.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, r := range recorded.Lines(t, "redirects.txt") {
		prefix, _ := Absolute(r[0])
		require.Positive(t, prefix, r[0])
		require.Equal(t, r[1], EscapeAbsolute(r[0], prefix))
	}
	require.Equal(t, `http://h"/a%20b`, EscapeAbsolute(`http://h"/a b`, 7), "the host stays as it is")
	require.Equal(t, "http:///a%20b", EscapeAbsolute("http:///a b", 7))
}

func TestAbsolute(t *testing.T) {
	t.Parallel()
	type answer struct {
		prefix int
		query  bool
	}
	for s, want := range map[string]answer{
		"":                         {},
		"/":                        {},
		"http:":                    {},
		"http:/":                   {},
		"http:/a":                  {},
		"/http://":                 {},
		"xhttp://h":                {},
		"http//h":                  {},
		"http://":                  {7, true},
		"http://h":                 {7, true},
		"hTTp://h":                 {7, true},
		"https://h":                {8, true},
		"ws://h":                   {5, true},
		"ws://":                    {}, // too short for httpd to look at
		"wss://h":                  {6, true},
		"ajp://h":                  {6, true},
		"balancer://b":             {11, true},
		"fcgi://h":                 {7, true},
		"ftp://h":                  {6, false},
		"gopher://h":               {9, false},
		"h2://h":                   {5, true},
		"h2c://h":                  {6, true},
		"ldap://h":                 {7, false},
		"mailto:a@b":               {7, true},
		"news:a":                   {5, false},
		"nntp://h":                 {7, false},
		"scgi://h":                 {7, true},
		"unix://h":                 {7, true},
		"unix:/s":                  {5, true},
		"unix:/run/s.sock|http://": {5, true},
		"file:///etc/passwd":       {},
		"javascript:x":             {},
		"uwsgi://h":                {},
	} {
		prefix, query := Absolute(s)
		require.Equal(t, want, answer{prefix, query}, s)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	require.True(t, HasPrefixFold("HTTP://h", "http://"))
	require.True(t, HasPrefixFold("http", "HTTP"))
	require.False(t, HasPrefixFold("htt", "http"))
	require.True(t, EqualFold("aB[", "Ab["))
	require.False(t, EqualFold("[", "{"))
	require.False(t, EqualFold("a", "ab"))
	require.False(t, EqualFold("k", "\u212a"))
	require.Zero(t, CompareFold("aB", "Ab"))
	require.Zero(t, CompareFold("", ""))
	require.Equal(t, -1, CompareFold("A", "b"))
	require.Equal(t, 1, CompareFold("b", "A"))
	require.Equal(t, -1, CompareFold("a", "AB"))
	require.Equal(t, 2, CompareFold("abc", "A"))
	require.Equal(t, int('_'-'a'), CompareFold("_", "A"), "between the cases of a letter")
}

// FuzzParse checks that the parts of a target are found in it, in their order.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"/a?b#c", "http://u@h:80/p?q", "http://[::1]:9", "*", "", "a:b", "http://h:-1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, target string) {
		var u URI
		ok := u.Parse(target)
		if !ok {
			return
		}
		require.GreaterOrEqual(t, u.Port, 0)
		require.Less(t, u.Port, 1<<16)
		require.Equal(t, u.HasPath, u.Path != "")
		require.NotContains(t, u.Path+u.Query, "#")
		require.NotContains(t, u.Path, "?")
		rest := target
		for _, part := range []string{u.Scheme, u.Host, u.Path, u.Query} {
			_, after, found := strings.Cut(rest, part)
			require.True(t, found, "%q of %q", part, target)
			rest = after
		}
		if prefix, _ := Absolute(target); prefix > 0 {
			EscapeAbsolute(target, prefix)
		}
	})
}
