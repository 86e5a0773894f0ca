package matcher_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compileError compiles rules and returns the error, "" if there is none.
func compileError(t *testing.T, rules string, opts *matcher.Options) string {
	t.Helper()
	f, err := parser.Parse("test.conf", []byte(rules), nil)
	require.NoError(t, err)
	if _, err = matcher.Compile(f, opts); err != nil {
		return err.Error()
	}
	return ""
}

// plant writes files, by name with slashes, below a new directory.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	return dir
}

// TestDocumentRootSpellings checks that access files hold however the document
// root is written.
func TestDocumentRootSpellings(t *testing.T) { //nolint:paralleltest // it changes the working directory
	dir := plant(t, map[string]string{"www/private/.htaccess": "Require all denied\n", "www/private/f": "", "www/f": ""})
	t.Chdir(dir)
	require.NoError(t, os.Symlink("www", "link"))
	up := strings.Repeat("../", strings.Count(filepath.ToSlash(dir), "/"))
	for _, root := range []string{
		"www", "./www", "www/", "www//", "x/../www", dir + "/www", dir + "//www/.", "link", up + dir[1:] + "/www",
	} {
		e := compile(t, "", &matcher.Options{DocumentRoot: root})
		require.Equal(t, 200, answer(t, e, "/f"), root)
		require.Equal(t, 403, answer(t, e, "/private/f"), root)
	}
	e := compile(t, "", &matcher.Options{DocumentRoot: "www"})
	t.Chdir(filepath.Join(dir, "www"))
	require.Equal(t, 403, answer(t, e, "/private/f"), "the working directory at the time of Compile counts")

	e = compile(t, "RewriteEngine On\nRewriteRule ^ - [E=R:%{DOCUMENT_ROOT}]\n", &matcher.Options{DocumentRoot: "/"})
	require.Equal(t, 403, answer(t, e, dir+"/www/private/f"), "the root of the file system")
	require.Equal(t, "/", get(t, e, "/x").Env["R"])

	fsys := os.DirFS(dir)
	for _, root := range []string{"www", "/www", "/www/"} {
		e := compile(t, "", &matcher.Options{DocumentRoot: root, FS: fsys})
		require.Equal(t, 403, answer(t, e, "/private/f"), root)
	}
}

// TestNoDocumentRoot has document roots that can't be used.
func TestNoDocumentRoot(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"file": "", "www/f": ""})
	const want = "can't be used: "
	for _, root := range []string{"nowhere", dir + "/nowhere", dir + "/file", dir + "/file/", dir + "/www\x00", strings.Repeat("x", 300)} {
		require.Contains(t, compileError(t, "", &matcher.Options{DocumentRoot: root}), want, root)
		require.Contains(t, compileError(t, "DocumentRoot "+dir+"\n", &matcher.Options{DocumentRoot: root}), want, root)
	}
	require.Contains(t, compileError(t, "", &matcher.Options{DocumentRoot: dir, FS: fstest.MapFS{}}), want, "FS has no such directory")
	require.Empty(t, compileError(t, "", &matcher.Options{
		DocumentRoot: "/nowhere", FS: fstest.MapFS{"nowhere": {Mode: fs.ModeDir | 0o755}},
	}), "FS has the say")

	// httpd refuses a server's, and warns of a virtual host's.
	require.Contains(t, compileError(t, "ServerRoot "+dir+"\nDocumentRoot other\n", nil), "test.conf:2:14: DocumentRoot "+dir+"/other "+want)
	require.Contains(t, compileError(t, "DocumentRoot "+dir+"/file\n", nil), "test.conf:1:14: DocumentRoot "+dir+"/file "+want)
	require.Empty(t, compileError(t, "ServerRoot "+dir+"\nDocumentRoot www\n", nil))
	e := compile(t, "<VirtualHost *:80>\nDocumentRoot "+dir+"/file\n</VirtualHost>\n", nil)
	require.Len(t, e.Warnings(), 1)
	require.Equal(t, "test.conf:2:14", e.Warnings()[0].String())
}

// TestDocumentRootComesAndGoes removes a document root and makes it anew.
func TestDocumentRootComesAndGoes(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"www/.htaccess": "Require all denied\n"})
	e := compile(t, "", &matcher.Options{DocumentRoot: dir + "/www"})
	require.Equal(t, 403, answer(t, e, "/f"))
	require.NoError(t, os.RemoveAll(dir+"/www"))
	require.Equal(t, 200, answer(t, e, "/f"), "there is no file to be guarded")
	require.NoError(t, os.Mkdir(dir+"/www", 0o700))
	require.NoError(t, os.WriteFile(dir+"/www/.htaccess", []byte("Require all denied\n"), 0o600))
	require.Equal(t, 403, answer(t, e, "/f"))
}

// TestFilesWithoutDocumentRoot maps URLs to files in every other way. A live
// httpd answered the same.
func TestFilesWithoutDocumentRoot(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{
		"a/pub/f": "", "a/sec/f": "", "a/priv/f": "", "a/priv/.htaccess": "Require all denied\n",
	})
	rules := strings.ReplaceAll(`
<Directory @>
Require all granted
AllowOverride All
</Directory>
<Directory @/a/sec>
Require all denied
</Directory>
Alias /a @/a
AliasMatch ^/m/(.*) @/a/$1
ScriptAlias /s @/a
RewriteEngine On
RewriteRule ^/r/(.*) @/a/$1
RewriteCond %{LA-F:REQUEST_URI} !x
RewriteRule ^/u/(.*) /a/$1 [PT]
`, "@", dir)
	for _, root := range []string{"", "<Directory />\nRequire all denied\n</Directory>\n"} {
		e := compile(t, root+rules, nil)
		for _, way := range []string{"a", "m", "s", "r", "u"} {
			require.Equal(t, 200, answer(t, e, "/"+way+"/pub/f"), way)
			require.Equal(t, 403, answer(t, e, "/"+way+"/sec/f"), way)
			require.Equal(t, 403, answer(t, e, "/"+way+"/priv/f"), way)
		}
		want := 200
		if root != "" {
			want = 403
		}
		require.Equal(t, want, answer(t, e, "/other"), "every file lies below /")
	}
	require.Equal(t, "/a/pub/f", get(t, compile(t, rules, nil), "/a/pub/f").Path)
	require.Equal(t, dir+"/a/pub/f", get(t, compile(t, rules, nil), "/a/pub/f").Filename)
}

// TestDirectoryWithoutFiles has sections for directories that nothing maps to.
func TestDirectoryWithoutFiles(t *testing.T) {
	t.Parallel()
	e := compile(t, `<DirectoryMatch "/\.git">
Require all denied
</DirectoryMatch>
<Directory /srv/private>
Require all denied
</Directory>
`, nil)
	require.Equal(t, 403, answer(t, e, "/.git/config"))
	require.Equal(t, 200, answer(t, e, "/srv/private/f"), "a URL-path is not a file name")
	require.Len(t, e.Warnings(), 1)
	require.Contains(t, e.Warnings()[0].Error(), "test.conf:4:1: <Directory /srv/private/> has no effect")
	require.Empty(t, compile(t, "<Location /p>\nAlias /srv/p\n</Location>\n<Directory /srv>\nRequire all denied\n</Directory>\n", nil).Warnings())
}

// answer returns the status for target, which is an error status where the
// evaluation failed.
func answer(t *testing.T, e *matcher.Engine, target string) int {
	t.Helper()
	res, err := e.Eval(t.Context(), &matcher.Request{Target: target, Host: "www.example.com"})
	if err != nil {
		require.GreaterOrEqual(t, res.Status, 400, err)
	}
	return res.Status
}
