package pattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

const apache = pcre.DotAll | pcre.DollarEndOnly

// groups writes the groups of a match as one line; - is an unset one.
func groups(p *pattern.Pattern, s string, caps *pattern.Captures) string {
	var out []string
	for g := range min(p.NumGroups(), pattern.MaxGroup) + 1 {
		text := "-"
		if t, ok := caps.Group(s, g); ok {
			text = fmt.Sprintf("%q", t)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, subject string
		flags            pcre.Flags
		want             string // "" where there is no match
	}{
		{"abc", "xabcx", 0, `"abc"`},
		{"ABC", "xabcx", pcre.Caseless, `"abc"`},
		{"^old/page-1/?$", "old/page-1/", 0, `"old/page-1/"`},
		{"^old/page-1/?$", "old/page-12", 0, ""},
		{"^([^/]+)/([^/]+)/([0-9]+)$", "a/bc/12", 0, `"a/bc/12" "a" "bc" "12"`},
		{"(a*)*", "aa", 0, `"aa" ""`},
		{"(a*)+", "aa", 0, `"aa" ""`},
		{"(a|b?)*c", "abc", 0, `"abc" ""`},
		{"((a|b)*|c)*", "abc", 0, `"ab" "" "b"`},
		{"(?:(a)|b)*", "ab", 0, `"ab" "a"`},
		{"(.*)/index\\.(php|html?)$", "a/b/index.html", 0, `"a/b/index.html" "a/b" "html"`},
		{"a$", "a\n", 0, ""},
		{"a\\Z", "a\n", 0, `"a"`},
		{".", "\xc3\xa9", 0, "\"\\xc3\""},
		{"(?<n>a)(b)", "ab", 0, `"ab" "a" "b"`},
		{"(?|(a)|(b))c", "bc", 0, `"bc" "b"`},
		{"^(?!index\\.php)(.+)$", "home", 0, `"home" "home"`},
		{"^(?!index\\.php)(.+)$", "index.php", 0, ""},
		{"(a)\\1", "xaa", 0, `"aa" "a"`},
		{"(?i)(a)\\1", "xaA", 0, `"aA" "a"`},
		{"a++b", "aab", 0, `"aab"`},
		{"(?>a+)ab", "aab", 0, ""},
		{"a\\Kb", "ab", 0, `"b"`},
		{"(a)?(?(1)b|c)", "ab", 0, `"ab" "a"`},
		{"(?<=(a)\\1)b", "aab", 0, `"b" "a"`},
		{"^(?:(?<o>[0-9]+)\\.)(?&o)$", "12.34", 0, `"12.34" "12"`},
	}
	for _, tt := range tests {
		p, err := pattern.Compile(tt.pattern, apache|tt.flags)
		require.NoError(t, err, tt.pattern)
		var caps pattern.Captures
		ok, err := p.Match(tt.subject, &caps, 0)
		require.NoError(t, err, tt.pattern)
		got := ""
		if ok {
			got = groups(p, tt.subject, &caps)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Match(%q, %q) mismatch (-want +got):\n%s", tt.pattern, tt.subject, diff)
		}
	}
}
