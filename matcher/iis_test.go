package matcher_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// denied are rules that answer every request with 403.
const denied = `<rewrite><rules><rule name="a"><match url=".*"/><action type="CustomResponse" statusCode="403"/></rule></rules></rewrite>`

// asked evaluates GET for target.
func asked(t *testing.T, e *matcher.Engine, target string) matcher.Result {
	t.Helper()
	res, _ := e.Eval(t.Context(), &matcher.Request{Target: target, Host: "www.example.com"})
	return res
}

// webConfigSite is an engine for a site of the files in folders below /site.
func webConfigSite(t *testing.T, files map[string]string) *matcher.Engine {
	t.Helper()
	site := fstest.MapFS{}
	for name, text := range files {
		site["site/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	e, err := matcher.Compile(nil, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true})
	require.NoError(t, err)
	return e
}

// readWebConfig reads text, in which nothing is wrong.
func readWebConfig(t *testing.T, text string, host bool) *webconfig.File {
	t.Helper()
	f, err := webconfig.Parse("web.config", []byte(text), &webconfig.Options{ApplicationHost: host})
	require.NoError(t, err)
	return f
}

// TestWebConfigSpellings has the file of a folder in the spellings that sites come with.
func TestWebConfigSpellings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"web.config", "Web.config", "Web.Config", "WEB.CONFIG", "wEb.config", "WEB.cONFIG"} {
		e := webConfigSite(t, map[string]string{"a/" + name: denied, "a/x": ""})
		require.Equal(t, 403, asked(t, e, "/a/x").Status, name)
		require.Equal(t, 404, asked(t, e, "/a/"+name).Status, name)
	}
}

// TestWebConfigSpelledLater has a file in an unusual spelling come and go.
func TestWebConfigSpelledLater(t *testing.T) {
	t.Parallel()
	site := fstest.MapFS{"site/a/x": {}}
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a"), 0o755))
	name := filepath.Join(dir, "a", "wEb.CONFIG")
	for what, o := range map[string]struct {
		opts         matcher.Options
		write, erase func() error
	}{
		"virtual": {
			matcher.Options{FS: site, DocumentRoot: "/site"},
			func() error { site["site/a/wEb.CONFIG"] = &fstest.MapFile{Data: []byte(denied)}; return nil },
			func() error { delete(site, "site/a/wEb.CONFIG"); return nil },
		},
		"real": {
			matcher.Options{DocumentRoot: filepath.ToSlash(dir)},
			func() error { return os.WriteFile(name, []byte(denied), 0o600) },
			func() error { return os.Remove(name) },
		},
	} {
		o.opts.WebConfig = true
		var passed time.Duration
		o.opts.Now = func() time.Time { return time.Now().Add(passed) }
		e, err := matcher.Compile(nil, &o.opts)
		require.NoError(t, err)
		for range 2 {
			require.Equal(t, 200, asked(t, e, "/a/x").Status, what)
			require.NoError(t, o.write())
			if what == "virtual" { // nothing shows the change
				passed += time.Second
			}
			require.Equal(t, 403, asked(t, e, "/a/x").Status, what)
			require.Equal(t, 403, asked(t, e, "/a/x").Status, what)
			require.NoError(t, o.erase())
		}
	}
}

// TestWebConfigAmongMany has a folder of so many names that not all are looked at: that
// is reported once, until the folder can be looked through again.
func TestWebConfigAmongMany(t *testing.T) {
	t.Parallel()
	site := fstest.MapFS{"site/x": {}, "site/wEb.config": {Data: []byte(denied)}}
	var found []string
	now := time.Unix(1e9, 0)
	e, err := matcher.Compile(nil, &matcher.Options{
		FS: site, DocumentRoot: "/site", WebConfig: true, Now: func() time.Time { return now }, Report: func(d *parser.Diagnostic) { found = append(found, d.Message) },
	})
	require.NoError(t, err)
	require.Equal(t, 403, asked(t, e, "/x").Status)
	found = nil
	for i := range 10_001 {
		site[fmt.Sprintf("site/%05d", i)] = &fstest.MapFile{}
	}
	require.Equal(t, 403, asked(t, e, "/x").Status, "the folder was just looked through")
	for range 3 {
		now = now.Add(time.Second)
		require.Equal(t, 200, asked(t, e, "/x").Status)
	}
	require.Len(t, found, 1)
	require.Contains(t, found[0], "more than 10000 names")
	for i := range 10_001 {
		delete(site, fmt.Sprintf("site/%05d", i))
	}
	now = now.Add(time.Second)
	require.Equal(t, 403, asked(t, e, "/x").Status)
}

// TestLocations has places further down in the file of the server, in that of the site,
// and in both.
func TestLocations(t *testing.T) {
	t.Parallel()
	at := func(path string) string {
		return `<configuration><location path="` + path + `"><system.webServer>` + denied + `</system.webServer></location></configuration>`
	}
	host, site := readWebConfig(t, at("Default Web Site/host"), true), readWebConfig(t, at("site"), false)
	for _, o := range []matcher.Options{{ApplicationHost: host}, {SiteConfig: site}, {ApplicationHost: host, SiteConfig: site}} {
		e, err := matcher.Compile(nil, &o)
		require.NoError(t, err)
		require.Equal(t, o.ApplicationHost != nil, asked(t, e, "/host/x").Status == 403)
		require.Equal(t, o.SiteConfig != nil, asked(t, e, "/site/x").Status == 403)
		require.Equal(t, 200, asked(t, e, "/x").Status)
	}
}

