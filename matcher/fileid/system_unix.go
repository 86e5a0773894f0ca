//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris

package fileid

import (
	"io/fs"
	"syscall"
)

// system adds what only the system knows of a file, and reports whether it
// does: an fs.FS of its own may not, or fill in the owner alone.
func (id *ID) system(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if ok = ok && st.Ino != 0; ok {
		id.device, id.inode = uint64(st.Dev), st.Ino //nolint:unconvert // narrower on some systems
		id.changed = changeTime(st)
	}
	return ok
}
