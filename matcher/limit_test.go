package matcher_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// TestLimits drives each limit over its edge: the request is denied, and the
// error names the rule.
func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, rules, access, target string
		limits                      matcher.Limits
		want                        string
	}{
		{
			name: "rounds", rules: "RewriteEngine On\nRewriteRule ^ - [N]\n", target: "/",
			want: "test.conf:2:1: [N] restarted the rules too often",
		},
		{
			name: "internal redirects", access: "RewriteEngine On\nRewriteRule ^(.*)$ x/$1\n", target: "/a",
			want: "/srv/www/.htaccess:2:1: too many internal redirects",
		},
		{
			name: "length", rules: "RewriteEngine On\nRewriteRule ^(.*)$ $1$1 [N]\n", target: "/abcdefgh",
			want: "test.conf:2:1: the rewritten URL is too long",
		},
		{
			name: "steps", rules: "RewriteEngine On\nRewriteRule ^ - [N=1000000]\n", target: "/",
			limits: matcher.Limits{Steps: 1000},
			want:   "test.conf:2:1: the request takes too many steps",
		},
		{
			name: "match budget", rules: "RewriteEngine On\nRewriteRule ^/(?=(a+)+$)x /y\n", target: "/" + strings.Repeat("a", 40) + "b",
			limits: matcher.Limits{MatchSteps: 1000},
			want:   "test.conf:2:1: matching",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			opts := &matcher.Options{Limits: tt.limits}
			if tt.access != "" {
				opts.DocumentRoot, opts.FS = "/srv/www", site(map[string]string{".htaccess": tt.access})
			}
			e := compile(t, tt.rules, opts)
			res, err := e.Eval(context.Background(), &matcher.Request{Target: tt.target, Host: "h"})
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), tt.want), err.Error())
			require.Equal(t, matcher.Respond, res.Action)
			require.Equal(t, 500, res.Status)
		})
	}
}

func TestOverrunAsInHttpd(t *testing.T) {
	t.Parallel()
	const rules = "RewriteEngine On\nRewriteRule ^/(?=(a+)+$)x /y\nRewriteRule ^ /no-match\n"
	target := "/" + strings.Repeat("a", 40) + "b"
	e := compile(t, rules, &matcher.Options{Limits: matcher.Limits{MatchSteps: 1000, OverrunIsNoMatch: true}})
	require.Equal(t, "/no-match", get(t, e, target).Path)
}

func TestContextEndsEvaluation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^ - [N]\n", nil)
	start := time.Now()
	res, err := e.Eval(ctx, &matcher.Request{Target: "/", Host: "h"})
	require.Error(t, err)
	require.Equal(t, 500, res.Status)
	require.Less(t, time.Since(start), 10*time.Second)
}

// TestSubrequestsDoNotMultiply has conditions whose sub-requests run the same
// conditions again: httpd multiplies them, here the total is bounded.
func TestSubrequestsDoNotMultiply(t *testing.T) {
	t.Parallel()
	access := "RewriteEngine On\n" + strings.Repeat("RewriteCond %{LA-U:REQUEST_URI} .\nRewriteRule ^ - [E=A:1]\n", 8)
	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": access})})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the evaluation does not end")
	}
}

// TestHostileTargets has request lines that must not reach the rules, with the
// status httpd gives each.
func TestHostileTargets(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^ /reached\n", nil)
	tests := []struct {
		target, host string
		want         int
	}{
		{"/%zz", "h", 400},
		{"/%", "h", 400},
		{"/a%00b", "h", 404},
		{"/a%2fb", "h", 404},
		{"/../x", "h", 400},
		{"/%2e%2e/x", "h", 400},
		{"x", "h", 400},
		{"/a b", "h", 400},
		{"/a\x01", "h", 400},
		{"", "h", 400},
		{"/" + strings.Repeat("a", 1<<20), "h", 414},
		{"/", "", 400},
		{"/", "a/evil", 400},
		{"/", "a:abc", 400},
		{"/", "a..b", 400},
		{"/", "h\r\nX: y", 400},
	}
	for _, tt := range tests {
		res, err := e.Eval(context.Background(), &matcher.Request{Target: tt.target, Host: tt.host})
		if err != nil || res.Action != matcher.Respond || res.Status != tt.want {
			t.Errorf("Eval(%.40q, Host %q) = %v %d, %v; want respond %d", tt.target, tt.host, res.Action, res.Status, err, tt.want)
		}
	}
}

