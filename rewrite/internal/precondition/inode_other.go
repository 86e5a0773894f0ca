//go:build !unix

package precondition

import "io/fs"

// inode returns 0: there are no inodes here.
func inode(fs.FileInfo) uint64 { return 0 }
