package matcher_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// TestRewriteLog has the lines that httpd writes for a rule of an access file. That those
// of all rules are httpd's, a live httpd says.
func TestRewriteLog(t *testing.T) {
	t.Parallel()
	const rules = `RewriteEngine On
RewriteCond %{HTTP_HOST} !^www [NC]
RewriteRule ^a/(.*)$ b/$1?q [B,E=X:$1,END]
`
	e := rewriteLogEngine(t, rules)
	var got []string
	req := &matcher.Request{
		Target: "/a/x%20y", Host: "h.example", RemoteAddr: "192.0.2.1",
		RewriteLog: func(level int, message string) { got = append(got, fmt.Sprint(level, " ", message)) },
	}
	res, err := e.Eval(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, "/b/x+y", res.Path)
	first, second := "192.0.2.1 - - [h.example/sid#0][rid#1/initial] ", "192.0.2.1 - - [h.example/sid#0][rid#2/initial/redir#1] "
	want := []string{
		"3 " + first + "[perdir /srv/] add path info postfix: /srv/a -> /srv/a/x y",
		"3 " + first + "[perdir /srv/] strip per-dir prefix: /srv/a/x y -> a/x y",
		"3 " + first + "[perdir /srv/] applying pattern '^a/(.*)$' to uri 'a/x y'",
		"4 " + first + "[perdir /srv/] RewriteCond: input='h.example' pattern='!^www' [NC] => matched",
		"5 " + first + "[perdir /srv/] escaping backreference 'x y' to 'x+y'",
		"2 " + first + "[perdir /srv/] rewrite 'a/x y' -> 'b/x+y?q'",
		"5 " + first + "setting env variable 'X' to 'x y'",
		"3 " + first + "[perdir /srv/] add per-dir prefix: b/x+y?q -> /srv/b/x+y?q",
		"3 " + first + "split uri=/srv/b/x+y?q -> uri=/srv/b/x+y, args=q",
		"2 " + first + "[perdir /srv/] setting lastsub to rule with output b/$1?q",
		"8 " + first + "[perdir /srv/] Rule has END flag, no further rewriting for this request",
		"2 " + first + "[perdir /srv/] strip document_root prefix: /srv/b/x+y -> /b/x+y",
		"1 " + first + "[perdir /srv/] internal redirect with /b/x+y [INTERNAL REDIRECT]",
		"8 " + second + "[perdir /srv/] Declining, no further rewriting due to END flag",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines mismatch (-want +got)\n%s", diff)
	}
}

// TestRewriteLogOfSkippedRules wants rules that the index passes over in the log, too.
func TestRewriteLogOfSkippedRules(t *testing.T) {
	t.Parallel()
	var rules strings.Builder
	rules.WriteString("RewriteEngine On\n")
	for i := range 50 {
		fmt.Fprintf(&rules, "RewriteRule ^r%d$ - [F]\n", i)
	}
	tried := 0
	req := &matcher.Request{Target: "/other", Host: "h.example", RewriteLog: func(_ int, message string) {
		if strings.Contains(message, "applying pattern") {
			tried++
		}
	}}
	_, err := rewriteLogEngine(t, rules.String()).Eval(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, 50, tried)
}

func rewriteLogEngine(t *testing.T, rules string) *matcher.Engine {
	t.Helper()
	fsys := fstest.MapFS{"srv/.htaccess": {Data: []byte(rules)}}
	tree, err := parser.Parse("httpd.conf", nil, nil)
	require.NoError(t, err)
	e, err := matcher.Compile(tree, &matcher.Options{FS: fsys, DocumentRoot: "/srv"})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}
