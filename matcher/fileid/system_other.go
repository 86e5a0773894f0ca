//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package fileid

import "io/fs"

// system adds nothing: that a file is the same version is told by its content.
func (*ID) system(fs.FileInfo) bool { return false }
