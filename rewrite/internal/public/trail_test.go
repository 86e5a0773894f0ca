package public

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a name leads to, and what is seen on the way: all that the kernel would
// go through, and no name that it would not.
func TestFollow(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"a/x.php": "", "a/b/c": "", "d/e": ""}))
	require.NoError(t, err)
	for name, target := range map[string]string{
		"file": "a/x.php", "dotted": "a/x.php/.", "folder": "a", "up": "a/b/../../d/e", "loop": "loop", "gone": "a/none",
		"rooted": dir + "/d", "chain": "folder/b", "empty": "a//b",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	chain := "a/x.php"
	for i := 1; i <= maxLinks+1; i++ {
		name := fmt.Sprint("link", i)
		require.NoError(t, os.Symlink(chain, filepath.Join(dir, name)))
		chain = name
	}
	seen := "a x.php!"
	for i := 1; i <= maxLinks; i++ {
		seen = fmt.Sprintf("link%d! %s", i, seen)
	}
	for _, tt := range []struct {
		name, real, seen string // seen: segments, with "!" behind a last one
		err              error
	}{
		{"a/x.php", "a/x.php", "a x.php!", nil},
		{"file", "a/x.php", "file! a x.php!", nil},
		{"folder/x.php", "a/x.php", "folder a x.php!", nil},
		{"up", "d/e", "up! a b d e!", nil},
		{"rooted/e", "d/e", "d e!", nil},
		{"chain/c", "a/b/c", "chain folder a b c!", nil},
		{"empty", "a/b", "empty! a b!", nil},
		{"", "", "", nil},
		{"dotted", "", "dotted! a x.php", syscall.ENOTDIR},
		{"file/", "a/x.php", "file! a x.php!", nil},
		{"file/x", "", "file a x.php", syscall.ENOTDIR},
		{"loop", "", "", syscall.ELOOP},
		{"link40", "a/x.php", seen, nil},
		{"link41", "", "", syscall.ELOOP},
		{"gone", "", "gone! a", fs.ErrNotExist},
		{"none/x", "", "", fs.ErrNotExist},
	} {
		var seen []string
		led, st, err := follow(machine{}, dir, strings.TrimSuffix(tt.name, "/"), func(_, segment string, last bool, _ fs.FileInfo) error {
			if last {
				segment += "!"
			}
			seen = append(seen, segment)
			return nil
		})
		if tt.err != nil {
			require.ErrorIs(t, err, tt.err, tt.name)
			if tt.seen != "" {
				require.Equal(t, tt.seen, strings.Join(seen, " "), tt.name)
			}
			continue
		}
		require.NoError(t, err, tt.name)
		require.Equal(t, filepath.Join(dir, tt.real), led, tt.name)
		want, err := os.Stat(filepath.Join(dir, tt.name))
		require.NoError(t, err)
		require.True(t, os.SameFile(want, st), tt.name)
		if tt.name != "rooted/e" { // which begins at the root of the machine
			require.Equal(t, tt.seen, strings.Join(seen, " "), tt.name)
		}
	}
	stop := errors.New("stop")
	_, _, err = follow(machine{}, dir, "file", func(_, _ string, last bool, _ fs.FileInfo) error {
		if last {
			return stop
		}
		return nil
	})
	require.ErrorIs(t, err, stop)
}

// tree writes files below a folder of its own, which it returns.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	return dir
}
