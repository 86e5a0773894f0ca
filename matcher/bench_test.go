package matcher_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// mixedRules returns n rules as migrations have them: literal redirects,
// numbers, prefixes, alternatives and a few that are not anchored.
func mixedRules(n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		switch i % 8 {
		case 0, 1, 2:
			fmt.Fprintf(&b, "RewriteRule ^/old/page-%d/?$ /new/%d [R=301,L]\n", i, i)
		case 3:
			fmt.Fprintf(&b, "RewriteRule ^/shop-%d/([0-9]+)/?$ /item.php?shop=%d&id=$1 [L]\n", i, i)
		case 4:
			fmt.Fprintf(&b, "RewriteRule ^/legacy/app%d/(.*)$ https://app%d.example.com/$1 [R,L]\n", i, i)
		case 5:
			fmt.Fprintf(&b, "RewriteRule ^/Doc%d/([a-z-]+)\\.html$ /doc/$1 [NC,L]\n", i)
		case 6:
			fmt.Fprintf(&b, "RewriteCond %%{QUERY_STRING} (^|&)id=%d(&|$)\nRewriteRule ^/x%d(/|$) /y [L]\n", i, i)
		case 7:
			fmt.Fprintf(&b, "RewriteRule /tag-%d/ /tags/%d [L]\n", i, i)
		}
	}
	return b.String()
}

func browserRequest(target string) *matcher.Request {
	return &matcher.Request{
		Target: target, Host: "www.example.com", RemoteAddr: "192.0.2.1", ServerPort: 80,
		Header: map[string][]string{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"},
			"Accept":     {"text/html,application/xhtml+xml"},
		},
	}
}

