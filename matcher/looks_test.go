package matcher_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// countedFS counts how often each path is looked at.
type countedFS struct {
	fstest.MapFS

	looks map[string]int
}

func (c countedFS) Stat(name string) (fs.FileInfo, error) {
	c.looks[name]++
	return c.MapFS.Stat(name)
}

// A path is looked at once, however many conditions ask for it, and whether it is
// there or not.
func TestOneLook(t *testing.T) {
	t.Parallel()
	const rules = "DocumentRoot /site\nRewriteEngine On\n" +
		"RewriteCond /site%{REQUEST_URI} -d\nRewriteRule ^ - [F]\n" +
		"RewriteCond /site%{REQUEST_URI} !-f\nRewriteCond /site%{REQUEST_URI} !-s\nRewriteRule ^ /front.html [L]\n"
	for target, want := range map[string]map[string]int{
		"/a.html":    {"site/a.html": 1},
		"/none.html": {"site/none.html": 1, "site/front.html": 1},
	} {
		site := countedFS{fstest.MapFS{"site/a.html": {Data: []byte("a")}, "site/front.html": {}}, map[string]int{}}
		e := compile(t, rules, &matcher.Options{FS: site})
		require.Equal(t, 200, get(t, e, target).Status)
		for name, times := range want {
			require.Equal(t, times, site.looks[name], name)
		}
	}
}

// What a map makes while the request runs is seen, as in httpd.
func TestLookAfterMap(t *testing.T) {
	t.Parallel()
	site := countedFS{fstest.MapFS{"site/x": {}}, map[string]int{}}
	e := compile(t, "DocumentRoot /site\nRewriteEngine On\nRewriteCond /site/made -f\nRewriteRule ^ - [F]\n"+
		"RewriteCond ${make:it} =done\nRewriteCond /site/made -f\nRewriteRule ^ - [G]\n", &matcher.Options{
		FS: site,
		Maps: map[string]matcher.Map{"make": matcher.MapFunc(func(context.Context, string) (string, bool, error) {
			site.MapFS["site/made"] = &fstest.MapFile{}
			return "done", true, nil
		})},
	})
	require.Equal(t, 410, get(t, e, "/x").Status)
}
