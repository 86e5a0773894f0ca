package matcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// siteRules is a web.config of rules.
func siteRules(rules ...string) string {
	return `<configuration><system.webServer><rewrite><rules>` + strings.Join(rules, "\n") + `</rules></rewrite></system.webServer></configuration>`
}

// siteRule is a rule for what pattern matches. inner is what follows the pattern.
func siteRule(pattern, inner string) string {
	return fmt.Sprintf(`<rule name="%s"><match url="%[1]s"/>%s</rule>`, pattern, inner)
}

// siteEngine is an engine for one web.config and what opts says.
func siteEngine(t *testing.T, text string, opts matcher.Options) *matcher.Engine {
	t.Helper()
	opts.SiteConfig = readWebConfig(t, text, false)
	e, err := matcher.Compile(nil, &opts)
	require.NoError(t, err)
	return e
}

// TestWebConfigRule checks which rule decided.
func TestWebConfigRule(t *testing.T) {
	t.Parallel()
	const none, rewrite = `<action type="None"/>`, `<action type="Rewrite" url="/x"/>`
	e := siteEngine(t, siteRules(
		siteRule("^a", none), siteRule("^a1", none),
		siteRule("^b", none), siteRule("^b1", rewrite), siteRule("^x", none),
	), matcher.Options{})
	for target, line := range map[string]uint32{"/a": 1, "/a1": 1, "/b": 3, "/b1": 4, "/c": 0} {
		require.Equal(t, line, asked(t, e, target).Rule.From.Line, target)
	}
}

// TestWebConfigSteps checks what is explained.
func TestWebConfigSteps(t *testing.T) {
	t.Parallel()
	site := fstest.MapFS{
		"site/web.config": {Data: []byte(siteRules(siteRule("^d/(.)", `<action type="Rewrite" url="d/x{R:1}"/>`)))},
		"site/d/web.config": {Data: []byte(siteRules(siteRule("^xa$", `<conditions logicalGrouping="MatchAny"><add input="/site/d" matchType="IsFile"/>`+
			`<add input="/site/d" matchType="IsDirectory"/></conditions><action type="None"/>`)))},
	}
	e, err := matcher.Compile(nil, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true})
	require.NoError(t, err)
	var got []string
	_, err = e.Explain(t.Context(), &matcher.Request{Target: "/d/a", Host: "h"}, func(s matcher.Step) { got = append(got, s.Dir+": "+s.String()) })
	require.NoError(t, err)
	want := []string{
		`/site/: the rules of /site/ on "d/a"`,
		`/site/: pattern ^d/(.) on "d/a": matches`,
		`/site/: the rule matches`,
		`/site/: "d/a" becomes "d/xa"`,
		`/site/d/: the rules of /site/d/ on "xa"`,
		`/site/d/: pattern ^xa$ on "xa": matches`,
		`/site/d/: condition IsFile on "/site/d": no match`,
		`/site/d/: condition IsDirectory on "/site/d": matches`,
		`/site/d/: the rule matches`,
	}
	if d := cmp.Diff(want, got[:min(len(want), len(got))]); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
}

// TestHTTPRedirectSteps has a redirect explained where there are no rules.
func TestHTTPRedirectSteps(t *testing.T) {
	t.Parallel()
	e := siteEngine(t, `<configuration><system.webServer><httpRedirect enabled="true" destination="http://n"/></system.webServer></configuration>`, matcher.Options{})
	var got []string
	_, err := e.Explain(t.Context(), &matcher.Request{Target: "/a", Host: "h"}, func(s matcher.Step) { got = append(got, s.Dir+": "+s.String()) })
	require.NoError(t, err)
	require.Equal(t, `: "/a" becomes "http://n/a"`, got[0])
}

