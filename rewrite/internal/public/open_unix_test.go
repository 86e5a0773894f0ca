//go:build unix

package public

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is opened lies below the root and is a regular file or a directory, with a
// wall and without.
func TestOpen(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{
		"www/a.txt": "", "www/2/a.txt": "", "www2/a.txt": "", "www/.htaccess": "", "www/x.php": "", "www/.env": "", "www/shown.txt": "",
	}))
	require.NoError(t, err)
	root := filepath.Join(dir, "www")
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	require.NoError(t, os.Symlink("pipe", filepath.Join(root, "linked")))
	require.NoError(t, os.Symlink("x.php", filepath.Join(root, "linked.txt")))
	require.NoError(t, os.Symlink("2", filepath.Join(root, "dir")))
	wall, err := NewWall(root)
	require.NoError(t, err)
	for _, tt := range []struct {
		name, root string
		err        error
	}{
		{root + "/a.txt", root, nil},
		{root + "//2/../a.txt", root, nil},
		{root, root, nil},
		{root + "/a.txt", root + "/a.txt", nil},
		{root + "/a.txt", "", errNotPublic},
		{root + "2/a.txt", root, errNotPublic},
		{root + "/../www2/a.txt", root, errNotPublic},
		{dir, root, fs.ErrNotExist},
		{root + "/none", root, fs.ErrNotExist},
		{root + "/a.txt/x", root, syscall.ENOTDIR},
		{root + "/pipe", root, fs.ErrPermission},
		{root + "/linked", root, fs.ErrPermission},
		{root + "/.htaccess", root, errAccessFile},
		{root + "/.env", root, errDotfile},
		{root + "/x.php", root, errScript},
		{root + "/linked.txt", root, errScript},
		{root + "/dir/a.txt", root, nil},
		{root + "/dir/a.txt", root + "/dir", nil},
	} {
		judged, _ := os.Stat(tt.name)
		other, err := os.Stat(root + "/shown.txt")
		require.NoError(t, err)
		looked, seen, _ := Look(tt.name)
		another, of, _ := Look(root + "/shown.txt")
		for _, by := range []struct {
			wall   *Wall
			judged fs.FileInfo
			looked *File
		}{
			{nil, nil, nil},
			{wall, nil, nil},
			{nil, judged, nil},
			{wall, judged, nil},
			{nil, other, nil},
			{wall, seen, looked},
			{nil, judged, looked},
			{nil, nil, looked},
			{nil, of, another},
			{nil, seen, another},
			{nil, seen, looked},
		} {
			f, st, err := Open(tt.name, tt.root, Show{}, by.wall, by.judged, by.looked)
			require.ErrorIs(t, err, tt.err, "%s below %s", tt.name, tt.root)
			if tt.err != nil {
				require.Nil(t, f, tt.name)
				continue
			}
			want, err := os.Stat(tt.name)
			require.NoError(t, err)
			same, err := f.Std().Stat()
			require.NoError(t, err)
			require.True(t, os.SameFile(want, same), tt.name)
			require.Equal(t, []any{want.Size(), want.Mode(), want.ModTime(), want.IsDir()},
				[]any{st.Size(), st.Mode(), st.ModTime(), st.IsDir()}, tt.name)
			require.NoError(t, f.Close())
		}
		_, _ = looked.Close(), another.Close()
	}
}

