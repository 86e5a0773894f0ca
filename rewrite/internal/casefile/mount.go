package casefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing/fstest"
)

// Mount is a real folder in the file system of a case, below its own files.
type Mount struct {
	Path   string // where it is in the case: absolute
	Name   string // what expectations and messages call it
	Source string // what the folder under test calls it

	line int // of the setting
	fsys fs.FS
	// access are the access files in it, as they are named in the case.
	access []string
}

// maxMounted bounds how many files of a mounted folder are looked at for access files.
const maxMounted = 200_000

// mount reads "from PATH" or "from PATH as NAME": a folder beside the case file whose
// files the case sees.
func (f *File) mount(fsys fs.FS, arg string) (*Mount, error) {
	word, arg := cutWord(arg)
	if word != "from" || arg == "" {
		return nil, errors.New("files from PATH, or files from PATH as NAME, names a folder")
	}
	rel, as, _ := strings.Cut(arg, " as ")
	rel, as = strings.TrimSpace(rel), strings.TrimSpace(as)
	name := path.Join(path.Dir(f.Name), rel)
	if path.IsAbs(rel) || !fs.ValidPath(name) {
		return nil, fmt.Errorf("files from %s: it lies outside the folder under test: test a folder that holds both", rel)
	}
	if fsys == nil {
		return nil, fmt.Errorf("files from %s: there are no files", rel)
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("files from %s: %w", rel, err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("files from %s: it is not a folder", rel)
	}
	m := &Mount{Path: f.Settings.DocumentRoot, Name: callName(rel), Source: name}
	if as = f.expandRoot(as); as != "" && as != "." && as != f.Settings.DocumentRoot {
		if m.Path, err = f.place(as); err != nil {
			return nil, err
		}
	}
	if m.fsys, err = fs.Sub(fsys, name); err != nil {
		return nil, err
	}
	return m, m.find(rel)
}

// find finds the access files of the folder.
func (m *Mount) find(rel string) error {
	n := 0
	return fs.WalkDir(m.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch n++; {
		case err != nil && d != nil && d.IsDir() && name != ".":
			return fs.SkipDir // as the server, which may not read it either
		case err != nil:
			return fmt.Errorf("files from %s: %w", rel, err)
		case n > maxMounted:
			return fmt.Errorf("files from %s: more than %d files", rel, maxMounted)
		case d.Name() == ".htaccess" && !d.IsDir():
			m.access = append(m.access, path.Join(m.Path, name))
		}
		return nil
	})
}

// mountedAccessFiles returns the access files of mounted folders that no text of the
// case takes the place of.
func (f *File) mountedAccessFiles() []string {
	var names []string
	for _, m := range f.Mounts {
		for _, name := range m.access {
			if !slices.ContainsFunc(f.Texts, func(t *Text) bool { return t.Path == name }) {
				names = append(names, name)
			}
		}
	}
	return names
}

// overlay is the file system of a case with mounted folders. What the case itself
// has comes first.
type overlay struct {
	own    fstest.MapFS
	mounts []*Mount // the longest path first
}

var (
	_ fs.StatFS     = (*overlay)(nil)
	_ fs.ReadDirFS  = (*overlay)(nil)
	_ fs.ReadFileFS = (*overlay)(nil)
	_ fs.ReadLinkFS = (*overlay)(nil)
)

func newOverlay(own fstest.MapFS, mounts []*Mount) *overlay {
	o := &overlay{own: own, mounts: slices.Clone(mounts)}
	slices.SortStableFunc(o.mounts, func(a, b *Mount) int { return len(b.Path) - len(a.Path) })
	return o
}

// maxLinks is how many links of the case a name may lead through.
const maxLinks = 40

