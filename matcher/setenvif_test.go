package matcher_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// setEnvIfExprs are expressions of SetEnvIfExpr: that refer to what was captured before, that
// capture something themselves, sometimes or always, that look at variables which other
// directives set, and that show or fail.
var setEnvIfExprs = []string{
	"'$0' == 'a'", "%{HTTP:X} =~ /(a)(.)/", "true", "false", "'$1' != ''", "env('A') == '1'",
	"%{HTTP_HOST} == 'h'", "%{HTTP_HOST} == 'g'", "%{REQUEST_URI} =~ m#^/(a)#", "%{REQUEST_URI} =~ m#(b)(c)?$#", "%{REQUEST_URI} =~ m#b#",
	"%{REQUEST_URI} !~ m#(b)#", "!(%{HTTP_HOST} =~ /(g)/)", "%{HTTP_HOST} == 'h' || %{REQUEST_URI} =~ m#(b)#",
	"%{HTTP_HOST} == 'g' && %{REQUEST_URI} =~ m#(a)#", "%{REQUEST_URI} =~ m#(a)# && %{HTTP_HOST} == 'g'", "%{REQUEST_URI} =~ m#(c)# || '$1' == 'a'",
	"%{REQUEST_URI} =~ m#(a)(b)# && '$2' == 'b'", "'$0' == '/a' && %{HTTP_HOST} == 'h'", "%{HTTP_HOST} == 'h' && '$1' == 'a'",
	"reqenv('A') == '1'", "reqenv('A') =~ /^(1|b)$/", "reqenv('B') == 'a'", "reqenv('F') == 'a'", "reqenv('G') =~ /(a)/", "reqenv('Unknown') == 'a'",
	"reqenv('A') == ''", "-n reqenv('F')", "-z reqenv('F')", "reqenv('A') -eq 1", "reqenv('SCRIPT_URL') == '/a'", "reqenv('F') == 'a' || reqenv('G') == 'ab'",
	"-R '10.1.1.0/24'", "-R '10.2.0.0/16'", "%{REMOTE_ADDR} -ipmatch '10.1.1.1'", "%{REQUEST_URI} -strmatch '/a*'", "%{REQUEST_METHOD} in {'POST', 'PUT'}",
	"%{HTTP_USER_AGENT} =~ /(a)/", "req_novary('X') =~ /(b)/", "req_novary('X') == 'abc'", "%{QUERY_STRING} == 'a'", "tolower(%{HTTP_HOST}) == 'g'",
	"-T reqenv('A')", "%{SERVER_PORT} -eq 80", "%{REMOTE_HOST} == 'h'", "-f '/srv/www/a'", "%{REQUEST_URI} =~ m#(/)# && reqenv('B') == 'a'",
}

// randomSetEnvIfs returns n directives. They come in runs that look at the same
// thing, long ones or short ones, with what may disturb a run in between.
func randomSetEnvIfs(r *rand.Rand, n int) string {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	attr, length := "", []int{2, 12}[r.IntN(2)]
	exprs := []int{0, 1, 4, 9, 10}[r.IntN(5)] // of ten
	for range n {
		if r.IntN(length) == 0 || attr == "" {
			attr = one("User-Agent", "user-agent", "Referer", "X", "Request_URI", "Remote_Addr", "^X", "A",
				"Host", "Remote_Host", "Server_Addr", "Request_Method", "Request_Protocol", "B", "b", "x-y", "X-Y", "X_Y", "SCRIPT_URL",
				"X-0", "X-1", "X-2", "X-3", "F", "G", "Content-Type", "Unknown")
		}
		names := one("A", "B=$1", "C=<$0> !A", "!B", `D=\$1`, "X=$2b", "User-Agent=ab", "E=$1 F=a", "X-1=a", "G=ab !F", "SCRIPT_URL=a", "A=b")
		condition := one("a", "ab", "A", `\.`, `a\.`, `\\`, "^a", "b$", "^$", "(a)(b)?", "a|(b)", "[ab]+(.)", "(?=a)(.)", "(a)(?!b)", "^(.*)$", "c", "abc", "b.c")
		switch directive := one("SetEnvIf", "SetEnvIfNoCase", "BrowserMatch", "BrowserMatchNoCase"); {
		case r.IntN(10) < exprs:
			fmt.Fprintf(&b, "SetEnvIfExpr \"%s\" %s\n", one(setEnvIfExprs...), names)
		case !strings.HasPrefix(directive, "SetEnvIf"):
			fmt.Fprintf(&b, "%s %s %s\n", directive, condition, names)
		default:
			fmt.Fprintf(&b, "%s %s %s %s\n", directive, attr, condition, names)
		}
	}
	return b.String()
}

