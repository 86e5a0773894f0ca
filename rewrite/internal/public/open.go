package public

import (
	"io/fs"
	"os"
	"path"
	"strings"
)

// attempts is how often the lookup of a file that changes meanwhile is tried.
const attempts = 3

// Open opens the file or directory name, an absolute path with slashes, if it lies
// below root, is a regular file or a directory, and is to be shown. root is
// matcher.Result.Root. If the name leads elsewhere after it was checked, it is
// checked again. What is withheld for its name or place is a [*WithheldError].
//
// With a wall only what lies inside of it is found.
func Open(name, root string, show Show, wall *Wall) (*os.File, fs.FileInfo, error) {
	t := in(wall)
	for range attempts {
		target, found, err := find(t, name, root, show)
		if err != nil {
			return nil, nil, err
		}
		if !found.IsDir() && !found.Mode().IsRegular() {
			break
		}
		f, err := t.open(target)
		if err != nil {
			return nil, nil, err
		}
		st, err := f.Stat()
		if err == nil && os.SameFile(st, found) {
			return f, st, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, fs.ErrPermission
}

// Stat describes the file or directory that Open would open, without opening it.
func Stat(name, root string, show Show, wall *Wall) (fs.FileInfo, error) {
	_, st, err := find(in(wall), name, root, show)
	return st, err
}

// in returns where files are looked up.
func in(wall *Wall) lookup {
	if wall != nil {
		return wall
	}
	return machine{}
}

// find returns the path of the file without links, and describes the file. It
// says why one is withheld.
func find(t lookup, name, root string, show Show) (string, fs.FileInfo, error) {
	name = path.Clean(name)
	switch {
	case root == "":
		return "", nil, errNotPublic
	case name != root && strings.HasPrefix(root, strings.TrimSuffix(name, "/")+"/"):
		return "", nil, fs.ErrNotExist // the walk ended above the root
	}
	below, ok := strings.CutPrefix(name, root)
	if !ok || below != "" && below[0] != '/' && root != "/" { // /srv/www2 is not below /srv/www
		return "", nil, errNotPublic
	}
	base, st, err := follow(t, "/", root[1:], seeNothing)
	if err != nil || below == "" && st.IsDir() {
		return base, st, err
	}
	if below == "" { // an alias of a file
		root, below = path.Split(root)
		root = path.Clean(root)
		if base, _, err = follow(t, "/", root[1:], seeNothing); err != nil {
			return "", nil, err
		}
	}
	below = strings.TrimLeft(below, "/")
	g := guard{show: show, roots: [2]string{root, base}}
	if err := g.path(below); err != nil {
		return "", nil, err
	}
	return follow(t, base, below, g.see)
}

func seeNothing(string, string, bool) error { return nil }
