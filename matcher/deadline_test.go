package matcher_test

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// slow is a ruleset that takes much longer than it may.
type slow struct {
	name, rules, access string
	want                string // what the error is about
}

const (
	// slowPattern takes some milliseconds for the header X.
	slowPattern = `(a*)*(a*)*(a*)*c`
	// slowBackref takes a second, which is the limit of such a match, for Y.
	slowBackref = `^(a|aa)+\1?$`
)

var slows = []slow{
	{name: "rounds", rules: "RewriteCond %{HTTP:X} !" + slowPattern + "\nRewriteRule ^ - [N=100000000]\n", want: `^test.conf:`},
	{name: "cheap rounds", rules: "RewriteRule ^ - [N=100000000]\n", want: `^test.conf:\d+:1: RewriteRule "\^": the request takes`},
	{
		name: "rules", access: "RewriteEngine On\n" + numbered(500, "RewriteCond %{HTTP:X}# !"+slowPattern+"\nRewriteRule ^ - [E=A#:1]"),
		want: `/.htaccess:\d+:1: RewriteCond …`,
	},
	{
		name: "back-references", access: "RewriteEngine On\n" + numbered(50, "RewriteCond %{HTTP:Y}# !"+slowBackref+"\nRewriteRule ^ - [E=A#:1]"),
		want: `/.htaccess:\d+:1: RewriteCond …`,
	},
	{
		name: "alternatives", access: "RewriteEngine On\n" + numbered(1000, "RewriteCond %{HTTP:X}# "+slowPattern+" [OR]") + "RewriteRule ^ - [F]\n",
		want: `/.htaccess:\d+:1: RewriteCond …`,
	},
	{name: "SetEnvIf", rules: numbered(500, "SetEnvIf ^X$|# "+slowPattern+" A=1"), want: `^test.conf:\d+:1: SetEnvIf "\^X`},
	{
		name: "SetEnvIf of an access file", access: numbered(500, "SetEnvIf ^X$|# "+slowPattern+" A=1"),
		want: `/.htaccess:\d+:1: SetEnvIf "\^X`,
	},
	{name: "If", access: numbered(500, "<If \"-n req('X') && req('X') =~ /"+slowPattern+"|x#/\">\n</If>"), want: `/.htaccess:\d+:1: <If>`},
	{name: "Require", access: numbered(500, "Require expr -n req('X') && req('X') =~ /"+slowPattern+"|x#/"), want: `/.htaccess:\d+:\d+: an expression`},
	{
		name: "Require not", access: "<RequireAll>\nRequire all granted\n" + numbered(500, "Require not expr -n req('X') && req('X') =~ /"+slowPattern+"|x#/") + "</RequireAll>\n",
		want: `/.htaccess:\d+:\d+: an expression`,
	},
	{name: "RequestHeader edit", access: numbered(500, "RequestHeader edit X "+slowPattern+"|x# y"), want: `/.htaccess:\d+:1: edit X`},
	{name: "Header edit", access: "Header set X " + strings.Repeat("a", 7000) + "\n" + numbered(500, "Header edit X "+slowPattern+"|x# y"), want: `/.htaccess:\d+:1: edit X`},
	{name: "Header expr", access: numbered(500, "Header set Y x \"expr=-n req('X') && req('X') =~ /"+slowPattern+"|x#/\""), want: `/.htaccess:\d+:1: set Y`},
	{
		name: "sub-requests", access: "RewriteEngine On\nRewriteCond %{HTTP:X} " + slowPattern + "\nRewriteRule ^ - [F]\n" +
			numbered(500, "RewriteCond %{LA-U:REQUEST_URI} ^x# [OR]") + "RewriteRule ^ - [F]\n", want: `/.htaccess:`,
	},
	{
		name: "internal redirects", access: "RewriteEngine On\n" + numbered(40, "RewriteCond %{HTTP:X}# "+slowPattern+"\nRewriteRule ^ - [F]") +
			"RewriteRule (.*) x$1\n", want: `/.htaccess:\d+:1: RewriteCond …`,
	},
	{
		name: "error documents", access: "ErrorDocument 403 /b\nRewriteEngine On\n" + "RewriteRule a - [F]\n" + numbered(100, "RewriteCond %{HTTP:X}# "+slowPattern+"\nRewriteRule ^ - [G]"), want: `/.htaccess:\d+:1: RewriteCond …`,
	},
	{
		name: "files", access: "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} -f\nRewriteRule ^ - [N=100000000]\n", want: `/.htaccess:`,
	},
}