func FuzzEval(f *testing.F) {
	f.Add("RewriteRule ^/(.*) /x/$1 [R=301,L]", "RewriteRule (.*) y [E=A:$1]", "/a?b", "www.example.com", "agent")
	f.Add("RewriteCond %{HTTP_USER_AGENT} ^(.*)$\nRewriteRule ^ /%1 [NE,R]", "", "/a%0d%0ab", "h:80", "a\r\nb")
	f.Add("RewriteRule ^/(.*) http://h/$1 [P,NE,CO=$1:$1:d]", "RewriteRule . $0$0 [N]", "/a%0a", "h", "")
	f.Add("RewriteCond %{LA-U:REQUEST_FILENAME} -F\nRewriteRule ^ - [T=$0,H=x]", "RewriteCond /b -U\nRewriteRule ^ b", "*", "[::1]:8", "x")
	f.Add("ErrorDocument 403 /e%{HTTP_USER_AGENT}\nRewriteRule ^ - [F]", "Header always edit* X a* $0\nAddType a/b b", "/b", "h", "\x00")
	f.Add("Header set %{X}e \"a\\nb %{HTTP_USER_AGENT}e\" early", "Header set X \"expr=%{HTTP_USER_AGENT}\"\nFallbackResource x", "/c", "h", "a\nb")
	f.Add("RequestHeader edit User-Agent . $0$0\nDirectoryIndex b c", "ErrorDocument 404 http://%{HTTP_USER_AGENT}/", "/", "h", "a\r\n b")
	f.Fuzz(func(t *testing.T, rules, access, target, host, agent string) {
		tree, err := parser.Parse("fuzz.conf", []byte("RewriteEngine On\n"+rules), &parser.Options{
			Getenv: func(string) (string, bool) { return "", false },
		})
		if err != nil {
			return
		}
		e, err := matcher.Compile(tree, &matcher.Options{
			DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": "RewriteEngine On\n" + access, "b": "b"}),
			Directories: true,
			Limits:      matcher.Limits{Steps: 20000, MatchSteps: 100000, Rounds: 100, SubrequestsTotal: 50},
		})
		if err != nil {
			return
		}
		req := &matcher.Request{Target: target, Host: host, Header: map[string][]string{"User-Agent": {agent}}}
		res, err := e.Eval(context.Background(), req)
		checkResult(t, res, err)
	})
}

// checkResult checks what holds for every result.
func checkResult(t *testing.T, res matcher.Result, err error) {
	t.Helper()
	if err != nil && res.Status < 400 && res.Action != matcher.Redirect {
		t.Errorf("an evaluation error (%v) does not deny: %v %d", err, res.Action, res.Status)
	}
	for _, v := range append([]string{res.Location, res.Vary, res.ContentType}, res.SetCookies...) {
		if strings.ContainsAny(v, "\r\n\x00") {
			t.Errorf("header value %q would split the header", v)
		}
	}
	header := map[string][]string{"Content-Type": {"text/html"}, "X": {"a"}}
	if res.CompleteHeader(header, res.Status) {
		for name, values := range header {
			if name == "" || strings.ContainsAny(name, ": \r\n\x00") || strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("header %q: %q would split the header", name, values)
			}
		}
	}
	if res.Action == matcher.Redirect && (res.Status < 300 || res.Status > 399 || res.Location == "") {
		t.Errorf("redirect with status %d to %q", res.Status, res.Location)
	}
}

// TestTraceIsBounded has a TRACE request that takes too much: it is refused and
// not echoed.
func TestTraceIsBounded(t *testing.T) {
	t.Parallel()
	e := compile(t, "TraceEnable on\nRewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n"+
		strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 20), nil)
	res, err := e.Eval(t.Context(), &matcher.Request{Method: "TRACE", Target: "/", Host: "h"})
	require.Error(t, err)
	require.Equal(t, matcher.Respond, res.Action)
	require.Equal(t, 500, res.Status)
	require.False(t, res.Trace)
}

// TestSubrequestsTotal has rules that multiply sub-requests: what would come of a condition
// that can't be asked for is not known, so that the request is denied.
func TestSubrequestsTotal(t *testing.T) {
	t.Parallel()
	rules := "RewriteEngine On\nRewriteCond x/y -U\nRewriteRule ([a-z]+)$ /x-bar/blog [N=5]\n"
	for most, want := range map[int]string{10: "the request takes more than 10 sub-requests", 1 << 20: ""} {
		e := compile(t, rules, &matcher.Options{Limits: matcher.Limits{SubrequestsTotal: most}})
		res, err := e.Eval(t.Context(), &matcher.Request{Target: "/a", Host: "h.example"})
		if want == "" {
			require.NoError(t, err)
			require.Equal(t, 200, res.Status)
			continue
		}
		require.ErrorContains(t, err, want)
		require.Equal(t, 500, res.Status)
	}
}
