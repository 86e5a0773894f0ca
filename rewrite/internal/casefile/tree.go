package casefile

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"
)

// tree reads a "-- files --" entry: one path a line.
func (p *fileParser) tree(e entry) {
	sectionLines(e, func(n int, text string) {
		t, err := p.f.treeEntry(strings.TrimSpace(text))
		if err != nil {
			p.add(n, "%v", err)
			return
		}
		p.f.Tree = append(p.f.Tree, t)
	})
}

// treeEntry parses one line of "-- files --": "PATH", "PATH/", "PATH *" or
// "PATH -> TARGET".
func (f *File) treeEntry(line string) (TreeEntry, error) {
	var t TreeEntry
	// Blanks at the end of a line are gone already.
	name, target, isLink := strings.Cut(line+" ", " -> ")
	switch {
	case isLink:
		t.Kind, t.Target = TreeLink, f.expandRoot(strings.TrimSpace(target))
		if t.Target == "" {
			return t, errors.New("a link needs a target")
		}
	case strings.HasSuffix(line, "/"):
		t.Kind = TreeDir
	case strings.HasSuffix(line, " *"):
		t.Kind, name = TreeExec, strings.TrimSuffix(line, " *")
	}
	name, err := unquote(strings.TrimSpace(name))
	if err != nil {
		return t, err
	}
	t.Path, err = f.place(name)
	return t, err
}

// fileSystem returns the case's files, rooted at "/".
func (f *File) fileSystem() fs.FS {
	fsys := fstest.MapFS{f.Settings.DocumentRoot[1:]: {Mode: fs.ModeDir | 0o755}}
	for _, t := range f.Tree {
		m := &fstest.MapFile{Mode: 0o644}
		switch t.Kind {
		case TreeFile:
		case TreeExec:
			m.Mode = 0o755
		case TreeDir:
			m.Mode = fs.ModeDir | 0o755
		case TreeLink:
			m.Mode, m.Data = fs.ModeSymlink|0o777, []byte(t.linkTarget())
		}
		fsys[t.Path[1:]] = m
	}
	for _, t := range f.Texts {
		fsys[t.Path[1:]] = &fstest.MapFile{Mode: 0o644, Data: []byte(t.Content)}
	}
	if len(f.Mounts) > 0 {
		for _, m := range f.Mounts {
			fsys[m.Path[1:]] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
		}
		return newOverlay(fsys, f.Mounts)
	}
	return fsys
}

// linkTarget returns the target as seen from the link: an absolute one would
// lead out of an fs.FS.
func (t TreeEntry) linkTarget() string {
	if !path.IsAbs(t.Target) {
		return t.Target
	}
	up := strings.Repeat("../", strings.Count(path.Dir(t.Path), "/"))
	return up + strings.TrimPrefix(t.Target, "/")
}