// resolve returns name with the case's own links on the way replaced by what they lead
// to, and the last one, too, if follow is set.
func (o *overlay) resolve(name string, follow bool) (string, error) {
	for range maxLinks {
		link := ""
		for end := 0; end < len(name) && link == ""; end++ {
			if end = next(name, end); end == len(name) && !follow {
				break
			}
			if e := o.own[name[:end]]; e != nil && e.Mode&fs.ModeSymlink != 0 {
				link = name[:end]
			}
		}
		if link == "" {
			return name, nil
		}
		to := path.Join(path.Dir(link), string(o.own[link].Data), strings.TrimPrefix(name[len(link):], "/"))
		if !fs.ValidPath(to) {
			return "", fs.ErrNotExist
		}
		name = to
	}
	return "", errors.New("too many links")
}

// next returns where the segment of name that begins at from or after it ends.
func next(name string, from int) int {
	if i := strings.IndexByte(name[from:], '/'); i >= 0 {
		return from + i
	}
	return len(name)
}

// layer returns the file system that has the file or folder name, by the name that it
// has there. Folders that are there because something lies below them come last.
func (o *overlay) layer(name string) (fsys fs.FS, in string) {
	if o.own[name] != nil {
		return o.own, name
	}
	for _, m := range o.mounts {
		rest, ok := below("/"+name, m.Path)
		if !ok {
			continue
		}
		if rest == "" {
			rest = "."
		}
		if _, err := fs.Lstat(m.fsys, rest); err == nil {
			return m.fsys, rest
		}
	}
	return o.own, name
}

// find returns the layer of name, for an operation that reports errors as op.
func (o *overlay) find(op, name string, follow bool) (fs.FS, string, error) {
	if !fs.ValidPath(name) {
		return nil, "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	to, err := o.resolve(name, follow)
	if err != nil {
		return nil, "", &fs.PathError{Op: op, Path: name, Err: err}
	}
	fsys, in := o.layer(to)
	return fsys, in, nil
}

// Stat describes what name leads to.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	fsys, in, err := o.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return fs.Stat(fsys, in)
}

// Lstat describes name itself.
func (o *overlay) Lstat(name string) (fs.FileInfo, error) {
	fsys, in, err := o.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return fs.Lstat(fsys, in)
}

// ReadLink returns what the link name holds.
func (o *overlay) ReadLink(name string) (string, error) {
	fsys, in, err := o.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	return fs.ReadLink(fsys, in)
}

// ReadFile reads a file.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	fsys, in, err := o.find("open", name, true)
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(fsys, in)
}

// Open opens a file, or a folder with what all layers have in it.
func (o *overlay) Open(name string) (fs.File, error) {
	fsys, in, err := o.find("open", name, true)
	if err != nil {
		return nil, err
	}
	file, err := fsys.Open(in)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !info.IsDir() {
		return file, nil //nolint:nilerr // whatever reads it finds out
	}
	entries, err := o.ReadDir(name)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &overlaidFolder{File: file, entries: entries}, nil
}

// ReadDir lists a folder of all layers.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	to, err := o.resolve(name, true)
	if err != nil || !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	all, err := fs.ReadDir(o.own, to)
	found := err == nil
	seen := map[string]bool{}
	for _, e := range all {
		seen[e.Name()] = true
	}
	for _, m := range o.mounts {
		rest, ok := below("/"+to, m.Path)
		if !ok {
			continue
		}
		if rest == "" {
			rest = "."
		}
		more, err := fs.ReadDir(m.fsys, rest)
		found = found || err == nil
		for _, e := range more {
			if !seen[e.Name()] {
				seen[e.Name()] = true
				all = append(all, e)
			}
		}
	}
	if !found {
		return nil, err
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// overlaidFolder is an open folder of an overlay.
type overlaidFolder struct {
	fs.File

	entries []fs.DirEntry
}

// ReadDir lists the next n entries, or all of them.
func (d *overlaidFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(d.entries) {
		if n > 0 && len(d.entries) == 0 {
			return nil, io.EOF
		}
		n = len(d.entries)
	}
	some := d.entries[:n]
	d.entries = d.entries[n:]
	return some, nil
}
