package matcher_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// indexPitfalls are the smallest rulesets that an index gets wrong if it takes for
// granted what is not so. Each is asked for with the host h, the User-Agent x, and
// what the field says.
var indexPitfalls = []struct{ name, rules, target string }{
	{"a last condition with OR is true", `
RewriteCond %{HTTP_HOST} =never [OR]
RewriteRule ^ /hit [L]`, "/x"},
	{"OR with a negated member", `
RewriteCond %{HTTP_HOST} =never [OR]
RewriteCond %{QUERY_STRING} !x
RewriteRule ^ /hit [L]`, "/x"},
	{"OR with a member that can't be asked for", `
RewriteCond %{HTTP_HOST} =never [OR]
RewriteCond $0 =/x
RewriteRule ^.* /hit [L]`, "/x"},
	{"OR goes beyond one variable", `
RewriteCond %{HTTP_HOST} =never [OR]
RewriteCond %{QUERY_STRING} ^$
RewriteRule ^ /hit [L]`, "/x"},
	{"an expression adds to Vary", `
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/"
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"one that is chained does not where the chain fails", `
RewriteRule ^/never - [NS,C]
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/"
RewriteRule ^ - [F]`, "/x"},
	{"nor does one that is skipped", `
RewriteRule ^ - [S=1]
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/"
RewriteRule ^ - [F]
RewriteCond expr "%{HTTP_REFERER} =~ /nomatch/"
RewriteRule ^ - [F]`, "/x"},
	{"nor one whose pattern does not match", `
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/"
RewriteRule ^/never - [F]`, "/x"},
	{"nor one behind the last", `
RewriteCond expr "%{HTTP_REFERER} =~ /nomatch/"
RewriteRule ^ - [F]
RewriteRule ^ - [L]
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/"
RewriteRule ^ - [F]`, "/x"},
	{"each round adds to Vary again", `
RewriteCond expr "%{HTTP_REFERER} =~ /nomatch/"
RewriteRule ^ - [F]
RewriteCond %{ENV:N} !=xx
RewriteRule ^ - [E=N:%{ENV:N}x,N]
RewriteCond expr "%{resp:Vary} == 'Referer, Referer, Referer'"
RewriteRule ^ /hit [L]`, "/x"},
	{"so does the first operand of and", `
RewriteCond expr "%{HTTP_USER_AGENT} =~ /x/ && %{HTTP_HOST} == 'never'"
RewriteRule ^ - [F]`, "/x"},
	{"the second operand of or is evaluated", `
RewriteCond expr "%{HTTP_HOST} == 'never' || %{HTTP_USER_AGENT} =~ /no/"
RewriteRule ^ - [F]`, "/x"},
	{"the second operand of and is not", `
RewriteCond expr "%{HTTP_HOST} == 'never' && %{HTTP_USER_AGENT} =~ /no/"
RewriteRule ^ - [F]`, "/x"},
	{"a true operand of or is enough", `
RewriteCond expr "%{HTTP_HOST} == 'never' || %{HTTP_HOST} == 'h'"
RewriteRule ^ /hit [L]`, "/x"},
	{"an expression that is not negated", `
RewriteCond expr "! %{HTTP_HOST} == 'never'"
RewriteRule ^ /hit [L]`, "/x"},
	{"a negated expression", `
RewriteCond expr "!(%{HTTP_HOST} in {'a', 'b'})"
RewriteRule ^ /hit [L]`, "/x"},
	{"an expression that must not match", `
RewriteCond expr "%{HTTP_HOST} !~ /never/"
RewriteRule ^ /hit [L]`, "/x"},
	{"one of many that OR joins", `
RewriteCond %{HTTP_HOST} ^a [OR]
RewriteCond %{HTTP_HOST} ^b [OR]
RewriteCond %{HTTP_HOST} ^(h) [OR]
RewriteCond %{HTTP_HOST} (h)$ [OR]
RewriteCond %{HTTP_HOST} ^c
RewriteRule ^ /hit%1 [L]`, "/x"},
	{"an expression that is false in itself", `
RewriteCond expr "'B' >= 'a'"
RewriteRule ^ /hit [L]
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"a member of a list", `
RewriteCond expr "%{HTTP_HOST} in {'a', 'h', 'b'}"
RewriteRule ^ /hit [L]`, "/x"},
	{"NV keeps an expression out of Vary", `
RewriteCond expr "%{HTTP_USER_AGENT} =~ /nomatch/" [NV]
RewriteCond %{HTTP_HOST} =h
RewriteRule ^ /hit [L]`, "/x"},
	{"a condition that holds adds to Vary", `
RewriteCond %{HTTP_USER_AGENT} =x
RewriteRule ^ /hit [L]`, "/x"},
	{"a sub-request leaves something in the table", `
RewriteCond %{LA-U:REQUEST_URI} /
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"a sub-request is a step", `
RewriteCond %{REQUEST_URI} -U
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"a sub-request for a file is one, too", `
RewriteCond /file -F
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"so does asking for SCRIPT_URL", `
RewriteCond %{ENV:SCRIPT_URL} /
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [F]`, "/x"},
	{"the query changes", `
RewriteCond %{QUERY_STRING} =x=9
RewriteRule ^ - [F]
RewriteRule ^/a$ /b?x=1
RewriteCond %{QUERY_STRING} =x=1
RewriteRule ^ /hit [L]`, "/a"},
	{"the subject changes", `
RewriteRule ^/a$ /b
RewriteRule ^/b$ /hit [L]`, "/a"},
	{"a variable is set", `
RewriteRule ^ - [E=X:1]
RewriteCond %{ENV:X} =1
RewriteRule ^ /hit [L]`, "/x"},
	{"a variable is unset", `
RewriteRule ^ - [E=X:1]
RewriteCond %{ENV:X} =2
RewriteRule ^ - [F]
RewriteRule ^ - [E=!X]
RewriteCond %{ENV:X} ^$
RewriteRule ^ /hit [L]`, "/x"},
	{"two variables, one of which changes", `
RewriteRule ^ - [E=X:1]
RewriteCond %{HTTP_HOST}|%{ENV:X} =h|1
RewriteRule ^ /hit [L]`, "/x"},
	{"another round passes the same rules", `
RewriteCond %{ENV:X} =1
RewriteRule ^ /hit [L]
RewriteCond %{ENV:X} ^$
RewriteRule ^ - [E=X:1,N]`, "/x"},
	{"a chain fails with its first rule", `
RewriteCond %{HTTP_HOST} =never
RewriteRule ^ - [C]
RewriteRule ^ /hit [L]`, "/x"},
	{"a skip leads into a chain", `
RewriteRule ^ - [S=1]
RewriteRule ^/no - [C]
RewriteRule ^ /hit [L]`, "/x"},
	{"a rule that sub-requests pass over fails no chain", `
RewriteCond %{LA-U:ENV:Y} =1
RewriteRule ^/x$ /hit [L]
RewriteRule ^/never - [NS,C]
RewriteRule ^ - [E=Y:1]`, "/x"},
	{"a number is not its text", `
RewriteRule ^ - [E=X:\ 5x]
RewriteCond %{ENV:X} -eq5
RewriteRule ^ /hit [L]`, "/x"},
	{"a number of a text that is made", `
RewriteCond %{QUERY_STRING}%{ENV:X} -eq0
RewriteRule ^ /hit [L]`, "/x"},
	{"a negated pattern matches", `
RewriteRule !^/y /hit [L]`, "/x"},
	{"case does not count for NC", `
RewriteCond %{HTTP_HOST} =H [NC]
RewriteRule ^ /hit [L]`, "/x"},
	{"captures of a condition that was found by the index", `
RewriteCond %{HTTP_HOST} ^(h)$
RewriteRule ^/(x)$ /$1%1 [L]`, "/x"},
	{"Else holds where If does not", `
<If "%{HTTP_HOST} == 'never'">
SetEnv A 1
</If>
<ElseIf "%{HTTP_HOST} == 'h'">
SetEnv A 2
</ElseIf>
<Else>
SetEnv A 3
</Else>
` + strings.Repeat("<If \"%{HTTP_HOST} == 'n'\">\nSetEnv A 4\n</If>\n", 4), "/x"},
	{"slashes count for one", `
MergeSlashes Off
Redirect /q1 /q
Redirect /q2 /q
Redirect /q3 /q
Redirect /a/b /hit`, "/a//b/c"},
	{"a chain that matched goes on", `
RewriteRule ^/x$ /y [C]
RewriteRule ^/y$ /z [C]
RewriteRule ^/z$ /hit [L]`, "/x"},
	{"a pattern holds without its header", `
RewriteCond %{HTTP:X-A} ^(a|)$
RewriteRule ^ - [E=A:1]
RewriteCond %{HTTP:X-B} -eq0
RewriteRule ^ - [E=B:1]`, "/x"},
	{"a directive changes the header that the next one looks at", `
RequestHeader set Host b "expr=%{HTTP_HOST} == 'h'"
RequestHeader set X-B b "expr=%{HTTP_HOST} == 'b'"`, "/x"},
	{"the script's variables are set", `
RewriteRule ^/nothing$ -
Header set X-A a env=script_url
Header set X-B b env=SCRIPT_URI
<Location /x>
Require env SCRIPT_URL
</Location>`, "/x"},
	{"a variable is not set", `
Header set X-A a env=!A
Header set X-B b env=A`, "/x"},
	{"in what the directive says, too", `
Redirect /a//b /hit
Redirect /q1 /q`, "/a/b/c"},
}

// TestIndexPitfalls compares an index of each list, however short, with trying what is
// in it one by one: the results and all steps.
func TestIndexPitfalls(t *testing.T) {
	t.Parallel()
	for _, tt := range indexPitfalls {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := "RewriteEngine On\n" + tt.rules + "\n"
			linear, indexed := compile(t, text, &matcher.Options{Linear: true}), compileIndexed(t, text, &matcher.Options{})
			req := &matcher.Request{Target: tt.target, Host: "h", Header: map[string][]string{"User-Agent": {"x"}}}
			if diff := cmp.Diff(whole(t, linear, req), whole(t, indexed, req)); diff != "" {
				t.Errorf("mismatch (-one by one +indexed):\n%s", diff)
			}
		})
	}
}

// compileIndexed compiles rules with an index of each list.
func compileIndexed(t *testing.T, rules string, opts *matcher.Options) *matcher.Engine {
	t.Helper()
	f, err := parser.Parse("test.conf", []byte(rules), nil)
	require.NoError(t, err)
	e, err := matcher.CompileIndexed(f, opts)
	require.NoError(t, err)
	return e
}

// whole returns the steps of a request and all of its result, header included.
func whole(t *testing.T, e *matcher.Engine, req *matcher.Request) []string {
	t.Helper()
	lines := explained(t, e, req)
	res, err := e.Eval(context.Background(), req)
	header := map[string][]string{"Content-Type": {"text/html"}}
	res.CompleteHeader(header, 200)
	res.Response = matcher.Response{}
	return append(lines, fmt.Sprintf("%+v %v %v", res, header, err))
}

// TestExplainedIfs has sections passed over whose tests are too much for their limit:
// explaining the request does not deny it.
func TestExplainedIfs(t *testing.T) {
	t.Parallel()
	var rules strings.Builder
	for i := range 6 {
		fmt.Fprintf(&rules, "<If \"%%{REQUEST_URI} =~ /(a+)+%d/\">\nRequire all denied\n</If>\n", i)
	}
	e := compile(t, rules.String(), &matcher.Options{Limits: matcher.Limits{MatchSteps: 10}})
	req := &matcher.Request{Target: "/" + strings.Repeat("a", 50) + "b", Host: "h"}
	res, err := e.Eval(context.Background(), req)
	require.NoError(t, err)
	told := 0
	explained, err := e.Explain(context.Background(), req, func(s matcher.Step) {
		if s.Kind == matcher.StepCond {
			told++
		}
	})
	require.NoError(t, err)
	require.Equal(t, res.Status, explained.Status)
	require.Positive(t, told)
}

// TestIndexOverrun has requests run out of time while the index is asked. They are
// denied, and explaining them finds nothing wrong with the index.
func TestIndexOverrun(t *testing.T) {
	t.Parallel()
	var rules strings.Builder
	for i := range 300 {
		fmt.Fprintf(&rules, "<LocationMatch \"item%d[0-9]+x%d\">\nSetEnv A 1\n</LocationMatch>\n", i, i)
		fmt.Fprintf(&rules, "RedirectMatch \"part%d[0-9]+y%d\" /found\n", i, i)
		fmt.Fprintf(&rules, "<If \"%%{QUERY_STRING} =~ /value%d[0-9]+z%d/\">\nSetEnv A 1\n</If>\n", i, i)
		fmt.Fprintf(&rules, "RewriteCond %%{QUERY_STRING} query%d[0-9]+w%d\nRewriteRule ^ - [F]\n", i, i)
	}
	e := compile(t, "RewriteEngine On\n"+rules.String(), &matcher.Options{Limits: matcher.Limits{Time: 1}})
	denied := 0
	for i := range 40 {
		var path, query strings.Builder
		for j := range 60 {
			fmt.Fprintf(&path, "/item%d%dpart%d%d", j+i, i, j*3+i, j)
			fmt.Fprintf(&query, "&value%d%dquery%d%d", j+i, i, j*3+i, j)
		}
		req := &matcher.Request{Target: path.String() + "?" + query.String(), Host: "h"}
		if _, err := e.Explain(context.Background(), req, func(matcher.Step) {}); err != nil {
			denied++
		}
	}
	t.Logf("%d of 40 are denied", denied)
	require.Positive(t, denied)
}

// TestIndexNamedClient has a client whose address the caller gives as a name: a test of its
// network looks that up, with an index of networks too.
func TestIndexNamedClient(t *testing.T) {
	t.Parallel()
	rules := "RewriteEngine On\n"
	for i := range 20 {
		rules += fmt.Sprintf("<If \"%%{REMOTE_ADDR} -ipmatch '192.0.2.%d'\">\nSetEnv SECTION %[1]d\n</If>\n", i)
		rules += fmt.Sprintf("RewriteCond expr \"%%{REMOTE_ADDR} -ipmatch '192.0.2.%d'\"\nRewriteRule ^ - [E=RULE:%[1]d]\n", i)
	}
	for addr, want := range map[string]string{
		"client.example": "7", "192.0.2.9": "9", "::ffff:192.0.2.3": "3", "": "", "192.0.2.99": "", "2001:db8::1": "",
	} {
		for _, linear := range []bool{true, false} {
			e := compile(t, rules, &matcher.Options{Linear: linear, Resolver: &resolver{addrs: map[string]string{"client.example": "192.0.2.7"}}})
			res, err := e.Eval(t.Context(), &matcher.Request{Target: "/", Host: "h.example", RemoteAddr: addr})
			require.NoError(t, err, addr)
			require.Equal(t, []string{want, want}, []string{res.Env["SECTION"], res.Env["RULE"]}, "%s, linear %v", addr, linear)
		}
	}
}

// TestManyLooksAtHeader has sections that each look at a header. Vary names it once for each,
// which must not be too much for the request.
func TestManyLooksAtHeader(t *testing.T) {
	t.Parallel()
	var rules strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&rules, "<If \"%%{HTTP_USER_AGENT} =~ /Bot%d$/\">\nSetEnv BOT %[1]d\n</If>\n", i)
	}
	e := compile(t, rules.String(), nil)
	for agent, want := range map[string]string{"Bot4999": "4999", "none": ""} {
		res, err := e.Eval(t.Context(), &matcher.Request{Target: "/", Host: "h.example", Header: map[string][]string{"User-Agent": {agent}}})
		require.NoError(t, err)
		require.Equal(t, want, res.Env["BOT"])
		require.Equal(t, "User-Agent", res.Vary)
	}
}
