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
// With a wall only what lies inside of it is found. judged is what the engine found under
// the name, nil if that is not known: it spares a look at each directory on the way where
// the system can open a file without following links. looked is the file that Look opened,
// nil if there is none: where judged is its description, and name its name, it is returned.
func Open(name, root string, show Show, wall *Wall, judged fs.FileInfo, looked *File) (*File, fs.FileInfo, error) {
	name = path.Clean(name)
	if wall == nil && isPlain(name, root, show) {
		if looked.isOf(name, judged) {
			return looked, judged, nil
		}
		if f, st, ok := openPlain(name, judged); ok {
			return f, st, nil
		}
	}
	t := in(wall)
	for range attempts {
		g := guard{show: show}
		target, found, err := g.find(t, name, root)
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
			if g.mayFollow(st) {
				return &File{std: f}, st, nil
			}
			err = errLink
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
	g := guard{show: show}
	_, st, err := g.find(in(wall), name, root)
	if err == nil && !g.mayFollow(st) {
		return nil, errLink
	}
	return st, err
}

// in returns where files are looked up.
func in(wall *Wall) lookup {
	if wall != nil {
		return wall
	}
	return machine{}
}

// isPlain reports whether a file of this name may be sent if no symbolic link leads to it:
// its name lies below root, and is not withheld.
func isPlain(name, root string, show Show) bool {
	below, err := belowRoot(name, root)
	if err != nil || below == "" || leads(below, os.PathSeparator) {
		return false
	}
	g := guard{show: show, roots: [2]string{root, root}}
	for from := len(name) - len(below); from < len(name); {
		end := len(name)
		if i := strings.IndexByte(name[from:], '/'); i >= 0 {
			end = from + i
		}
		if g.shown(path.Clean(name[:from]), name[from:end], end == len(name)) != nil {
			return false
		}
		from = end + 1
	}
	return true
}

// belowRoot returns what of name, which is clean, lies below root: "" for root itself.
func belowRoot(name, root string) (string, error) {
	switch {
	case root == "":
		return "", errNotPublic
	case name != root && isAbove(name, root):
		return "", fs.ErrNotExist // the walk ended above the root
	}
	below, ok := strings.CutPrefix(name, root)
	if !ok || below != "" && below[0] != '/' && root != "/" { // /srv/www2 is not below /srv/www
		return "", errNotPublic
	}
	return strings.TrimLeft(below, "/"), nil
}

// isAbove reports whether root lies below the directory name, which is clean.
func isAbove(name, root string) bool {
	rest, ok := strings.CutPrefix(root, strings.TrimSuffix(name, "/"))
	return ok && rest != "" && rest[0] == '/'
}

// find returns the path of the file without links, and describes the file. It
// says why one is withheld.
func (g *guard) find(t lookup, name, root string) (string, fs.FileInfo, error) {
	below, err := belowRoot(path.Clean(name), root)
	if err != nil {
		return "", nil, err
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
	g.roots = [2]string{root, base}
	if err := g.path(below); err != nil {
		return "", nil, err
	}
	return follow(t, base, below, g.see)
}

func seeNothing(string, string, bool, fs.FileInfo) error { return nil }
