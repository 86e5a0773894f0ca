package replay

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

// fileSystem is the file system that a case's server sees: a virtual document
// root that holds a Tree and the case's own files, and the machine's own files
// everywhere else. It is rooted at "/", read-only, and copies nothing: the
// tree is shared by all cases.
//
// Its errors are those of Unix, as the engine tells a missing file from a path
// that leads through a file or is too long.
type fileSystem struct {
	root string // the document root, without its leading slash
	tree *Tree
	// own holds the case's files and what stands outside the document root,
	// by path from "/".
	own map[string]*node
}

var (
	_ fs.ReadFileFS = (*fileSystem)(nil)
	_ fs.ReadDirFS  = (*fileSystem)(nil)
	_ fs.StatFS     = (*fileSystem)(nil)
	_ fs.ReadLinkFS = (*fileSystem)(nil)
)

// newFileSystem returns a file system with an empty document root, an absolute
// path.
func newFileSystem(root string, tree *Tree) (*fileSystem, error) {
	f := &fileSystem{root: strings.TrimPrefix(root, "/"), tree: tree, own: map[string]*node{}}
	if err := plant(f.own, f.root, &node{mode: fs.ModeDir | 0o755}); err != nil {
		return nil, err
	}
	// Above the document root the machine's directories are seen too.
	delete(f.own, "")
	return f, nil
}

// add puts a file at an absolute path, in place of what the case had there.
func (f *fileSystem) add(name, text string) error {
	name = strings.TrimPrefix(name, "/")
	if old := f.own[name]; old != nil && !old.mode.IsDir() {
		old.data = text
		return nil
	}
	err := plant(f.own, name, &node{mode: 0o644, data: text})
	delete(f.own, "")
	return err
}

// maxLinks is how many symbolic links a path may lead through, as in Linux.
const maxLinks = 40

// The longest file name and path of Linux.
const (
	maxName = 255
	maxPath = 4095
)

// find returns the node at name, nil with a nil error where the machine's own
// file system has the say; path is what name leads to by then. Links in the
// last element are followed if follow is set.
func (f *fileSystem) find(op, name string, follow bool) (n *node, at string, err error) {
	if !validName(name) {
		return nil, "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	at = name
	for range maxLinks {
		n, link, rest, err := f.step(at, follow)
		if err != nil {
			return nil, "", &fs.PathError{Op: op, Path: name, Err: err}
		}
		if link == "" {
			return n, at, nil
		}
		// An absolute link leads out of its directory.
		dir := "/" + parent(link)
		target := f.node(link).data
		if strings.HasPrefix(target, "/") {
			dir = "/"
		}
		at = strings.TrimPrefix(path.Join(dir, target, rest), "/")
		if at == "" {
			at = "."
		}
	}
	return nil, "", &fs.PathError{Op: op, Path: name, Err: syscall.ELOOP}
}

// step looks name up. Where that leads through a link to be followed, link is
// the link's path and rest what remains below it.
func (f *fileSystem) step(name string, follow bool) (n *node, link, rest string, err error) {
	if n := f.node(name); n != nil {
		if n.mode.Type() == fs.ModeSymlink && follow {
			return n, name, "", nil
		}
		return n, "", "", nil
	}
	if !f.within(name) {
		return nil, "", "", nil
	}
	if tooLong(name) {
		return nil, "", "", syscall.ENAMETOOLONG
	}
	for up := parent(name); up != ""; up = parent(up) {
		switch n := f.node(up); {
		case n == nil:
		case n.mode.Type() == fs.ModeSymlink:
			return n, up, name[len(up)+1:], nil
		case !n.mode.IsDir():
			return nil, "", "", syscall.ENOTDIR
		default:
			return nil, "", "", syscall.ENOENT
		}
	}
	return nil, "", "", syscall.ENOENT
}

func tooLong(name string) bool {
	if len(name) >= maxPath {
		return true
	}
	for elem := range strings.SplitSeq(name, "/") {
		if len(elem) > maxName {
			return true
		}
	}
	return false
}

// within reports whether name is the document root or below it.
func (f *fileSystem) within(name string) bool {
	rest, ok := strings.CutPrefix(name, f.root)
	return ok && (rest == "" || rest[0] == '/')
}

// node returns what stands at exactly name, nil if nothing virtual does.
func (f *fileSystem) node(name string) *node {
	if n := f.own[name]; n != nil {
		return n
	}
	if f.tree == nil || !f.within(name) {
		return nil
	}
	return f.tree.nodes[strings.TrimPrefix(name[len(f.root):], "/")]
}

// Open implements fs.FS.
func (f *fileSystem) Open(name string) (fs.File, error) {
	n, at, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return os.Open(onMachine(at))
	}
	info := fileInfo{path.Base(name), n}
	if n.mode.IsDir() {
		return &openDir{info: info, entries: f.entries(at)}, nil
	}
	return &openFile{info: info, Reader: strings.NewReader(n.data)}, nil
}

