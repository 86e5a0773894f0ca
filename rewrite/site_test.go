package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// serveSite serves root and returns the server's URL.
func serveSite(tb testing.TB, root string, opts *rewrite.SiteOptions) string {
	tb.Helper()
	if opts == nil {
		opts = &rewrite.SiteOptions{}
	}
	opts.Logger = quiet()
	h, err := rewrite.Site(root, opts)
	require.NoError(tb, err)
	srv := httptest.NewServer(h)
	tb.Cleanup(srv.Close)
	return srv.URL
}

// A folder is served by what its .htaccess files say and what Debian's apache2 has
// for every site.
func TestSite(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		".htaccess": "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule ^ index.html [L]\n" +
			"RewriteRule ^index\\.html$ - [L]\n",
		"index.html": "front", "app.js": "js", "dir/index.htm": "htm", "dir/page.html.de": "deutsch", "dir/page.html.latin2": "latin",
		"list/a.txt": "a", "index.php": "<?php", "secret/.htpasswd": "u:p", ".env": "KEY", "list/.htaccess": "ErrorDocument 403 \"no list\"\n",
	})
	url := serveSite(t, root, nil)
	for target, want := range map[string]string{
		"/": "200 text/html front", "/index.html": "200 text/html front", "/any/route": "200 text/html front", "/app.js": "200 text/javascript js",
		"/dir/": "200 text/html htm", "/dir/page.html.de": "200 text/html deutsch", "/dir/page.html.latin2": "200 text/html; charset=iso-8859-2 latin",
		"/list/": "403 text/html; charset=iso-8859-1 no list", "/index.php": "403", "/secret/.htpasswd": "403", "/.env": "403", "/.htaccess": "403",
		"/list": "301",
	} {
		r := get(t, url+target)
		got := strings.TrimSpace(strings.Join([]string{statusOf(r.Status), r.Type, r.Body}, " "))
		if len(want) == 3 {
			got = statusOf(r.Status)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
	resp, err := http.Get(url + "/dir/page.html.de")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "de", resp.Header.Get("Content-Language"))

	shown := serveSite(t, root, &rewrite.SiteOptions{
		LoadOptions: rewrite.LoadOptions{Options: rewrite.Options{AllowSource: true}}, AllowDotfiles: true,
	})
	require.Equal(t, "<?php", get(t, shown+"/index.php").Body)
	require.Equal(t, "KEY", get(t, shown+"/.env").Body)
	require.Equal(t, http.StatusForbidden, get(t, shown+"/.htaccess").Status)
}

func statusOf(status int) string { return strconv.Itoa(status) }

// What is not a folder is not a site.
// What the configuration of a site without one leaves to the server is no finding.
func TestLoadSiteLogsNoDefaults(t *testing.T) {
	t.Parallel()
	var log journal
	_, err := rewrite.LoadSite(t.TempDir(), &rewrite.LoadOptions{Options: rewrite.Options{Logger: log.logger()}, Match: &matcher.Options{}})
	require.NoError(t, err)
	require.Empty(t, log.String())
}

func TestSiteErrors(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, wall := range []bool{false, true} {
		for _, name := range []string{"", file, filepath.Join(root, "none")} {
			_, err := rewrite.Site(name, &rewrite.SiteOptions{StayInRoot: wall})
			require.Error(t, err, "%q, wall: %v", name, wall)
		}
	}
	_, err := rewrite.Site(root, &rewrite.SiteOptions{LoadOptions: rewrite.LoadOptions{Match: &matcher.Options{FS: os.DirFS("/")}}})
	require.ErrorContains(t, err, "FS must be nil")
}

// Behind a wall no link leads out of the folder, absolute ones not even back into it;
// without one links are followed as httpd does.
func TestSiteStayInRoot(t *testing.T) {
	t.Parallel()
	folder := httpdtest.Folder(t)
	root := filepath.Join(folder, "www")
	layOut(t, folder, map[string]string{
		"www/a.txt": "inside", "www/sub/b.txt": "below", "out/secret.txt": "outside", "out/.htaccess": "RewriteEngine On\nRewriteRule ^x - [G]\n",
		"www/.htaccess": "RewriteEngine On\nRewriteRule ^rule$ " + folder + "/out/secret.txt [L]\nRewriteCond " + folder + "/out/secret.txt -f\nRewriteRule ^probe$ a.txt\n",
	})
	for name, target := range map[string]string{
		"rel": "a.txt", "up": "sub/../a.txt", "abs": filepath.Join(root, "a.txt"), "leak": "../out/secret.txt", "gone": "../out",
		"absout": filepath.Join(folder, "out/secret.txt"), "sub/back": "../../www/a.txt", "etc": "/etc",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(root, name)))
	}
	link := filepath.Join(folder, "link")
	require.NoError(t, os.Symlink("www", link))
	for _, dir := range []string{root, link} {
		open, closed := serveSite(t, dir, nil), serveSite(t, dir, &rewrite.SiteOptions{StayInRoot: true})
		for target, want := range map[string]string{ // without and with a wall
			"/a.txt": "inside/inside", "/sub/b.txt": "below/below", "/rel": "inside/inside", "/up": "inside/inside",
			"/abs": "inside/403", "/leak": "outside/403", "/gone/secret.txt": "outside/403", "/absout": "outside/403",
			"/sub/back": "inside/403", "/etc/passwd": "-/403", "/none": "404/404", "/probe": "inside/404",
		} {
			without, with, _ := strings.Cut(want, "/")
			for url, want := range map[string]string{open: without, closed: with} {
				r := get(t, url+target)
				if r.Status != http.StatusOK {
					r.Body = statusOf(r.Status)
				}
				if want != "-" && r.Body != want {
					t.Errorf("%s below %s: %q, want %q", target, dir, r.Body, want)
				}
			}
		}
	}
}
