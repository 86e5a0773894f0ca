package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// viewRules have each reason why a rule is not tried.
const viewRules = `RewriteEngine On
RewriteRule ^skip - [S=2]
RewriteRule ^chain$ chained [C]
RewriteRule ^ed$ - [F]
RewriteCond %{HTTP_HOST} ^a\. [OR]
RewriteCond %{HTTP_HOST} ^b\.example
RewriteCond %{REQUEST_METHOD} =POST
RewriteRule ^form/(\d+)$ form.php?id=$1 [L]
RewriteRule ^last$ - [L]
RewriteRule ^<b>&$ - [G]
`

func viewSite(t *testing.T) string {
	t.Helper()
	t.Chdir(tree(t, map[string]string{
		"public/.htaccess":     viewRules,
		"public/sub/.htaccess": "RewriteEngine On\nRewriteRule ^x$ - [F]\n",
		"loop/.htaccess":       "RewriteEngine On\nRewriteRule ^(.*)$ a/$1\n",
		"if.conf":              "<If \"%{QUERY_STRING} == 'a'\">\nHeader set A a\n</If>\n<ElseIf \"true\">\nHeader set B b\n</ElseIf>\n",
		"site.conf":            "RewriteEngine On\n<Location /in>\nRewriteRule ^ - [F]\n</Location>\n",
	}))
	return "public"
}

func TestExplainUntried(t *testing.T) {
	root := viewSite(t)
	for target, want := range map[string]string{
		"/skip":    "not tried: the 2 rules in lines 3 to 4, as S=2 passes over them\n",
		"/other":   "not tried: the rule in line 4, as the chain is broken\n",
		"/last":    "not tried: the rule in line 10, as L ends the list\n",
		"/sub/x":   "(public/sub/.htaccess)\n",
		"/form/1x": `pattern ^form/(\d+)$ on "form/1x": no match: it fits up to "form/1", and not with "x"` + "\n",
		"/forms":   `pattern ^form/(\d+)$ on "forms": no match: it fits up to "form", and not with "s"` + "\n",
		"/form/":   `pattern ^form/(\d+)$ on "form/": no match: it ends too early` + "\n",
	} {
		require.Contains(t, cli(t, "explain", "-root", root, target).out, want, target)
	}
	got := cli(t, "explain", "-config", "site.conf", "-root", root, "/in")
	require.Contains(t, got.out, "(<Location /in> in site.conf:2)\n")
}

func TestExplainWhyNot(t *testing.T) {
	root := viewSite(t)
	for _, test := range []struct {
		line, target, want string
	}{
		{"8", "/form/1x", `the rule in line 8 does not match: its pattern ^form/(\d+)$ would have to match "form/1x": it fits up to "form/1", and not with "x"`},
		{"8", "/form/1", `the rule in line 8 does not match: the condition in line 5, %{HTTP_HOST} ^a\. [OR], would have to hold for "localhost", ` +
			`or one of the next; the condition in line 6, %{HTTP_HOST} ^b\.example, would have to hold for "localhost"`},
		{"6", "http://b.example/form/1", `the rule in line 8 does not match: the condition in line 7, %{REQUEST_METHOD} =POST, would have to hold for "GET"`},
		{"8", "/form/1", "the rule in line 8 is for requests such as POST http://a."},
		{"9", "/last", "the rule in line 9 matches\n"},
		{"10", "/last", "the rule in line 10 is not tried: the rule in line 9 matches, and L ends the list"},
		{"4", "/skip", "the rule in line 4 is not tried: the rule in line 2 matches, and S=2 passes over them"},
		{"4", "/x", "the rule in line 4 is not tried: the chain that begins with line 3 is broken before it"},
		{"public/sub/.htaccess:2", "/x", "the rule in line 2 is not tried: its list is not run for this request: the engine is off there, or public/sub/.htaccess is not in force"},
		{"public/sub/.htaccess:2", "/sub/x", "the rule in line 2 matches\n"},
	} {
		got := cli(t, "explain", "-root", root, "-why-not", test.line, test.target)
		require.Zero(t, got.code, got.err)
		require.Contains(t, got.out, test.want, test.target)
	}
	for line, want := range map[string]string{"1": "holds no rule", "0": "wants the line", "x": "wants the line", "absent:1": "absent", "99999999999": "wants the line"} {
		got := cli(t, "explain", "-root", root, "-why-not", line, "/")
		require.Equal(t, exitUsage, got.code, line)
		require.Contains(t, got.err, want)
	}
}

func TestExplainOnlyMatching(t *testing.T) {
	root := viewSite(t)
	got := cli(t, "explain", "-root", root, "-only", "matching", "/last")
	require.NotContains(t, got.out, "no match")
	require.Contains(t, got.out, "public/.htaccess:9")
	require.Contains(t, got.out, "the rules of ")
	require.Equal(t, exitUsage, cli(t, "explain", "-root", root, "-only", "x", "/").code)
}

