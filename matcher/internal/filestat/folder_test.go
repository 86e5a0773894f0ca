//go:build unix

package filestat

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// inARow is more looks into a folder than it takes to be opened.
const inARow = 20

// Files of each kind are described as by os.Stat, in folders known and not.
func TestFolderStat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(in("file"), []byte("content"), 0o640))
	require.NoError(t, os.Mkdir(in("dir"), 0o750))
	require.NoError(t, os.Mkdir(in("sticky"), 0o700))
	require.NoError(t, os.Chmod(in("sticky"), 0o777|fs.ModeSticky))
	require.NoError(t, os.WriteFile(in("setid"), nil, 0o700))
	require.NoError(t, os.Chmod(in("setid"), 0o755|fs.ModeSetuid|fs.ModeSetgid))
	require.NoError(t, syscall.Mkfifo(in("pipe"), 0o600))
	socket, err := net.Listen("unix", in("socket"))
	require.NoError(t, err)
	defer socket.Close() //nolint:errcheck // it is removed
	require.NoError(t, os.Symlink("file", in("link")))
	require.NoError(t, os.Symlink("dir", in("linked")))
	require.NoError(t, os.Symlink("none", in("broken")))
	require.NoError(t, os.Symlink("loop", in("loop")))
	names := []string{
		"file", "file/", "dir", "dir/", "dir/.", "dir/..", "sticky", "setid", "pipe", "socket", "link", "linked", "linked/../file",
		"broken", "loop", "none", strings.Repeat("n", 256),
	}
	var all []string
	for _, below := range []string{"/", "/dir/../", "/file/", "/linked/../", "/none/", "/loop/", "//"} {
		for _, name := range names {
			all = append(all, dir+below+name)
		}
	}
	all = append(all, "/", "/dev/null", "/dev/none", "", ".", "..", "folder_test.go", "none")
	for _, times := range []int{1, inARow} { // each file so often in a row
		var f Folder
		for _, name := range all {
			for range times {
				same(t, &f, name)
			}
		}
		f.Close()
	}
}

// same requires that f describes name as os.Stat does.
func same(t *testing.T, f *Folder, name string) {
	t.Helper()
	want, wantErr := os.Stat(name)
	got, err := f.Stat(name)
	if wantErr != nil {
		require.Nil(t, got, name)
		require.ErrorIs(t, err, errors.Unwrap(wantErr), name)
		return
	}
	require.NoError(t, err, name)
	require.Equal(t, []any{want.Size(), want.Mode(), want.ModTime(), want.IsDir(), want.Name()},
		[]any{got.Size(), got.Mode(), got.ModTime(), got.IsDir(), got.Name()}, name)
	a, b := want.Sys().(*syscall.Stat_t), got.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // or the test fails
	require.Equal(t, []any{a.Dev, a.Ino, a.Uid}, []any{b.Dev, b.Ino, b.Uid}, name)
}

// A folder that cannot be entered is found out as by its whole name.
func TestFolderForbidden(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("nothing is forbidden to root")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/file", nil, 0o600))
	require.NoError(t, os.Chmod(dir, 0o600))
	defer os.Chmod(dir, 0o700) //nolint:errcheck // it is removed
	var f Folder
	defer f.Close()
	for range inARow {
		same(t, &f, dir+"/file")
	}
}

// After Close all is looked at anew, and no descriptor is kept.
func TestFolderClose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var f Folder
	many := func() {
		for i := range inARow {
			same(t, &f, fmt.Sprintf("%s/made/%d", dir, i))
		}
	}
	many()
	require.NoError(t, os.Mkdir(dir+"/made", 0o700))
	require.NoError(t, os.WriteFile(dir+"/made/1", nil, 0o600))
	f.Close()
	many()
	f.Close()
	require.NoError(t, os.Rename(dir+"/made", dir+"/moved"))
	many()
	f.Close()
	require.Equal(t, Folder{}, f)
}

// BenchmarkMissing is what a condition on a file costs that is not there.
func BenchmarkMissing(b *testing.B) {
	dir := b.TempDir()
	b.Run("Folder", func(b *testing.B) {
		b.ReportAllocs()
		var f Folder
		for b.Loop() {
			_, _ = f.Stat(dir + "/none")
		}
		f.Close()
	})
	b.Run("OS", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = os.Stat(dir + "/none")
		}
	})
}