// TestLocationOfOwnFolder has a <location> for the folder of the file add to what the
// file says beside it.
func TestLocationOfOwnFolder(t *testing.T) {
	t.Parallel()
	filtering := func(inner string) string {
		return `<system.webServer><security><requestFiltering>` + inner + `</requestFiltering></security></system.webServer>`
	}
	e := webConfigSite(t, map[string]string{"web.config": `<configuration><location path=".">` + filtering(`<requestLimits maxUrl="9"/>`) +
		`</location>` + filtering(`<denyUrlSequences><add sequence="bad"/></denyUrlSequences>`) + `</configuration>`})
	require.Equal(t, 5, asked(t, e, "/bad").SubStatus)
	require.Equal(t, 14, asked(t, e, "/123456789").SubStatus)
}

// TestGovernedFolder has a folder with a file of each language governed by the one that is
// read.
func TestGovernedFolder(t *testing.T) {
	t.Parallel()
	site := fstest.MapFS{
		"site/a/web.config": {Data: []byte(denied)}, "site/a/.htaccess": {Data: []byte("Redirect 410 /a/\n")}, "site/a/x": {},
	}
	for conf, want := range map[string]int{
		"": 410,
		"<Directory /site>\nAllowOverride None\n</Directory>\n":     403,
		"<Directory /site/a>\nAllowOverride None\n</Directory>\n":   403,
		"<Directory /site/a/x>\nAllowOverride None\n</Directory>\n": 410,
		"AccessFileName .other\n":                                   403,
	} {
		f, err := parser.Parse("site.conf", []byte(conf), nil)
		require.NoError(t, err)
		var found []string
		e, err := matcher.Compile(f, &matcher.Options{
			FS: site, DocumentRoot: "/site", WebConfig: true, Report: func(d *parser.Diagnostic) {
				if d.Code == "other-rules" {
					found = append(found, d.Message)
				}
			},
		})
		require.NoError(t, err)
		for range 2 {
			require.Equal(t, want, asked(t, e, "/a/x").Status, conf)
		}
		if want == 403 {
			require.Empty(t, found, conf)
			continue
		}
		require.Equal(t, []string{"not run: the folder is governed by its [.htaccess]"}, found, conf)
	}
	site["site/a/web.config"].Data = []byte("<rules>")
	e, err := matcher.Compile(nil, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true})
	require.NoError(t, err)
	require.Equal(t, 410, asked(t, e, "/a/x").Status, "a broken file is not run either")
}

// TestDecodedOnce has what the client's path holds in a URL that is decoded again, as a
// path and in Location.
func TestDecodedOnce(t *testing.T) {
	t.Parallel()
	escapes := `<security><requestFiltering allowDoubleEscaping="true"/></security>`
	rule := func(action, url string) string {
		return `<rewrite><rules><rule name="a"><match url=".*"/><action type="` + action + `" url="` + url + `"/></rule></rules></rewrite>`
	}
	for _, test := range []struct{ rules, target, path, location string }{
		{rule("Rewrite", "/f{URL}"), "/a/%252e%252e/%252e%252e/x", "/f/a/%2e%2e/%2e%2e/x", ""},
		{rule("Rewrite", "/f{ToLower:{PATH_INFO}}"), "/A%3Fb%23", "/f/a?b#", ""},
		{rule("Rewrite", "/f{REQUEST_URI}"), "/a%3Fb?c", "/f/a?b", ""},
		{rule("Rewrite", "/f?x={URL}"), "/a", "/f", ""},
		{rule("Redirect", "http://n{REQUEST_URI}"), "/a%3Fb%2523?c", "", "http://n/a%3Fb%2523?c&c"},
		{`<httpRedirect enabled="true" destination="http://n/"/>`, "/a%3Fb%2523?c", "", "http://n/a%3Fb%2523?c"},
	} {
		text := `<configuration><system.webServer>` + escapes + test.rules + `</system.webServer></configuration>`
		e, err := matcher.Compile(nil, &matcher.Options{SiteConfig: readWebConfig(t, text, false)})
		require.NoError(t, err)
		res := asked(t, e, test.target)
		require.Equal(t, test.location, res.Location, test.rules)
		if test.path != "" {
			require.Equal(t, test.path, res.URI, test.rules)
		}
	}
}

