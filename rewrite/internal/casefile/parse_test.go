package casefile

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestParse reads every construct of the language once.
func TestParse(t *testing.T) {
	t.Parallel()
	const src = `# All of it.
#
# In one file.
-- settings --
engine on # no comment, so this is an error elsewhere
`
	_, err := Parse(nil, "a.txtar", src)
	require.ErrorContains(t, err, "a.txtar:5: engine is on or off")

	f, err := Parse(fstest.MapFS{
		"site/.htaccess": {Data: []byte("RewriteEngine On\n")},
	}, "cases/all.txtar", strings.ReplaceAll(`# All of it.
#
# In one file.
-- settings --
engine on
now 2026-02-28T23:59:00+01:00
define A=1
define B
os-env HOME="/a\tb"
handled Require AuthType
ruleset ../site/.htaccess as docs/.htaccess
-- files --
# a comment
a.txt
 "b \x41"
dir/
run.sh *
link -> a.txt
abs -> /etc/hosts
-- /etc/hosts --
127.0.0.1
-- requests --
/plain
	pass
POST https://host.example:8443/x?y
	X-A: 1
	x-b:  two words 
	remote 192.0.2.1
	user alice
	proto HTTP/1.0
	ssl SSL_CLIENT_VERIFY=SUCCESS
	setenv bot=1
	# another comment
	diverges httpd: it is a test
	status 403
	location /x
HEAD "/a\x01b"
	Host: h.example
  tls
  rewrite /a%20b?c
  env N="a b "
  env !M
-- requests --
GET http://h.example
	pass
`, "\n", "\r\n"))
	require.NoError(t, err)
	require.Equal(t, "All of it.\n\nIn one file.", f.Description)
	require.True(t, f.crlf)
	require.True(t, f.Settings.EngineOn)
	require.Equal(t, "2026-02-28T23:59:00+01:00", f.Settings.Now.Format("2006-01-02T15:04:05Z07:00"))
	settings := f.Settings
	settings.Now = settings.Now.UTC().Truncate(0)
	if diff := cmp.Diff(map[string]string{"A": "1", "B": ""}, settings.Defines); diff != "" {
		t.Errorf("defines mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"HOME": "/a\tb"}, settings.OSEnv); diff != "" {
		t.Errorf("os-env mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Require", "AuthType"}, settings.Handled); diff != "" {
		t.Errorf("handled mismatch (-want +got)\n%s", diff)
	}
	wantTexts := []*Text{
		{Path: "/srv/http/docs/.htaccess", Name: "site/.htaccess", Source: "site/.htaccess", Content: "RewriteEngine On\n"},
		{Path: "/etc/hosts", Name: "/etc/hosts", Source: "cases/all.txtar", Line: 20, Content: "127.0.0.1\n"},
	}
	if diff := cmp.Diff(wantTexts, f.Texts); diff != "" {
		t.Errorf("texts mismatch (-want +got)\n%s", diff)
	}
	wantTree := []TreeEntry{
		{Path: "/srv/http/a.txt"},
		{Path: "/srv/http/b A"},
		{Path: "/srv/http/dir", Kind: TreeDir},
		{Path: "/srv/http/run.sh", Kind: TreeExec},
		{Path: "/srv/http/link", Kind: TreeLink, Target: "a.txt"},
		{Path: "/srv/http/abs", Kind: TreeLink, Target: "/etc/hosts"},
	}
	if diff := cmp.Diff(wantTree, f.Tree); diff != "" {
		t.Errorf("tree mismatch (-want +got)\n%s", diff)
	}
	want := []*Request{
		{
			Line: 23, Text: "/plain", Method: "GET", Target: "/plain", indent: "\t", last: 24,
			Expect: []Expectation{{24, "action", "pass", "pass"}},
		},
		{
			Line: 25, Text: "POST https://host.example:8443/x?y", Method: "POST", Target: "/x?y",
			Host: "host.example:8443", HasHost: true, TLS: true, Proto: "HTTP/1.0",
			Headers: [][2]string{{"X-A", "1"}, {"x-b", "two words"}}, Remote: "192.0.2.1", User: "alice",
			SSL: map[string]string{"SSL_CLIENT_VERIFY": "SUCCESS"}, Env: map[string]string{"bot": "1"},
			Diverges: "it is a test", indent: "\t", last: 36,
			Expect: []Expectation{{35, "action", "status 403", "status"}, {36, "action", "location /x", "location"}},
		},
		{
			Line: 37, Text: `HEAD "/a\x01b"`, Method: "HEAD", Target: "/a\x01b", Host: "h.example", HasHost: true,
			TLS: true, indent: "  ", last: 42,
			Expect: []Expectation{
				{40, "action", "rewrite /a%20b?c", "rewrite"}, {41, "env N", `env N="a b "`, "env"}, {42, "env M", "env !M", "env"},
			},
		},
		{
			Line: 44, Text: "GET http://h.example", Method: "GET", Target: "/", Host: "h.example", HasHost: true,
			indent: "\t", last: 45, Expect: []Expectation{{45, "action", "pass", "pass"}},
		},
	}
	if diff := cmp.Diff(want, f.Requests, cmp.AllowUnexported(Request{}, Expectation{})); diff != "" {
		t.Errorf("requests mismatch (-want +got)\n%s", diff)
	}
}

// TestSyntaxErrors has a case for each thing that can be wrong with a case
// file.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	request := "-- requests --\nGET /\n\tpass\n"
	tests := []struct{ src, want string }{
		{"", `a/x.txtar:1: no requests: a case file has "-- requests --" or "-- findings --"`},
		{"about\n\n-- request --\nGET /\n", "a/x.txtar:4: no requests"},
		{"-- settings --\nengine maybe\n" + request, "a/x.txtar:2: engine is on or off"},
		{"-- settings --\ndocument-root www\n" + request, `2: document-root "www" is not an absolute path`},
		{"-- settings --\ndocument-root /a/../b\n" + request, `2: document-root "/a/../b"`},
		{"-- settings --\nnow yesterday\n" + request, `2: now "yesterday" is not a time`},
		{"-- settings --\ndefine\n" + request, "2: define wants NAME=VALUE"},
		{"-- settings --\nos-env =1\n" + request, "2: os-env wants NAME=VALUE"},
		{"-- settings --\nos-env A=\"x\n" + request, "2: \"x is not a string in double quotes"},
		{"-- settings --\nhandled\n" + request, "2: handled names no directive"},
		{"-- settings --\nspeed 3\n" + request, `2: unknown setting "speed"`},
		{"-- settings --\nruleset\n" + request, "2: ruleset names no file"},
		{"-- settings --\nruleset ../../b\n" + request, "2: ruleset ../../b lies outside the folder under test"},
		{"-- settings --\nruleset /etc/passwd\n" + request, "2: ruleset /etc/passwd lies outside"},
		{"-- settings --\nruleset missing\n" + request, "2: ruleset missing: "},
		{"-- settings --\nruleset ../site as /\n" + request, "2: / can't be the name of a file"},
		{"-- ../up --\n" + request, "1: ../up lies outside the document root"},
		{"-- . --\n" + request, "1: . can't be the name of a file"},
		{"-- a\xff --\n" + request, "can't be the name of a file"},
		{"-- b --\n-- b --\n" + request, "2: b is there twice"},
		{"-- settings --\nruleset ../site\n-- vhost.conf --\n" + request, "3: vhost.conf is there twice"},
		{"-- httpd.conf --\n-- vhost.conf --\n" + request, "2: httpd.conf and vhost.conf exclude each other"},
		{"-- files --\na -> \n" + request, "2: a link needs a target"},
		{"-- files --\n../a\n" + request, "2: ../a lies outside the document root"},
		{"-- files --\n\"a\n" + request, "is not a string in double quotes"},
		{"-- requests --\n\tpass\n", "2: an indented line before the first request"},
		{"-- requests --\nGET a b\n", `2: "GET a b" is not a request`},
		{"-- requests --\nGET \"a\n", "is not a string in double quotes"},
		{"-- requests --\n/\n\tpss\n", `3: unknown word "pss"`},
		{"-- requests --\n/\n\tHost: a\n\tHost: b\n\tpass\n", "4: two hosts for one request"},
		{"-- requests --\nhttp://a/\n\tHost: b\n\tpass\n", "3: two hosts for one request"},
		{"-- requests --\n/\n\tX: \"a\n\tpass\n", "is not a string in double quotes"},
		{"-- requests --\n/\n\tremote here\n\tpass\n", `3: remote "here" is not an IP address`},
		{"-- requests --\n/\n\tuser\n\tpass\n", "3: user has no name"},
		{"-- requests --\n/\n\tproto SPDY\n\tpass\n", "3: proto is HTTP/1.0"},
		{"-- requests --\n/\n\ttls 1.3\n\tpass\n", "3: tls stands alone"},
		{"-- requests --\n/\n\tssl =1\n\tpass\n", "3: ssl wants NAME=VALUE"},
		{"-- requests --\n/\n\tsetenv\n\tpass\n", "3: setenv wants NAME=VALUE"},
		{"-- requests --\n/\n\tdiverges httpd:\n\tpass\n", "3: diverges wants a reason"},
		{"-- requests --\n/\n\tdiverges nginx: x\n\tpass\n", "3: diverges wants a reason"},
		{"-- requests --\n/\n\tpass /x\n", "3: pass stands alone"},
		{"-- requests --\n/\n\trewrite\n", "3: rewrite wants the new URL-path"},
		{"-- requests --\n/\n\trewrite /%\n", "ends within a %XX"},
		{"-- requests --\n/\n\trewrite \"/\n", "is not a string in double quotes"},
		{"-- requests --\n/\n\tredirect /x\n", "3: redirect wants a status and a URL"},
		{"-- requests --\n/\n\tredirect 200 /x\n", "3: redirect wants a status and a URL"},
		{"-- requests --\n/\n\tredirect 301\n", "3: redirect wants a status and a URL"},
		{"-- requests --\n/\n\tstatus 4o4\n", `3: "4o4" is not an HTTP status`},
		{"-- requests --\n/\n\tstatus 0404\n", `3: "0404" is not an HTTP status`},
		{"-- requests --\n/\n\tproxy\n", `3: proxy wants a value, or "none"`},
		{"-- requests --\n/\n\tfile\n", "3: file wants a value"},
		{"-- requests --\n/\n\tby rule 3\n", "3: by wants the place of a rule"},
		{"-- requests --\n/\n\tby .htaccess:0\n", "3: by wants the place of a rule"},
		{"-- requests --\n/\n\theader A\n", "3: header wants NAME: VALUE or NAME none"},
		{"-- requests --\n/\n\tpage\n", "3: page wants a value"},
		{"-- requests --\n/\n\tenv A\n", "3: env wants NAME=VALUE or !NAME"},
		{"-- requests --\n/\n\tenv A=\"\n", "is not a string in double quotes"},
		{"-- requests --\n/\n\tpass\n\tstatus 200\n\trewrite /x\n", "2: a request has one outcome"},
		{"-- requests --\n/\n\tstatus 403\n\tstatus 404\n", `2: two expectations of what "action" is`},
		{"-- requests --\n/\n\tfile a\n\tfile b\n", `2: two expectations of what "file" is`},
		{"-- requests --\n/\n\tredirect 301 /\n\tstatus 301\n", "2: redirect says the status itself"},
		{"-- requests --\n/\n\tpass\n\tlocation /\n", "2: location goes with a status alone"},
		{"-- findings --\nwrong a:1: x\n", `2: unknown word "wrong": a finding is`},
		{"-- findings --\nerror somewhere: x\n", "2: a finding wants its place"},
		{"-- findings --\ndiverges httpd: \n", "2: diverges wants a reason"},
		{"-- findings --\nerror a:1\n-- findings --\n", "3: findings are there twice"},
		{"-- findings --\nerror a:1\n" + request, "4: a ruleset that is expected to have errors answers no requests"},
	}
	fsys := fstest.MapFS{"site": {}}
	for _, test := range tests {
		_, err := Parse(fsys, "a/x.txtar", test.src)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Parse(%q): error %v, want %s", test.src, err, test.want)
			continue
		}
		for _, e := range SyntaxErrors(err) {
			if e.Line < 1 || e.Line > strings.Count(test.src, "\n")+1 || e.Name != "a/x.txtar" {
				t.Errorf("Parse(%q): %v points nowhere", test.src, e)
			}
		}
		if SyntaxErrors(err) == nil {
			t.Errorf("Parse(%q): no SyntaxError in %v", test.src, err)
		}
	}
}

func TestAllSyntaxErrorsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Parse(nil, "x.txtar", "-- settings --\nfoo\nbar\n-- requests --\n/\n\tbaz\n")
	var lines []int
	for _, e := range SyntaxErrors(err) {
		lines = append(lines, e.Line)
	}
	if diff := cmp.Diff([]int{2, 3, 6}, lines); diff != "" {
		t.Errorf("lines mismatch (-want +got)\n%s", diff)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	names, err := Find(fstest.MapFS{"b/a.txtar": {}, "a.txtar": {}, "a.txt": {}, "c.txtar/x": {}})
	require.NoError(t, err)
	if diff := cmp.Diff([]string{"a.txtar", "b/a.txtar"}, names); diff != "" {
		t.Errorf("names mismatch (-want +got)\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, dir := range []string{"../../../testdata/cases", "../../../examples/activesync"} {
		fsys := os.DirFS(dir)
		names, err := Find(fsys)
		require.NoError(f, err)
		for i, name := range names {
			if i%10 != 0 {
				continue // A tenth is plenty to start from.
			}
			src, err := os.ReadFile(dir + "/" + name)
			require.NoError(f, err)
			f.Add(string(src))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse(fstest.MapFS{}, "x.txtar", src)
		if err != nil {
			for _, e := range SyntaxErrors(err) {
				if e.Line < 1 || e.Line > strings.Count(src, "\n")+1 {
					t.Errorf("%v points nowhere", e)
				}
			}
			return
		}
		for _, r := range file.Requests {
			for _, e := range r.Expect {
				if !e.matches(e.Text) && e.Aspect != aspectError && e.Aspect != aspectReason {
					t.Errorf("%q does not match itself", e.Text)
				}
			}
		}
	})
}
