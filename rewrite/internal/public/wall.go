package public

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lookup is where files are looked up, by absolute names with slashes.
type lookup interface {
	lstat(name string) (fs.FileInfo, error)
	readlink(name string) (string, error)
	open(name string) (*os.File, error)
}

// machine is all of the machine's files.
type machine struct{}

func (machine) lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) }
func (machine) readlink(name string) (string, error)   { return os.Readlink(name) }
func (machine) open(name string) (*os.File, error)     { return os.OpenFile(name, openFlags, 0) }

// openFlags keep a request from waiting for the other end of a pipe, and a terminal from
// becoming that of this process.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK | syscall.O_NOCTTY

// Wall is the machine's file system with nothing in it but one directory: no name
// and no symbolic link leads out of it, whatever is replaced meanwhile. As an
// fs.FS it has the directory under its own absolute path. It is safe for
// concurrent use.
type Wall struct {
	root *os.Root
	dir  string
}

// NewWall returns a wall around the directory dir. An empty name is not that of the
// working directory, but an error.
func NewWall(dir string) (*Wall, error) {
	if dir == "" {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: fs.ErrNotExist}
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, err
	}
	return &Wall{root, filepath.ToSlash(abs)}, nil
}

// Dir returns the directory's absolute path, with slashes and without symbolic
// links.
func (w *Wall) Dir() string { return w.dir }

// within returns name below the directory, "." for the directory itself.
func (w *Wall) within(name string) (rel string, ok bool) {
	rest, ok := strings.CutPrefix(name, strings.TrimSuffix(w.dir, "/"))
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest = strings.Trim(rest, "/"); rest == "" {
		rest = "."
	}
	return rest, true
}

// isAbove reports whether the directory lies below name.
func (w *Wall) isAbove(name string) bool {
	return strings.HasPrefix(w.dir, strings.TrimSuffix(name, "/")+"/")
}

func outside(op, name string) error { return &fs.PathError{Op: op, Path: name, Err: fs.ErrPermission} }

func (w *Wall) lstat(name string) (fs.FileInfo, error) {
	if rel, ok := w.within(name); ok {
		return w.root.Lstat(rel)
	}
	if w.isAbove(name) {
		return os.Lstat(name)
	}
	return nil, outside("lstat", name)
}

func (w *Wall) readlink(name string) (string, error) {
	if rel, ok := w.within(name); ok {
		return w.root.Readlink(rel)
	}
	return "", outside("readlink", name)
}

func (w *Wall) open(name string) (*os.File, error) {
	if rel, ok := w.within(name); ok {
		return w.root.OpenFile(rel, openFlags, 0)
	}
	return nil, outside("open", name)
}

// Open opens the named file.
func (w *Wall) Open(name string) (fs.File, error) { return w.open("/" + name) }

// Stat describes the named file, links followed.
func (w *Wall) Stat(name string) (fs.FileInfo, error) {
	name = "/" + name
	if rel, ok := w.within(name); ok {
		return w.root.Stat(rel)
	}
	if w.isAbove(name) {
		return os.Stat(name)
	}
	return nil, outside("stat", name)
}

// Lstat describes the named file itself.
func (w *Wall) Lstat(name string) (fs.FileInfo, error) { return w.lstat("/" + name) }

// ReadLink returns what the named symbolic link leads to.
func (w *Wall) ReadLink(name string) (string, error) { return w.readlink("/" + name) }
