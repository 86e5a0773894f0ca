package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// longName is that of a header field.
var longName = "X-Y" + strings.Repeat("y", 1000)

// numbered returns n lines, in which # stands for their number.
func numbered(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "#", fmt.Sprint(i)) + "\n")
	}
	return b.String()
}

// bomb is an access file that makes ever more of a request.
type bomb struct {
	name, access string
	want         string // what the error is about
}

var bombs = []bomb{
	{
		"environment", "RewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n" +
			strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}x]\n", 40), `.htaccess:\d+:1: RewriteRule "\^": the values`,
	},
	{
		"environment in one rule", "RewriteEngine On\nRewriteRule ^ - [" +
			strings.Repeat("E=A:%{ENV:A}%{ENV:A}xxxxxxxx,", 40) + "L]\n", `.htaccess:2:1: RewriteRule "\^": the values`,
	},
	{"names in a loop", "RewriteEngine On\nRewriteRule (.*) $1x [N,E=$1:1]\n", `.htaccess:2:1`},
	{
		"many names", "RewriteEngine On\n" + numbered(200, "RewriteRule ^ - [E=A#:1]") +
			"RewriteCond %{QUERY_STRING} ^(.*)$\nRewriteRule ^ ?x%1 [E=B%{ENV:C}%1:2,N]\n", `.htaccess:`,
	},
	{
		"map calls", "RewriteEngine On\nRewriteRule ^ - [E=A:aaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n" +
			strings.Repeat("RewriteRule ^ - [E=A:${esc:%{ENV:A}%{ENV:A}%%}]\n", 40), `.htaccess:\d+:1: RewriteRule "\^": the values`,
	},
	{
		"condition", "RewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n" +
			strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 17) +
			"RewriteCond " + strings.Repeat("%{ENV:A}", 400) + " x\nRewriteRule ^ - [F]\n", `.htaccess:\d+:1: RewriteCond … "x": the values`,
	},
	{"query", "RewriteEngine On\nRewriteRule ^ ?%{QUERY_STRING}%{QUERY_STRING}x [N]\n", `.htaccess:2:1: RewriteRule "\^": the values`},
	{"query appended", "RewriteEngine On\nRewriteRule ^ ?%{QUERY_STRING}x [N,QSA]\n", `.htaccess:2:1: RewriteRule "\^": the values`},
	{
		"escaped", "RewriteEngine On\nRewriteRule ^ - [E=A:%]\n" + strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 19) +
			"RewriteCond %{ENV:A} ^(.*)$\nRewriteRule ^ ?%1%1%1%1 [B]\n", `.htaccess:\d+:1: RewriteRule "\^": the values`,
	},
	{
		"cookies", "RewriteEngine On\nRewriteCond %{QUERY_STRING} ^(.*)$\nRewriteRule ^ ?%1x [N,CO=C%1:%1:d]\n",
		`.htaccess:\d+:1: RewriteRule "\^": the values`,
	},
	{"vary", "RewriteEngine On\nRewriteCond %{HTTP:" + longName + "} .\nRewriteRule ^ -\nRewriteCond %{HTTP:X-Y} .\nRewriteRule ^ - [N]\n", `.htaccess:\d+:1: RewriteRule "\^": the values`},
	{
		"SetEnvIf", "SetEnvIf Host .* A=0123456789\n" + strings.Repeat("SetEnvIf A (.*) A=$1$1\nSetEnvIf Host x Y\n", 12) +
			numbered(500, "SetEnvIf A (.*) B#=$1\nSetEnvIf Host x Y"), `.htaccess:\d+:1: SetEnvIf "A" "\(\.\*\)": the values`,
	},
	{"RequestHeader append", strings.Repeat("RequestHeader append X 0123456789\n", 30_000), `.htaccess:\d+:1: append X: the values`},
	{"RequestHeader add", strings.Repeat("RequestHeader add X 0123456789\n", 30_000), `.htaccess:\d+:1: add X: the values`},
	{"RequestHeader merge", numbered(30_000, "RequestHeader merge X 0123456789#"), `.htaccess:\d+:1: merge X: the values`},
	{"RequestHeader edit*", "RequestHeader set X 0123456789\n" + strings.Repeat("RequestHeader edit* X . $0$0\n", 40), `.htaccess:\d+:1: edit\* X: the `},
	{
		"RequestHeader %e", "RewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n" + strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 16) +
			numbered(100, "RequestHeader set X# %{A}e%{A}e"), `.htaccess:\d+:1: set X\d+: the values`,
	},
	{
		"RequestHeader expr", "RequestHeader set X 0123456789\n" +
			strings.Repeat(`RequestHeader set X "expr=%{HTTP:X}%{HTTP:X}"`+"\n", 40), `.htaccess:\d+:1: set X: the values`,
	},
	{
		"base64", "RequestHeader set X 0123456789\n" +
			strings.Repeat(`RequestHeader set X "expr=%{base64:%{base64:%{base64:%{HTTP:X}}}}"`+"\n", 60), `.htaccess:\d+:1: set X: the values`,
	},
	{"Header append", strings.Repeat("Header append X 0123456789\n", 30_000), `.htaccess:\d+:1: append X: the values`},
	{"Header add", strings.Repeat("Header add X 0123456789\n", 30_000), `.htaccess:\d+:1: add X: the values`},
	{"Header echo", strings.Repeat("Header echo .*\n", 30_000), `.htaccess:\d+:1: echo .*: the values`},
	{"Header merge", numbered(30_000, "Header merge X 0123456789#"), `.htaccess:\d+:1: merge X: the values`},
	{"Header edit*", "Header set X 0123456789\n" + strings.Repeat("Header edit* X . $0$0\n", 40), `.htaccess:\d+:1: edit\* X: the `},
	{
		"Header expr", "Header set X 0123456789\n" +
			strings.Repeat(`Header set X "expr=%{resp:X}%{resp:X}"`+"\n", 40), `.htaccess:\d+:1: set X: the values`,
	},
	{
		"Header expr condition", "RewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n" + strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 16) +
			`Header set X 1 "expr=%{toupper:` + strings.Repeat("%{reqenv:A}", 20) + "} == 'x'\"\n", `.htaccess:\d+:1: set X: the values`,
	},
	{
		"If", "<If \"toupper(" + strings.TrimSuffix(strings.Repeat("req_novary('X-Y') . ", 400), " . ") + ") == 'x'\">\n</If>\n",
		`.htaccess:1:1: <If>: the values`,
	},
	{
		"redirects", "RewriteEngine On\n" + numbered(4000, "RewriteRule ^ - [E=#"+strings.Repeat("x", 180)+":1]") + "RewriteRule (.*) x$1\n",
		`.htaccess:\d+:1: RewriteRule "\(\.\*\)": the values`,
	},
	{
		"sub-requests", "RewriteEngine On\n" + numbered(3000, "RewriteRule ^ - [E=A#:1,NS]") +
			numbered(2000, "RewriteCond %{LA-U:REQUEST_URI} x [OR]") + "RewriteRule ^ - [F,NS]\n",
		`.htaccess:\d+:1: RewriteCond … "x": the values`,
	},
	{
		"ErrorDocument", "RewriteEngine On\nRewriteRule ^ - [E=A:0123456789]\n" + strings.Repeat("RewriteRule ^ - [E=A:%{ENV:A}%{ENV:A}]\n", 17) +
			"ErrorDocument 403 \"x " + strings.Repeat("%{reqenv:A}", 600) + "\"\nRewriteRule ^ - [F]\n", `.htaccess:20:\d+: an expression: the values`,
	},
}

