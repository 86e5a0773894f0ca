package matcher_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// completed is what res makes of a header.
func completed(tb testing.TB, res matcher.Result, header map[string][]string) map[string][]string {
	tb.Helper()
	require.True(tb, res.CompleteHeader(header, res.Status))
	return header
}

// TestHeaders shows that the directives depend on the request, in their order.
func TestHeaders(t *testing.T) {
	t.Parallel()
	e := compile(t, `
Header set X-A "a %{FLAG}e"
Header always edit x-b a+ <$0>
Header add X-C 1 env=FLAG
Header unset X-D env=!FLAG
Header echo ^X-E
Header merge X-F "expr=%{REQUEST_URI}" "expr=%{REQUEST_STATUS} == 200"
RewriteEngine On
RewriteRule ^/a - [E=FLAG:b]
`, nil)
	before := func() map[string][]string { return map[string][]string{"X-B": {"aa"}, "X-D": {"d"}} }
	want := map[string][]string{"X-A": {"a b"}, "X-B": {"aa"}, "X-C": {"1"}, "X-D": {"d"}, "X-F": {"/a"}}
	if diff := cmp.Diff(want, completed(t, get(t, e, "/a"), before())); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
	want = map[string][]string{"X-A": {"a (null)"}, "X-B": {"aa"}, "X-F": {"/"}}
	if diff := cmp.Diff(want, completed(t, get(t, e, "/"), before())); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
}

// TestResponseOutlives completes the header of a response while, and after, the
// same engine evaluates other requests: expressions see the request they are about.
func TestResponseOutlives(t *testing.T) {
	t.Parallel()
	e := compile(t, `
Header set X "expr=%{REQUEST_URI} %{QUERY_STRING} %{HTTP_HOST} %{reqenv:N}"
RewriteEngine On
RewriteRule ^/(\d+) - [E=N:$1]
`, nil)
	const requests = 100
	responses := make([]matcher.Response, requests)
	for i := range responses {
		responses[i] = get(t, e, fmt.Sprintf("/%d?q", i)).Response
	}
	var wg sync.WaitGroup
	for i := range responses {
		wg.Go(func() {
			header := map[string][]string{}
			_, err := e.Eval(context.Background(), &matcher.Request{Target: "/other", Host: "other"})
			if err != nil || !responses[i].CompleteHeader(header, 200) {
				t.Errorf("request %d failed: %v", i, err)
			}
			want := fmt.Sprintf("/%d q www.example.com %d", i, i)
			if diff := cmp.Diff(map[string][]string{"X": {want}}, header); diff != "" {
				t.Errorf("request %d mismatch (-want +got):\n%s", i, diff)
			}
		})
	}
	wg.Wait()
}

// Results of which nothing is asked leave a header alone.
func TestCompleteHeaderOfNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	res := get(t, compile(t, "", nil), "/")
	require.True(t, res.LeavesHeader())
	header := map[string][]string{"Vary": {"a, A"}, "X": {"\n"}}
	require.True(t, res.CompleteHeader(header, 200))
	require.Equal(t, map[string][]string{"Vary": {"a, A"}, "X": {"\n"}}, header)
	require.Zero(t, testing.AllocsPerRun(100, func() { res.CompleteHeader(header, 200) }))
}

// Lines that double a value over and over are too much for a response.
func TestEditIsBounded(t *testing.T) {
	t.Parallel()
	var found []string
	e := compile(t, "Header set X aaaaaaaa\n"+strings.Repeat("Header edit* X . $0$0\n", 60), &matcher.Options{
		Report: func(d *parser.Diagnostic) { found = append(found, d.Error()) }, Limits: matcher.Limits{Bytes: 1 << 20},
	})
	header := map[string][]string{}
	res := get(t, e, "/")
	require.False(t, res.CompleteHeader(header, 200))
	require.Regexp(t, `^test.conf:\d+:1: edit\* X: the values of the request take more than 1048576 bytes$`, strings.Join(found, "\n"))
}

// The times in values are those of the request.
func TestHeaderTimes(t *testing.T) {
	t.Parallel()
	now := time.UnixMicro(1_700_000_000_000_000)
	e := compile(t, `Header set X "%t %D"`, &matcher.Options{Now: func() time.Time { return now }})
	res := get(t, e, "/")
	now = now.Add(1500 * time.Microsecond)
	header := map[string][]string{}
	require.True(t, res.CompleteHeader(header, 200))
	require.Equal(t, []string{"t=1700000000000000 D=1500"}, header["X"])
}

// An evaluation goes on where a handler failed.
func TestFailed(t *testing.T) {
	t.Parallel()
	e := compile(t, `
ErrorDocument 404 /missing.html
ErrorDocument 500 "broken"
Header set X-Success 1
Header always set X-Always 1
`, nil)
	eval := func(failed ...int) matcher.Result {
		res, err := e.Eval(t.Context(), &matcher.Request{Target: "/a?b", Host: "www.example.com", Method: "PUT", Failed: failed})
		require.NoError(t, err)
		return res
	}
	type outcome struct {
		Summary      summary
		Text, Method string
		Header       string
	}
	tests := []struct {
		failed []int
		want   outcome
	}{
		{nil, outcome{summary{matcher.Pass, 200, "/a?b"}, "", "", "X-Always X-Success"}},
		{[]int{404}, outcome{summary{matcher.Rewrite, 404, "/missing.html"}, "", "GET", "X-Always X-Success"}},
		{[]int{404, 500}, outcome{summary{matcher.Respond, 404, ""}, "", "", "X-Always"}},
		{[]int{500}, outcome{summary{matcher.Respond, 500, ""}, "broken", "", "X-Always"}},
		{[]int{403}, outcome{summary{matcher.Respond, 403, ""}, "", "", "X-Always"}},
	}
	for _, tt := range tests {
		res := eval(tt.failed...)
		got := outcome{summarize(res), res.Text, res.Method, strings.Join(slices.Sorted(maps.Keys(completed(t, res, map[string][]string{}))), " ")}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("after %v mismatch (-want +got):\n%s", tt.failed, diff)
		}
	}
}

