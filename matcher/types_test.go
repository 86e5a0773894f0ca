package matcher_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Types of a list hold where no directive says another, and every extension counts.
func TestTypes(t *testing.T) {
	t.Parallel()
	list := map[string]string{"html": "text/html", "txt": "text/plain", "svgz": "image/svg+xml"}
	fsys := fstest.MapFS{
		"srv/www/.htaccess": {Data: []byte("AddType text/x-own .own\nRemoveType .txt\nAddCharset utf-8 .utf8\nAddHandler own .svgz\n")},
		"etc/types":         {Data: []byte("# a list\ntext/x-listed\tHTML htm\napplication/x-none\n\ntext/last htm\n")},
		"etc/long":          {Data: []byte(strings.Repeat("#", 1<<20+1))},
	}
	for _, name := range []string{"a.html", "a.HTML", "a.html.de", "a.de.html", "a.txt", "a.own.html", "a.html.own", "a.html.utf8", "a.svgz", "a", "html", ".html", "a.htm"} {
		fsys["srv/www/"+name] = &fstest.MapFile{}
	}
	for conf, want := range map[string]map[string]string{
		"": {
			"a.html": "text/html", "a.HTML": "text/html", "a.html.de": "text/html", "a.de.html": "text/html", "a.txt": "", "a.own.html": "text/html",
			"a.html.own": "text/x-own", "a.html.utf8": "text/html; charset=utf-8", "a.svgz": "image/svg+xml", "a": "", "html": "", ".html": "",
		},
		"TypesConfig etc/types\n": {"a.html": "text/x-listed", "a.htm": "text/last", "a.svgz": "", "a.html.own": "text/x-own"},
		"TypesConfig /dev/null\n": {"a.html": "", "a.html.own": "text/x-own"},
	} {
		e, err := compileTypes(fsys, conf, list)
		require.NoError(t, err)
		for name, mediaType := range want {
			res, err := e.Eval(t.Context(), &matcher.Request{Target: "/" + name, Host: "www.example"})
			require.NoError(t, err)
			require.Equal(t, mediaType, res.ContentType, conf+name)
		}
	}
	for _, conf := range []string{"TypesConfig etc/none", "TypesConfig etc", "TypesConfig etc/long"} {
		_, err := compileTypes(fsys, conf, list)
		require.ErrorContains(t, err, "the list of types", conf)
		e, err := compileTypes(fsys, conf, nil) // types are the handler's, and nothing is read
		require.NoError(t, err)
		res, err := e.Eval(t.Context(), &matcher.Request{Target: "/a.html", Host: "www.example"})
		require.NoError(t, err)
		require.Empty(t, res.ContentType)
	}
}

func compileTypes(fsys fstest.MapFS, conf string, list map[string]string) (*matcher.Engine, error) {
	f, err := parser.Parse("site.conf", []byte(conf), &parser.Options{ServerRoot: "/"})
	if err != nil {
		return nil, err
	}
	return matcher.Compile(f, &matcher.Options{DocumentRoot: "/srv/www", FS: fsys, Types: list})
}

// What scripts need to know is found out only where it is asked for.
func TestCGI(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"srv/www/index.php": {}, "srv/www/docs/x.php": {}, "srv/shop/s.php": {},
		"srv/www/.htaccess": {Data: []byte("RewriteEngine On\nRewriteRule ^app/(.*)$ index.php/$1 [L]\nCGIPassAuth On\n")},
	}
	const conf = "ServerAdmin me@example\nAlias /shop /srv/shop\nAlias /docs/a /srv/other\n<Location /docs>\nCGIPassAuth Off\n</Location>\n"
	f, err := parser.Parse("site.conf", []byte(conf), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, &matcher.Options{DocumentRoot: "/srv/www", FS: fsys, CGI: true})
	require.NoError(t, err)
	for target, want := range map[string]matcher.CGI{
		"/index.php":        {PassAuth: true},
		"/index.php/docs/a": {PassAuth: true, PathTranslated: "/srv/other"},
		"/app/x%20y?q=1":    {PassAuth: true, PathTranslated: "/srv/www/x y", RedirectURL: "/app/x y", RedirectQuery: "q=1", HasRedirectQuery: true},
		"/docs/x.php":       {},
		"/shop/s.php":       {ContextPrefix: "/shop", ContextRoot: "/srv/shop"},
	} {
		res, err := e.Eval(t.Context(), &matcher.Request{Target: target, Host: "www.example"})
		require.NoError(t, err)
		want.DocumentRoot, want.ServerAdmin = "/srv/www", "me@example"
		if want.ContextRoot == "" {
			want.ContextRoot = "/srv/www"
		}
		require.NotNil(t, res.CGI, target)
		if diff := cmp.Diff(want, *res.CGI, cmpopts.IgnoreUnexported(matcher.CGI{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
		require.Nil(t, res.Reason, target)
	}
	without, err := matcher.Compile(f, &matcher.Options{DocumentRoot: "/srv/www", FS: fsys})
	require.NoError(t, err)
	res, err := without.Eval(t.Context(), &matcher.Request{Target: "/index.php", Host: "www.example"})
	require.NoError(t, err)
	require.Nil(t, res.CGI)
}

// Server-side includes would be run where their filter is set and Options permits them.
func TestIncludes(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"srv/www/a.shtml": {}, "srv/www/a.txt": {}}
	for conf, want := range map[string]string{
		"Options None\nSetOutputFilter INCLUDES\n":                     "",
		"Options FollowSymLinks\nAddOutputFilter INCLUDES shtml\n":     "",
		"Options +Includes\n":                                          "",
		"Options +Includes\nSetOutputFilter DEFLATE;includes\n":        "a.shtml a.txt",
		"Options +IncludesNOEXEC\nAddOutputFilter INCLUDES shtml\n":    "a.shtml",
		"Options +Includes\nAddOutputFilter INCLUDES;DEFLATE .shtml\n": "a.shtml",
	} {
		e, err := compileTypes(fsys, "<Directory /srv/www>\n"+conf+"</Directory>\n", nil)
		require.NoError(t, err)
		var got []string
		for _, name := range []string{"a.shtml", "a.txt"} {
			res, err := e.Eval(t.Context(), &matcher.Request{Target: "/" + name, Host: "www.example"})
			require.NoError(t, err)
			if res.RunBy != "" {
				require.Equal(t, "includes", res.RunBy)
				got = append(got, name)
			}
		}
		require.Equal(t, want, strings.Join(got, " "), conf)
	}
}