// TestSetEnvIfListsAgree applies lists of directives with and without filters,
// in all the places where they stand and are joined: the result, the environment
// and every step must be the same.
func TestSetEnvIfListsAgree(t *testing.T) {
	t.Parallel()
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the cases are to be the same each time
		some := func() string { return randomSetEnvIfs(r, r.IntN(30)) }
		rules := some() + "<VirtualHost *:80>\nDocumentRoot /srv/www\n" + some() + "<Location />\n" + some() +
			"</Location>\n<If \"true\">\n" + some() + "</If>\n</VirtualHost>\n"
		fsys := site(map[string]string{".htaccess": some()})
		opts := &matcher.Options{FS: fsys, DocumentRoot: "/srv/www"}
		filtered := compile(t, rules, opts)
		if seed%2 == 0 {
			filtered = compileIndexed(t, rules, opts)
		}
		linear := compile(t, rules, &matcher.Options{FS: fsys, DocumentRoot: "/srv/www", Linear: true})
		for range 10 {
			header := map[string][]string{}
			for _, name := range []string{"User-Agent", "Referer", "X", "X-Y", "X-0", "X-1", "X-2", "X-3", "Content-Type"} {
				if r.IntN(4) > 0 {
					header[name] = []string{[]string{"", "a", "ab", "abc", "B.C", "x a. b", `\`, "cab"}[r.IntN(8)]}
				}
			}
			req := &matcher.Request{Target: []string{"/", "/a", "/abc"}[r.IntN(3)], Host: "h", RemoteAddr: "10.1.1.1", ServerPort: 80, Header: header}
			if diff := cmp.Diff(explained(t, linear, req), explained(t, filtered, req)); diff != "" {
				t.Fatalf("seed %d, header %v: mismatch (-one by one +filtered):\n%s\nof the rules\n%s\nand\n%s", seed, header, diff, rules, fsys["srv/www/.htaccess"].Data)
			}
			want, err := linear.Eval(context.Background(), req)
			require.NoError(t, err)
			got, err := filtered.Eval(context.Background(), req)
			require.NoError(t, err)
			require.Equal(t, want.Environment(), got.Environment(), "seed %d", seed)
		}
	}
}

// browserMatches returns n directives about browsers, as lists of robots have
// them.
func browserMatches(n int) string {
	var b strings.Builder
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "BrowserMatchNoCase badbot%d bad\n", i)
		case 1:
			fmt.Fprintf(&b, "BrowserMatch ^Robot-%d/([0-9]+) robot=$1\n", i)
		case 2:
			fmt.Fprintf(&b, "SetEnvIfNoCase User-Agent \"(crawl|spider)er%d\" bad=$1\n", i)
		case 3:
			fmt.Fprintf(&b, "BrowserMatch \"Phone %d\\\\.\" phone !robot\n", i)
		}
	}
	return b.String()
}

// Looking through a list costs no allocation where nothing matches, and about
// as much for many directives as for a few.
func BenchmarkSetEnvIf(b *testing.B) {
	for _, linear := range []bool{false, true} {
		for _, n := range []int{0, 10, 100, 1000} {
			e := compile(b, browserMatches(n), &matcher.Options{Linear: linear})
			b.Run(fmt.Sprintf("linear=%v/directives=%d", linear, n), func(b *testing.B) {
				req := browserRequest("/")
				b.ReportAllocs()
				for b.Loop() {
					_, _ = e.Eval(context.Background(), req)
				}
			})
		}
	}
}

func TestSetEnvIfAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	e := compile(t, browserMatches(1000), nil)
	req := browserRequest("/")
	require.Zero(t, testing.AllocsPerRun(200, func() { _, _ = e.Eval(context.Background(), req) }))
}

// TestSetEnvIfGroupsOutside has an expression refer to a group that lies outside of what
// was looked at last, where httpd reads beyond the text.
func TestSetEnvIfGroupsOutside(t *testing.T) {
	t.Parallel()
	e := compile(t, "SetEnvIf X-Long ^(..)...(.....)$ LONG=$2\nSetEnvIf X-Short never NEVER\nSetEnvIfExpr \"true\" AGAIN=<$1$2>\n", nil)
	for short, want := range map[string]string{"abcdefghij": "<abfghij>", "abcdefghi": "<ab>", "a": "<>"} {
		res, err := e.Eval(t.Context(), &matcher.Request{
			Target: "/", Host: "h", Header: map[string][]string{"X-Long": {"0123456789"}, "X-Short": {short}},
		})
		require.NoError(t, err)
		require.Equal(t, want, res.Env["AGAIN"], short)
	}
}

// TestSetEnvIfAfterExpr has directives go on from what an expression with groups leaves: what
// it matched with, or nothing where it did not match, and then the groups of earlier ones. The
// variables are those that httpd sets.
func TestSetEnvIfAfterExpr(t *testing.T) {
	t.Parallel()
	const before = "SetEnvIf X-Long ^(..)(......) L=$2\n"
	for rules, want := range map[string]map[string]string{
		before + `
SetEnvIfExpr "%{REQUEST_URI} =~ m#(zz)#" NO=1
SetEnvIf X-Long ^$ EMPTY=1
SetEnvIf X-Long 123 FRESH=1
SetEnvIf X-Long foo SUBJECT=1`: {"EMPTY": "1", "L": "234567"},
		before + `
SetEnvIfExpr "%{REQUEST_URI} =~ m#(foo)#" FOUND=$1
SetEnvIf X-Long ^$ EMPTY=1
SetEnvIf X-Long 123 FRESH=1
SetEnvIf X-Long r$ SUBJECT=1
SetEnvIf X-Long (.*) ALL=$1`: {"ALL": "/foo/bar", "L": "234567", "FOUND": "foo", "SUBJECT": "1"},
		before + `
SetEnvIfExpr "%{HTTP:X-Mid} =~ /^(a)(b)(z)/" NO=1
SetEnvIf X-Mid never NO=1
SetEnvIfExpr "true" B=<$1,$2,$3>
SetEnvIfExpr "'$2' != ''" HAS=$2`: {"L": "234567", "B": "<ab,cdefgh,>", "HAS": "cdefgh"},
		before + `
SetEnvIfExpr "%{REQUEST_URI} =~ m#(f)(oo)# && %{REQUEST_URI} =~ m#(q)#" NO=1
SetEnvIf X-Mid never NO=1
SetEnvIfExpr "true" B=<$0,$1,$2>`: {"L": "234567", "B": "<bcd,b,cd>"},
		before + `
SetEnvIf X-Short never NO=1
SetEnvIfExpr "true" A=1
SetEnvIf X-Mid never NO=1
SetEnvIfExpr "true" B=<$1,$2>`: {"L": "234567", "A": "1", "B": "<ab,cdefgh>"},
		`SetEnvIf X-Short never NO
SetEnvIfExpr "%{REQUEST_URI} =~ m#(foo)#" FOUND
SetEnvIf X-Short foo STRING=1
SetEnvIf X-Short /f HEAD=1
SetEnvIf X-Short fo+ PATTERN=1
SetEnvIfNoCase X-Short O/ STRING=2
SetEnvIfNoCase X-Short /F HEAD=2`: {"FOUND": "1", "HEAD": "2", "PATTERN": "1"},
		`SetEnvIfExpr "%{REQUEST_URI} !~ m#(zz)#" A=<$1> B=2
SetEnvIf X-Mid c C=1`: {"A": "<$1>", "B": "2", "C": "1"},
		`SetEnvIfExpr "%{REQUEST_URI} =~ m#(f)(oo)#" A=$1
SetEnvIf X-Unknown ^$ B
SetEnvIfExpr "'$1' == ''" E=1`: {"A": "f", "B": "1", "E": "1"},
	} {
		e := compile(t, rules, nil)
		res, err := e.Eval(t.Context(), &matcher.Request{
			Target: "/foo/bar", Host: "h", Header: map[string][]string{"X-Long": {"0123456789"}, "X-Short": {"ab"}, "X-Mid": {"abcdefgh"}},
		})
		require.NoError(t, err)
		require.Equal(t, want, res.Env, rules)
	}
}

// TestSetEnvIfPassedOver has directives that depend on others which an index passes over. The
// variables are those that httpd sets.
func TestSetEnvIfPassedOver(t *testing.T) {
	t.Parallel()
	const fieldsOfTheirOwn = "SetEnvIf X-10 0 F\nSetEnvIf X-11 1 F\nSetEnvIf X-12 2 F\nSetEnvIf X-13 3 F\n"
	for name, tt := range map[string]struct {
		rules string
		want  map[string]string
	}{
		"fields of their own, Host among them": {`
SetEnvIf Host ^h A
SetEnvIf X-1 ^x1$ B
SetEnvIf X-2 ^x2$ C
SetEnvIf X-3 ^x3$ D
` + fieldsOfTheirOwn, map[string]string{"A": "1", "B": "1"}},
		"variables that others set": {`
SetEnvIf X-1 ^x1$ A=a
SetEnvIf X-2 ^x2$ B
SetEnvIf A ^a$ C
SetEnvIf c ^1$ X-5=5
SetEnvIf x-5 ^5$ D
` + fieldsOfTheirOwn, map[string]string{"A": "a", "C": "1", "X-5": "5", "D": "1"}},
		"an expression that is not the last leaves nothing": {`
BrowserMatch x A
SetEnvIfExpr "%{REQUEST_URI} =~ m#(zz)#" NO
SetEnvIfExpr "%{HTTP_HOST} == 'g' && %{REQUEST_URI} =~ m#(a)#" NO
BrowserMatch ^$ E`, map[string]string{"E": "1"}},
		"in another section": {`
<Location />
BrowserMatch x A
</Location>
<Location /a>
SetEnvIfExpr "%{REQUEST_URI} =~ m#(zz)#" NO
BrowserMatch ^$ E
</Location>`, map[string]string{"E": "1"}},
		"in a section by itself": {`
<Location />
BrowserMatch x A
</Location>
<Location /a>
SetEnvIfExpr "%{REQUEST_URI} =~ m#(zz)#" NO
</Location>
<LocationMatch a>
BrowserMatch ^$ E
</LocationMatch>`, map[string]string{"E": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range []*matcher.Engine{
				compile(t, tt.rules, &matcher.Options{Linear: true}), compile(t, tt.rules, nil), compileIndexed(t, tt.rules, &matcher.Options{}),
			} {
				res, err := e.Eval(t.Context(), &matcher.Request{Target: "/a", Host: "h", Header: map[string][]string{"User-Agent": {"y"}, "X-1": {"x1"}}})
				require.NoError(t, err)
				require.Equal(t, tt.want, res.Env)
			}
		})
	}
}
