package matcher_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

// isapiEngine is an engine for the rules of IIRF in text, and what opts says.
func isapiEngine(t *testing.T, text string, opts matcher.Options) *matcher.Engine {
	t.Helper()
	var err error
	opts.ISAPI, err = isapi.Parse("rules.ini", []byte(text), isapi.IIRF, nil)
	require.NoError(t, err)
	e, err := matcher.Compile(nil, &opts)
	require.NoError(t, err)
	return e
}

// TestISAPIFindings checks what is said of rules that are not run as they are written.
func TestISAPIFindings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RewriteRule ^/a$ http://b/ [P,PH]\n":        "the flag PH is not supported",
		"RewriteRule ^/a$ http://b/ [P]\n":           "",
		"RewriteRule ^/a$ /${m:x} [L]\n":             "there is no map m; the text stays",
		"ProxyPreserveHost on\nRewriteRule /a /b\n":  "ProxyPreserveHost is not supported",
		"ProxyPreserveHost off\nRewriteRule /a /b\n": "",
	} {
		var got []string
		for _, d := range isapiEngine(t, text, matcher.Options{}).Warnings() {
			got = append(got, d.Message)
		}
		require.Equal(t, want, strings.Join(got, "\n"), text)
	}
}

// TestISAPIEmpty tells rulesets that do nothing.
func TestISAPIEmpty(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"RewriteRule ^/a$ /b\n": false, "RewriteEngine OFF\nRewriteRule ^/a$ /b\n": true, "RewriteEngine OFF\n": true, "": true,
	} {
		require.Equal(t, want, isapiEngine(t, text, matcher.Options{}).Empty(), text)
	}
}

// TestISAPISteps checks what is explained.
func TestISAPISteps(t *testing.T) {
	t.Parallel()
	e := isapiEngine(t, "RewriteRule ^/a$ /b [L]\n", matcher.Options{})
	var got []string
	_, err := e.Explain(t.Context(), &matcher.Request{Target: "/a", Host: "h"}, func(s matcher.Step) { got = append(got, s.String()) })
	require.NoError(t, err)
	want := []string{
		`the server's rules on "/a"`,
		`pattern ^/a$ on "/a": matches`,
		`the rule matches`,
		`"/a" becomes "/b"`,
	}
	if d := cmp.Diff(want, got[:min(len(want), len(got))]); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
}

// TestISAPILength has URLs that rules make at the bound of their length.
func TestISAPILength(t *testing.T) {
	t.Parallel()
	const most = 100
	for n, want := range map[int]int{2 * most: 200, 2*most + 1: 500} {
		e := isapiEngine(t, "RewriteRule ^/a$ /"+strings.Repeat("b", n-1)+" [L]\n", matcher.Options{Limits: matcher.Limits{RequestLine: most}})
		require.Equal(t, want, asked(t, e, "/a").Status, n)
	}
}

// TestISAPIOnce has requests that httpd makes for itself: the rules have seen what the
// client asked for.
func TestISAPIOnce(t *testing.T) {
	t.Parallel()
	conf, err := parser.Parse("site.conf", []byte("DirectoryIndex index.html\nErrorDocument 410 /error\nRedirect 410 /gone\n"), nil)
	require.NoError(t, err)
	rules, err := isapi.Parse("rules.ini", []byte("RewriteRule ^/(index.html|error)$ /none [F]\nRewriteRule ^/gone$ /gone [L]\n"), isapi.IIRF, nil)
	require.NoError(t, err)
	site := fstest.MapFS{"site/index.html": {}, "site/error": {}}
	e, err := matcher.Compile(conf, &matcher.Options{FS: site, DocumentRoot: "/site", ISAPI: rules, Directories: true})
	require.NoError(t, err)
	for target, want := range map[string]string{"/": "/site/index.html", "/gone": "/site/error", "/index.html": "", "/error": ""} {
		res := asked(t, e, target)
		require.Equal(t, want == "", res.Status == 403, target)
		if want != "" {
			require.Equal(t, want, res.Filename, target)
		}
	}
}

// TestISAPIFiles has conditions on files, folders and links.
func TestISAPIFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "dir"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "full"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "empty"), nil, 0o600))
	for link, to := range map[string]string{"todir": "dir", "tofull": "full", "nowhere": "none"} {
		require.NoError(t, os.Symlink(to, filepath.Join(root, link)))
	}
	var text strings.Builder
	for _, op := range []string{"f", "d", "s", "l"} {
		text.WriteString("RewriteCond " + filepath.ToSlash(root) + "%{QUERY_STRING} -" + op + "\nRewriteRule ^/" + op + " /yes [L]\n")
	}
	text.WriteString("RewriteCond %{QUERY_STRING} -f\nRewriteRule ^/named /yes [L]\n")
	rooted := isapiEngine(t, text.String(), matcher.Options{DocumentRoot: filepath.ToSlash(root)})
	bare := isapiEngine(t, text.String(), matcher.Options{})
	for name, want := range map[string]string{
		"/full": "fs", "/empty": "f", "/dir": "d", "/dir/": "d", "/todir": "dl", "/tofull": "l", "/nowhere": "l", "/none": "", "": "d",
	} {
		got := ""
		for _, op := range []string{"f", "d", "s", "l"} {
			if asked(t, rooted, "/"+op+"?"+name).Path == "/yes" {
				got += op
			}
			require.NotEqual(t, "/yes", asked(t, bare, "/"+op+"?"+name).Path, "without a document root no files are known")
		}
		require.Equal(t, want, got, name)
	}
	require.Equal(t, "/yes", asked(t, rooted, "/named?"+filepath.ToSlash(root)+"/full").Path)
	relative, err := filepath.Rel("/", root)
	require.NoError(t, err)
	require.NotEqual(t, "/yes", asked(t, rooted, "/named?"+filepath.ToSlash(relative)+"/full").Path)
}
