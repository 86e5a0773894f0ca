package public

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What can't be read fails as with package os.
func TestFileFails(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.txt": "content"})
	f, _, err := Look(dir + "/a.txt")
	require.NoError(t, err)
	if f == nil {
		t.Skip("the kernel can't open a file without following links")
	}
	require.NoError(t, syscall.Close(f.plain.fd))
	f.plain.fd = -1
	n, err := f.Read(make([]byte, 1))
	require.Equal(t, 0, n)
	require.ErrorIs(t, err, syscall.EBADF)
}
