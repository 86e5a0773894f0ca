package matcher_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compile makes an engine of server-context rules.
func compile(tb testing.TB, rules string, opts *matcher.Options) *matcher.Engine {
	tb.Helper()
	f, err := parser.Parse("test.conf", []byte(rules), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, opts)
	require.NoError(tb, err)
	return e
}

// get evaluates a GET request for target.
func get(tb testing.TB, e *matcher.Engine, target string) matcher.Result {
	tb.Helper()
	res, err := e.Eval(context.Background(), &matcher.Request{Target: target, Host: "www.example.com"})
	require.NoError(tb, err)
	return res
}

// summary is what most tests care about in a Result.
type summary struct {
	Action matcher.Action
	Status int
	URL    string // path and query, Location or proxy URL
}

func summarize(r matcher.Result) summary {
	s := summary{Action: r.Action, Status: r.Status}
	switch r.Action {
	case matcher.Pass, matcher.Rewrite:
		s.URL = r.Path
		if r.HasQuery {
			s.URL += "?" + r.Query
		}
	case matcher.Redirect:
		s.URL = r.Location
	case matcher.Proxy:
		s.URL = r.ProxyURL
	case matcher.Respond:
	}
	return s
}

func TestActions(t *testing.T) {
	t.Parallel()
	e := compile(t, `
RewriteEngine On
RewriteRule ^/pass$ - [L]
RewriteRule ^/new/(.*)$ /index.php?page=$1 [L,QSA]
RewriteRule ^/moved$ /here [R=301,L]
RewriteRule ^/away$ https://other.example/x [L]
RewriteRule ^/gone$ - [G]
RewriteRule ^/secret - [F]
RewriteRule ^/teapot - [R=503]
RewriteRule ^/api/(.*)$ http://backend.example:8080/v1/$1 [P]
`, nil)
	tests := []struct {
		target string
		want   summary
	}{
		{"/nothing?x=1", summary{matcher.Pass, 200, "/nothing?x=1"}},
		{"/pass", summary{matcher.Pass, 200, "/pass"}},
		{"/new/a?b=c", summary{matcher.Rewrite, 200, "/index.php?page=a&b=c"}},
		{"/moved?q", summary{matcher.Redirect, 301, "http://www.example.com/here?q"}},
		{"/away", summary{matcher.Redirect, 302, "https://other.example/x"}},
		{"/gone", summary{matcher.Respond, 410, ""}},
		{"/secret/x", summary{matcher.Respond, 403, ""}},
		{"/teapot", summary{matcher.Respond, 503, ""}},
		{"/api/a%20b?x=1", summary{matcher.Proxy, 200, "http://backend.example:8080/v1/a%20b?x=1"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, summarize(get(t, e, tt.target))); diff != "" {
			t.Errorf("Eval(%q) mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
}

func TestEngineOn(t *testing.T) {
	t.Parallel()
	const rules = "RewriteRule ^/a$ /b\n"
	if got := get(t, compile(t, rules, nil), "/a"); got.Action != matcher.Pass {
		t.Errorf("without RewriteEngine On: %v, want pass", got.Action)
	}
	on := compile(t, rules, &matcher.Options{EngineOn: true})
	if got := get(t, on, "/a"); got.Action != matcher.Rewrite || got.Path != "/b" {
		t.Errorf("with EngineOn: %v %q, want rewrite to /b", got.Action, got.Path)
	}
}

func TestDecidingRule(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^/a - [E=X:1]\nRewriteRule ^/a /b\nRewriteRule ^/b - [L]\nRewriteRule ^/c - [L]\n", nil)
	for target, line := range map[string]uint32{"/a": 3, "/c": 5, "/d": 0} {
		if got := get(t, e, target).Rule.From.Line; got != line {
			t.Errorf("%s is decided by line %d, want %d", target, got, line)
		}
	}
}

// site is a document root with access files.
func site(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{"srv/www": {Mode: 0o755 | 1<<31}}
	for name, text := range files {
		fsys["srv/www/"+name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644, ModTime: time.Unix(1, 0)}
	}
	return fsys
}

func TestAccessFiles(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{
		".htaccess":     "RewriteEngine On\nRewriteRule ^old$ new.html\nRewriteRule ^sub/x$ /top\n",
		"new.html":      "",
		"sub/.htaccess": "RewriteEngine On\nRewriteRule ^y$ /from-sub [R=301]\n",
	})
	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: fsys})
	tests := []struct {
		target string
		want   summary
	}{
		{"/old", summary{matcher.Rewrite, 200, "/new.html"}},
		{"/sub/x", summary{matcher.Pass, 200, "/sub/x"}},
		{"/sub/y", summary{matcher.Redirect, 301, "http://www.example.com/from-sub"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, summarize(get(t, e, tt.target))); diff != "" {
			t.Errorf("Eval(%q) mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
}

func TestAccessFileChanges(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{".htaccess": "RewriteEngine On\nRewriteRule ^a$ /one [R]\n"})
	e := compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: fsys})
	location := func() string { return get(t, e, "/a").Location }
	require.Equal(t, "http://www.example.com/one", location())

	write := func(text string, sec int64) {
		fsys["srv/www/.htaccess"] = &fstest.MapFile{Data: []byte(text), ModTime: time.Unix(sec, 0)}
	}
	write("RewriteEngine On\nRewriteRule ^a$ /two [R]\n", 2)
	require.Equal(t, "http://www.example.com/two", location(), "after an edit")

	write("RewriteEngine On\nRewriteRule ^a$ /two [LL]\n", 3)
	res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
	require.Equal(t, matcher.Respond, res.Action, "a broken file denies")
	require.Equal(t, 500, res.Status)
	var finding *parser.Diagnostic
	require.ErrorAs(t, err, &finding)
	require.Equal(t, "/srv/www/.htaccess:2:23", finding.String())

	delete(fsys, "srv/www/.htaccess")
	require.Empty(t, location(), "after it vanished")
}

func TestRevalidate(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	fsys := site(map[string]string{".htaccess": "RewriteEngine On\nRewriteRule ^a$ /one [R]\n"})
	e := compile(t, "", &matcher.Options{
		DocumentRoot: "/srv/www", FS: fsys, Revalidate: time.Minute, Now: func() time.Time { return now },
	})
	require.Contains(t, get(t, e, "/a").Location, "/one")
	fsys["srv/www/.htaccess"] = &fstest.MapFile{Data: []byte("RewriteEngine On\nRewriteRule ^a$ /two [R]\n"), ModTime: time.Unix(2, 0)}
	require.Contains(t, get(t, e, "/a").Location, "/one", "within the interval")
	now = now.Add(2 * time.Minute)
	require.Contains(t, get(t, e, "/a").Location, "/two", "after it")
}

func TestCallerMaps(t *testing.T) {
	t.Parallel()
	users := matcher.MapFunc(func(_ context.Context, key string) (string, bool, error) {
		if key == "broken" {
			return "", false, errors.New("no connection")
		}
		return "id-" + key, key != "nobody", nil
	})
	var reported []string
	e := compile(t, "RewriteEngine On\nRewriteRule ^/u/(.*) /user/${users:$1|none}\n", &matcher.Options{
		Maps:   map[string]matcher.Map{"users": users},
		Report: func(d *parser.Diagnostic) { reported = append(reported, d.Error()) },
	})
	for target, want := range map[string]string{"/u/jo": "/user/id-jo", "/u/nobody": "/user/none", "/u/broken": "/user/none"} {
		if got := get(t, e, target).Path; got != want {
			t.Errorf("%s is rewritten to %q, want %q", target, got, want)
		}
	}
	if diff := cmp.Diff([]string{"test.conf:2:28: map users: no connection"}, reported); diff != "" {
		t.Errorf("reports mismatch (-want +got):\n%s", diff)
	}
}

func TestMapFileChanges(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"etc/map.txt": {Data: []byte("a one\n"), ModTime: time.Unix(1, 0)}}
	var reported []string
	e := compile(t, "RewriteEngine On\nRewriteMap m txt:/etc/map.txt\nRewriteRule ^/(.*) /${m:$1|none}\n", &matcher.Options{
		FS: fsys, Report: func(d *parser.Diagnostic) { reported = append(reported, d.Error()) },
	})
	require.Equal(t, "/one", get(t, e, "/a").Path)
	fsys["etc/map.txt"] = &fstest.MapFile{Data: []byte("a two\n"), ModTime: time.Unix(2, 0)}
	require.Equal(t, "/two", get(t, e, "/a").Path)
	require.Empty(t, reported)
	delete(fsys, "etc/map.txt")
	require.Equal(t, "/none", get(t, e, "/a").Path, "httpd falls back to the default")
	require.Len(t, reported, 1)
	require.True(t, strings.HasPrefix(reported[0], "test.conf:2:1: map m:"), reported[0])
	require.Contains(t, reported[0], " /etc/map.txt: ")
}

func TestCompileFindings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rules, want string
	}{
		{"RewriteRule ^/( /x\n", `test.conf:1:13: cannot compile regular expression`},
		{"RewriteBase /x\n", "test.conf:1:1: RewriteBase is only valid in per-directory context"},
		{"<Directory /x>\nRewriteMap m int:tolower\n</Directory>\n", "test.conf:2:1: RewriteMap is not allowed in <Directory> context"},
		{"RewriteMap m txt:/nowhere/map\n", "test.conf:1:14: file for map m not found: /nowhere/map"},
		{"FrobnicateOn\n", "test.conf:1:1: unknown directive FrobnicateOn"},
		{"<Directory />\nAuthType Digest\n</Directory>\n", "test.conf:2:1: AuthType Digest guards access and is not supported"},
		{"RewriteEngine On\n<Directory rel>\n</Directory>\n", `test.conf:2:12: <Directory "rel">: the path is not absolute`},
	}
	for _, tt := range tests {
		f, err := parser.Parse("test.conf", []byte(tt.rules), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("Compile(%q) = %v, want %q", tt.rules, err, tt.want)
		}
	}
}

