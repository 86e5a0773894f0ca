package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const explainRules = `RewriteEngine On
RewriteCond %{HTTP_USER_AGENT} Bad
RewriteRule ^ - [F]
RewriteRule ^/old/(.*)$ https://example.org/$1 [R=301,L]
RewriteRule ^/show/(\d+)$ /show?id=$1 [E=KIND:number,CO=seen:yes:.example.org]
RewriteRule ^/who$ http://o/%{REQUEST_SCHEME}/%{HTTP_HOST}/%{REMOTE_ADDR}/%{REQUEST_METHOD} [R]
RewriteRule ^/away$ http://backend/ [P]
RewriteRule ^/loop /loop [N]
`

func TestExplain(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": explainRules})
	name := filepath.Join(dir, "site.conf")
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"pass", []string{"/x"}, []string{"GET /x (Host: localhost)\n", "=> pass\n", "site.conf:3"}},
		{"redirect", []string{"/old/a%20b"}, []string{"=> redirect 301 https://example.org/a%20b  (" + name + ":4)"}},
		{"rewrite", []string{"/show/7"}, []string{"=> rewrite /show?id=7  (" + name + ":5)", "env: KIND=number", "cookie: seen=yes; "}},
		{"header", []string{"-H", "User-Agent: Bad robot", "/x"}, []string{"=> respond 403  (" + name + ":3)", "Bad robot"}},
		{"proxy", []string{"/away"}, []string{"=> proxy http://backend/  (" + name + ":7)"}},
		{"who", []string{"-X", "POST", "-tls", "-host", "h.example", "-remote", "192.0.2.1", "/who"}, []string{"https/h.example/192.0.2.1/POST"}},
		{"URL", []string{"https://u.example:444/who"}, []string{"https/u.example:444/127.0.0.1/GET"}},
		{"Host header", []string{"-H", "host: given.example", "/who"}, []string{"http/given.example/"}},
	}
	for _, tt := range tests {
		got := cli(t, append([]string{"explain", "-config", name}, tt.args...)...)
		require.Equal(t, exitOK, got.code, "%s: %s", tt.name, got.err)
		require.Empty(t, got.err, tt.name)
		for _, want := range tt.want {
			require.Contains(t, got.out, want, tt.name)
		}
	}
}

// TestExplainRemoteHost gives clients a name, or none, instead of looking them up.
func TestExplainRemoteHost(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "<Location />\nOrder Allow,Deny\nAllow from all\nDeny from .example.com\n</Location>\n"})
	name := filepath.Join(dir, "site.conf")
	for host, want := range map[string]string{
		"a.example.com": "=> respond 403  (" + name + ":4)", "a.example.org": "=> pass", "-": "=> pass",
	} {
		got := cli(t, "explain", "-config", name, "-remote", "192.0.2.1", "-remote-host", host, "/")
		require.Equal(t, exitOK, got.code, got.err)
		require.Contains(t, got.out, want, host)
	}
}

// TestExplainReason explains why the server refuses a request itself.
func TestExplainReason(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"site.conf": "RewriteEngine On\nRewriteRule ^/q/(.*)$ /index?q=$1\nRewriteRule ^/ftp$ ftp://127.0.0.1/ [P]\n" +
			"RewriteRule ^/in$ - [E=A:%{LA-U:/q/a%20b}]\nRewriteRule ^/f$ - [F]\n",
		"www/sub/.htaccess": "Options -FollowSymLinks\nRewriteEngine On\nRewriteRule ^a$ b\n",
	})
	conf, sub := filepath.Join(dir, "site.conf"), filepath.Join(dir, "www/sub/.htaccess")
	tests := []struct{ target, want string }{
		{"/q/a%20b", "=> respond 403  (" + conf + ":2)\n  reason: " + conf + `:2: the rewritten query "q=a b" holds blanks or control characters` + "\n  cure: the flag B "},
		{"/sub/a", "=> respond 403\n  reason: " + sub + ":3: rewriting in " + dir + "/www/sub/ is forbidden"},
		{"/ftp", "  note: " + conf + `:3: "ftp://127.0.0.1/" is none of the URLs that are forwarded to`},
		{"/a%2Fb", "=> respond 404\n  reason: the path \"/a%2Fb\" holds %2F\n  cure: AllowEncodedSlashes"},
		{"/f", "=> respond 403  (" + conf + ":5)\n"},
	}
	for _, tt := range tests {
		got := cli(t, "explain", "-config", conf, "-root", filepath.Join(dir, "www"), tt.target)
		require.Equal(t, exitOK, got.code, got.err)
		require.Contains(t, got.out, tt.want, tt.target)
		require.Equal(t, tt.target != "/f", strings.Contains(got.out, "reason: ") || strings.Contains(got.out, "note: "), tt.target)
	}

	got := cli(t, "explain", "-json", "-config", conf, "/q/a%20b")
	var all []explained
	require.NoError(t, json.Unmarshal([]byte(got.out), &all))
	want := &reason{
		At: conf + ":2", Code: "unsafe-rewrite", Text: `the rewritten query "q=a b" holds blanks or control characters`,
		Cure: all[0].Result.Reason.Cure,
	}
	require.Equal(t, want, all[0].Result.Reason)
	require.Contains(t, want.Cure, "BNP")
}

