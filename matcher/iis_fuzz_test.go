package matcher_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// FuzzWebConfig runs whatever is a web.config on requests, as the file of a folder and
// as that of the site: neither fails, a broken one answers with 500, and nothing that is
// sent or handed on holds a control character.
func FuzzWebConfig(f *testing.F) {
	f.Add(`<rewrite><rules><rule name="a"><match url="(.*)"/><conditions trackAllCaptures="true"><add input="{QUERY_STRING}" pattern="(.)(.)"/></conditions>`+
		`<serverVariables><set name="RESPONSE_X" value="{UrlDecode:{C:2}}"/></serverVariables><action type="Redirect" url="{R:1}?{UrlDecode:{C:1}}"/></rule></rules></rewrite>`, "/a%20b/../c", "%0d%0a")
	f.Add(`<configuration><system.webServer><httpRedirect enabled="true" destination="$S$Q$0"/></system.webServer></configuration>`, "/a", "b")
	f.Add("<rewrite><rules>", "/a", "")
	f.Fuzz(func(t *testing.T, text, path, query string) {
		if len(text) > 4096 || len(path) > 512 || len(query) > 512 {
			return
		}
		q := &matcher.Request{Target: "/" + path + "?" + query, Host: "www.example.com", Header: map[string][]string{"X": {"y"}}}
		tree, err := webconfig.Parse("web.config", []byte(text), nil)
		if err == nil {
			if e, err := matcher.Compile(nil, &matcher.Options{SiteConfig: tree}); err == nil {
				evaluate(t, e, q)
			}
		}
		files := fstest.MapFS{"site/web.config": {Data: []byte(text)}}
		e, compileErr := matcher.Compile(nil, &matcher.Options{FS: files, DocumentRoot: "/site", WebConfig: true})
		require.NoError(t, compileErr)
		res := evaluate(t, e, q)
		if err != nil && res.Status < 400 {
			t.Fatalf("%s: a broken file lets %s pass: %+v", text, q.Target, res)
		}
	})
}

// FuzzISAPI does so for the other two.
func FuzzISAPI(f *testing.F) {
	f.Add("[ISAPI_Rewrite]\nRewriteCond Host: (w+).*\nRewriteRule /(.*) /$1$2(?1a:b) [N,CL]\nRewriteHeader X: (.*) $1z [NS]\n", "a", "b")
	f.Add("RewriteCond %{HTTP_X} (y) [OR]\nRewriteRule ^/(.*)$ /#U$1#E*1#X%{QUERY_STRING}#E\nRedirectRule ^/z /a [R=301]\n", "z", "b c")
	f.Fuzz(func(t *testing.T, text, path, query string) {
		if len(text) > 4096 || len(path) > 512 || len(query) > 512 {
			return
		}
		q := &matcher.Request{Target: "/" + path + "?" + query, Host: "www.example.com", Header: map[string][]string{"X": {"y"}}}
		for _, d := range []isapi.Dialect{isapi.Rewrite2, isapi.IIRF} {
			tree, err := isapi.Parse("rules.ini", []byte(text), d, nil)
			if err != nil {
				continue
			}
			e, err := matcher.Compile(nil, &matcher.Options{ISAPI: tree, FS: fstest.MapFS{}, Limits: matcher.Limits{MatchSteps: 100_000}})
			if err == nil {
				evaluate(t, e, q)
			}
		}
	})
}

// evaluate evaluates a request and looks at what comes out.
func evaluate(t *testing.T, e *matcher.Engine, q *matcher.Request) matcher.Result {
	t.Helper()
	res, _ := e.Eval(t.Context(), q)
	require.NotZero(t, res.Status)
	texts := []string{res.Location, res.ProxyURL, res.StatusReason}
	if res.Action == matcher.Rewrite {
		texts = append(texts, res.Path, res.Query)
		require.True(t, strings.HasPrefix(res.Path, "/"), res.Path)
	}
	for _, values := range res.RequestHeader {
		texts = append(texts, values...)
	}
	header := map[string][]string{}
	if res.CompleteHeader(header, res.Status) {
		for _, values := range header {
			texts = append(texts, values...)
		}
	}
	for _, text := range texts {
		require.Equal(t, -1, strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }), "%q", text)
	}
	return res
}
