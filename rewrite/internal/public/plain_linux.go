package public

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// What openat2(2) takes, which package syscall does not have. The number is the same on
// each architecture but MIPS, where it is that of no call, so that files are looked up step
// by step.
const (
	sysOpenat2      = 437
	atWorkingDir    = -100 // AT_FDCWD
	noMagicLinks    = 0x02 // RESOLVE_NO_MAGICLINKS
	noSymbolicLinks = 0x04 // RESOLVE_NO_SYMLINKS
)

// openHow is struct open_how.
type openHow struct{ flags, mode, resolve uint64 }

// plainFile is a regular file that no symbolic link led to. To read a small one from its
// descriptor spares the calls by which package os prepares to wait for it.
type plainFile struct {
	fd     int
	info   fileInfo
	isOpen bool // there is a file, and it was not closed
}

// open reports whether there is a file, and it was not closed.
func (f *plainFile) open() bool { return f.isOpen }

// openPlain opens the regular file that the engine found under name, an absolute path, if
// no symbolic link is on the way: the kernel sees to that. ok is false where that is not
// so, or can't be known, and where the file is another by now.
func openPlain(name string, judged fs.FileInfo) (f *File, st fs.FileInfo, ok bool) {
	if judged == nil || !judged.Mode().IsRegular() {
		return nil, nil, false
	}
	want, ok := judged.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, nil, false
	}
	fd, err := openat2(name)
	if err != nil {
		return nil, nil, false
	}
	f, err = described(fd, name)
	if err != nil {
		return nil, nil, false
	}
	info := &f.plain.info
	if info.sys.Dev != want.Dev || info.sys.Ino != want.Ino || !info.isRegular() {
		_ = f.Close()
		return nil, nil, false
	}
	return f, info, true
}

// described returns the file that fd was opened for, with its description.
func described(fd int, name string) (*File, error) {
	f := &File{plain: plainFile{fd: fd, info: fileInfo{name: name}, isOpen: true}}
	if err := syscall.Fstat(fd, &f.plain.info.sys); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Look describes the file at name, an absolute path, as os.Stat does. Where it is a regular
// file that no symbolic link leads to, file has it open, for Open; else file is nil.
func Look(name string) (file *File, st fs.FileInfo, err error) {
	if strings.HasSuffix(name, "/") { // a directory
		st, err = os.Stat(name)
		return nil, st, err
	}
	fd, err := openat2(name)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil, err
	}
	if err == nil {
		if file, err = described(fd, name); err == nil && file.plain.info.isRegular() {
			return file, &file.plain.info, nil
		}
		_ = file.Close()
	}
	st, err = os.Stat(name)
	return nil, st, err
}

// openat2 opens name without following a symbolic link, and without waiting for the other
// end of a pipe.
func openat2(name string) (int, error) {
	var buf [256]byte // for most names, which take no memory of their own then
	p := &buf[0]
	if strings.IndexByte(name, 0) >= 0 || len(name) >= len(buf) {
		var err error
		if p, err = syscall.BytePtrFromString(name); err != nil {
			return -1, err
		}
	} else {
		copy(buf[:], name)
	}
	how := openHow{flags: uint64(openFlags | syscall.O_CLOEXEC), resolve: noSymbolicLinks | noMagicLinks}
	at := atWorkingDir
	for {
		fd, _, errno := syscall.Syscall6(sysOpenat2, uintptr(at), uintptr(unsafe.Pointer(p)), uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		switch {
		case errno == 0:
			return int(fd), nil //nolint:gosec // a descriptor is a small number
		case errno != syscall.EINTR:
			return -1, errno
		}
	}
}

// isOf reports whether f was opened under that name, and st is its description.
func (f *plainFile) isOf(name string, st fs.FileInfo) bool {
	info, ok := st.(*fileInfo)
	return ok && info == &f.info && f.info.name == name
}

func (f *plainFile) std() *os.File { return os.NewFile(uintptr(f.fd), f.info.name) } //nolint:gosec // it is not negative

func (f *plainFile) read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(f.fd, p)
		if !errors.Is(err, syscall.EINTR) {
			return max(n, 0), err
		}
	}
}

func (f *plainFile) close() error {
	f.isOpen = false // the descriptor may be another file's from now on
	return syscall.Close(f.fd)
}

// fileInfo describes a regular file.
type fileInfo struct {
	name string
	sys  syscall.Stat_t
}

func (i *fileInfo) isRegular() bool    { return i.sys.Mode&syscall.S_IFMT == syscall.S_IFREG }
func (i *fileInfo) Name() string       { return path.Base(i.name) }
func (i *fileInfo) Size() int64        { return i.sys.Size }
func (i *fileInfo) Mode() fs.FileMode  { return fs.FileMode(i.sys.Mode) & fs.ModePerm }
func (i *fileInfo) ModTime() time.Time { return time.Unix(i.sys.Mtim.Unix()) }
func (i *fileInfo) IsDir() bool        { return false }
func (i *fileInfo) Sys() any           { return &i.sys }
