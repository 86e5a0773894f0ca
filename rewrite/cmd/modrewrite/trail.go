package main

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// maxLinks is how many symbolic links may follow one another, as on Linux.
const maxLinks = 40

// A witness sees the segments that a file's name leads through, links included.
// last says that the segment is the file's own name, or that of a link to it.
// An error of the witness ends the trail.
type witness func(dir, segment string, last bool) error

// follow follows name through all symbolic links, from the directory dir, which
// has none in it. It returns the path that is left and describes the file. What
// the links point to is seen as well.
func follow(dir, name string, see witness) (string, fs.FileInfo, error) {
	info, err := os.Lstat(dir)
	links := 0
	for name != "" && err == nil {
		segment, rest, _ := strings.Cut(name, "/")
		name = strings.TrimLeft(rest, "/")
		switch {
		case !info.IsDir():
			return "", nil, syscall.ENOTDIR
		case segment == ".":
			continue
		case segment == "..":
			dir = path.Dir(dir)
			info, err = os.Lstat(dir)
			continue
		}
		parent := dir
		dir = path.Join(dir, segment)
		if info, err = os.Lstat(dir); err != nil {
			break
		}
		if err = see(parent, segment, name == ""); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		if links++; links > maxLinks {
			return "", nil, syscall.ELOOP
		}
		var target string
		if target, err = os.Readlink(dir); err != nil {
			break
		}
		name = target + "/" + name
		if dir = parent; path.IsAbs(target) {
			dir = "/"
		}
		name = strings.Trim(name, "/")
		if info, err = os.Lstat(dir); err != nil {
			break
		}
	}
	return dir, info, err
}

// attempts is how often the lookup of a file that changes meanwhile is tried.
const attempts = 3

// open opens the file that info maps the request to, if it is one to be shown.
// If the name leads elsewhere after it was checked, it is checked again.
func (s *static) open(info *rewrite.Info) (*os.File, fs.FileInfo, error) {
	for range attempts {
		target, found, err := s.find(info)
		if err != nil {
			return nil, nil, err
		}
		if !found.IsDir() && !found.Mode().IsRegular() {
			break
		}
		// A pipe must not make the request wait for someone to write to it.
		f, err := os.OpenFile(target, os.O_RDONLY|syscall.O_NONBLOCK, 0)
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

// find returns the path without links of the file that info maps the request
// to, and describes the file. It says why one is withheld.
func (s *static) find(info *rewrite.Info) (string, fs.FileInfo, error) {
	name, root := path.Clean(info.Filename), info.Root
	switch {
	case root == "":
		return "", nil, errNotPublic
	case name != root && strings.HasPrefix(root, strings.TrimSuffix(name, "/")+"/"):
		return "", nil, fs.ErrNotExist // the walk ended above the root
	}
	below, ok := strings.CutPrefix(name, root)
	if !ok {
		return "", nil, errNotPublic
	}
	base, st, err := follow("/", root[1:], seeNothing)
	if err != nil || below == "" && st.IsDir() {
		return base, st, err
	}
	if below == "" { // an alias of a file
		root, below = path.Split(root)
		root = path.Clean(root)
		if base, _, err = follow("/", root[1:], seeNothing); err != nil {
			return "", nil, err
		}
	}
	below = strings.TrimLeft(below, "/")
	g := guard{show: s.show, roots: [2]string{root, base}}
	if err := g.path(below); err != nil {
		return "", nil, err
	}
	return follow(base, below, g.see)
}

func seeNothing(string, string, bool) error { return nil }
