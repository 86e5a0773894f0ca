package matcher_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// guard are rules that deny what a map says to deny.
func guard(source string) string {
	return "RewriteEngine On\nRewriteMap m \"" + source + "\"\nRewriteCond ${m:%{REQUEST_URI}|none} =deny\nRewriteRule ^ - [F]\n"
}

// faulty is a file system whose files fail as told. It counts how often files
// are opened.
type faulty struct {
	fstest.MapFS
	mu    sync.Mutex
	opens int
	fault error // of opening
	torn  error // of reading
}

func (f *faulty) Open(name string) (fs.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opens++
	if f.fault != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.fault}
	}
	file, err := f.MapFS.Open(name)
	return &tornFile{File: file, err: f.torn}, err
}

func (f *faulty) Stat(name string) (fs.FileInfo, error) { return f.MapFS.Stat(name) }

func (f *faulty) opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.opens
	f.opens = 0
	return n
}

type tornFile struct {
	fs.File
	err error
}

func (f *tornFile) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.File.Read(p)
}

// TestMapFileTooLarge has a map whose file grows beyond the limit: requests are
// denied, and the file is not read again before it changes.
func TestMapFileTooLarge(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"map": "/x deny\n"})
	name := filepath.Join(dir, "map")
	found := &findings{}
	e := compile(t, guard("txt:"+name), &matcher.Options{Limits: matcher.Limits{MapFile: 1000}, Report: found.add})
	require.Equal(t, 200, answer(t, e, "/y"))
	require.Equal(t, 403, answer(t, e, "/x"))
	require.NoError(t, os.WriteFile(name, []byte("/x deny\n"+strings.Repeat("#\n", 1000)), 0o600))
	require.Equal(t, 500, answer(t, e, "/x"))
	require.Equal(t, 500, answer(t, e, "/y"), "an empty map would let it in")
	require.Contains(t, found.all(), "map m: "+name+" has more than the 1000 bytes of Limits.MapFile")
	require.NoError(t, os.WriteFile(name, []byte("/y deny\n"), 0o600))
	require.Equal(t, 200, answer(t, e, "/x"))
	require.Equal(t, 403, answer(t, e, "/y"))

	fsys := &faulty{MapFS: fstest.MapFS{"map": {Data: make([]byte, 2<<20)}}}
	e = compile(t, guard("txt:/map"), &matcher.Options{FS: fsys, Limits: matcher.Limits{MapFile: 1 << 20}})
	for range 10 {
		require.Equal(t, 500, answer(t, e, "/x"))
	}
	require.Equal(t, 1, fsys.opened(), "the failure is remembered")
}

// TestMapFileFailures has maps that can't be read while requests come. A live
// httpd goes on with the default value where one is missing, may not be read,
// is a directory or /dev/null, and waits for ever for a pipe or a device.
func TestMapFileFailures(t *testing.T) {
	t.Parallel()
	fsys := &faulty{MapFS: fstest.MapFS{"map": {Data: []byte("/x deny\n")}}}
	found := &findings{}
	e := compile(t, guard("txt:/map"), &matcher.Options{FS: fsys, Report: found.add})
	require.Equal(t, 403, answer(t, e, "/x"))
	set := func(data string, mode fs.FileMode, fault, torn error) {
		fsys.MapFS["map"] = &fstest.MapFile{Data: []byte(data), Mode: mode}
		fsys.fault, fsys.torn = fault, torn
	}
	set("/x deny\n", 0, fs.ErrPermission, nil)
	require.Equal(t, 200, answer(t, e, "/x"), "as in httpd")
	require.Contains(t, found.all(), "map m: open /map: permission denied")
	set("", fs.ModeDir, nil, nil)
	require.Equal(t, 200, answer(t, e, "/x"), "as in httpd")
	require.Contains(t, found.all(), "map m: /map is a directory")
	set("", fs.ModeNamedPipe, nil, nil)
	require.Equal(t, 500, answer(t, e, "/x"))
	set("/y deny\n", 0, nil, errors.New("the disk is broken"))
	fsys.opened()
	for range 10 {
		require.Equal(t, 500, answer(t, e, "/x"))
	}
	require.Less(t, fsys.opened(), 25, "a broken disk is not asked all the time")
	set("/z deny\n", 0, nil, nil)
	require.Eventually(t, func() bool { return answer(t, e, "/z") == 403 }, 5*time.Second, 50*time.Millisecond)
	require.Equal(t, 200, answer(t, e, "/x"))
}

// TestMapFileReplaced replaces a map by others of the same size and time.
func TestMapFileReplaced(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"map": "/x deny\n", "new": "/y deny\n"})
	name := filepath.Join(dir, "map")
	then := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(name, then, then))
	require.NoError(t, os.Chtimes(filepath.Join(dir, "new"), then, then))
	fsys := fstest.MapFS{"map": {Data: []byte("/x deny\n"), ModTime: then}}
	onDisk, virtual := compile(t, guard("txt:"+name), nil), compile(t, guard("txt:/map"), &matcher.Options{FS: fsys})
	for _, e := range []*matcher.Engine{onDisk, virtual} {
		require.Equal(t, 403, answer(t, e, "/x"))
	}
	require.NoError(t, os.Rename(filepath.Join(dir, "new"), name))
	fsys["map"] = &fstest.MapFile{Data: []byte("/y deny\n"), ModTime: then}
	for _, e := range []*matcher.Engine{onDisk, virtual} {
		require.Equal(t, 200, answer(t, e, "/x"))
		require.Equal(t, 403, answer(t, e, "/y"))
	}
}

// TestMapFileConcurrently replaces a map while many ask: each gets an answer
// that one of the files gives.
func TestMapFileConcurrently(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"map": "/x deny\n"})
	name := filepath.Join(dir, "map")
	e := compile(t, guard("txt:"+name), nil)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := answer(t, e, "/x"); got != 403 {
					t.Errorf("status %d, want 403", got)
					return
				}
			}
		})
	}
	for i := range 50 {
		next := filepath.Join(dir, "next")
		require.NoError(t, os.WriteFile(next, []byte("/x deny\n"+strings.Repeat("#", i)), 0o600))
		require.NoError(t, os.Rename(next, name))
	}
	close(stop)
	wg.Wait()
}
