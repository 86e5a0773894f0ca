package casefile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ruleset and surroundings of the tests of expectations.
const probed = `-- vhost.conf --
RewriteEngine On
RewriteRule ^/from$ /to.html [E=NAME:value,T=text/x-t,H=run]
RewriteRule ^/away$ https://example.net/ [R=301,CO=a:1:.example.com:5,CO=b:2:.example.com]
RewriteRule ^/no$ - [F]
RewriteRule ^/there/(.*)$ http://127.0.0.1:1/$1 [P]
RewriteRule ^/left$ https://example.net/left [R=301]
RewriteRule ^https://example\.net/left$ /to.html
RewriteCond %{HTTP_USER_AGENT} Phone
RewriteRule ^/page - [E=PHONE:1]
ErrorDocument 403 "not here"
Header always set X-Always "a b"
Header add X-Two 1
Header add X-Two 2
-- bad/.htaccess --
RewriteRule
-- files --
to.html
-- requests --
`

// TestEveryExpectation shows for every word that it holds where it should, and
// that a wrong one fails and says why.
func TestEveryExpectation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		request, holds, fails string
		want                  string // a part of what the failure says
	}{
		{"/page", "pass", "rewrite /page.html", "- rewrite /page.html\n+ pass"},
		{"/from?x=%20", "rewrite /to.html?x=%20", "rewrite /to.html", "- rewrite /to.html\n+ rewrite /to.html?x=%20"},
		{"/away", "redirect 301 https://example.net/", "redirect 302 https://example.net/", "+ redirect 301 https://example.net/"},
		{"/away", "redirect 301 https://example.net/", "redirect 301 https://example.net", "+ redirect 301 https://example.net/"},
		{"/no", "status 403", "status 404", "- status 404\n+ status 403"},
		{"/no", "status 403", "status 403\n\tlocation /x", "  status 403\n- location /x"},
		{"/left", "rewrite /to.html\n\tstatus 301", "rewrite /to.html", "+ status 301"},
		{"/there/a%20b?c", "proxy http://127.0.0.1:1/a%20b?c", "pass", "- pass\n+ proxy http://127.0.0.1:1/a%20b?c"},
		{"/there/a", "proxy http://127.0.0.1:1/a", "proxy http://127.0.0.1:1/", "- proxy http://127.0.0.1:1/\n+ proxy http://127.0.0.1:1/a"},
		{"/from", "by vhost.conf:2", "by vhost.conf:3", "- by vhost.conf:3\n+ by vhost.conf:2"},
		{"/other", "by nothing", "by vhost.conf:2", "- by vhost.conf:2\n+ by nothing"},
		{"/from", "file to.html", "file from", "- file from\n+ file to.html"},
		{"/", "file .", "file /", "- file /\n+ file ."},
		{"/to.html/more", "path-info /more", "path-info none", "- path-info none\n+ path-info /more"},
		{"/from", "env name=value", "env NAME=other", "- env NAME=other\n+ env NAME=value"},
		{"/from", "env !NOPE", "env !NAME", "- env !NAME\n+ env NAME=value"},
		{"/other", "env !NAME", "env NAME=value", "- env NAME=value\n+ env !NAME"},
		{
			"/away",
			"cookie b=2; path=/; domain=.example.com\n\tcookie a=1; path=/; domain=.example.com; expires=*",
			"cookie b=2; path=/; domain=.example.com", "+ cookie a=1; path=/; domain=.example.com; expires=",
		},
		{"/page", "cookie none", "cookie a=1", "- cookie a=1\n+ cookie none"},
		{"/page\n\tUser-Agent: Phone", "vary User-Agent", "vary none", "- vary none\n+ vary User-Agent"},
		{"/page", "vary none", "vary User-Agent", "- vary User-Agent\n+ vary none"},
		{"/from", "type text/x-t", "type none", "- type none\n+ type text/x-t"},
		{"/from", "handler run", "handler none", "- handler none\n+ handler run"},
		{"/page", "header x-always: a b", "header X-Always: a", "- header X-Always: a\n+ header X-Always: a b"},
		{"/page", "header X-Two: 2\n\theader X-Two: 1", "header X-Two: 1", "  header X-Two: 1\n+ header X-Two: 2"},
		{"/page", "header X-Always: *", "header X-Other: *", "- header X-Other: *\n+ header X-Other none"},
		{"/no", "header X-Two none", "header X-Always none", "- header X-Always none\n+ header X-Always: a b"},
		{"/no", "page not here", "page none", "- page none\n+ page not here"},
		{"/page", "page none", "page not here", "- page not here\n+ page none"},
		{"/bad/x", "status 500\n\terror bad/.htaccess:1", "error nothing such", "- error nothing such\n+ error bad/.htaccess:1:1: "},
		{"/page", "error none", "error some", "- error some\n+ error none"},
	}
	tested := map[string]bool{}
	for _, test := range tests {
		q := runOne(t, test.request+"\n\t"+test.holds)
		if !q.OK() {
			t.Errorf("%s: %s does not hold:\n%s", test.request, test.holds, strings.Join(q.Failure(), "\n"))
		}
		q = runOne(t, test.request+"\n\t"+test.fails)
		got := strings.Join(q.Failure(), "\n")
		if q.OK() || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s must fail and say\n%s\ngot\n%s", test.request, test.fails, test.want, got)
		}
		for _, e := range q.Request.Expect {
			tested[e.word] = true
		}
	}
	for word := range strings.FieldsSeq("pass rewrite redirect status location proxy by file path-info env cookie vary header page type handler error") {
		if !tested[word] {
			t.Errorf("%s has no failing test", word)
		}
	}
}

