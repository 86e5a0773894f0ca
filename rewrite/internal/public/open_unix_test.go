//go:build unix

package public

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is opened lies below the root and is a regular file or a directory, with a
// wall and without.
func TestOpen(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{
		"www/a.txt": "", "www/2/a.txt": "", "www2/a.txt": "", "www/.htaccess": "", "www/x.php": "", "www/.env": "",
	}))
	require.NoError(t, err)
	root := filepath.Join(dir, "www")
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	require.NoError(t, os.Symlink("pipe", filepath.Join(root, "linked")))
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
	} {
		for _, w := range []*Wall{nil, wall} {
			f, st, err := Open(tt.name, tt.root, Show{}, w)
			require.ErrorIs(t, err, tt.err, "%s below %s", tt.name, tt.root)
			if tt.err != nil {
				require.Nil(t, f, tt.name)
				continue
			}
			want, err := os.Stat(tt.name)
			require.NoError(t, err)
			require.True(t, os.SameFile(want, st), tt.name)
			require.NoError(t, f.Close())
		}
	}
}