// TestResponseVariables has rules set fields of the response.
func TestResponseVariables(t *testing.T) {
	t.Parallel()
	const host = `<configuration><system.webServer><rewrite><allowedServerVariables>%s</allowedServerVariables></rewrite></system.webServer></configuration>`
	var allowed strings.Builder
	for _, name := range []string{"X_A", "X_B", "X_C", "X_D", "CONTENT_TYPE", ""} {
		fmt.Fprintf(&allowed, `<add name="RESPONSE_%s"/>`, name)
	}
	set := func(name, value string, replace bool) string {
		return fmt.Sprintf(`<set name="RESPONSE_%s" value="%s" replace="%t"/>`, name, value, replace)
	}
	e := siteEngine(t, siteRules(
		siteRule("^r", `<serverVariables>`+set("X_A", "new", true)+set("X_B", "new", true)+set("X_C", "", true)+set("CONTENT_TYPE", "a/b", true)+set("", "x", true)+`</serverVariables>`),
		siteRule("^k", `<serverVariables>`+set("X_A", "new", false)+set("X_B", "new", false)+set("X_C", "new", false)+set("CONTENT_TYPE", "a/b", false)+`</serverVariables>`),
		siteRule("^t", `<serverVariables>`+set("CONTENT_TYPE", "", true)+`</serverVariables>`),
		siteRule("^.x", `<action type="CustomResponse" statusCode="404"/>`),
	), matcher.Options{ApplicationHost: readWebConfig(t, fmt.Sprintf(host, &allowed), true)})
	for target, want := range map[string]http.Header{
		"/r":  {"X-A": {"new"}, "X-B": {"new"}, "X-D": {"old"}, "Content-Type": {"a/b"}},
		"/k":  {"X-A": {"old"}, "X-B": {"new"}, "X-C": {"old"}, "X-D": {"old"}, "Content-Type": {"text/plain"}},
		"/t":  {"X-A": {"old"}, "X-C": {"old"}, "X-D": {"old"}, "Content-Type": nil},
		"/rx": {"X-A": {"new"}, "X-B": {"new"}, "X-D": {"old"}, "Content-Type": {"a/b"}},
	} {
		res := asked(t, e, target)
		header := http.Header{"X-A": {"old"}, "X-C": {"old"}, "X-D": {"old"}, "Content-Type": {"text/plain"}}
		status := 200
		if target == "/rx" {
			status = 404
		}
		res.CompleteHeader(header, status)
		if d := cmp.Diff(want, header); d != "" {
			t.Errorf("%s (-want +got):\n%s", target, d)
		}
	}
}

// TestWebConfigQuery tells "no query" from an empty one.
func TestWebConfigQuery(t *testing.T) {
	t.Parallel()
	e := siteEngine(t, siteRules(
		siteRule("^a$", `<action type="Rewrite" url="/x?"/>`),
		siteRule("^b$", `<action type="Rewrite" url="/x"/>`),
	), matcher.Options{})
	for target, want := range map[string]string{"/a": "/x?", "/a?q": "/x?q", "/b": "/x", "/b?": "/x", "/b?q": "/x?q"} {
		res := asked(t, e, target)
		require.Equal(t, want, res.RequestURI(), target)
	}
}

// TestWebConfigLength has URLs that rules make at the bound of their length, twice that of
// a request line.
func TestWebConfigLength(t *testing.T) {
	t.Parallel()
	const most = 100
	for n, want := range map[int]int{2 * most: 200, 2*most + 1: 500} {
		e := siteEngine(t, siteRules(
			siteRule("^p$", `<action type="Rewrite" url="/`+strings.Repeat("p", n-1)+`"/>`),
			siteRule("^q$", `<action type="Rewrite" url="/p?`+strings.Repeat("q", n-2)+`"/>`),
		), matcher.Options{Limits: matcher.Limits{RequestLine: most}})
		for _, target := range []string{"/p", "/q"} {
			require.Equal(t, want, asked(t, e, target).Status, "%s %d", target, n)
		}
	}
}

// TestWebConfigOnce has requests that httpd makes for itself: the rules have seen what
// the client asked for.
func TestWebConfigOnce(t *testing.T) {
	t.Parallel()
	f, err := parser.Parse("site.conf", []byte("DirectoryIndex index.html\nErrorDocument 410 /error\nRedirect 410 /gone\n"), nil)
	require.NoError(t, err)
	site := fstest.MapFS{
		"site/index.html": {}, "site/error": {},
		"site/web.config": {Data: []byte(siteRules(siteRule("^(index.html|error|h:1|\\*)$", `<action type="CustomResponse" statusCode="403"/>`)))},
	}
	e, err := matcher.Compile(f, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true, Directories: true})
	require.NoError(t, err)
	for _, tt := range []struct {
		method, target string
		status         int
		file           string
	}{
		{"GET", "/index.html", 403, ""},
		{"GET", "/error", 403, ""},
		{"GET", "/", 200, "/site/index.html"},
		{"GET", "/gone", 410, "/site/error"},
		{"OPTIONS", "*", 200, ""},
	} {
		res, err := e.Eval(t.Context(), &matcher.Request{Method: tt.method, Target: tt.target, Host: "h"})
		require.NoError(t, err)
		require.Equal(t, tt.status, res.Status, tt)
		if tt.file != "" {
			require.Equal(t, tt.file, res.Filename, tt)
		}
	}
}