func TestExplainSections(t *testing.T) {
	viewSite(t)
	first, second := `if.conf:1  <If "%{QUERY_STRING} == 'a'">: `, `if.conf:4  <ElseIf "true">: `
	all := cli(t, "explain", "-config", "if.conf", "/").out
	require.Contains(t, all, first+"no match\n")
	require.Contains(t, all, second+"matches\n")
	matching := cli(t, "explain", "-config", "if.conf", "-only", "matching", "/").out
	require.NotContains(t, matching, first)
	require.Contains(t, matching, second+"matches\n")
	first, second = first+"matches\n", "     header: A: a\n"
	got := cli(t, "explain", "-config", "if.conf", "-only", "matching", "/?a").out
	require.Contains(t, got, first)
	require.Contains(t, got, second)
	require.NotContains(t, got, "header: B")
	require.Contains(t, cli(t, "explain", "-config", "if.conf", "-json", "/?a").out, `"header": {`)
}

func TestExplainBrokenAccessFile(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"public/.htaccess": "Foo\nBar\n"}))
	got := cli(t, "explain", "-root", "public", "/")
	require.Equal(t, exitFindings, got.code)
	require.Regexp(t, `\n  error: [^\n]*public/\.htaccess:1:1: [^\n]*Foo\n  [^\n]*public/\.htaccess:2:1: [^\n]*Bar\n`, got.out)
}

func TestExplainLoop(t *testing.T) {
	viewSite(t)
	got := cli(t, "explain", "-root", "loop", "/x")
	require.Contains(t, got.out, "  loop: what loop/.htaccess:2 makes of the URL leads there again\n")
	require.NotContains(t, cli(t, "explain", "-root", "public", "/x").out, "loop:")
}

// TestExplainTrace has a line of httpd's log. That all are httpd's, a live httpd says.
func TestExplainTrace(t *testing.T) {
	root := viewSite(t)
	got := cli(t, "explain", "-root", root, "-trace", "-e", "http://r/", "/last")
	require.Contains(t, got.out, "\n  [rewrite:trace3] [client 127.0.0.1] 127.0.0.1 - - [localhost/sid#0][rid#1/initial] [perdir ")
	require.Contains(t, got.out, "/public/] applying pattern '^last$' to uri 'last', referer: http://r/\n")
	var all []explained
	require.NoError(t, json.Unmarshal([]byte(cli(t, "explain", "-root", root, "-trace", "-json", "-steps", "2", "/last").out), &all))
	require.NotEmpty(t, all[0].Trace)
	require.LessOrEqual(t, len(all[0].Trace), 4)
}

func TestExplainPage(t *testing.T) {
	root := viewSite(t)
	got := cli(t, "explain", "-root", root, "-trace", "-html", "page.html", "-A", "</span><script>x", "/%3Cb%3E&")
	require.Zero(t, got.code, got.err)
	src, err := os.ReadFile("page.html")
	require.NoError(t, err)
	html := string(src)
	wantSelfContained(t, html)
	require.Contains(t, html, `<p class="verdict no">=&gt; respond 410  (public/.htaccess:10)</p>`)
	require.Contains(t, html, "pattern ^&lt;b&gt;&amp;$ on &#34;&lt;b&gt;&amp;&#34;: matches")
	require.Contains(t, html, "applying pattern")
	out := cli(t, "explain", "-root", root, "-html", "-", "/x").out
	require.True(t, strings.HasPrefix(out, "<!DOCTYPE html>"), out)
	require.True(t, strings.HasSuffix(out, "</html>\n"), out)
	require.Equal(t, exitUsage, cli(t, "explain", "-root", root, "-html", filepath.Join("no", "page.html"), "/x").code)
}

func TestColours(t *testing.T) {
	require.False(t, bool(coloursOf(&bytes.Buffer{})))
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close() //nolint:errcheck // nothing was written
	require.False(t, bool(coloursOf(file)))
	require.Equal(t, "\x1b[32mx\x1b[0m", colours(true).paint(ansi(good), "x"))
	require.Equal(t, "x", colours(true).paint(ansi(plain), "x"))
	require.Equal(t, "x", colours(false).paint(ansi(good), "x"))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a device, as a terminal is
	require.NoError(t, err)
	defer null.Close() //nolint:errcheck // nothing was written
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	require.True(t, bool(coloursOf(&results{to: null})))
	t.Setenv("NO_COLOR", "1")
	require.False(t, bool(coloursOf(null)))
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "dumb")
	require.False(t, bool(coloursOf(null)))
}
