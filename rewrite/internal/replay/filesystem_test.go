package replay

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const testRoot = "/tmp/no-such-dir/htdocs"

func testFiles(t *testing.T) *fileSystem {
	t.Helper()
	tree, err := ParseTree([]byte(`{
		"index.html": "home\n",
		"dir/file.txt": "text",
		"dir/sub/x": "",
		"run.sh": "#!/bin/sh\n",
		"caf\u00c3\u00a9": "name in UTF-8",
		"link": {"link": "dir/file.txt"},
		"up": {"link": "dir/sub"},
		"dir/back": {"link": "../index.html"},
		"out": {"link": "/"},
		"loop": {"link": "loop"}
	}`))
	require.NoError(t, err)
	files, err := newFileSystem(testRoot, tree)
	require.NoError(t, err)
	require.NoError(t, files.add(testRoot+"/dir/own.txt", "own"))
	require.NoError(t, files.add(testRoot+"/new/deep/own.txt", "deep"))
	require.NoError(t, files.add(testRoot+"/index.html", "mine"))
	require.NoError(t, files.add("/tmp/no-such-dir/vhost.conf", "outside"))
	return files
}

func TestFileSystemReadsLikeUnix(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	tests := []struct {
		name string // below the document root
		want string // text, or the error's
	}{
		{"index.html", "mine"}, // a case's file hides the tree's
		{"dir/file.txt", "text"},
		{"dir/own.txt", "own"},
		{"new/deep/own.txt", "deep"},
		{"caf\xc3\xa9", "name in UTF-8"},
		{"link", "text"},
		{"up/x", ""},
		{"dir/back", "mine"},
		{"dir/sub", syscall.EISDIR.Error()},
		{"nope", syscall.ENOENT.Error()},
		{"dir/nope/x", syscall.ENOENT.Error()},
		{"index.html/x", syscall.ENOTDIR.Error()},
		{"link/x/y", syscall.ENOTDIR.Error()},
		{"loop", syscall.ELOOP.Error()},
		{"loop/x", syscall.ELOOP.Error()},
		{"../vhost.conf", fs.ErrInvalid.Error()},
		{"a\x00b", fs.ErrInvalid.Error()},
		{strings.Repeat("n", 256), syscall.ENAMETOOLONG.Error()},
		{strings.Repeat("n/", 2100) + "n", syscall.ENAMETOOLONG.Error()},
	}
	for _, test := range tests {
		text, err := files.ReadFile(testRoot[1:] + "/" + test.name)
		got := string(text)
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			got = pathErr.Err.Error()
		}
		if got != test.want {
			t.Errorf("ReadFile(%.30q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestFileSystemTellsKinds(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	tests := []struct {
		name       string
		stat, link string
	}{
		{"index.html", "-rw-r--r--", "-rw-r--r--"},
		{"run.sh", "-rwxr-xr-x", "-rwxr-xr-x"},
		{"dir", "drwxr-xr-x", "drwxr-xr-x"},
		{"new/deep", "drwxr-xr-x", "drwxr-xr-x"},
		{"link", "-rw-r--r--", "Lrwxrwxrwx"},
		{"up", "drwxr-xr-x", "Lrwxrwxrwx"},
		{"up/x", "-rw-r--r--", "-rw-r--r--"},
	}
	for _, test := range tests {
		name := testRoot[1:] + "/" + test.name
		info, err := files.Stat(name)
		require.NoError(t, err)
		if got := info.Mode().String(); got != test.stat {
			t.Errorf("Stat(%q) has mode %s, want %s", test.name, got, test.stat)
		}
		info, err = files.Lstat(name)
		require.NoError(t, err)
		if got := info.Mode().String(); got != test.link {
			t.Errorf("Lstat(%q) has mode %s, want %s", test.name, got, test.link)
		}
	}
	target, err := files.ReadLink(testRoot[1:] + "/up")
	require.NoError(t, err)
	if target != "dir/sub" {
		t.Errorf("ReadLink(up) = %q, want %q", target, "dir/sub")
	}
}

func TestFileSystemSeesTheMachineOutside(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a path from \"/\" names a file on the current drive")
	}
	files := testFiles(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/real", []byte("real"), 0o600))
	for _, name := range []string{dir[1:] + "/real", testRoot[1:] + "/out" + dir + "/real"} {
		text, err := files.ReadFile(name)
		require.NoError(t, err)
		if string(text) != "real" {
			t.Errorf("ReadFile(%q) = %q, want %q", name, text, "real")
		}
	}
	for _, name := range []string{".", "tmp", "tmp/no-such-dir"} {
		info, err := files.Stat(name)
		require.NoError(t, err)
		if !info.IsDir() {
			t.Errorf("%q is not a directory", name)
		}
	}
	if _, err := files.Stat("tmp/no-such-dir/else"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat beside the document root: %v, want %v", err, fs.ErrNotExist)
	}
}

func TestFileSystemListsBothLayers(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	entries, err := files.ReadDir(testRoot[1:] + "/dir")
	require.NoError(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff([]string{"back", "file.txt", "own.txt", "sub"}, got); diff != "" {
		t.Errorf("ReadDir(dir) mismatch (-want +got):\n%s", diff)
	}
}

func TestFileSystemConforms(t *testing.T) {
	t.Parallel()
	tree, err := ParseTree([]byte(`{"a": "1", "d/b": "2", "d/e/c": "3", "l": {"link": "a"}}`))
	require.NoError(t, err)
	files, err := newFileSystem(testRoot, tree)
	require.NoError(t, err)
	require.NoError(t, files.add(testRoot+"/d/own", "4"))
	below, err := fs.Sub(files, testRoot[1:])
	require.NoError(t, err)
	require.NoError(t, fstest.TestFS(below, "a", "d/b", "d/e/c", "d/own", "l"))
}

func TestParseTreeRefuses(t *testing.T) {
	t.Parallel()
	for _, src := range []string{``, `[]`, `{"a": 1}`, `{"a": {}}`, `{"../a": ""}`, `{"/a": ""}`, `{"a": "", "a/b": ""}`} {
		if _, err := ParseTree([]byte(src)); err == nil {
			t.Errorf("ParseTree(%s) succeeded, want an error", src)
		}
	}
}