func BenchmarkEval(b *testing.B) {
	for _, n := range []int{0, 10, 100, 1000, 10000} {
		e := compile(b, mixedRules(n), nil)
		last := fmt.Sprintf("/old/page-%d", n/8*8-6)
		for _, bb := range []struct{ name, target string }{
			{"miss", "/blog/2024/05/some-article-title?utm_source=feed"},
			{"redirect", last},
		} {
			b.Run(fmt.Sprintf("rules=%d/%s", n, bb.name), func(b *testing.B) {
				req := browserRequest(bb.target)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.Eval(context.Background(), req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkEvalParallel(b *testing.B) {
	e := compile(b, mixedRules(1000), nil)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		req := browserRequest("/blog/2024/05/some-article-title")
		for pb.Next() {
			_, _ = e.Eval(context.Background(), req)
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{100, 10000} {
		rules := mixedRules(n)
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compile(b, rules, nil)
			}
		})
	}
}

// TestEvalAllocations guards the promise that a request no rule touches costs
// no allocation.
func TestEvalAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	const miss = "/blog/2024/05/some-article-title?utm_source=feed"
	tests := []struct {
		rules  int
		target string
		most   float64
	}{
		{0, miss, 0},
		{10, miss, 0},
		{1000, miss, 0},
		{1000, "/old/page-2", 3}, // a redirect
	}
	for _, tt := range tests {
		e := compile(t, mixedRules(tt.rules), nil)
		req := browserRequest(tt.target)
		n := testing.AllocsPerRun(200, func() {
			_, _ = e.Eval(context.Background(), req)
		})
		if n > tt.most {
			t.Errorf("Eval of %s with %d rules allocates %v times, want at most %v", tt.target, tt.rules, n, tt.most)
		}
	}
}

// TestListsDoNotAllocate has long lists of directives that are not for the request.
func TestListsDoNotAllocate(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	for _, directive := range []string{
		"RewriteRule ^/old/#/(.*)$ /new/#/$1 [R=301,L]", "RewriteCond %{HTTP_HOST} ^(www\\.)?h#\\.example$ [NC]\nRewriteRule ^ /new/# [R]",
		"RewriteCond expr \"%{HTTP_HOST} == 'h#.example'\"\nRewriteRule ^ - [F]", "RewriteCond expr \"-R '10.0.#.0/24'\"\nRewriteRule ^ - [F]",
		"RewriteCond %{HTTP:X-Some} =#\nRewriteRule ^ - [F]", "RewriteCond %{HTTP:X-#} ^a\nRewriteRule ^ - [F]", "RewriteCond %{ENV:V#} ^1\nRewriteRule ^ - [F]",
		"RewriteCond expr \"%{HTTP_USER_AGENT} =~ /Bot#/\"\nRewriteRule ^ - [F]", "RewriteCond %{SERVER_NAME} =h#.example\nRewriteRule ^ - [F]",
		"<If \"%{HTTP_USER_AGENT} =~ /Bot#/\">\nSetEnv A #\n</If>", "RequestHeader set X-A # \"expr=%{HTTP_USER_AGENT} =~ /Bot#/\"",
		"Header set X-A # \"expr=%{HTTP_HOST} == 'h#.example'\"", "Header always set X-A # env=V#", "RequestHeader set X-A # env=V#",
		"<If \"%{HTTP_HOST} == 'h#.example'\">\nSetEnv A #\n</If>\n<ElseIf \"%{HTTP_HOST} == 'h#.test'\">\nSetEnv A #\n</ElseIf>", "Redirect /old/# /new/#", "RedirectMatch ^/old/#/(.*)$ /new/#/$1",
		"Alias /a# /srv/a#", "AliasMatch ^/a#/(.*)$ /srv/a#/$1", "ScriptAlias /c# /srv/c#", "<Location /a#>\nSetEnv A #\n</Location>",
		"<LocationMatch ^/a#/>\nSetEnv A #\n</LocationMatch>", "<If \"%{HTTP_HOST} == 'h#.example'\">\nSetEnv A #\n</If>",
		"<If \"-R '10.0.#.0/24'\">\nSetEnv A #\n</If>",
		"<If \"reqenv('V#') == 'x'\">\nSetEnv A #\n</If>", "SetEnvIf User-Agent Bot# bad=#", "SetEnvIf X-Some ^#$ A=#", "BrowserMatchNoCase Bot# bad",
		"SetEnvIfExpr \"%{HTTP_HOST} == 'h#.example'\" A=#", "SetEnvIfExpr \"%{HTTP_USER_AGENT} =~ /Bot#/\" A=#", "SetEnvIf X-Field-# ^1$ A=#", "SetEnvIfNoCase X-Field-# value A=#", "SetEnvIfExpr \"%{HTTP_HOST} =~ /^(www\\.)?h#\\./\" A=$1",
		"Require not expr \"%{HTTP_HOST} == 'h#.example'\"", "Require not expr \"%{HTTP_USER_AGENT} =~ /Bot#/\"", "Require not expr \"reqenv('A#') == '1'\"", "Require not env A#",
		"<VirtualHost *:80>\nServerName h#.example\nServerAlias *.h#.example\n</VirtualHost>",
	} {
		rules := eachRule(100, directive)
		if strings.HasPrefix(directive, "Require not") {
			rules = "<Location />\n<RequireAll>\nRequire all granted\n" + rules + "</RequireAll>\n</Location>\n"
		}
		e := compile(t, rules, nil)
		req := browserRequest("/blog/2024/05/some-article-title?utm_source=feed")
		if n := testing.AllocsPerRun(200, func() { _, _ = e.Eval(context.Background(), req) }); n > 0 {
			t.Errorf("%s: a request allocates %v times", directive, n)
		}
	}
}

// TestMemory guards what a rule takes at rest: a server keeps thousands of them,
// and the garbage collector looks at all of it time and again.
func TestMemory(t *testing.T) {
	const n = 10_000
	for name, tt := range map[string]struct {
		rules string
		most  uint64 // bytes a rule
	}{
		"mixed":              {mixedRules(n), 605},
		"pattern":            {"RewriteRule ^/old/#/(.*)$ /new/#/$1 [R=301,L]", 510},
		"a host's condition": {"RewriteCond %{HTTP_HOST} ^h#\\.example$ [NC]\nRewriteRule ^/old/#/(.*)$ /new/#/$1 [R=301,L]", 840},
		"a query's":          {"RewriteCond %{QUERY_STRING} (?:^|&)id=#(?:&|$)\nRewriteRule ^/page$ /new/#? [R=301,L]", 860},
		"an exact condition": {"RewriteCond %{HTTP_HOST} =h#.example\nRewriteRule ^ https://new.example/N%{REQUEST_URI} [R=301,L]", 755},
		"a cookie's":         {"RewriteCond %{HTTP_COOKIE} (?:^|;\\s*)user=#(?:;|$)\nRewriteRule ^ - [E=USER:#]", 960},
	} {
		t.Run(name, func(t *testing.T) {
			text := tt.rules
			if name != "mixed" {
				text = eachRule(n, tt.rules)
			}
			before := heap()
			e := compile(t, text, nil)
			if each := (heap() - before) / n; each > tt.most {
				t.Errorf("a rule takes %d bytes, want at most %d", each, tt.most)
			} else {
				t.Logf("a rule takes %d bytes", each)
			}
			runtime.KeepAlive(e)
			runtime.KeepAlive(text)
		})
	}
}

// eachRule returns the rule n times, with its number in place of "#".
func eachRule(n int, rule string) string {
	var b strings.Builder
	if !strings.HasPrefix(rule, "Require") {
		b.WriteString("RewriteEngine On\n")
	}
	for i := range n {
		b.WriteString(strings.ReplaceAll(rule, "#", strconv.Itoa(i)) + "\n")
	}
	return b.String()
}

// heap returns how many bytes are in use.
func heap() uint64 {
	var m runtime.MemStats
	for range 3 { // what has gone may hold on to more until it has been swept
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
