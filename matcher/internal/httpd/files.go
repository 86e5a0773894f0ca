package httpd

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/matcher/internal/filestat"
)

// Limits of the operating systems httpd runs on. They are applied to every
// file system so that a virtual one behaves like a real one.
const (
	maxFileName = 255
	maxFilePath = 4095
)

// Files gives access to the file system, by absolute paths with slashes. The
// zero value is the machine's own.
type Files struct {
	fsys fs.FS
}

// OnMachine reports whether the files are the machine's own.
func (f Files) OnMachine() bool { return f.fsys == nil }

var errNameTooLong error = syscall.ENAMETOOLONG

// check refuses names no operating system would take.
func check(name string) error {
	if strings.IndexByte(name, 0) >= 0 {
		return fs.ErrNotExist
	}
	if len(name) > maxFilePath {
		return errNameTooLong
	}
	if len(name) > maxFileName {
		for seg := range strings.SplitSeq(name, "/") {
			if len(seg) > maxFileName {
				return errNameTooLong
			}
		}
	}
	return nil
}

// rooted makes the absolute path name a name of an fs.FS.
func rooted(name string) string {
	if name = strings.Trim(path.Clean(name), "/"); name == "" {
		return "."
	}
	return name
}

// Stat describes the file at name, links followed.
func (f Files) Stat(name string) (fs.FileInfo, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return os.Stat(name)
	}
	return f.statVirtual(name)
}

// look is Stat for a request that looks into folder. On the machine's own file system
// os.SameFile does not know what it returns.
func (f Files) look(name string, folder *filestat.Folder) (fs.FileInfo, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return folder.Stat(name)
	}
	return f.statVirtual(name)
}

// statVirtual is Stat in a file system of its own.
func (f Files) statVirtual(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(f.fsys, rooted(name))
	if err == nil && strings.HasSuffix(name, "/") && !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	return info, named(err, name)
}

// lstat describes the file at name itself.
func (f Files) lstat(name string) (fs.FileInfo, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return os.Lstat(name)
	}
	info, err := fs.Lstat(f.fsys, rooted(name))
	return info, named(err, name)
}

// open opens the file at name to read it. On the machine's own file system it
// does not wait at a pipe.
func (f Files) open(name string) (fs.File, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return openFile(name)
	}
	// What is not a file there could not be told from one once it is open.
	if info, err := fs.Stat(f.fsys, rooted(name)); err == nil && !info.Mode().IsRegular() {
		return nil, fileid.ErrNotRegular
	}
	file, err := f.fsys.Open(rooted(name))
	return file, named(err, name)
}

// openDir opens the directory at name to list it.
func (f Files) openDir(name string) (fs.File, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return openFile(name)
	}
	file, err := f.fsys.Open(rooted(name))
	return file, named(err, name)
}

// named returns err, which is about the file called name, with that name in the
// place of the one that fs.FS knows, which lacks the slash at its head.
func named(err error, name string) error {
	if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // what wraps one has a message of its own
		return &fs.PathError{Op: pe.Op, Path: name, Err: pe.Err}
	}
	return err
}

// Opener returns a function that opens the file at name.
func (f Files) Opener(name string) func() (fs.File, error) {
	return func() (fs.File, error) { return f.open(name) }
}

// Head returns the content of the regular file at name, at most the first limit
// bytes.
func (f Files) Head(name string, limit int64) ([]byte, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fileid.ErrNotRegular
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, limit))
}

// isGone reports whether there is nothing at name any more.
func (f Files) isGone(name string) bool {
	_, err := f.Stat(name)
	return isMissing(err) || isNotDir(err)
}

// isMissing reports whether err says there is no such file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid)
}

// isNotDir reports whether err says that a part of the path is a plain file.
func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