// Expressions of headers see what the handler answers, each request its own.
func TestHeaderExpressions(t *testing.T) {
	t.Parallel()
	e := compile(t, `
Header set X-Type "expr=%{CONTENT_TYPE}"
Header set X-HTML 1 "expr=%{CONTENT_TYPE} =~ m#^text/html#"
Header set X-Own "expr=<%{resp:X-From}>"
Header set X-URI "expr=%{REQUEST_URI}"
`, nil)
	first, second := get(t, e, "/first"), get(t, e, "/second")
	complete := func(res matcher.Result, contentType, from string) map[string][]string {
		header := map[string][]string{"Content-Type": {contentType}, "X-From": {from}}
		require.True(t, res.CompleteHeader(header, 200))
		return header
	}
	want := map[string][]string{
		"Content-Type": {"text/html; charset=x"}, "X-From": {"a"}, "X-Type": {"text/html; charset=x"},
		"X-Html": {"1"}, "X-Own": {"<a>"}, "X-Uri": {"/first"},
	}
	if diff := cmp.Diff(want, complete(first, "text/html; charset=x", "a")); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
	want = map[string][]string{
		"Content-Type": {"image/png"}, "X-From": {"b"}, "X-Type": {"image/png"}, "X-Own": {"<b>"}, "X-Uri": {"/second"},
	}
	if diff := cmp.Diff(want, complete(second, "image/png", "b")); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
}

// The request's own header stays as it is.
func TestRequestHeaderLeavesTheCallers(t *testing.T) {
	t.Parallel()
	e := compile(t, `
RequestHeader set X-A new
RequestHeader append X-Many three
RequestHeader unset Host
`, nil)
	header := map[string][]string{"X-A": {"old"}, "X-Many": {"one", "two"}}
	res, err := e.Eval(t.Context(), &matcher.Request{Target: "/", Host: "www.example.com", Header: header})
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"X-A": {"old"}, "X-Many": {"one", "two"}}, header)
	require.Equal(t, map[string][]string{"X-A": {"new"}, "X-Many": {"one, two, three"}}, res.RequestHeader)
}

// Media types as mod_mime takes them apart and writes them anew.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][2]string{ // without and with a charset
		"text/html":                       {"text/html", "text/html; charset=utf-8"},
		"TEXT/HTML;Q=1":                   {"text/html; q=1", "text/html; q=1; charset=utf-8"},
		"text/html; charset=a; q=1":       {"text/html; charset=a; q=1", "text/html; charset=utf-8; q=1"},
		"text/html; charset=a; charset=b": {"text/html; charset=a; charset=b", "text/html; charset=utf-8"},
		`text/html; q="a;b"; charset=a`:   {`text/html; q="a;b"; charset=a`, `text/html; q="a;b"; charset=utf-8`},
		"text/html; q":                    {"text/html", "text/html; charset=utf-8"},
		"text/html;":                      {"text/html;", "text/html;"},
		"text/html; q=":                   {"text/html; q=", "text/html; q="},
		"text/html; =a":                   {"text/html; =a", "text/html; =a"},
		"text/html; q=a b":                {"text/html; q=a b", "text/html; q=a b"},
		`text/html; q="a`:                 {`text/html; q="a`, `text/html; q="a; charset=utf-8`},
		"texthtml":                        {"texthtml", "texthtml"},
		"text /html":                      {"text /html", "text /html; charset=utf-8"},
		"text html/x":                     {"text html/x", "text html/x"},
		"text/":                           {"text/", "text/"},
		"text/html q=1":                   {"text/html q=1", "text/html q=1"},
		"text/html xq=1":                  {"text/html; q=1", "text/html; q=1; charset=utf-8"},
	} {
		e := compile(t, "AddType '"+written+"' x\nAddCharset utf-8 u\n", nil)
		got := [2]string{get(t, e, "/a.x").ContentType, get(t, e, "/a.x.u").ContentType}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q mismatch (-want +got):\n%s", written, diff)
		}
	}
}

// The long form of an expiry: only first letters count.
func TestExpiry(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"access plus 1 month":            "max-age=2592000",
		"access 1 year 2 mo 3 weeks":     "max-age=38534400",
		"now p 1 mi":                     "max-age=60",
		"anything plus 2 hours 5 s":      "max-age=7205",
		"access plus '1' d":              "max-age=86400",
		"access":                         "max-age=0",
		"A90":                            "max-age=90",
		"A-90":                           "max-age=0",
		"Axyz":                           "max-age=0",
		"access plus 3000000000 seconds": "max-age=0",
		"modification plus 1 day":        "",
	} {
		e := compile(t, `ExpiresActive On`+"\n"+`ExpiresDefault "`+written+`"`+"\n", nil)
		res := get(t, e, "/")
		header := map[string][]string{}
		require.True(t, res.CompleteHeader(header, 200))
		got := ""
		if v := header["Cache-Control"]; len(v) > 0 {
			got = v[0]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}
