//go:build unix

package public

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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
		"www/a~1.txt": "", "www/.well-known/x.txt": "", "www/2/.well-known/x.txt": "", ".site/a.txt": "", ".site/.x/a.txt": "", ".site/www/a.txt": "",
	}))
	require.NoError(t, err)
	root := filepath.Join(dir, "www")
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	require.NoError(t, os.Symlink("pipe", filepath.Join(root, "linked")))
	require.NoError(t, os.Symlink("x.php", filepath.Join(root, "linked.txt")))
	require.NoError(t, os.Symlink("2", filepath.Join(root, "dir")))
	require.NoError(t, os.Symlink(dir+"/.site", filepath.Join(dir, ".link")))
	require.NoError(t, os.Symlink(dir+"/.site/a.txt", filepath.Join(dir, ".site/here.txt")))
	require.NoError(t, os.Symlink(dir+"/.site/www/a.txt", filepath.Join(dir, ".site/www/here.txt")))
	require.NoError(t, os.Symlink(dir+"/.site/a.txt", filepath.Join(root, "hidden.txt")))
	wall, err := NewWall(dir)
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
		{root + "/.htaccess", root + "/.htaccess", errAccessFile},
		{root + "/x.php", root + "/x.php", errScript},
		{root + "/.htnone", root, errAccessFile},
		{root + "/.none/a.txt", root, errDotfile},
		{root + "/a~1.txt", root, nil},
		{root + "/b~1.txt", root, fs.ErrNotExist},
		{root + "/.well-known/x.txt", root, nil},
		{root + "/2/.well-known/x.txt", root, errDotfile},
		{dir + "/.site", dir + "/.site", nil},
		{dir + "/.site/a.txt", dir + "/.site", nil},
		{dir + "/.site/.x/a.txt", dir + "/.site", errDotfile},
		{dir + "/.site/here.txt", dir + "/.site", nil},
		{dir + "/.site/www/here.txt", dir + "/.site/www", nil},
		{root + "/hidden.txt", root, errDotfile},
		{dir + "/.link", dir + "/.link", nil},
		{dir + "/.link/a.txt", dir + "/.link", nil},
		{"/", root, fs.ErrNotExist},
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

// A file is looked at again, and described anew, where it was replaced after it was judged.
func TestOpenReplaced(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"a.txt": "old", "b.txt": "new one", "c/.htaccess": ""}))
	require.NoError(t, err)
	name := dir + "/a.txt"
	judged, err := os.Stat(name)
	require.NoError(t, err)
	f, looked, err := Look(name)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	open := func() (*File, fs.FileInfo, error) { return Open(name, dir, Show{}, nil, judged, nil) }

	again, seen, err := Look(name)
	require.NoError(t, err)
	taken, st, err := Open(name, dir, Show{}, nil, seen, f)
	require.NoError(t, err)
	require.NotSame(t, f, taken, "it is what was judged another time")
	require.Equal(t, int64(3), st.Size())
	_, _ = again.Close(), taken.Close()

	require.NoError(t, os.Rename(dir+"/b.txt", name))
	taken, st, err = open()
	require.NoError(t, err)
	require.Equal(t, int64(7), st.Size())
	require.NoError(t, taken.Close())
	if f != nil {
		taken, st, err = Open(name, dir, Show{}, nil, looked, f)
		require.NoError(t, err)
		require.Same(t, f, taken, "it is open since it was judged")
		require.Equal(t, int64(3), st.Size())
	}

	require.NoError(t, os.Remove(name))
	_, _, err = open()
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.Symlink("c/.htaccess", name))
	_, _, err = open()
	require.ErrorIs(t, err, errAccessFile)
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Mkdir(name, 0o700))
	taken, st, err = open()
	require.NoError(t, err)
	require.True(t, st.IsDir())
	require.NoError(t, taken.Close())
}

// Names are looked at that are as long as memory at hand is, and longer, and no names.
func TestLookLength(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"a.txt": ""}))
	require.NoError(t, err)
	for _, length := range []int{254, 255, 256, 257, 300} {
		name := dir + strings.Repeat("/", length-len(dir)-len("a.txt")) + "a.txt"
		f, st, err := Look(name)
		require.NoError(t, err, length)
		require.Equal(t, runtime.GOOS == "linux", f != nil, length)
		require.True(t, st.Mode().IsRegular(), length)
		_ = f.Close()
	}
	for _, name := range []string{dir + "/a.txt\x00", dir + "/a.txt\x00" + strings.Repeat("b", 300)} {
		_, _, err = Look(name)
		require.ErrorIs(t, err, syscall.EINVAL)
	}
	_, _, err = Look(dir + "/" + strings.Repeat("b", 300))
	require.ErrorIs(t, err, syscall.ENAMETOOLONG)
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
		std := f.Std()
		require.Same(t, std, f.Std())
		require.NoError(t, f.Close())
		require.ErrorIs(t, f.Close(), os.ErrClosed)

		f, _, err = Open(dir+"/a.txt", dir, Show{}, nil, known, nil)
		require.NoError(t, err)
		n, err := f.Read(nil)
		require.Equal(t, []any{0, nil}, []any{n, err}, "nothing is asked for")
		all, err := io.ReadAll(f)
		require.NoError(t, err)
		require.Equal(t, "content", string(all))
		n, err = f.Read(some)
		require.Equal(t, []any{0, io.EOF}, []any{n, err})
		require.NoError(t, f.Close())
		require.ErrorIs(t, f.Close(), os.ErrClosed)
		_, err = f.Read(some)
		require.ErrorIs(t, err, os.ErrClosed)
		if known != nil && runtime.GOOS == "linux" {
			require.Nil(t, f.Std(), "its descriptor may be another file's by now")
		}
	}
}

// ownerless describes a file of which no more than that is known.
type ownerless struct{ plainInfo }

func (ownerless) Sys() any { return nil }

// Nobody is taken for the owner of a file whose owner is not known.
func TestSameOwner(t *testing.T) {
	t.Parallel()
	st, err := os.Stat(".")
	require.NoError(t, err)
	require.True(t, sameOwner(st, st))
	require.False(t, sameOwner(st, ownerless{}))
	require.False(t, sameOwner(ownerless{}, st))
	require.False(t, sameOwner(ownerless{}, ownerless{}))
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
