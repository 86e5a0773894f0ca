//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris

package fileid

import (
	"io/fs"
	"os"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPhysical checks which files have an identity beyond their names: those of the
// system, and not those of an fs.FS that fills in the owner alone.
func TestPhysical(t *testing.T) {
	t.Parallel()
	info, err := os.Stat(".")
	require.NoError(t, err)
	id, enough := describe(info, time.Now().Add(time.Hour))
	require.True(t, id.Physical() && enough)
	for _, sys := range []any{nil, &syscall.Stat_t{Uid: 1}} {
		info, err := fs.Stat(fstest.MapFS{"file": {Sys: sys}}, "file")
		require.NoError(t, err)
		id, enough := describe(info, time.Now())
		require.False(t, id.Physical() || enough)
	}
}
