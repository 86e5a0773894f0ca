package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// maxFile bounds files that are read, in bytes: the largest is a table of 10,000
// devices that are as verbose as they can be.
const maxFile = 256 << 20

// readFile reads a regular file.
func readFile(name string) ([]byte, error) {
	// A pipe would make it wait for the other end.
	src, _, err := fileid.Read(func() (fs.File, error) { return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) }, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return src, nil
}

// still is how long files must not have changed to be read again.
const still = 100 * time.Millisecond

// watched are files that are read again when their content changes. It is the
// content that counts, not size or time.
type watched struct {
	names []string
	apply func(contents [][]byte) error // an error leaves what is in use
	seen  [][]byte                      // what apply was given last
}

func (w *watched) read() (contents [][]byte, err error) {
	for _, name := range w.names {
		src, fileErr := readFile(name)
		contents, err = append(contents, src), errors.Join(err, fileErr)
	}
	return contents, err
}

// load applies contents that have changed, and that stand still for a time. What
// keeps changing is left for the next time.
func (w *watched) load(still time.Duration) (changed bool, err error) {
	same := func(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }
	contents, err := w.read()
	if err != nil || same(contents, w.seen) {
		return false, err
	}
	time.Sleep(still)
	if again, err := w.read(); err != nil || !same(contents, again) {
		return false, err
	}
	w.seen = contents
	return true, w.apply(contents)
}
