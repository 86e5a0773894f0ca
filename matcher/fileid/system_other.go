//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package fileid

import "io/fs"

// system adds nothing: the content has to identify the version.
func (*ID) system(fs.FileInfo) bool { return false }