// What Look says of a file is what os.Stat says; what it opens is that file, which Open takes.
func TestLook(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"www/a.txt": "content", "www/2/b.txt": ""}))
	require.NoError(t, err)
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	require.NoError(t, os.Symlink("www/a.txt", filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink("www", filepath.Join(dir, "linked")))
	require.NoError(t, os.Symlink("none", filepath.Join(dir, "broken")))
	for name, opens := range map[string]bool{
		"www/a.txt": true, "www/2/b.txt": true, "www/2/../a.txt": true, "www": false, "www/": false, "www/a.txt/": false, "www/a.txt/x": false,
		"none": false, "pipe": false, "link": false, "linked/a.txt": false, "linked": false, "broken": false,
	} {
		want, wantErr := os.Stat(dir + "/" + name)
		f, st, err := Look(dir + "/" + name)
		require.Equal(t, opens && runtime.GOOS == "linux", f != nil, name)
		if wantErr != nil {
			require.ErrorIs(t, err, errors.Unwrap(wantErr), name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, []any{want.Size(), want.Mode(), want.ModTime(), want.IsDir(), want.Name()},
			[]any{st.Size(), st.Mode(), st.ModTime(), st.IsDir(), st.Name()}, name)
		if f == nil {
			continue
		}
		taken, _, err := Open(dir+"/"+name, dir, Show{}, nil, st, f)
		require.NoError(t, err)
		require.Equal(t, filepath.Clean(name) == name, f == taken, name)
		_, _ = f.Close(), taken.Close()
		again, _, err := Open(dir+"/"+name, dir, Show{}, nil, st, f)
		require.NoError(t, err, "it is closed, and opened once more")
		require.NotSame(t, f, again)
		require.NoError(t, again.Close())
	}
}

// A file is read alike whether or not package os has it, from where the other left off.
func TestFileRead(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"a.txt": "content"}))
	require.NoError(t, err)
	judged, err := os.Stat(dir + "/a.txt")
	require.NoError(t, err)
	for _, known := range []fs.FileInfo{nil, judged} {
		f, _, err := Open(dir+"/a.txt", dir, Show{}, nil, known, nil)
		require.NoError(t, err)
		require.Equal(t, runtime.GOOS == "linux" && known != nil, f.std == nil, "what openat2 opened is read without package os")
		some := make([]byte, 3)
		_, err = io.ReadFull(f, some)
		require.NoError(t, err)
		rest, err := io.ReadAll(f.Std())
		require.NoError(t, err)
		require.Equal(t, "content", string(some)+string(rest))
		_, err = f.Read(some)
		require.ErrorIs(t, err, io.EOF)
		require.NoError(t, f.Close())

		f, _, err = Open(dir+"/a.txt", dir, Show{}, nil, known, nil)
		require.NoError(t, err)
		all, err := io.ReadAll(f)
		require.NoError(t, err)
		require.Equal(t, "content", string(all))
		require.NoError(t, f.Close())
		require.ErrorIs(t, f.Close(), os.ErrClosed)
		_, err = f.Read(some)
		require.ErrorIs(t, err, os.ErrClosed)
	}
}

// A link to a file is followed as Options says, by the owner of what was opened.
func TestOpenLink(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"www/a.txt": "", "www/dir/b.txt": ""}))
	require.NoError(t, err)
	root := filepath.Join(dir, "www")
	require.NoError(t, os.Symlink("a.txt", filepath.Join(root, "own")))
	require.NoError(t, os.Symlink("own", filepath.Join(root, "twice")))
	require.NoError(t, os.Symlink("a.txt", filepath.Join(root, "other")))
	require.NoError(t, os.Symlink("dir", filepath.Join(root, "folder")))
	tests := map[string][3]error{
		"a.txt": {}, "own": {LinksNever: errLink}, "twice": {LinksNever: errLink}, "folder/b.txt": {}, "folder": {LinksNever: errLink},
	}
	if os.Geteuid() == 0 {
		require.NoError(t, os.Lchown(filepath.Join(root, "other"), 1, 1))
		tests["other"] = [3]error{LinksOfOwner: errLink, LinksNever: errLink}
	}
	for name, want := range tests {
		for links, err := range want {
			f, _, got := Open(filepath.Join(root, name), root, Show{Links: Links(links)}, nil, nil, nil)
			require.ErrorIs(t, got, err, "%s %d", name, links)
			if got == nil {
				require.NoError(t, f.Close())
			}
			_, got = Stat(filepath.Join(root, name), root, Show{Links: Links(links)}, nil)
			require.ErrorIs(t, got, err, "%s %d", name, links)
		}
	}
}
