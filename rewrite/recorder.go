package rewrite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// machine is the machine's own file system, rooted at a volume. Opening a file
// never waits for the other end of a pipe.
type machine struct{ root string }

// Open opens the named file.
func (m machine) Open(name string) (fs.File, error) {
	full, err := m.full("open", name)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(full, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// Stat describes the named file.
func (m machine) Stat(name string) (fs.FileInfo, error) {
	full, err := m.full("stat", name)
	if err != nil {
		return nil, err
	}
	return os.Stat(full)
}

// resolve returns the path of the named file without symbolic links.
func (m machine) resolve(name string) (string, error) {
	full, err := m.full("readlink", name)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(full)
}

func (m machine) full(op, name string) (string, error) {
	local, err := filepath.Localize(name)
	if err != nil {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(m.root, local), nil
}

// version is a version of a file, or what a look at the file found instead. The
// zero value is that of a file which can't be looked at.
type version struct {
	id fileid.ID
	// changing is the time of a look during which the file changed, in
	// nanoseconds, so that no two such looks are equal; else 0.
	changing int64
}

// files holds the version of each file that was looked at, by name.
type files map[string]version

// recorder is a file system that remembers which version of each file there was
// before it was used.
type recorder struct {
	fsys  fs.FS
	known files // versions that were there before, which stay known as these

	mu   sync.Mutex
	seen files
	last time.Time // when a version that is not a known one was seen first
}

func newRecorder(fsys fs.FS, known files) *recorder {
	return &recorder{fsys: fsys, known: known, seen: files{}}
}

// Open opens the file, after looking at it: what is written in between shows
// as a change later. What is neither a regular file nor a directory is not
// opened.
func (r *recorder) Open(name string) (fs.File, error) {
	if info, err := r.Stat(name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fileid.ErrNotRegular}
	}
	return r.fsys.Open(name)
}

// Stat describes the file.
func (r *recorder) Stat(name string) (fs.FileInfo, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.seen[name]; !ok {
		v := look(r.fsys, name, r.known[name])
		r.seen[name] = v
		if old, ok := r.known[name]; !ok || old != v {
			r.last = time.Now()
		}
	}
	return fs.Stat(r.fsys, name)
}

// changed returns the name of a file that is no longer the version that was
// seen, "" if there is none.
func (r *recorder) changed() string {
	for name, v := range r.seen {
		if look(r.fsys, name, v) != v {
			return name
		}
	}
	return ""
}

// look returns the version of a file. known is the one that was there before.
func look(fsys fs.FS, name string, known version) version {
	id, err := fileid.Look(fsys, name, known.id)
	switch {
	case errors.Is(err, fileid.ErrChanging):
		return version{changing: time.Now().UnixNano()}
	case err != nil:
		return version{} // opening it tells why
	}
	return version{id: id}
}
