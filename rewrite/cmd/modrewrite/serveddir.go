package main

import (
	"io/fs"
	"os"
	"sync"
	"time"
)

// servedDir is a directory whose files are served. It is kept open, so that a
// request costs the opening of its file alone.
type servedDir struct {
	name string // absolute, with slashes

	mu      sync.Mutex
	root    *os.Root
	info    fs.FileInfo // of root
	checked time.Time
}

// recheckDir is how long an open directory is taken for the one that its name
// stands for.
const recheckDir = time.Second

// open returns the directory. One that was replaced, as deployments do by
// turning a symbolic link, is opened anew.
func (d *servedDir) open() (*os.Root, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if d.root != nil && now.Sub(d.checked) < recheckDir {
		return d.root, nil
	}
	info, err := os.Stat(d.name)
	if err != nil {
		return nil, err
	}
	if d.root == nil || !os.SameFile(info, d.info) {
		root, err := os.OpenRoot(d.name)
		if err != nil {
			return nil, err
		}
		// Requests may still use the old root; it closes when none does.
		d.root, d.info = root, info
	}
	d.checked = now
	return d.root, nil
}

func servedDirsOf(names []string) []*servedDir {
	dirs := make([]*servedDir, len(names))
	for i, name := range names {
		dirs[i] = &servedDir{name: name}
	}
	return dirs
}
