package replay

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Tree is a set of files that every case's document root holds beside the
// case's own. A Tree is not written to after ParseTree; nil is an empty one.
type Tree struct {
	nodes map[string]*node // by path below the root, "" being the root itself
}

// node is a file, a directory or a symbolic link.
type node struct {
	mode  fs.FileMode
	data  string   // a file's text or a link's target
	names []string // a directory's entries in no order, perhaps repeated
}

// ParseTree reads a JSON object of path to text, or to {"link": target} for a
// symbolic link. Files named *.sh are executable. The strings are written as
// those of a Case.
func ParseTree(src []byte) (*Tree, error) {
	var entries map[string]treeEntry
	if err := json.Unmarshal(src, &entries); err != nil {
		return nil, fmt.Errorf("file tree: %w", err)
	}
	t := &Tree{nodes: map[string]*node{}}
	for name, e := range entries {
		n := &node{mode: 0o644, data: bytesOf(e.Text)}
		switch {
		case e.Link != "":
			n = &node{mode: fs.ModeSymlink | 0o777, data: bytesOf(e.Link)}
		case strings.HasSuffix(name, ".sh"):
			n.mode = 0o755
		}
		if err := plant(t.nodes, bytesOf(name), n); err != nil {
			return nil, fmt.Errorf("file tree: %w", err)
		}
	}
	return t, nil
}

// Has reports whether something stands at name, a path below the root.
func (t *Tree) Has(name string) bool { return t != nil && t.nodes[name] != nil }

// Write makes the files of t below the directory dir, which need not exist.
func (t *Tree) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil || t == nil {
		return err
	}
	for name, n := range t.nodes {
		at := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(at), 0o755)
		if err == nil && n.mode.IsRegular() {
			err = os.WriteFile(at, []byte(n.data), n.mode)
		}
		if err == nil && n.mode.Type() == fs.ModeSymlink {
			err = os.Symlink(n.data, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// treeEntry is a value of the JSON object that ParseTree reads.
type treeEntry struct{ Text, Link string }

// UnmarshalJSON accepts a string or an object with a link.
func (e *treeEntry) UnmarshalJSON(src []byte) error {
	if len(src) > 0 && src[0] == '"' {
		return json.Unmarshal(src, &e.Text)
	}
	var link struct{ Link string }
	if err := json.Unmarshal(src, &link); err != nil {
		return err
	}
	if link.Link == "" {
		return fmt.Errorf("%s is neither a text nor a link", src)
	}
	e.Link = link.Link
	return nil
}

// plant puts n at name into nodes, with the directories above it.
func plant(nodes map[string]*node, name string, n *node) error {
	if !validName(name) || name == "." {
		return fmt.Errorf("bad file name %q", name)
	}
	if old := nodes[name]; old != nil {
		return fmt.Errorf("%q is there twice", name)
	}
	nodes[name] = n
	for name != "" {
		dir, base := parent(name), path.Base(name)
		up := nodes[dir]
		switch {
		case up == nil:
			up = &node{mode: fs.ModeDir | 0o755}
			nodes[dir] = up
		case !up.mode.IsDir():
			return fmt.Errorf("%q is below a file", name)
		}
		up.names = append(up.names, base)
		if len(up.names) > 1 {
			return nil // the directory is in its own one already
		}
		name = dir
	}
	return nil
}

// parent returns the directory of name, "" for the topmost.
func parent(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return ""
}

// validName reports whether name is a path as package io/fs has them. Unlike
// fs.ValidPath it takes any bytes for a file name, as Unix does.
func validName(name string) bool {
	if name == "." {
		return true
	}
	for elem := range strings.SplitSeq(name, "/") {
		if elem == "" || elem == "." || elem == ".." || strings.IndexByte(elem, 0) >= 0 {
			return false
		}
	}
	return true
}
