package lint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// confined is a folder out of which no name and no symbolic link leads. Opening a file does
// not wait for the other end of a pipe.
type confined struct {
	root *os.Root
	path string // absolute, as withoutVolume returns it
}

func openConfined(name string) (*confined, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, err
	}
	return &confined{root, withoutVolume(abs)}, nil
}

func (f *confined) close() { _ = f.root.Close() }

// Open opens the named file of the folder.
func (f *confined) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// located is a folder under its path from the root of its volume: a file system that has
// nothing else.
type located struct{ *confined }

var errOutside = errors.New("the file is outside of the folder that is checked, and is not read")

// Open opens the file at a path from the root of the volume.
func (l located) Open(name string) (fs.File, error) {
	rest, ok := name, true
	if l.path != "" {
		rest, ok = strings.CutPrefix(name, l.path+"/")
	}
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errOutside}
	}
	return l.confined.Open(rest)
}

// withoutVolume returns an absolute path with slashes, from the root of its volume.
func withoutVolume(abs string) string {
	return strings.TrimPrefix(filepath.ToSlash(abs[len(filepath.VolumeName(abs)):]), "/")
}
