//go:build unix

package precondition

import (
	"io/fs"
	"syscall"
)

// inode returns the number of the file's inode, 0 if it has none.
func inode(st fs.FileInfo) uint64 {
	if s, ok := st.Sys().(*syscall.Stat_t); ok {
		return s.Ino
	}
	return 0
}
