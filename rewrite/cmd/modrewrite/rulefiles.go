package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// foundFile is a file to check.
type foundFile struct {
	name string
	kind fileKind
	link bool // it is a symbolic link that was found in a folder
	// folder is the named one that it was found in, "" for none.
	folder string
}

// fileKind says how a file was found.
type fileKind int

const (
	namedFile  fileKind = iota
	folderFile          // found in a folder: an access file, or rules of IIS
	serverFile          // found in a folder: configuration of httpd
)

// walked reports whether the file was found in a folder, and not named.
func (f *foundFile) walked() bool { return f.kind != namedFile }

// ruleFiles replaces the directories among names with the rule files below them.
// What cannot be looked at there is a finding.
func ruleFiles(names []string) ([]foundFile, parser.Diagnostics, error) {
	var files []foundFile
	var unread parser.Diagnostics
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, nil, err
		}
		if !info.IsDir() {
			files = append(files, foundFile{name: name})
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil && path == name:
				return err
			case err != nil:
				unread = append(unread, unreadable(path, err))
				return fs.SkipDir
			case d.IsDir():
				return nil
			}
			if kind := kindOf(path); kind != namedFile {
				files = append(files, foundFile{path, kind, d.Type()&fs.ModeSymlink != 0, name})
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	if len(files) == 0 && len(unread) == 0 {
		return nil, nil, errors.New("no .htaccess file found, nor configuration of httpd or rules of IIS")
	}
	return withoutLinked(files), unread, nil
}

// kindOf returns the kind of a file in a folder, by its name or, where that does not say it,
// by what it holds; namedFile if it is none to check.
func kindOf(name string) fileKind {
	if lint.IsAccessFile(name) || isOtherRules(name) {
		return folderFile
	}
	if lint.MayBeServer(name) {
		if start, err := readStart(name); err != nil || lint.IsServer(name, start) {
			return serverFile // what cannot be read is reported when it is
		}
	}
	return namedFile
}

// withoutLinked returns the files without configuration of a server that was found by a
// symbolic link as well, as the folder sites-enabled has them of sites-available: it is
// looked at by the name that httpd reads it by.
func withoutLinked(files []foundFile) []foundFile {
	linked := map[string]bool{}
	for _, f := range files {
		if to, err := filepath.EvalSymlinks(f.name); f.link && err == nil {
			linked[to] = true
		}
	}
	if len(linked) == 0 {
		return files
	}
	return slices.DeleteFunc(files, func(f foundFile) bool {
		name, err := filepath.EvalSymlinks(f.name)
		return f.kind == serverFile && !f.link && err == nil && linked[name]
	})
}