func TestHandledDirectives(t *testing.T) {
	t.Parallel()
	e := compile(t, "<Directory />\nAuthType Basic\n</Directory>\nRewriteEngine On\n", &matcher.Options{Handled: []string{"authtype"}})
	require.Len(t, e.Warnings(), 1)
	require.Equal(t, parser.Note, e.Warnings()[0].Severity)
}

func TestVirtualHosts(t *testing.T) {
	t.Parallel()
	e := compile(t, `
<VirtualHost *:80>
  ServerName one.example
  RewriteEngine On
  RewriteRule ^ /one
</VirtualHost>
<VirtualHost *:80>
  ServerName two.example
  ServerAlias *.two.example K*.three.example
  RewriteEngine On
  RewriteRule ^ /two
</VirtualHost>
<VirtualHost *:443>
  ServerName two.example
  RewriteEngine On
  RewriteRule ^ /secure
</VirtualHost>
`, nil)
	tests := []struct {
		host string
		tls  bool
		want string
	}{
		{"one.example", false, "/one"},
		{"two.example:80", false, "/two"},
		{"WWW.Two.Example", false, "/two"},
		{"unknown.example", false, "/one"},
		{"KX.three.example", false, "/one"}, // The alias begins with the Kelvin sign, which is no K to httpd.
		{"one.example", true, "/secure"},
		{"two.example", true, "/secure"},
	}
	for _, tt := range tests {
		// A port that the ruleset does not name counts as the standard one.
		req := &matcher.Request{Target: "/", Host: tt.host, TLS: tt.tls, ServerPort: 8080}
		res, err := e.Eval(context.Background(), req)
		require.NoError(t, err)
		if res.Path != tt.want {
			t.Errorf("host %s (TLS %v) is served %s, want %s", tt.host, tt.tls, res.Path, tt.want)
		}
	}
}

