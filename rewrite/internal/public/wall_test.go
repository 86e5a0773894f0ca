package public

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A wall has a directory under its own name, and the names of those that it lies in.
func TestWall(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(tree(t, map[string]string{"www/a.txt": "a", "www2/b.txt": ""}))
	require.NoError(t, err)
	for name, target := range map[string]string{"in": "a.txt", "out": "../www2/b.txt", "rooted": dir + "/www2"} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, "www", name)))
	}
	_, err = NewWall("")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = NewWall(dir + "/none")
	require.ErrorIs(t, err, fs.ErrNotExist)
	w, err := NewWall(dir + "/www")
	require.NoError(t, err)
	require.Equal(t, dir+"/www", w.Dir())
	require.NoError(t, os.Symlink("www", filepath.Join(dir, "link")))
	linked, err := NewWall(dir + "/link")
	require.NoError(t, err)
	require.Equal(t, dir+"/www", linked.Dir())
	for name, want := range map[string]struct {
		stat, lstat, open bool
	}{
		dir + "/www":            {true, true, true},
		dir + "/www/":           {true, true, true},
		dir + "/www/a.txt":      {true, true, true},
		dir + "/www/in":         {true, true, true},
		dir + "/www/out":        {false, true, false},
		dir + "/www/rooted":     {false, true, false},
		dir + "/www/none":       {},
		dir:                     {true, true, false},
		"/":                     {true, true, false},
		dir + "/www2":           {},
		dir + "/www2/b.txt":     {},
		dir + "/ww":             {},
		dir + "/www/../www2":    {},
		filepath.Dir(dir) + "x": {},
	} {
		rel := name[1:]
		_, err = w.Stat(rel)
		require.Equal(t, want.stat, err == nil, "stat of %s: %v", name, err)
		_, err = w.Lstat(rel)
		require.Equal(t, want.lstat, err == nil, "lstat of %s: %v", name, err)
		f, err := w.Open(rel)
		require.Equal(t, want.open, err == nil, "%s: %v", name, err)
		if err == nil {
			require.NoError(t, f.Close())
		}
	}
	target, err := w.ReadLink(dir[1:] + "/www/in")
	require.NoError(t, err)
	require.Equal(t, "a.txt", target)
	_, err = w.ReadLink(dir[1:] + "/www2/b.txt")
	require.ErrorIs(t, err, fs.ErrPermission)
}