// TestTimeIsBounded runs out of time in each place where a ruleset can spend it.
func TestTimeIsBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range slows {
		for _, overrun := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				var found []error
				frozen := time.Unix(0, 0)
				e := compile(t, "RewriteEngine On\n"+tt.rules, &matcher.Options{
					DocumentRoot: "/srv/www", FS: site(map[string]string{".htaccess": tt.access, "a": "a", "b": "b"}),
					Limits: matcher.Limits{
						Time: 100 * time.Millisecond, Bytes: 1 << 30, OverrunIsNoMatch: overrun,
						Rounds: 1 << 30, Steps: math.MaxInt, MatchSteps: math.MaxInt, SubrequestsTotal: 1 << 20,
					},
					Now: func() time.Time { return frozen },
					Report: func(d *parser.Diagnostic) {
						if d.Severity == parser.Error {
							found = append(found, d)
						}
					},
				})
				header := map[string][]string{"X": {strings.Repeat("a", 7000)}, "Y": {strings.Repeat("a", 40)}}
				begin := time.Now()
				res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h", Header: header})
				if err == nil && !res.CompleteHeader(map[string][]string{}, res.Status) {
					err = errors.Join(found...)
				} else {
					require.Equal(t, 500, res.Status)
					require.Equal(t, matcher.Respond, res.Action)
				}
				require.Error(t, err)
				require.Regexp(t, tt.want, err.Error())
				require.Contains(t, err.Error(), "the request takes more than 100ms")
				require.NotContains(t, err.Error(), "\n", "once is enough")
				require.Less(t, time.Since(begin), 10*time.Second)
			})
		}
	}
}

// TestContextEndsWork takes the time from the request that the context takes.
func TestContextEndsWork(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^ - [N=100000000]\n", &matcher.Options{
		Limits: matcher.Limits{Time: time.Hour, Rounds: 1 << 30, Steps: math.MaxInt},
	})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	res, err := e.Eval(ctx, &matcher.Request{Target: "/", Host: "h"})
	require.EqualError(t, err, `test.conf:2:1: RewriteRule "^": context deadline exceeded`)
	require.Equal(t, 500, res.Status)
}

// sleepyFS is a file system on a disk that keeps one waiting.
type sleepyFS struct {
	fs.FS

	delay time.Duration
}

func (s sleepyFS) Stat(name string) (fs.FileInfo, error) {
	time.Sleep(s.delay)
	return fs.Stat(s.FS, name)
}

// TestWaitingIsNoWork waits longer than a request may work, for a map and for a
// disk, after the clock has started.
func TestWaitingIsNoWork(t *testing.T) {
	t.Parallel()
	work := "RewriteEngine On\nRewriteCond %{HTTP:X} !" + slowPattern + "\nRewriteRule ^ - [E=A:1]\n"
	for _, tt := range []struct {
		name  string
		rules string
		wait  time.Duration
		fails bool
	}{
		{"map", "RewriteRule ^ - [E=B:${slow:x}]\n", 0, false},
		{"map twice", "RewriteRule ^ - [E=B:${slow:x}${slow:y}]\n", 0, false},
		{"disk", "RewriteCond /srv/www/a -f\nRewriteRule ^ - [E=B:yes]\n", 0, false},
		{"too long", "RewriteRule ^ - [E=B:${slow:x}]\n", 300 * time.Millisecond, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := compile(t, work+tt.rules, &matcher.Options{
				FS:     sleepyFS{site(map[string]string{"a": "a"}), 600 * time.Millisecond},
				Limits: matcher.Limits{Time: 500 * time.Millisecond, WaitTime: tt.wait},
				Maps: map[string]matcher.Map{"slow": matcher.MapFunc(func(context.Context, string) (string, bool, error) {
					time.Sleep(600 * time.Millisecond)
					return "yes", true, nil
				})},
			})
			res, err := e.Eval(context.Background(), &matcher.Request{
				Target: "/a", Host: "h", Header: map[string][]string{"X": {strings.Repeat("a", 1000)}},
			})
			if tt.fails {
				require.EqualError(t, err, `test.conf:4:1: RewriteRule "^": the request waits for more than 300ms`)
				require.Equal(t, 500, res.Status)
				return
			}
			require.NoError(t, err)
			require.Contains(t, res.Env["B"], "yes")
		})
	}
}
