//go:build amd64 || arm64

package filestat

import (
	"io/fs"
	"path"
	"syscall"
	"time"
)

// info describes a file.
type info struct {
	name string
	sys  syscall.Stat_t
}

func (i *info) Name() string       { return path.Base(i.name) }
func (i *info) Size() int64        { return i.sys.Size }
func (i *info) ModTime() time.Time { return time.Unix(i.sys.Mtim.Unix()) }
func (i *info) IsDir() bool        { return i.sys.Mode&syscall.S_IFMT == syscall.S_IFDIR }
func (i *info) Sys() any           { return &i.sys }

// Mode returns what package os makes of the kind of a file and its permissions.
func (i *info) Mode() fs.FileMode {
	mode := fs.FileMode(i.sys.Mode) & fs.ModePerm
	switch i.sys.Mode & syscall.S_IFMT {
	case syscall.S_IFBLK:
		mode |= fs.ModeDevice
	case syscall.S_IFCHR:
		mode |= fs.ModeDevice | fs.ModeCharDevice
	case syscall.S_IFDIR:
		mode |= fs.ModeDir
	case syscall.S_IFIFO:
		mode |= fs.ModeNamedPipe
	case syscall.S_IFLNK:
		mode |= fs.ModeSymlink
	case syscall.S_IFSOCK:
		mode |= fs.ModeSocket
	}
	for _, bit := range [...]struct {
		sys  uint32
		mode fs.FileMode
	}{{syscall.S_ISUID, fs.ModeSetuid}, {syscall.S_ISGID, fs.ModeSetgid}, {syscall.S_ISVTX, fs.ModeSticky}} {
		if i.sys.Mode&bit.sys != 0 {
			mode |= bit.mode
		}
	}
	return mode
}
