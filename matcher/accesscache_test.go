package matcher_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// liveHeap returns the bytes of all that is still in use.
func liveHeap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what pools hold is gone after the second
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no machine has as much
}

// TestAccessFileReplaced replaces access files by others of the same size and
// time, as rsync, tar and cp -p do.
func TestAccessFileReplaced(t *testing.T) {
	t.Parallel()
	const open, closed = "Require all granted\n", "Require all  denied\n"
	dir := plant(t, map[string]string{"a/.htaccess": open, "b/.htaccess": open, "new": closed})
	then := time.Now().Add(-time.Hour)
	keep := func(name string) { require.NoError(t, os.Chtimes(filepath.Join(dir, name), then, then)) }
	for _, name := range []string{"a/.htaccess", "b/.htaccess", "new"} {
		keep(name)
	}
	fsys := fstest.MapFS{"c/.htaccess": {Data: []byte(open), ModTime: then}}
	e := compile(t, "", &matcher.Options{DocumentRoot: dir})
	virtual := compile(t, "", &matcher.Options{DocumentRoot: "/", FS: fsys})
	require.Equal(t, 200, answer(t, e, "/a/f"))
	require.Equal(t, 200, answer(t, e, "/b/f"))
	require.Equal(t, 200, answer(t, virtual, "/c/f"))

	require.NoError(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "a/.htaccess")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b/.htaccess"), []byte(closed), 0o600))
	keep("b/.htaccess")
	fsys["c/.htaccess"] = &fstest.MapFile{Data: []byte(closed), ModTime: then}
	require.Equal(t, 403, answer(t, e, "/a/f"))
	require.Equal(t, 403, answer(t, e, "/b/f"))
	require.Equal(t, 403, answer(t, virtual, "/c/f"))

	for i := range 100 { // faster than the clock of the file system
		text, want := open, 200
		if i%2 == 0 {
			text, want = closed, 403
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "b/.htaccess"), []byte(text), 0o600))
		require.Equal(t, want, answer(t, e, "/b/f"), i)
	}
}

// TestAccessFileIfFile has an access file that depends on other files, which
// httpd looks for at every request.
func TestAccessFileIfFile(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"www/.htaccess": "<IfFile \"@/closed\">\nRequire all denied\n</IfFile>\n"})
	name := filepath.Join(dir, "www/.htaccess")
	require.NoError(t, os.WriteFile(name, []byte("<IfFile \""+dir+"/closed\">\nRequire all denied\n</IfFile>\n"), 0o600))
	e := compile(t, "", &matcher.Options{DocumentRoot: dir + "/www"})
	for range 2 {
		require.Equal(t, 200, answer(t, e, "/"))
		require.NoError(t, os.WriteFile(dir+"/closed", nil, 0o600))
		require.Equal(t, 403, answer(t, e, "/"))
		require.NoError(t, os.Remove(dir+"/closed"))
	}
}

// TestAccessFileTooLarge has access files that are longer than they may be, in
// text or in what their patterns compile to.
func TestAccessFileTooLarge(t *testing.T) {
	t.Parallel()
	fsys := &faulty{MapFS: fstest.MapFS{"www/.htaccess": {Data: []byte(strings.Repeat("#\n", 1<<19+1))}}}
	e := compile(t, "", &matcher.Options{DocumentRoot: "/www", FS: fsys})
	for range 5 {
		require.Equal(t, 403, answer(t, e, "/f"))
	}
	require.LessOrEqual(t, fsys.opened(), 1, "the failure is remembered")
	fsys.MapFS["www/.htaccess"] = &fstest.MapFile{Data: []byte(strings.Repeat("#\n", 1<<19))}
	require.Equal(t, 200, answer(t, e, "/f"))
	e = compile(t, "", &matcher.Options{DocumentRoot: "/www", FS: fsys, Limits: matcher.Limits{AccessFile: 1000}})
	require.Equal(t, 403, answer(t, e, "/f"))

	fsys.MapFS["www/.htaccess"] = &fstest.MapFile{Data: []byte("RewriteEngine On\n" + strings.Repeat("RewriteRule (?=a)((a?b{1,200}){1,20}c){1,20} -\n", 50))}
	e = compile(t, "", &matcher.Options{DocumentRoot: "/www", FS: fsys, Limits: matcher.Limits{AccessCache: 2 << 20}})
	res, err := e.Eval(t.Context(), &matcher.Request{Target: "/f", Host: "h"})
	require.Equal(t, 500, res.Status)
	require.ErrorContains(t, err, "the patterns take more than the 2097152 bytes of Limits.AccessCache")
}

// TestAccessCacheForgets asks for many directories: deleted ones, and one by
// many names.
func TestAccessCacheForgets(t *testing.T) { //nolint:paralleltest // it measures the heap
	const limit = 4 << 20
	dir := plant(t, map[string]string{"f": ""})
	require.NoError(t, os.Symlink(".", filepath.Join(dir, "a")))
	require.NoError(t, os.Symlink(".", filepath.Join(dir, "b")))
	rules := "RewriteEngine On\nRewriteRule ^old$ /new [R]\n"
	for i := range 100 {
		rules += fmt.Sprintf("RewriteRule ^gone-%d-(.*)$ /x/$1 [R]\n", i)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".htaccess"), []byte(rules), 0o600))
	e := compile(t, "", &matcher.Options{DocumentRoot: dir, Limits: matcher.Limits{AccessCache: limit}})
	require.Equal(t, 200, answer(t, e, "/f"))
	before := liveHeap()
	for i := range 2000 {
		target := "/" + strings.NewReplacer("0", "a/", "1", "b/").Replace(fmt.Sprintf("%013b", i))
		require.Equal(t, 302, answer(t, e, target+"old"), target)
	}
	if grown := liveHeap() - before; grown > 2*limit {
		t.Errorf("one directory by 2,000 names keeps %d bytes, want at most %d", grown, 2*limit)
	}

	e = compile(t, "", &matcher.Options{DocumentRoot: dir})
	require.Equal(t, 200, answer(t, e, "/f"))
	before = liveHeap()
	for i := range 500 {
		sub := filepath.Join(dir, fmt.Sprintf("d%d", i))
		require.NoError(t, os.Mkdir(sub, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(sub, ".htaccess"), fmt.Appendf(nil, "%s# %d\n", rules, i), 0o600))
		require.Equal(t, 302, answer(t, e, fmt.Sprintf("/d%d/old", i)))
		require.NoError(t, os.RemoveAll(sub))
	}
	for range 8000 {
		answer(t, e, "/f")
	}
	if grown := liveHeap() - before; grown > limit {
		t.Errorf("500 deleted directories keep %d bytes, want at most %d", grown, limit)
	}
	runtime.KeepAlive(e)
}
