package matcher_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// What mod_dir makes of directories, where the engine is asked to do it.
func TestDirectories(t *testing.T) {
	t.Parallel()
	fsys := site(map[string]string{
		"index.html":          "",
		"app/.htaccess":       "DirectoryIndex missing.html start.html\nFallbackResource /app/start.html\n",
		"app/start.html":      "",
		"off/.htaccess":       "DirectorySlash Off\nDirectoryIndex disabled\n",
		"off/index.html":      "",
		"moved/.htaccess":     "DirectoryIndexRedirect permanent\n",
		"moved/index.html":    "",
		"ruled/.htaccess":     "RewriteEngine On\nRewriteRule ^index\\.html$ - [F]\nRewriteRule ^$ - [E=SEEN:1]\n",
		"ruled/index.html":    "",
		"taken/.htaccess":     "RewriteEngine On\nRewriteRule ^$ /app/start.html\n",
		"taken/index.html":    "",
		"loop/.htaccess":      "FallbackResource /loop/missing\n",
		"away/.htaccess":      "RewriteEngine On\nRewriteRule ^index\\.html$ https://other.example/\n",
		"away/index.html":     "",
		"empty/file.txt":      "",
		"handled/.htaccess":   "DirectoryCheckHandler On\nSetHandler own\n",
		"handled/x":           "",
		"named/.htaccess":     "DirectoryIndex disabled named.html\n",
		"named/disabled":      "",
		"again/.htaccess":     "DirectoryIndex x.html\nDirectoryIndex disabled\nDirectoryIndex y.html\n",
		"again/x.html":        "",
		"again/y.html":        "",
		"word/.htaccess":      "DirectoryIndex disabled\n",
		"word/disabled":       "",
		"checked/.htaccess":   "DirectoryCheckHandler On\n",
		"checked/index.html":  "",
		"plain/.htaccess":     "SetHandler own\n",
		"plain/index.html":    "",
		"handled/index.html":  "",
		"again/sub/.htaccess": "DirectorySlash On\n",
		"again/sub/y.html":    "",
	})
	conf := "DocumentRoot /srv/www\n<Directory /srv/www>\nAllowOverride All\nRequire all granted\n</Directory>\n"
	on := compile(t, conf, &matcher.Options{FS: fsys, Directories: true})
	off := compile(t, conf, &matcher.Options{FS: fsys})
	for target, want := range map[string]summary{
		"/":               {matcher.Rewrite, 200, "/index.html"},
		"/?q=1":           {matcher.Rewrite, 200, "/index.html?q=1"},
		"/app?q=1":        {matcher.Redirect, 301, "http://www.example.com/app/?q=1"},
		"/app/":           {matcher.Rewrite, 200, "/app/start.html"},
		"/app/any/x":      {matcher.Rewrite, 200, "/app/start.html"},
		"/off":            {matcher.Pass, 200, "/off"},
		"/off/":           {matcher.Pass, 200, "/off/"},
		"/moved/":         {matcher.Redirect, 301, "http://www.example.com/moved/index.html"},
		"/ruled/":         {matcher.Respond, 403, ""},
		"/taken/":         {matcher.Rewrite, 200, "/app/start.html"},
		"/loop/x":         {matcher.Respond, 500, ""},
		"/away/":          {matcher.Redirect, 302, "https://other.example/"},
		"/empty/":         {matcher.Pass, 200, "/empty/"},
		"/empty/file.txt": {matcher.Pass, 200, "/empty/file.txt"},
		"/handled/":       {matcher.Pass, 200, "/handled/"},
		"/named/":         {matcher.Rewrite, 200, "/named/disabled"},
		"/again/":         {matcher.Rewrite, 200, "/again/y.html"},
		"/word/":          {matcher.Pass, 200, "/word/"},
		"/checked/":       {matcher.Rewrite, 200, "/checked/index.html"},
		"/plain/":         {matcher.Rewrite, 200, "/plain/index.html"},
		"/again/sub/":     {matcher.Rewrite, 200, "/again/sub/y.html"},
	} {
		res, _ := on.Eval(t.Context(), &matcher.Request{Target: target, Host: "www.example.com"})
		if diff := cmp.Diff(want, summarize(res)); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", target, diff)
		}
	}
	res, err := off.Eval(t.Context(), &matcher.Request{Target: "/app", Host: "www.example.com"})
	if err != nil || res.Action != matcher.Pass {
		t.Errorf("without Options.Directories: %v %v, want pass", res.Action, err)
	}
}

// TestFallbackOfAlias has no document root: the URL-path asked for stands for no
// known file, but the fallback does.
func TestFallbackOfAlias(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"srv/app.html": {}}
	e := compile(t, "Alias /static /srv\n<Location />\nFallbackResource /static/app.html\n</Location>", &matcher.Options{FS: fsys, Directories: true})
	res := get(t, e, "/missing")
	require.Equal(t, summary{matcher.Rewrite, 200, "/static/app.html"}, summarize(res))
	require.Equal(t, "/srv/app.html", res.Filename)
}
