package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const firstRules = `RewriteEngine On
RewriteCond %{HTTPS} off
RewriteRule ^secure/(.*)$ https://%{HTTP_HOST}/secure/$1 [R=301,L]
RewriteCond %{HTTP_USER_AGENT} badbot [NC]
RewriteRule ^ - [F]
RewriteCond %{DOCUMENT_ROOT}/cache/$1.html -f
RewriteRule ^page/(\w+)$ cache/$1.html [L]
`

// firstSite writes a site and its server's configuration, and goes there.
func firstSite(t *testing.T) {
	t.Helper()
	t.Chdir(tree(t, map[string]string{
		"public/.htaccess":     firstRules,
		"public/img/.htaccess": "RewriteEngine On\nRewriteRule ^old\\.png$ new.png\n",
		"server/main.conf": "ServerName www.example.com\n<VirtualHost *:80>\nServerName shop.example.org\nDocumentRoot /var/www/shop\nInclude sites/one.conf\n" +
			"RewriteEngine On\nRewriteRule ^/shop/(.*)$ https://shop.example.org/$1 [R=301,L]\n</VirtualHost>\n",
		"server/sites/one.conf": "RewriteRule ^/gone - [G]\n",
		"site.conf":             "RewriteEngine On\nRewriteRule ^/a\\ b$ /c [R]\n",
		"broken.conf":           "RewriteEngine On\nRewriteRule ^/(a /c\n",
		"off/.htaccess":         "RewriteRule ^a$ b\n",
	}))
}

func TestTestInit(t *testing.T) {
	firstSite(t)
	code, out, errOut := runTested(t, "(no folder)", "-init", "public")
	require.Zero(t, code, out+errOut)
	const want = `tests/public.txtar: 6 requests, expecting what happens today: read it before you rely on it
4 of 4 rules matched, of 3 conditions 3 true and 3 false: coverage 100 %
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("output mismatch (-want +got)\n%s", diff)
	}
	src, err := os.ReadFile("tests/public.txtar")
	require.NoError(t, err)
	require.Contains(t, string(src), `What the rules of public do with requests that they are for.

-- settings --
files from ../public
-- files --
cache/a.html
-- requests --
# public/.htaccess:3: RewriteRule ^secure/(.*)$ https://%{HTTP_HOST}/secure/$1 [R=301,L]
GET /secure/a
	redirect 301 https://www.example.com/secure/a
	by public/.htaccess:3
`)
	// What was written holds.
	code, out, _ = runTested(t, "(no folder)", "-min-coverage", "100", ".")
	require.Zero(t, code, out)
	// It is not written over.
	code, _, errOut = runTested(t, "(no folder)", "-init", "public")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "is there already")
}

func TestTestInitOfConfigurations(t *testing.T) {
	firstSite(t)
	for _, test := range []struct{ site, settings string }{
		{"site.conf", "ruleset ../site.conf\n-- requests --"},
		{"public/.htaccess", "ruleset ../public/.htaccess\n-- files --"},
		{"server/main.conf", "ruleset ../server/main.conf as httpd.conf\nfiles from ../server as /etc/apache2\ndocument-root /var/www/shop\n-- requests --"},
	} {
		name := filepath.Join("tests", "case.txtar")
		code, out, errOut := runTested(t, "(no folder)", "-init", test.site, "-o", name)
		require.Zero(t, code, out+errOut)
		require.Contains(t, out, "coverage 100 %")
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Contains(t, string(src), "-- settings --\n"+test.settings)
		code, out, _ = runTested(t, "(no folder)", "-min-coverage", "100", ".")
		require.Zero(t, code, out)
		require.NoError(t, os.Remove(name))
	}
}

func TestTestInitIsRefused(t *testing.T) {
	firstSite(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-init", "nothing"}, "nothing"},
		{[]string{"-init", "server"}, "holds no .htaccess file"},
		{[]string{"-init", "off"}, "is the engine on?"},
		{[]string{"-init", "broken.conf"}, "cannot compile"},
		{[]string{"-init", "public", "-o", "x.txt"}, "-o names a *.txtar file"},
		{[]string{"-init", "public", "-o", "../x.txtar"}, "not below this folder"},
	} {
		code, out, errOut := runTested(t, "(no folder)", test.args...)
		if code == 0 {
			t.Errorf("%q: %s", test.args, out)
		}
		require.Contains(t, errOut, test.want, test.args)
	}
	_, err := os.Stat("tests")
	require.ErrorIs(t, err, os.ErrNotExist)
}