// runOne runs one request, given with its lines, against the probed ruleset.
func runOne(t *testing.T, request string) *RequestReport {
	t.Helper()
	f, err := Parse(nil, "x.txtar", probed+request+"\n")
	require.NoError(t, err)
	rep := f.Run(t.Context(), nil)
	require.NoError(t, rep.Err)
	require.Len(t, rep.Requests, 1)
	return rep.Requests[0]
}

func TestRequestWithoutExpectationFails(t *testing.T) {
	t.Parallel()
	q := runOne(t, "/from")
	got := strings.Join(q.Failure(), "\n")
	if want := "nothing is expected of this request"; q.OK() || !strings.Contains(got, want) {
		t.Errorf("failure does not say %q:\n%s", want, got)
	}
}

// TestFailureShowsTheWay wants the deciding rule in a failure, and the rule
// that was expected to decide.
func TestFailureShowsTheWay(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("-- vhost.conf --\nRewriteEngine On\n")
	for range 50 {
		b.WriteString("RewriteRule ^/never$ /x\n")
	}
	b.WriteString("RewriteCond %{HTTP_HOST} ^www\nRewriteRule ^/a$ /b\nRewriteRule ^/c$ /d\n")
	b.WriteString("-- requests --\n/a\n\trewrite /d\n\tby vhost.conf:54\n")
	f, err := Parse(nil, "x.txtar", b.String())
	require.NoError(t, err)
	got := strings.Join(f.Run(t.Context(), nil).Requests[0].Failure(), "\n")
	for _, want := range []string{
		"- rewrite /d\n+ rewrite /b\n", "- by vhost.conf:54\n+ by vhost.conf:53\n",
		"(50 rules did not match)", "vhost.conf:53: ", "vhost.conf:52: ", "vhost.conf:54: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("failure lacks %q:\n%s", want, got)
		}
	}
}

func TestTraceIsBounded(t *testing.T) {
	t.Parallel()
	f, err := Parse(nil, "x.txtar", "-- .htaccess --\nRewriteEngine On\nRewriteRule (.*) x/$1 [L]\n-- files --\nx/\n-- requests --\n/a\n\tpass\n")
	require.NoError(t, err)
	q := f.Run(t.Context(), nil).Requests[0]
	if n := len(q.Trace); n == 0 || n > traceLines+1 {
		t.Errorf("trace has %d lines", n)
	}
}

// TestFailuresAreFitForATerminal wants what a client sends escaped in whatever
// a failure shows.
func TestFailuresAreFitForATerminal(t *testing.T) {
	t.Parallel()
	f, err := Parse(nil, "x.txtar", "-- vhost.conf --\nRewriteEngine On\nRewriteRule (.*) /b$1?q [E=SAW:$1]\n-- requests --\n/a%1B%5B2J%0A%FF\n\tpass\n\tenv SAW=x\n")
	require.NoError(t, err)
	q := f.Run(t.Context(), nil).Requests[0]
	for _, l := range q.Failure() {
		if !isText(l) {
			t.Errorf("line %q", l)
		}
	}
	require.Contains(t, q.Failure(), `+ env SAW="/a\x1b[2J\n\xff"`)
}