// TestPathOutsideDocumentRoot has rules that map to files without a URL: the
// original URL must not be served in their place.
func TestPathOutsideDocumentRoot(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{"x": ""})
	fsys["etc/secret"] = &fstest.MapFile{}
	e := compile(t, "RewriteEngine On\nRewriteRule ^/x$ /etc/secret\nRewriteRule ^/y$ /srv/www/x\n", &matcher.Options{
		DocumentRoot: "/srv/www", FS: fsys,
	})
	require.Equal(t, summary{matcher.Rewrite, 200, "/etc/secret"}, summarize(get(t, e, "/x")))
	require.Equal(t, summary{matcher.Rewrite, 200, "/x"}, summarize(get(t, e, "/y")))
}

// TestServerWideOptions asks about the server as a whole, which no rule is for.
func TestServerWideOptions(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^ - [F]\n", nil)
	res, err := e.Eval(context.Background(), &matcher.Request{Method: "OPTIONS", Target: "*", Host: "h"})
	require.NoError(t, err)
	require.Equal(t, summary{Action: matcher.Respond, Status: 200}, summarize(res))
}

// TestDefinesReachAccessFiles has a server's Define in an access file.
func TestDefinesReachAccessFiles(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{".htaccess": "<IfDefine SITE>\nRewriteEngine On\nRewriteRule ^a$ ${SITE}/b [R]\n</IfDefine>\n"})
	e := compile(t, "Define SITE http://defined.example\n", &matcher.Options{DocumentRoot: "/srv/www", FS: fsys})
	require.Equal(t, "http://defined.example/b", get(t, e, "/a").Location)
}

