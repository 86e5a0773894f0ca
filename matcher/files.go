package matcher

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Limits of the operating systems httpd runs on. They are applied to every
// file system so that a virtual one behaves like a real one.
const (
	maxFileName = 255
	maxFilePath = 4095
)

// files gives access to the file system, by absolute paths with slashes. The
// zero value is the machine's own.
type files struct {
	fsys fs.FS
}

var errNameTooLong error = syscall.ENAMETOOLONG

// check refuses names no operating system would take.
func check(path string) error {
	if strings.IndexByte(path, 0) >= 0 {
		return fs.ErrNotExist
	}
	if len(path) > maxFilePath {
		return errNameTooLong
	}
	if len(path) > maxFileName {
		for seg := range strings.SplitSeq(path, "/") {
			if len(seg) > maxFileName {
				return errNameTooLong
			}
		}
	}
	return nil
}

// rooted makes path a name of an fs.FS.
func rooted(path string) string {
	if path = strings.Trim(path, "/"); path == "" {
		return "."
	}
	return path
}

// stat describes the file at path, links followed.
func (f files) stat(path string) (fs.FileInfo, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return os.Stat(path)
	}
	info, err := fs.Stat(f.fsys, rooted(path))
	if err == nil && strings.HasSuffix(path, "/") && !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	return info, err
}

// lstat describes the file at path itself.
func (f files) lstat(path string) (fs.FileInfo, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return os.Lstat(path)
	}
	return fs.Lstat(f.fsys, rooted(path))
}

func (f files) open(path string) (fs.File, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	if f.fsys == nil {
		return os.Open(path)
	}
	return f.fsys.Open(rooted(path))
}

// errTooLarge says a file is longer than it may be.
var errTooLarge = errors.New("file too large")

// read returns the content of the file at path if it has at most limit bytes.
func (f files) read(path string, limit int64) ([]byte, error) {
	file, err := f.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errTooLarge
	}
	return data, err
}

// isMissing reports whether err says there is no such file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid)
}

// isNotDir reports whether err says that a part of the path is a plain file.
func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
