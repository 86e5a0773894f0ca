// Package public opens the files that a site makes public, and says why others are
// withheld.
package public

import (
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links may follow one another, as on Linux.
const maxLinks = 40

// A witness sees the segments that a file's name leads through, links included, and what
// each of them is. last says that the segment is the file's own name, or that of a link
// to it. An error of the witness ends the trail.
type witness func(dir, segment string, last bool, info fs.FileInfo) error

// follow follows name through all symbolic links of t, from the directory dir,
// which has none in it. It returns the path that is left and describes the file. What
// the links point to is seen as well.
func follow(t lookup, dir, name string, see witness) (string, fs.FileInfo, error) {
	info, err := t.lstat(dir)
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
			info, err = t.lstat(dir)
			continue
		}
		parent := dir
		dir = path.Join(dir, segment)
		if info, err = t.lstat(dir); err != nil {
			break
		}
		if err = see(parent, segment, name == "", info); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		if links++; links > maxLinks {
			return "", nil, syscall.ELOOP
		}
		var target string
		if target, err = t.readlink(dir); err != nil {
			break
		}
		name = target + "/" + name
		if dir = parent; path.IsAbs(target) {
			dir = "/"
		}
		name = strings.Trim(name, "/")
		if info, err = t.lstat(dir); err != nil {
			break
		}
	}
	return dir, info, err
}
