package casefile

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func report(t *testing.T, src string) *Report {
	t.Helper()
	f, err := Parse(nil, "x.txtar", src)
	require.NoError(t, err)
	return f.Run(t.Context(), nil)
}

func TestFindings(t *testing.T) {
	t.Parallel()
	const rules = "-- vhost.conf --\nRewriteEngine On\nRewriteRule ^/a$ /b [LL]\nRewriteRule ^/a$ /b [XX]\n-- findings --\n"
	tests := []struct{ name, findings, want string }{
		{"all", "error vhost.conf:2:22: LL\nerror vhost.conf:3: XX\n", ""},
		{"places alone", "error vhost.conf:3\nerror vhost.conf:2\n", ""},
		{"one not expected", "error vhost.conf:2:22: LL\n", "  error vhost.conf:2:22: LL\n+ error vhost.conf:3:22: "},
		{"one not made", "error vhost.conf:2\nerror vhost.conf:3\nerror vhost.conf:4\n", "- error vhost.conf:4"},
		{"another text", "error vhost.conf:2: YY\nerror vhost.conf:3\n", "- error vhost.conf:2: YY\n+ error vhost.conf:2:22: "},
		{"another column", "error vhost.conf:2:1: LL\nerror vhost.conf:3\n", "- error vhost.conf:2:1: LL\n+ error vhost.conf:2:22: "},
		{"another kind", "warning vhost.conf:2: LL\nerror vhost.conf:3\n", "- warning vhost.conf:2: LL\n+ error vhost.conf:2:22: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rep := report(t, rules+test.findings)
			got := strings.Join(rep.Failure(), "\n")
			if rep.OK() != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestUnexpectedErrorsFail(t *testing.T) {
	t.Parallel()
	rep := report(t, "-- vhost.conf --\nRewriteRule ^/a$ /b [LL]\n-- requests --\n/a\n\tpass\n")
	if rep.OK() || len(rep.Requests) > 0 {
		t.Errorf("OK is %v with %d requests", rep.OK(), len(rep.Requests))
	}
	err := rep.AsError()
	require.Error(t, err)
	if want := "x.txtar: the ruleset has errors:"; !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "vhost.conf:1:22: ") {
		t.Errorf("error is %q", err)
	}
}

// TestExternalRuleset runs a ruleset that lies beside the case file and wants
// its own name and lines in results and coverage.
func TestExternalRuleset(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"site/.htaccess": {Data: []byte("RewriteEngine On\n\nRewriteRule ^a$ b\nRewriteRule ^c$ d\n")},
		"cases/x.txtar":  {Data: []byte("-- settings --\nruleset ../site/.htaccess\n-- requests --\n/a\n\trewrite /b\n\tby site/.htaccess:3\n")},
	}
	f, err := Load(fsys, "cases/x.txtar")
	require.NoError(t, err)
	rep := f.Run(t.Context(), nil)
	require.NoError(t, rep.AsError())
	var got []string
	for _, r := range rep.Rules {
		if r.Source != "site/.htaccess" {
			t.Errorf("rule is of %s", r.Source)
		}
		got = append(got, strings.Repeat("matched ", map[bool]int{true: 1}[r.Matched()])+r.Text)
	}
	if diff := cmp.Diff([]string{"matched RewriteRule ^a$ b", "RewriteRule ^c$ d"}, got); diff != "" {
		t.Errorf("rules mismatch (-want +got)\n%s", diff)
	}
}

func TestCallName(t *testing.T) {
	t.Parallel()
	for rel, want := range map[string]string{
		"../../a.conf": "a.conf", "a/../b.conf": "b.conf", "../site/.htaccess": "site/.htaccess", "./x": "x", "..a": "..a",
	} {
		if got := callName(rel); got != want {
			t.Errorf("callName(%q) = %q, want %q", rel, got, want)
		}
	}
}

// TestCoverage counts the rules of all rulesets of a file by their lines in
// it.
func TestCoverage(t *testing.T) {
	t.Parallel()
	rep := report(t, `-- vhost.conf --
RewriteEngine On
RewriteRule ^/a$ - [E=A:1]
<Location /b>
RewriteRule ^ - [E=B:1]
</Location>
-- c/.htaccess --
RewriteRule ^never$ x
RewriteRule ^d$ - [E=D:1]
-- requests --
/b
	env B=1
/c/d
	env D=1
`)
	require.NoError(t, rep.AsError())
	got := map[int]bool{}
	for _, r := range rep.Rules {
		got[r.Line] = r.Matched()
	}
	if diff := cmp.Diff(map[int]bool{3: false, 5: true, 8: false, 9: true}, got); diff != "" {
		t.Errorf("lines mismatch (-want +got)\n%s", diff)
	}
}

// TestHttpdConf runs the configuration of a whole server with a document root
// of its own and an included file.
func TestHttpdConf(t *testing.T) {
	t.Parallel()
	rep := report(t, `-- httpd.conf --
ServerName one.example
<VirtualHost *:80>
ServerName one.example
DocumentRoot /var/www/one
RewriteEngine On
RewriteRule ^/a$ /one
</VirtualHost>
<VirtualHost *:80>
ServerName two.example
DocumentRoot /var/www/two
Include sites/two.conf
</VirtualHost>
-- /etc/apache2/sites/two.conf --
RewriteEngine On
RewriteRule ^/a$ /two
-- settings --
document-root /var/www
-- files --
one/one
-- requests --
http://one.example/a
	rewrite /one
	by httpd.conf:6
	file one/one
http://two.example/a
	rewrite /two
	by /etc/apache2/sites/two.conf:2
`)
	require.NoError(t, rep.AsError())
	for _, r := range rep.Rules {
		if !r.Matched() {
			t.Errorf("%s:%d is not covered", r.Source, r.Line)
		}
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	rep := report(t, `-- settings --
os-env COLOUR=blue
define SITE=shop
now 2026-02-28T23:59:00+01:00
-- vhost.conf --
RewriteEngine On
RewriteRule ^/(.*)$ - [E=OUT:%{ENV:COLOUR}|${SITE}|%{TIME}|%{REMOTE_ADDR}|%{HTTPS}|%{SSL:SSL_CLIENT_VERIFY}|%{SERVER_PROTOCOL}|%{ENV:GIVEN}|%{HTTP_HOST}]
-- .htaccess --
RewriteRule ^ - [E=USER:%{REMOTE_USER}]
-- requests --
/
	env OUT=blue|shop|20260228235900|127.0.0.1|off||HTTP/1.1||www.example.com
	env USER=
/
	remote 192.0.2.7
	ssl SSL_CLIENT_VERIFY=SUCCESS
	proto HTTP/1.0
	setenv GIVEN=1
	user alice
	Host: other.example
	env OUT=blue|shop|20260228235900|192.0.2.7|on|SUCCESS|HTTP/1.0|1|other.example
	env USER=alice
`)
	require.NoError(t, rep.AsError())
}

// TestLanguagePage runs the examples on the page that describes the language.
func TestLanguagePage(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../../rewritetest/README.md")
	require.NoError(t, err)
	server := fstest.MapFS{
		"apache2/apache2.conf": {Data: []byte("DocumentRoot /var/www/shop\nInclude more.conf\n")},
		"apache2/more.conf":    {Data: []byte("RewriteEngine On\nRewriteRule ^/$ - [G]\n")},
		"public/index.html":    {},
	}
	ran := 0
	for i, block := range strings.Split(string(src), "\n```") {
		text, isCase := strings.CutPrefix(block, "\n")
		if i%2 == 0 || !isCase || !strings.Contains(text, "\n-- ") && !strings.HasPrefix(text, "-- ") {
			continue // Prose, a block of another language, the grammar.
		}
		ran++
		if strings.HasPrefix(text, "-- settings --") { // of a server that lies beside the case
			text += "\n-- requests --\n/\n\tstatus 410"
		}
		f, err := Parse(server, "tests/x.txtar", text+"\n")
		require.NoError(t, err)
		require.NoError(t, f.Run(t.Context(), nil).AsError())
	}
	require.Equal(t, 3, ran)
}
