package matcher_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rulesOfManyScopes is rules of many kinds, in several scopes, the regular expressions of which are
// not all compiled with the same flags. With faults some of them are wrong.
func rulesOfManyScopes(faults bool) string {
	var b strings.Builder
	b.WriteString(mixedRules(3000))
	for i := range 3000 {
		switch {
		case i%700 == 50:
			b.WriteString("RegexDefaultOptions +ICASE\n")
		case i%700 == 150:
			b.WriteString("RegexDefaultOptions -ICASE\n")
		case i%900 == 70:
			b.WriteString("RewriteCond %{HTTP_HOST} x\nRewriteOptions AllowNoSlash\n")
		case faults && i%500 == 80:
			b.WriteString("RewriteRule ^/a(b c\n")
		case faults && i%500 == 90:
			b.WriteString("RewriteCond %{HTTP_HOST} [z-a]\nRewriteRule ^/a b [CO=:]\n")
		case faults && i%500 == 100:
			b.WriteString("RewriteCond expr \"'a\"\nRewriteRule ^/a b\n")
		}
		fmt.Fprintf(&b, "RewriteCond %%{HTTP_HOST} ^(www\\.)?Old%d\\.example$ [NC,OR]\n", i)
		fmt.Fprintf(&b, "RewriteCond %%{HTTP_HOST} =new%d.example\n", i)
		fmt.Fprintf(&b, "RewriteCond expr \"%%{QUERY_STRING} == 'q%d'\"\n", i)
		fmt.Fprintf(&b, "RewriteRule ^/(Host%d/.*)$ https://new.example/$1?%%1 [R=301,L,E=a:%%{HTTP_HOST}$1]\n", i)
	}
	b.WriteString("<VirtualHost *:80>\nServerName v\nRewriteEngine On\nRewriteOptions Inherit\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "RewriteRule ^/v%d/(.*) /old/page-%d$1\n", i, i)
	}
	b.WriteString("RewriteCond %{HTTP_HOST} dangling\n</VirtualHost>\n")
	for i := range 40 {
		fmt.Fprintf(&b, "<VirtualHost *:80>\nServerName v%d\nRewriteEngine On\nRewriteOptions %s\n", i, []string{"Inherit", "InheritBefore", "IgnoreInherit"}[i%3])
		for n := range 50 {
			fmt.Fprintf(&b, "RewriteCond %%{QUERY_STRING} ^q%d$\nRewriteRule ^/x%d /y%d [R]\n", 75*n, 75*n, i)
		}
		b.WriteString("</VirtualHost>\n")
	}
	b.WriteString("\nDocumentRoot /www\n<Directory /www>\nRewriteEngine On\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "RewriteRule ^d%d$ e%d [T=a/b]\n", i, i)
	}
	b.WriteString("</Directory>\n")
	return b.String()
}

// atProcessors calls f with each of several numbers of processors.
func atProcessors(f func(procs int)) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		f(procs)
	}
}

// TestProcessors compiles a large ruleset on one and on several processors: it decides the
// same, by the same steps, and says the same of it.
func TestProcessors(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	text := rulesOfManyScopes(false)
	var requests []*matcher.Request
	for i := range 40 {
		n := i*75 + i%8
		for _, host := range []string{"www.example.com", "v", fmt.Sprint("v", i), fmt.Sprintf("www.oLD%d.example", n), fmt.Sprintf("new%d.example", n)} {
			for _, target := range []string{"/old/page-%d", "/legacy/app%d/x", "/Host%d/y?q%d", "/host%d/y?q%[1]d", "/v%d/", "/d%d", "/x%d?id=%[1]d", "/x%d?q%[1]d"} {
				requests = append(requests, &matcher.Request{Target: fmt.Sprintf(strings.ReplaceAll(target, "%d", "%[1]d"), n), Host: host})
			}
		}
	}
	type outcome struct {
		Action   matcher.Action
		Status   int
		Location string
		Steps    []string
	}
	files := fstest.MapFS{"www/d75": {}}
	var warnings []string
	var want []outcome
	atProcessors(func(procs int) {
		e := compile(t, text, &matcher.Options{FS: files})
		var said []string
		for _, w := range e.Warnings() {
			said = append(said, w.Error())
		}
		var got []outcome
		for i, req := range requests {
			var o outcome
			var res matcher.Result
			var err error
			if i%40 == 0 {
				res, err = e.Explain(context.Background(), req, func(s matcher.Step) { o.Steps = append(o.Steps, s.String()) })
			} else {
				res, err = e.Eval(context.Background(), req)
			}
			require.NoError(t, err)
			o.Action, o.Status, o.Location = res.Action, res.Status, res.Location
			got = append(got, o)
		}
		if procs == 1 {
			require.NotEmpty(t, said)
			warnings, want = said, got
			return
		}
		require.Empty(t, cmp.Diff(warnings, said), "%d processors", procs)
		require.Empty(t, cmp.Diff(want, got), "%d processors", procs)
	})
}

// TestProcessorsFindings finds the same mistakes, in the same order.
func TestProcessorsFindings(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	text := rulesOfManyScopes(true)
	var want string
	atProcessors(func(procs int) {
		f, err := parser.Parse("test.conf", []byte(text), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		require.Error(t, err)
		var all []string
		for _, d := range parser.Findings(err) {
			all = append(all, d.Error())
		}
		got := strings.Join(all, "\n")
		if procs == 1 {
			require.Greater(t, len(all), 15)
			want = got
		}
		require.Equal(t, want, got, "%d processors", procs)
	})
}