// Stat implements fs.StatFS.
func (f *fileSystem) Stat(name string) (fs.FileInfo, error) {
	n, at, err := f.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return os.Stat(onMachine(at))
	}
	return fileInfo{path.Base(name), n}, nil
}

// Lstat implements fs.ReadLinkFS.
func (f *fileSystem) Lstat(name string) (fs.FileInfo, error) {
	n, at, err := f.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return os.Lstat(onMachine(at))
	}
	return fileInfo{path.Base(name), n}, nil
}

// ReadLink implements fs.ReadLinkFS.
func (f *fileSystem) ReadLink(name string) (string, error) {
	n, at, err := f.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if n == nil {
		return os.Readlink(onMachine(at))
	}
	if n.mode.Type() != fs.ModeSymlink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return n.data, nil
}

// ReadFile implements fs.ReadFileFS.
func (f *fileSystem) ReadFile(name string) ([]byte, error) {
	n, at, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return os.ReadFile(onMachine(at))
	}
	if n.mode.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	return []byte(n.data), nil
}

// ReadDir implements fs.ReadDirFS.
func (f *fileSystem) ReadDir(name string) ([]fs.DirEntry, error) {
	n, at, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return os.ReadDir(onMachine(at))
	}
	if !n.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: syscall.ENOTDIR}
	}
	return f.entries(at), nil
}

// entries lists the virtual directory at name.
func (f *fileSystem) entries(name string) []fs.DirEntry {
	var names []string
	if n := f.own[name]; n != nil {
		names = append(names, n.names...)
	}
	if f.tree != nil && f.within(name) {
		if n := f.tree.nodes[strings.TrimPrefix(name[len(f.root):], "/")]; n != nil {
			names = append(names, n.names...)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	list := make([]fs.DirEntry, len(names))
	for i, base := range names {
		list[i] = fs.FileInfoToDirEntry(fileInfo{base, f.node(name + "/" + base)})
	}
	return list
}

// onMachine is the machine's own path of name.
func onMachine(name string) string {
	if name == "." {
		return "/"
	}
	return "/" + name
}

// fileInfo describes a node.
type fileInfo struct {
	name string
	*node
}

// Name implements fs.FileInfo.
func (i fileInfo) Name() string { return i.name }

// Size implements fs.FileInfo.
func (i fileInfo) Size() int64 { return int64(len(i.data)) }

// Mode implements fs.FileInfo.
func (i fileInfo) Mode() fs.FileMode { return i.mode }

// ModTime implements fs.FileInfo. Virtual files never change.
func (i fileInfo) ModTime() time.Time { return time.Unix(0, 0) }

// IsDir implements fs.FileInfo.
func (i fileInfo) IsDir() bool { return i.mode.IsDir() }

// Sys implements fs.FileInfo.
func (i fileInfo) Sys() any { return rootOwned() }

// openFile is an open virtual file.
type openFile struct {
	info fileInfo
	*strings.Reader
}

// Stat implements fs.File.
func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *openFile) Close() error { return nil }

// openDir is an open virtual directory.
type openDir struct {
	info    fileInfo
	entries []fs.DirEntry
}

// Stat implements fs.File.
func (d *openDir) Stat() (fs.FileInfo, error) { return d.info, nil }

// Read implements fs.File.
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: syscall.EISDIR}
}

// Close implements fs.File.
func (d *openDir) Close() error { return nil }

// ReadDir implements fs.ReadDirFile.
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		list := d.entries
		d.entries = nil
		return list, nil
	}
	if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	list := d.entries[:n]
	d.entries = d.entries[n:]
	return list, nil
}