// TestWebConfigGiven has the file of the site be given: whether those of folders are read
// is said apart from that.
func TestWebConfigGiven(t *testing.T) {
	t.Parallel()
	forbids := func(pattern string) string {
		return siteRules(siteRule(pattern, `<action type="CustomResponse" statusCode="403"/>`))
	}
	site := fstest.MapFS{
		"site/web.config": {Data: []byte(forbids("^disk"))}, "site/d/web.config": {Data: []byte(forbids("^x"))},
		"web.config": {Data: []byte(forbids("."))}, "d/web.config": {Data: []byte(forbids("."))}, "d/y": {},
	}
	given := strings.Replace(forbids("^given"), "</configuration>", `<location path="d/l">`+
		`<system.webServer><rewrite><rules><rule name="l"><match url=".*"/><action type="CustomResponse" statusCode="406"/></rule></rules></rewrite></system.webServer></location></configuration>`, 1)
	for _, tt := range []struct {
		root string
		read bool
		want map[string]int
	}{
		{"/site", true, map[string]int{"/given": 403, "/disk": 200, "/d/x": 403, "/d/y": 200, "/d/l": 406}},
		{"/site", false, map[string]int{"/given": 403, "/disk": 200, "/d/x": 200, "/d/l": 406}},
		{"", true, map[string]int{"/given": 403, "/disk": 200, "/d/y": 200, "/d/l": 406}},
	} {
		for _, text := range []string{given, forbids("^given")} {
			e := siteEngine(t, text, matcher.Options{FS: site, DocumentRoot: tt.root, WebConfig: tt.read})
			for target, want := range tt.want {
				if text != given && target == "/d/l" {
					want = 200
				}
				require.Equal(t, want, asked(t, e, target).Status, "%s %v %s", tt.root, tt.read, target)
			}
		}
	}
}

// TestWebConfigSlashes has slashes that are not merged lead to folders all the same.
func TestWebConfigSlashes(t *testing.T) {
	t.Parallel()
	f, err := parser.Parse("site.conf", []byte("MergeSlashes Off\n"), nil)
	require.NoError(t, err)
	site := fstest.MapFS{"site/a/b/web.config": {Data: []byte(siteRules(siteRule("^x", `<action type="CustomResponse" statusCode="403"/>`)))}, "site/a/b/x": {}}
	e, err := matcher.Compile(f, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true})
	require.NoError(t, err)
	for _, target := range []string{"/a/b/x", "/a//b/x", "//a/b/x"} {
		require.Equal(t, 403, asked(t, e, target).Status, target)
	}
}

// TestWebConfigRootless has conditions on files where none are known.
func TestWebConfigRootless(t *testing.T) {
	t.Parallel()
	text := siteRules(
		siteRule(".*", `<conditions><add input="{REQUEST_FILENAME}" matchType="IsFile"/></conditions><action type="CustomResponse" statusCode="403"/>`),
		siteRule("^q$", `<conditions><add input="{QUERY_STRING}" matchType="IsFile"/></conditions><action type="CustomResponse" statusCode="403"/>`),
	)
	for root, want := range map[string]int{"": 200, "/site": 403} {
		e := siteEngine(t, text, matcher.Options{FS: fstest.MapFS{"x": {}, "site/x": {}}, DocumentRoot: root})
		require.Equal(t, want, asked(t, e, "/x").Status, root)
		require.Equal(t, want, asked(t, e, "/q?/site/x").Status, root)
		require.Equal(t, 200, asked(t, e, "/q?site/x").Status, "a relative name")
	}
}

// TestWebConfigSetAmongMany has many rules look at a variable that the first one sets, so
// that they can't be told apart by what it was before.
func TestWebConfigSetAmongMany(t *testing.T) {
	t.Parallel()
	const host = `<configuration><system.webServer><rewrite><allowedServerVariables><add name="HTTP_X_A"/></allowedServerVariables></rewrite></system.webServer></configuration>`
	rules := []string{siteRule("^set", `<serverVariables><set name="HTTP_X_A" value="77"/></serverVariables>`)}
	for i := range 100 {
		rules = append(rules, fmt.Sprintf(`<rule name="%d"><match url=".*"/><conditions><add input="{HTTP_X_A}" pattern="^%[1]d$"/></conditions><action type="Redirect" url="/to/%[1]d"/></rule>`, i))
	}
	e := siteEngine(t, siteRules(rules...), matcher.Options{ApplicationHost: readWebConfig(t, host, true)})
	for _, tt := range []struct{ target, field, want string }{
		{"/x", "", ""}, {"/x", "5", "http://h/to/5"}, {"/set", "", "http://h/to/77"}, {"/set", "5", "http://h/to/77"},
	} {
		res, err := e.Eval(t.Context(), &matcher.Request{Target: tt.target, Host: "h", Header: http.Header{"X-A": {tt.field}}})
		require.NoError(t, err)
		require.Equal(t, tt.want, res.Location, tt)
	}
}
