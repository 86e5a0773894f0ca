//go:build amd64 || arm64

package filestat

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// descriptors returns how many descriptors this process has of the folder dir.
func descriptors(t *testing.T, dir string) (n int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, fd := range open {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && target == dir {
			n++
		}
	}
	return n
}

// The folder that many files in a row lie in is open, once, until the next one or Close.
func TestFolderHeld(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	var f Folder
	look := func(name string, times int) {
		for range times {
			_, _ = f.Stat(name)
		}
	}
	for range 2 {
		look(dir+"/a", often-1)
		require.Equal(t, 0, descriptors(t, dir))
		look(dir+"/b", 1)
		require.Equal(t, 1, descriptors(t, dir))
		look(dir+"/c", inARow)
		require.Equal(t, 1, descriptors(t, dir))
		look(other+"/c", inARow)
		require.Equal(t, []int{0, 1}, []int{descriptors(t, dir), descriptors(t, other)})
		for _, name := range []string{other + "/.", other + "/..", other + "/", "none"} {
			look(name, inARow)
			require.Equal(t, 0, descriptors(t, other), "%s is in no folder by that name", name)
			look(other+"/c", inARow)
			require.Equal(t, 1, descriptors(t, other))
		}
		f.Close()
		f.Close()
		require.Equal(t, 0, descriptors(t, other))
	}
}
