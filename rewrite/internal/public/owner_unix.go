//go:build unix

package public

import (
	"io/fs"
	"syscall"
)

// sameOwner reports whether two files belong to one user, as far as that is known.
func sameOwner(a, b fs.FileInfo) bool {
	x, okX := a.Sys().(*syscall.Stat_t)
	y, okY := b.Sys().(*syscall.Stat_t)
	return okX && okY && x.Uid == y.Uid
}
