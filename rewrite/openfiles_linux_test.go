package rewrite_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// A file is opened before the rules have decided. Whatever they decide, and whoever
// answers, it is closed in the end.
func TestOpenFilesAreClosed(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	layOut(t, root, map[string]string{
		"page.html": "page", "big.bin": "bytes 100000", "denied.html": "", "gone.html": "", "moved.html": "", "aborted.html": "", "error.html": "error",
		"run.php": "<?php", "plain/index.html": "index", "listed/a.html": "", "listed/secret.html": "", "under.html": "", "info.html": "",
		"limited.html": "", "deep/er/x.html": "", ".env": "",
	})
	require.NoError(t, os.Symlink("page.html", filepath.Join(root, "linked.html")))
	conf := filepath.Join(t.TempDir(), "site.conf")
	require.NoError(t, os.WriteFile(conf, []byte(lines(
		"<VirtualHost *>", "DocumentRoot "+root, "ErrorDocument 410 /error.html", "ErrorDocument 404 /none.html",
		"RewriteEngine On",
		strings.Repeat("RewriteCond %{DOCUMENT_ROOT}/listed/%{TIME_SEC}x -f [OR]\nRewriteCond %{DOCUMENT_ROOT}/listed/%{TIME_SEC}y -f [OR]\n"+
			"RewriteCond %{DOCUMENT_ROOT}/listed/%{TIME_SEC}z -f [OR]\nRewriteCond %{DOCUMENT_ROOT}/listed/%{TIME_SEC}a -f [OR]\n"+
			"RewriteCond %{DOCUMENT_ROOT}/listed/%{TIME_SEC}b -f [OR]\n", 4)+"RewriteCond expr false", "RewriteRule ^ - [F]",
		"RewriteCond %{LA-U:REQUEST_FILENAME} -f", "RewriteRule ^/looked /page.html [L]",
		"<Directory "+root+">", "AllowOverride None", "Options Indexes FollowSymLinks", "DirectoryIndex index.html",
		"RewriteEngine On", "RewriteRule ^denied - [F]", "RewriteRule ^gone - [G]", "RewriteRule ^moved /page.html [R,L]",
		"RewriteRule ^under /big.bin [L]", "RewriteRule ^loop /loop [L]", "</Directory>",
		`<Files secret.html>`, "Require all denied", "</Files>",
		"</VirtualHost>",
	)), 0o600))
	m, err := rewrite.Load(conf, &rewrite.LoadOptions{Options: rewrite.Options{Logger: quiet(), Answer: func(_ http.ResponseWriter, r *http.Request, _ *rewrite.Decision) bool {
		if strings.HasPrefix(r.URL.Path, "/aborted") {
			panic(http.ErrAbortHandler)
		}
		return false
	}}})
	require.NoError(t, err)
	h := m.Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()}))
	for target, status := range map[string]int{
		"/page.html": 200, "/big.bin": 200, "/denied.html": 403, "/gone.html": 410, "/moved.html": 302, "/none.html": 404, "/run.php": 403,
		"/plain/": 200, "/plain": 200, "/listed/": 200, "/under.html": 200, "/loop": 500, "/looked": 404, "/linked.html": 200, "/page.html/x": 404,
		"/.env": 403, "/deep/er/x.html": 200, "/aborted.html": 0, "/listed/secret.html": 403,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut} {
			func() {
				defer func() {
					if r := recover(); r != nil {
						require.Equal(t, http.ErrAbortHandler, r)
						require.Zero(t, status)
					}
				}()
				got := ask(h, method, target, nil)
				if method == http.MethodGet {
					require.Equal(t, status, got.Code, target)
				}
			}()
			require.Empty(t, openBelow(t, root), "%s %s", method, target)
		}
	}
}

// openBelow returns what this process has open below root.
func openBelow(tb testing.TB, root string) (open []string) {
	tb.Helper()
	descriptors, err := os.ReadDir("/proc/self/fd")
	require.NoError(tb, err)
	for _, d := range descriptors {
		if name, err := os.Readlink("/proc/self/fd/" + d.Name()); err == nil && strings.HasPrefix(name, root) {
			open = append(open, name)
		}
	}
	return open
}

// What is sent is what was judged, also where another file takes its name meanwhile.
func TestSentAsJudged(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	layOut(t, root, map[string]string{"page.html": "judged", "other.html": "another"})
	conf := filepath.Join(t.TempDir(), "site.conf")
	require.NoError(t, os.WriteFile(conf, []byte("DocumentRoot "+root+"\n"), 0o600))
	for _, replace := range []string{"another file", "a link", "nothing"} {
		_ = os.Remove(filepath.Join(root, "page.html"))
		layOut(t, root, map[string]string{"page.html": "judged"})
		m, err := rewrite.Load(conf, &rewrite.LoadOptions{Options: rewrite.Options{Logger: quiet(), Observe: func(*http.Request, *rewrite.Decision) {
			name := filepath.Join(root, "page.html")
			_ = os.Remove(name)
			switch replace {
			case "another file":
				_ = os.WriteFile(name, []byte("another"), 0o600)
			case "a link":
				_ = os.Symlink("other.html", name)
			}
		}}})
		require.NoError(t, err)
		got := ask(m.Handler(rewrite.Files(nil)), http.MethodGet, "/page.html", nil)
		require.Equal(t, "200 judged", fmt.Sprint(got.Code, " ", got.Body), replace)
	}
}

// The engine looks at files by Stat of the request, if that is set: what it returns is
// what the result describes.
func TestRequestStat(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	layOut(t, root, map[string]string{"page.html": "page"})
	e := compile(t, "", &matcher.Options{DocumentRoot: root})
	st, err := os.Stat(filepath.Join(root, "page.html"))
	require.NoError(t, err)
	var asked []string
	q := &matcher.Request{Target: "/page.html", Host: "site.example", Stat: func(name string) (os.FileInfo, error) {
		asked = append(asked, name)
		return st, nil
	}}
	res, err := e.Eval(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(root, "page.html")}, asked)
	require.Equal(t, st, res.File)
	asked = nil
	e = compile(t, "RewriteRule ^ "+root+"/page.html [L]", &matcher.Options{DocumentRoot: t.TempDir()})
	_, err = e.Eval(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, asked, "a rule leads out of what is open to clients")
	e = compile(t, "", &matcher.Options{DocumentRoot: "/", FS: os.DirFS(root)})
	res, err = e.Eval(t.Context(), q)
	require.NoError(t, err)
	require.NotNil(t, res.File)
	require.Empty(t, asked, "there is another file system")
}
