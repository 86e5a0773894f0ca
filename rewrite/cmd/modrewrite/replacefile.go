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
func replaceFile(name string, old, text []byte) (err error) {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: name, Err: errors.New("not a regular file")}
	}
	f, err := os.CreateTemp(filepath.Dir(name), tempPattern(name))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), keepOwner(f, info), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	now, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return fmt.Errorf("%s: the file has changed since it was read", name)
	}
	return os.Rename(f.Name(), name)
}

// tempPattern returns what the new file is called until it takes the name. A server that
// does not send ".ht*" must not send the new file of an access file either.
func tempPattern(name string) string {
	return "." + strings.TrimPrefix(filepath.Base(name), ".") + ".*"
}
