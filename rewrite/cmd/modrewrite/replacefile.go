package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// replaceFile replaces the text of a file, which was read as old: a new file beside
// it takes its name, with the same mode and, where that is possible, owner. It
// does not follow a symbolic link, and leaves a file alone that has changed since.
//
// While it works, the old file has a second name where the file system permits that. What
// another program has written to it until the new one took its place is noticed, and the
// old file put back. What is not noticed is another file that takes the name between the
// last look at it and the rename, two system calls: no call renames only over a given file.
func replaceFile(name string, old, text []byte) error {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: name, Err: errors.New("not a regular file")}
	}
	temp, err := writeBeside(name, info, text)
	if err != nil {
		return err
	}
	r := replacement{name: name, temp: temp, old: old, info: info}
	if err = r.check(); err == nil {
		err = r.rename()
	}
	return errors.Join(err, r.forget())
}

// writeBeside writes text to a new file beside the one that info describes, and returns
// its name.
func writeBeside(name string, info fs.FileInfo, text []byte) (temp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), tempPattern(name))
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), keepOwner(f, info), f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
	}
	return f.Name(), err
}

// replacement puts one file in the place of another.
type replacement struct {
	name, temp string
	old        []byte      // the text that name has to have
	info       fs.FileInfo // of the file that name has to be
	kept       string      // a second name of that file, "" without
}

// check reports an error unless the file is still the one that is to be replaced.
func (r *replacement) check() error {
	read := r.name
	if os.Link(r.name, r.temp+".old") == nil { // not where the file system has no links, or refuses this one
		r.kept = r.temp + ".old"
		read = r.kept
	}
	text, err := os.ReadFile(read)
	if err != nil {
		return err
	}
	now, err := os.Lstat(r.name)
	if err != nil {
		return err
	}
	if !bytes.Equal(text, r.old) || !os.SameFile(r.info, now) {
		return r.changed()
	}
	return nil
}

func (r *replacement) changed() error {
	return fmt.Errorf("%s: the file has changed since it was read", r.name)
}

// rename gives the new file the name, and the old one back if it was written to meanwhile.
func (r *replacement) rename() error {
	if err := os.Rename(r.temp, r.name); err != nil || r.kept == "" {
		return err
	}
	text, err := os.ReadFile(r.kept)
	if err == nil && bytes.Equal(text, r.old) {
		return nil
	}
	err = errors.Join(r.changed(), err)
	if back := os.Rename(r.kept, r.name); back != nil {
		err = fmt.Errorf("%w; what was written to it is in %s: %w", err, r.kept, back)
	}
	r.kept = ""
	return err
}

// forget removes the names that are not needed any more.
func (r *replacement) forget() error {
	var errs []error
	for _, name := range []string{r.temp, r.kept} {
		if name == "" {
			continue
		}
		if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// tempPattern returns what the new file is called until it takes the name. A server that
// does not send ".ht*" must not send the new file of an access file either.
func tempPattern(name string) string {
	return "." + strings.TrimPrefix(filepath.Base(name), ".") + ".*"
}
