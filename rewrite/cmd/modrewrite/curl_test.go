package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const curlRules = `RewriteEngine On
RewriteCond %{REQUEST_METHOD}|%{HTTP_USER_AGENT}|%{HTTP_REFERER}|%{HTTP_COOKIE}|%{HTTP:Authorization}|%{HTTP:X-A} ^(.*)$
RewriteRule ^/who - [E=WHO:%1]
RewriteCond %{HTTPS} off
RewriteRule ^/sec https://%{HTTP_HOST}/sec [R=302,L]
RewriteRule ^/round$ /round [R,L]
RewriteRule ^/away$ https://other.example/ [R,L]
`

func TestExplainCurl(t *testing.T) {
	t.Parallel()
	name := filepath.Join(tree(t, map[string]string{"site.conf": curlRules}), "site.conf")
	for _, c := range []struct{ curl, want string }{
		{"curl http://localhost/who", "WHO=GET|curl/8||||\n"},
		{"curl -I localhost/who", "WHO=HEAD|"},
		{"curl -sA 'a b' -e http://r/ -b n=v -u u:p -H 'X-A: 1' localhost/who", "WHO=GET|a b|http://r/|n=v|Basic dTpw|1\n"},
		{"curl --data-raw x=1 --user-agent=z \"localhost/who\"", "WHO=POST|z|"},
		{"curl -d @/etc/passwd localhost/who", "WHO=POST|"},
		{"curl -G -d a=1 -d b=2 localhost/who", "GET /who?a=1&b=2 (Host: localhost)"},
		{"curl -XPUT localhost/who?q=\\$", "PUT /who?q=$ (Host"},
		{"curl 'http://localhost/who' \\\n  -H $'X-A: it\\'s' \\\n  --compressed", "|it's\n"},
		{"curl -H 'User-Agent: one' -H 'User-Agent: two' localhost/who", "WHO=GET|two|"},
		{"curl -L localhost/sec", "GET /sec (Host: localhost)\n  => pass\n"},
	} {
		got := cli(t, "explain", "-config", name, "-curl", c.curl)
		require.Equal(t, exitOK, got.code, "%s: %s", c.curl, got.err)
		require.Contains(t, got.out, c.want, c.curl)
	}
	for _, bad := range []string{"curl", "curl -H", "curl 'a", "curl --nonsense a", "curl -Z a", "curl a b", "curl -b cookies.txt a", "curl -H x a"} {
		got := cli(t, "explain", "-config", name, "-curl", bad)
		require.Equal(t, exitUsage, got.code, bad)
		require.Contains(t, got.err, "-curl", bad)
	}
}

func TestExplainCurlLetters(t *testing.T) {
	t.Parallel()
	name := filepath.Join(tree(t, map[string]string{"site.conf": curlRules}), "site.conf")
	got := cli(t, "explain", "-config", name, "-A", "a", "-e", "r", "-b", "n=v", "-u", "u:p", "-d", "x", "/who")
	require.Contains(t, got.out, "WHO=POST|a|r|n=v|Basic dTpw|\n")
	require.Contains(t, cli(t, "explain", "-config", name, "-I", "/who").out, "WHO=HEAD|")
}

func TestExplainFollow(t *testing.T) {
	t.Parallel()
	name := filepath.Join(tree(t, map[string]string{"site.conf": curlRules}), "site.conf")
	for target, want := range map[string]string{
		"/sec": "  => pass\n", "/round": "  this was asked for before: a client is redirected without end, by " + name + ":6\n",
		"/away": "  not followed: it leads to another host\n", "/x": "  => pass\n",
	} {
		require.Contains(t, cli(t, "explain", "-config", name, "-follow", target).out, want, target)
	}
	require.NotContains(t, cli(t, "explain", "-config", name, "/sec").out, "=> pass")
}

func TestExplainLog(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": curlRules, "log": `junk
192.0.2.1 - bob [24/Nov/2026:07:09:38 +0000] "POST /who?a=1 HTTP/1.1" 301 - "http://r/" "it says \"hi\""
www.example.com:443 192.0.2.1 - - [24/Nov/2026:07:09:38 +0000] "GET /sec HTTP/1.1" 200 5
`})
	name, log := filepath.Join(dir, "site.conf"), filepath.Join(dir, "log")
	got := cli(t, "explain", "-config", name, "-log", log+":2")
	require.Equal(t, exitOK, got.code, got.err)
	require.Contains(t, got.out, "POST /who?a=1 (Host: localhost)\n")
	require.Contains(t, got.out, `WHO=POST|it says "hi"|http://r/|`)
	got = cli(t, "explain", "-config", name, "-log", log+":3")
	require.Contains(t, got.out, "GET /sec (Host: www.example.com)\n  => pass\n")
	for _, bad := range []string{log + ":1", log + ":9", log, log + ":x", filepath.Join(dir, "none") + ":1"} {
		require.Equal(t, exitUsage, cli(t, "explain", "-config", name, "-log", bad).code, bad)
	}
	require.Equal(t, exitUsage, cli(t, "explain", "-config", name, "-log", log+":2", "-curl", "curl a").code)
}

func FuzzCurl(f *testing.F) {
	f.Add(`curl -sH 'a: b' "http://x/" --data-raw $'\x41\'' -L`)
	f.Add(`curl -b a=b -u x -X PUT \`)
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parseCurl(line)
		if err == nil && c.url == "" {
			t.Errorf("%q has no address and no error", line)
		}
	})
}

// Each step says what the rule or condition is, what it found, and what was not
// tested.
func TestExplainTells(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\n" +
		"RewriteCond %{HTTP_HOST} ^(local)(x?) [NC,OR]\nRewriteCond %{HTTPS} on [OR]\nRewriteCond %{HTTPS} off\nRewriteCond %{REQUEST_METHOD} =PUT\nRewriteCond %{HTTPS} off\n" +
		"RewriteRule ^/(a)(/b)? /c [S=1]\nRewriteRule !^/x - [END]\n"})
	name := filepath.Join(dir, "site.conf")
	get := cli(t, "explain", "-config", name, "/a").out
	for _, want := range []string{
		`:7  pattern ^/(a)(/b)? on "/a": matches, $1 = "a", $2 = ""` + "\n",
		`:2  condition %{HTTP_HOST} ^(local)(x?) [NC,OR] on "localhost": matches, %1 = "local", %2 = ""` + "\n",
		"  not tested: the conditions in lines 3 to 4, as an alternative before holds\n",
		`:5  condition %{REQUEST_METHOD} =PUT on "GET": no match` + "\n",
		"  not tested: the condition in line 6, as a condition before does not hold\n",
		":8  the rule matches: END ends the list, and all rounds\n",
	} {
		require.Contains(t, get, want)
	}
	require.Contains(t, cli(t, "explain", "-config", name, "-X", "PUT", "/a").out, ":7  the rule matches: S=1 skips rules\n")
}