// TestEscapedTwice has rules that see the path without escapes make another of it.
func TestEscapedTwice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text   string
		kind   isapi.Dialect
		status int
	}{
		{"RewriteRule ^/a/(.*)$ /f/$1 [L]\n", isapi.IIRF, 404},
		{"[ISAPI_Rewrite]\nRewriteRule /a/(.*) /f/$1 [O,L]\n", isapi.Rewrite2, 404},
		{"RewriteRule ^/b/(.*)$ /f/$1 [L]\n", isapi.IIRF, 200},
	} {
		rules, err := isapi.Parse("rules.ini", []byte(test.text), test.kind, nil)
		require.NoError(t, err)
		e, err := matcher.Compile(nil, &matcher.Options{ISAPI: rules})
		require.NoError(t, err)
		require.Equal(t, test.status, asked(t, e, "/a/%252e%252e/%252e%252e/x").Status, test.text)
		require.Equal(t, 200, asked(t, e, "/a/%2e%2e/a/x").Status, test.text)
	}
}

// TestBackslash has backslashes divide a path, as on Windows, where names are judged.
func TestBackslash(t *testing.T) {
	t.Parallel()
	text := `<configuration><system.webServer><security><requestFiltering><fileExtensions><remove fileExtension=".config"/></fileExtensions></requestFiltering></security>` +
		`<rewrite><rules><rule name="a"><match url="^r"/><action type="Rewrite" url="/x%5CWEB.config"/></rule></rules></rewrite></system.webServer></configuration>`
	e, err := matcher.Compile(nil, &matcher.Options{SiteConfig: readWebConfig(t, text, false)})
	require.NoError(t, err)
	for target, sub := range map[string]int{`/x%5Cweb.config`: 8, `/bin%5Cx`: 8, `/x%5Cbin`: 8, `/a.txt%5Cb.cs`: 7, `/a.cs%5Cb`: 7, `/a.txt%5Cb`: 0, `/q~1/b`: 0, `/r`: 8} {
		require.Equal(t, sub, asked(t, e, target).SubStatus, target)
	}
}

// TestConfigSourceAppears has the file that a web.config names come later.
func TestConfigSourceAppears(t *testing.T) {
	t.Parallel()
	site := fstest.MapFS{"site/web.config": {Data: []byte(`<configuration><system.webServer><rewrite><rules configSource="r/rules.config"/></rewrite></system.webServer></configuration>`)}}
	e, err := matcher.Compile(nil, &matcher.Options{FS: site, DocumentRoot: "/site", WebConfig: true})
	require.NoError(t, err)
	require.Equal(t, 500, asked(t, e, "/x").Status)
	site["site/r/rules.config"] = &fstest.MapFile{Data: []byte(`<rules><rule name="a"><match url=".*"/><action type="CustomResponse" statusCode="403"/></rule></rules>`)}
	require.Equal(t, 403, asked(t, e, "/x").Status)
	delete(site, "site/r/rules.config")
	require.Equal(t, 500, asked(t, e, "/x").Status)
}

// TestConfigSourceMended has the file that a web.config names be one that can't be read
// until it is mended.
func TestConfigSourceMended(t *testing.T) {
	t.Parallel()
	const rules = `<rules><rule name="a"><match url=".*"/><action type="CustomResponse" statusCode="403"/></rule></rules>`
	const file = "rules.config"
	dir := t.TempDir()
	path := filepath.Join(dir, file)
	source := []byte(`<configuration><system.webServer><rewrite><rules configSource="` + file + `"/></rewrite></system.webServer></configuration>`)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "web.config"), source, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "good.config"), []byte(rules), 0o600))
	e, err := matcher.Compile(nil, &matcher.Options{DocumentRoot: filepath.ToSlash(dir), WebConfig: true})
	require.NoError(t, err)
	for what, spoil := range map[string]func() error{
		"missing":   func() error { return nil },
		"too large": func() error { return os.WriteFile(path, make([]byte, webconfig.DefaultMaxBytes+1), 0o600) },
		"empty":     func() error { return os.WriteFile(path, nil, 0o600) },
		"a folder":  func() error { return os.Mkdir(path, 0o700) },
		"a link":    func() error { return os.Symlink("good.config", path) },
		"dangling":  func() error { return os.Symlink("nowhere", path) },
	} {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, spoil(), what)
		require.Equal(t, 500, asked(t, e, "/x").Status, what)
		require.Equal(t, 500, asked(t, e, "/x").Status, what)
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.WriteFile(path, []byte(rules), 0o600))
		require.Equal(t, 403, asked(t, e, "/x").Status, what)
	}
}

// TestLocationNames has a <location> hold for each name that leads to it on Windows.
func TestLocationNames(t *testing.T) {
	t.Parallel()
	e := webConfigSite(t, map[string]string{"web.config": `<configuration><location path="Admin area/x">` +
		`<system.webServer><security><requestFiltering><denyUrlSequences><add sequence="page"/></denyUrlSequences></requestFiltering></security></system.webServer></location></configuration>`})
	for target, want := range map[string]int{
		"/admin%20area/x/page": 404, "/ADMIN%20AREA/X/page": 404, "/admin%20area./x%20/page": 404, "/admina~1/x/page": 404, "/adminb~1/x/page": 200,
		"/admin%20~1/x/page": 404, "/admin%20area/y/page": 200, "/admin%20area/page": 200,
	} {
		res, err := e.Eval(t.Context(), &matcher.Request{Target: target, Host: "h"})
		require.NoError(t, err)
		require.Equal(t, want, max(res.Status, 200), target)
	}
}
