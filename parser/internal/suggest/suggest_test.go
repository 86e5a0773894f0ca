package suggest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHint(t *testing.T) {
	t.Parallel()
	names := []string{"RewriteRule", "RewriteCond", "L", strings.Repeat("a", 50)}
	for word, want := range map[string]string{
		"rewriterul":             `did you mean "RewriteRule"?`,
		"REWRITECOND":            `did you mean "RewriteCond"?`,
		"LL":                     `did you mean "L"?`,
		"Q":                      "", // nothing of it is in any name
		"Header":                 "",
		"":                       "",
		strings.Repeat("a", 41):  "", // too long to be looked at
		"RewriteRuleRewriteRule": "",
	} {
		require.Equal(t, want, Hint(word, names), word)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"abc", "axc", 1},
		{"abc", "ac", 1},
		{"abc", "abxc", 1},
		{"abc", "cab", 2},
		{"kitten", "sitting", 3},
	} {
		require.Equal(t, test.want, distance(test.a, test.b), "%q, %q", test.a, test.b)
	}
}