// TestAccessFilesSeeTheSameServer has an access file that asks for what only the
// parser's options say.
func TestAccessFilesSeeTheSameServer(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{".htaccess": `RewriteEngine On
<IfModule mod_local.c>
RewriteRule ^module$ /yes
</IfModule>
<IfVersion < 2.4.20>
RewriteRule ^version$ /old
</IfVersion>
<IfDefine SITE>
RewriteRule ^define$ /${SITE}
</IfDefine>
<IfFile /etc/here>
RewriteRule ^file$ /there
</IfFile>
`})
	fsys["etc/here"] = &fstest.MapFile{}
	f, err := parser.Parse("test.conf", nil, &parser.Options{
		HasModule: func(name string) bool { return name == "mod_local.c" },
		Version:   "2.4.6",
		Defines:   map[string]string{"SITE": "one"},
	})
	require.NoError(t, err)
	e, err := matcher.Compile(f, &matcher.Options{DocumentRoot: "/srv/www", FS: fsys})
	require.NoError(t, err)
	for target, want := range map[string]string{"/module": "/yes", "/version": "/old", "/define": "/one", "/file": "/there"} {
		require.Equal(t, want, get(t, e, target).Path, target)
	}
}

// Sections with a regular expression, those of the main server and those of a virtual
// host, are merged by the number of slashes in it.
func TestMatchSectionsByDepth(t *testing.T) {
	t.Parallel()
	e := compile(t, `
<DirectoryMatch "/www/d">
SetEnv WHO main-two
</DirectoryMatch>
<DirectoryMatch "d">
SetEnv WHO main-none
</DirectoryMatch>
<VirtualHost *:80>
<DirectoryMatch "/d">
SetEnv WHO own-one
SetEnv OWN 1
</DirectoryMatch>
<DirectoryMatch "x">
SetEnv WHO own-none
SetEnv X 1
</DirectoryMatch>
</VirtualHost>
`, &matcher.Options{DocumentRoot: "/www", FS: fstest.MapFS{"www/d/x": {}}})
	res := get(t, e, "/d/x")
	env := res.Environment()
	require.Equal(t, []string{"main-two", "1", "1"}, []string{env["WHO"], env["OWN"], env["X"]})
}
