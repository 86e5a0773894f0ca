package public

import (
	"io"
	"io/fs"
	"os"
)

// File is an open file or directory. It is not safe for concurrent use, and must be
// closed.
type File struct {
	std   *os.File // nil as long as plain has the file
	plain plainFile
}

// Std returns the file as one of package os, and reads with that from then on. It is nil
// once the file is closed.
func (f *File) Std() *os.File {
	if f.std == nil && f.plain.open() {
		f.std = f.plain.std()
	}
	return f.std
}

// Read reads up to len(p) bytes. At the end of the file it returns 0 and io.EOF.
func (f *File) Read(p []byte) (int, error) {
	if f.std != nil {
		return f.std.Read(p)
	}
	if !f.plain.open() {
		return 0, os.ErrClosed
	}
	n, err := f.plain.read(p)
	if n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

// isOf reports whether f is open under that name, and what was judged.
func (f *File) isOf(name string, judged fs.FileInfo) bool {
	return f != nil && f.plain.open() && f.plain.isOf(name, judged)
}

// Close closes the file. To close it again is an error, and does nothing, nor is there
// anything to close of nil.
func (f *File) Close() error {
	switch {
	case f == nil:
		return os.ErrClosed
	case f.std != nil:
		return f.std.Close()
	case !f.plain.open():
		return os.ErrClosed
	}
	return f.plain.close()
}