// TestBombs explodes each bomb: the request is denied, with an error that names
// the directive, and neither memory nor time is wasted on it.
func TestBombs(t *testing.T) { //nolint:paralleltest // it measures memory
	for _, b := range bombs {
		t.Run(b.name, func(t *testing.T) {
			var found []error
			e := compile(t, "RewriteEngine On\nRewriteMap esc int:escape\n", &matcher.Options{
				DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": b.access, "a": "a"}),
				Limits: matcher.Limits{Time: time.Minute, AccessFile: 64 << 20},
				Report: func(d *parser.Diagnostic) {
					if d.Severity == parser.Error {
						found = append(found, d)
					}
				},
			})
			header := map[string][]string{longName: {"z"}, "X-Y": {strings.Repeat("z", 8000)}}
			req := &matcher.Request{Target: "/a?q", Host: "h", Header: header}
			_, _ = e.Eval(context.Background(), &matcher.Request{Target: "/.htaccess/%zz", Host: "h"})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begin := time.Now()
			res, err := e.Eval(context.Background(), req)
			out := map[string][]string{}
			if err == nil && !res.CompleteHeader(out, res.Status) {
				err = errors.Join(found...)
			}
			took := time.Since(begin)
			runtime.ReadMemStats(&after)
			made := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v, %d MiB made: %v", took, made, err)
			require.Error(t, err)
			require.Regexp(t, b.want, err.Error())
			require.Less(t, took, time.Minute)
			require.Less(t, made, uint64(256))
		})
	}
}

// TestAccessFileOfErrors has an access file with an error in each of its lines.
func TestAccessFileOfErrors(t *testing.T) {
	t.Parallel()
	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": strings.Repeat("Foo\n", 100_000), "a": "a"})})
	res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
	require.Equal(t, 500, res.Status)
	require.Len(t, parser.Findings(err), 100)
}
