package rewritetest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const tableRules = "RewriteEngine On\nRewriteRule ^a$ /b [R=301]\n"

func TestRunCases(t *testing.T) {
	RunCases(
		t, caseFS(map[string]string{"public/.htaccess": tableRules, "public/c": ""}), "files from public",
		Case{Request: "/a", Want: "redirect 301 http://www.example.com/b"},
		Case{Request: "https://example.org/a", Want: "redirect 301 https://example.org/b\nby public/.htaccess:2"},
		Case{Request: "/c", Want: "pass\nfile c"},
	)
}

func TestCheckCasesFails(t *testing.T) {
	t.Parallel()
	fsys := caseFS(map[string]string{".htaccess": tableRules, "broken.conf": "RewriteRule\n"})
	good := Case{Request: "/a", Want: "status 301"}
	for _, test := range []struct {
		settings string
		cases    []Case
		want     string
	}{
		{"ruleset .htaccess", nil, "no case files"},
		{"ruleset .htaccess", []Case{{"/a", ""}}, "/a: nothing is expected"},
		{"ruleset .htaccess", []Case{{"", "pass"}}, `case 1: "" is not a request`},
		{"ruleset .htaccess", []Case{{"/a", "pass"}, {"# x", "pass"}}, `case 2: "# x" is not a request`},
		{"ruleset .htaccess", []Case{{"-- findings --\n/a", "pass"}}, "is not a request"},
		{"ruleset .htaccess", []Case{{"/a", "pas"}}, `did you mean "pass"?`},
		{"ruleset .htaccess\n-- requests --", []Case{good}, "is not a setting"},
		{"ruleset nothing", []Case{good}, "nothing"},
		{"ruleset broken.conf", []Case{good}, "broken.conf:1:1"},
		{"rulset .htaccess", []Case{good}, `did you mean "ruleset"?`},
	} {
		require.ErrorContains(t, CheckCases(fsys, test.settings, test.cases...), test.want)
	}
}

func TestCoverOfFailures(t *testing.T) {
	t.Parallel()
	c, err := Cover(caseFS(map[string]string{"one.txtar": rules + "/a\n\tpass\n", "broken.txtar": "-- x --\n"}))
	require.ErrorContains(t, err, "broken.txtar")
	require.InDelta(t, 100, c.Percent, 0)
	require.Empty(t, c.Missing)
	_, err = Cover(caseFS(nil))
	require.ErrorIs(t, err, errNoCases)
}
