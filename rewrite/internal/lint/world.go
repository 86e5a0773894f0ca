package lint

import (
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// docRoot is where the site of an access file is taken to be.
const docRoot = "/srv/www"

// world is the file system that witnesses are evaluated in: the folders that the
// configuration names, the files that its rules lead to, and what a condition asks
// for.
type world struct {
	roots []string        // absolute paths of folders that are taken to exist
	files map[string]bool // by URL-path; true for a folder
	extra map[string]bool // the same, for one witness
}

var (
	_ fs.StatFS    = (*world)(nil)
	_ fs.ReadDirFS = (*world)(nil)
)

// find returns the kind of a name.
func (w *world) find(name string) (dir, ok bool) {
	abs := path.Join("/", name)
	for _, r := range w.roots {
		if abs == r || strings.HasPrefix(r, strings.TrimSuffix(abs, "/")+"/") {
			return true, true
		}
		rest, in := strings.CutPrefix(abs, strings.TrimSuffix(r, "/"))
		if !in {
			continue
		}
		if dir, ok := w.extra[rest]; ok {
			return dir, true
		}
		if dir, ok := w.files[rest]; ok {
			return dir, true
		}
		for _, set := range []map[string]bool{w.files, w.extra} {
			for f := range set {
				if strings.HasPrefix(f, rest+"/") {
					return true, true
				}
			}
		}
	}
	return abs == "/", abs == "/"
}

// Open opens a file or folder, which are empty.
func (w *world) Open(name string) (fs.File, error) {
	info, err := w.Stat(name)
	if err != nil {
		return nil, err
	}
	return emptyFile{info}, nil
}

// Stat describes a file or folder.
func (w *world) Stat(name string) (fs.FileInfo, error) {
	dir, ok := w.find(name)
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return worldInfo{path.Base(name), dir}, nil
}

// ReadDir lists no files.
func (w *world) ReadDir(name string) ([]fs.DirEntry, error) {
	_, err := w.Stat(name)
	return nil, err
}

// emptyFile is an open file of a world.
type emptyFile struct{ fs.FileInfo }

// Stat describes the file.
func (f emptyFile) Stat() (fs.FileInfo, error) { return f.FileInfo, nil }

// Read finds nothing.
func (f emptyFile) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (f emptyFile) Close() error { return nil }

// worldInfo describes a file of a world.
type worldInfo struct {
	name string
	dir  bool
}

func (i worldInfo) Name() string { return i.name }

func (i worldInfo) Size() int64 { return 1 }

func (i worldInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o755
}

func (i worldInfo) ModTime() time.Time { return time.Time{} }

func (i worldInfo) IsDir() bool { return i.dir }

func (i worldInfo) Sys() any { return nil }