func TestExplainError(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^/loop - [N]\n", "bad.conf": "RewriteRule (\n"})
	got := cli(t, "explain", "-config", filepath.Join(dir, "site.conf"), "/loop")
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, "=> respond 500")
	require.Contains(t, got.out, "error: "+filepath.Join(dir, "site.conf")+":2:")

	got = cli(t, "explain", "-config", filepath.Join(dir, "bad.conf"), "/x")
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.err, "bad.conf:1:")
	for _, args := range [][]string{
		{"-config", filepath.Join(dir, "absent.conf"), "/x"},
		{"-config", filepath.Join(dir, "site.conf")},
		{"-config", filepath.Join(dir, "site.conf"), "ftp://x/"},
		{"-config", filepath.Join(dir, "site.conf"), "-remote", "nobody", "/x"},
		{"-config", filepath.Join(dir, "site.conf"), "-H", "nonsense", "/x"},
		{"-root", filepath.Join(dir, "absent"), "/x"},
		{"-root", filepath.Join(dir, "site.conf"), "/x"},
		{"/x"},
	} {
		require.Equal(t, exitUsage, cli(t, append([]string{"explain"}, args...)...).code, "%q", args)
	}
}

func TestExplainRoot(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		".htaccess":  "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . index.html [L]\n",
		"index.html": "index",
		"style.css":  "css",
	})
	got := cli(t, "explain", "-root", dir, "/style.css", "/article?x=1")
	require.Equal(t, exitOK, got.code, got.err)
	first, second, ok := strings.Cut(got.out, "GET /article?x=1 (Host: localhost)\n")
	require.True(t, ok, got.out)
	require.Contains(t, first, "=> pass\n")
	require.Contains(t, first, "file: "+filepath.Join(dir, "style.css"))
	require.Contains(t, second, "=> rewrite /index.html?x=1  ("+filepath.Join(dir, ".htaccess")+":3)")
}

func TestExplainJSON(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": explainRules})
	name := filepath.Join(dir, "site.conf")
	got := cli(t, "explain", "-json", "-config", name, "/old/x", "/show/7")
	require.Equal(t, exitOK, got.code)
	var all []explained
	require.NoError(t, json.Unmarshal([]byte(got.out), &all))
	require.Len(t, all, 2)
	require.Equal(t, "GET /old/x", all[0].Request)
	require.NotEmpty(t, all[0].Steps)
	kinds := map[string]int{}
	for _, s := range all[0].Steps {
		kinds[s.Kind]++
		require.NotEmpty(t, s.Text)
		if s.Kind == "rule" {
			require.NotNil(t, s.Matched)
			require.Contains(t, s.At, name+":")
		}
	}
	require.Positive(t, kinds["rule"])
	require.Equal(t, 1, kinds["decision"])
	want := outcome{Action: "redirect", Status: 301, Location: "https://example.org/x", Rule: name + ":4"}
	res := all[0].Result
	if diff := cmp.Diff(want, outcome{Action: res.Action, Status: res.Status, Location: res.Location, Rule: res.Rule}); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	require.Equal(t, "number", all[1].Result.Env["KIND"])
}

func TestEngineOnFlag(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"iis.conf": "RewriteRule ^ - [F]\n"})
	name := filepath.Join(dir, "iis.conf")
	require.Contains(t, cli(t, "explain", "-config", name, "/x").out, "=> pass")
	require.Contains(t, cli(t, "explain", "-engine-on", "-config", name, "/x").out, "=> respond 403")
}

// TestExplainIsBounded explains what goes on and on: the output is short, and
// says which rule it is.
func TestExplainIsBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, rules, want string }{
		{"endless", "RewriteRule ^ - [N]\n", ":2  this rule feeds itself: "},
		{"growing", "RewriteRule ^/a /a?%{QUERY_STRING}x [N]\n", "steps left out)"},
		{"sub-requests", strings.Repeat("RewriteCond %{LA-U:REQUEST_URI} .\nRewriteRule ^ - [E=A:1]\n", 100), "steps left out)"},
		{"large", "RewriteRule ^ - [E=A:0123456789]\n" + strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 15), " bytes)"},
	} {
		name := filepath.Join(tree(t, map[string]string{"site.conf": "RewriteEngine On\n" + tt.rules}), "site.conf")
		got := cli(t, "explain", "-config", name, "/a")
		require.Contains(t, got.out, tt.want, tt.name)
		require.Less(t, len(got.out), 2_500_000, tt.name)
		require.Less(t, strings.Count(got.out, "\n"), 1100, tt.name)
		got = cli(t, "explain", "-json", "-steps", "10", "-config", name, "/a")
		require.Less(t, strings.Count(got.out, `"kind"`), 20, tt.name)
		require.Contains(t, got.out, strings.TrimPrefix(tt.want, ":2  "), tt.name)
	}
	require.Equal(t, exitUsage, cli(t, "explain", "-steps", "-1", "-root", ".", "/").code)
}

// Warnings about the ruleset are shown, too, and an access file as the server's
// configuration is refused.
func TestExplainTellsFindings(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "<Location />\nOptions +MultiViews\n</Location>\n", ".htaccess": "RewriteEngine On\n"})
	conf := filepath.Join(dir, "site.conf")
	got := cli(t, "explain", "-config", conf, "/x")
	require.Equal(t, exitOK, got.code)
	require.Contains(t, got.err, "MultiViews is not run")
	require.Contains(t, got.err, conf+":2:9")
	require.NotContains(t, got.out, "MultiViews is not run")
	got = cli(t, "explain", "-config", filepath.Join(dir, ".htaccess"), "/x")
	require.Equal(t, exitUsage, got.code)
	require.Contains(t, got.err, "-root DIR")
}
