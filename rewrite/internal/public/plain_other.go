//go:build !linux

package public

import (
	"io/fs"
	"os"
)

// plainFile is a file that is read without package os, where there are such.
type plainFile struct{}

// open reports that there is no such file.
func (*plainFile) open() bool { return false }

// openPlain reports that a file has to be looked up step by step.
func openPlain(string, fs.FileInfo) (f *File, st fs.FileInfo, ok bool) { return nil, nil, false }

// Look describes the file at name, an absolute path, as os.Stat does. No file is open.
func Look(name string) (file *File, st fs.FileInfo, err error) {
	st, err = os.Stat(name)
	return nil, st, err
}

func (*plainFile) isOf(string, fs.FileInfo) bool { return false }
func (*plainFile) std() *os.File                 { return nil }
func (*plainFile) read([]byte) (int, error)      { return 0, os.ErrClosed }
func (*plainFile) close() error                  { return os.ErrClosed }
