package matcher_test

import (
	"context"
	"fmt"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// chainedRules has what makes the order of rules matter: chains, skips,
// restarts, negation, rules that change the subject, and long lists joined
// by OR.
const chainedRules = `RewriteEngine On
RewriteRule ^/a - [C]
RewriteRule ^/ab - [C,E=B:$0]
RewriteRule ^/abc /chained [L]
RewriteRule !^/(a|skip|neg|n) - [S=2]
RewriteRule ^/neg - [E=NEG:1]
RewriteRule ^/skip - [S=1]
RewriteRule ^/(skip|x) /not-for-skip
RewriteRule ^/n(\d)(\d*)$ /n$2 [N,E=N$1:1]
RewriteCond %{HTTP_USER_AGENT} ^one [NC,OR]
RewriteCond %{HTTP_USER_AGENT} (two) [NC,OR]
RewriteCond %{HTTP_USER_AGENT} three$ [OR]
RewriteCond %{HTTP_USER_AGENT} f(ou)r [OR]
RewriteCond %{QUERY_STRING} ^q=(.*)
RewriteRule ^/agent /agent/%1 [L]
RewriteCond %{HTTP_USER_AGENT} five [OR]
RewriteCond %{HTTP_USER_AGENT} six [OR]
RewriteCond %{HTTP_USER_AGENT} seven [OR]
RewriteRule ^/trailing /always [L]
RewriteCond %{HTTP_USER_AGENT} !eight
RewriteCond %{HTTP_USER_AGENT} !nine
RewriteRule ^/not /neither [L]
RewriteRule (?=.*end)^/look /ahead
RewriteRule ^/x /y
RewriteRule ^/y /z [R=307]
`

// TestLinearAndSetsAgree evaluates requests with and without sets of patterns:
// the result and every step must be the same.
func TestLinearAndSetsAgree(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{chainedRules, mixedRules(60)} {
		sets, linear := compile(t, rules, nil), compile(t, rules, &matcher.Options{Linear: true})
		for _, target := range []string{
			"/", "/a", "/ab", "/abc", "/xabc", "/neg", "/skip", "/x", "/y", "/n123", "/n", "/agent", "/agent?q=v",
			"/trailing", "/not", "/look", "/look-end", "/old/page-2", "/shop-3/12", "/Doc5/x.html", "/DOC5/x.HTML", "/x6?id=6", "/a/tag-7/b",
		} {
			for _, agent := range []string{"", "One", "xx two", "three", "four", "six", "eight", "nine and one"} {
				req := &matcher.Request{Target: target, Host: "h", Header: map[string][]string{"User-Agent": {agent}}}
				if diff := cmp.Diff(explained(t, linear, req), explained(t, sets, req)); diff != "" {
					t.Errorf("%s, agent %q: mismatch (-one by one +sets):\n%s", target, agent, diff)
				}
			}
		}
	}
}

// explained returns the steps and the result of a request as lines.
func explained(t *testing.T, e *matcher.Engine, req *matcher.Request) []string {
	t.Helper()
	var lines []string
	res, err := e.Explain(context.Background(), req, func(s matcher.Step) {
		lines = append(lines, fmt.Sprintf("%v %d %v %q %q %s", s.Kind, s.At.From.Line, s.Matched, s.Input, s.Output, s.String()))
	})
	plain, plainErr := e.Eval(context.Background(), req)
	headers := cmp.Transformer("Header", func(r matcher.Response) map[string][]string {
		header := map[string][]string{"Content-Type": {"text/html"}}
		r.CompleteHeader(header, 200)
		return header
	})
	files := cmp.Comparer(func(a, b fs.FileInfo) bool { return (a == nil) == (b == nil) && (a == nil || a.Name() == b.Name()) })
	reasons := cmp.Comparer(func(a, b *parser.Diagnostic) bool {
		return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error() && a.Hint == b.Hint)
	})
	if diff := cmp.Diff(res, plain, headers, files, reasons); diff != "" || (err == nil) != (plainErr == nil) {
		t.Errorf("Explain and Eval disagree (-Explain +Eval): %v, %v\n%s", err, plainErr, diff)
	}
	return append(lines, fmt.Sprintf("%v %v", summarize(res), err))
}
