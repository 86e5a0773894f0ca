package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// maxFile bounds files that are read, in bytes, and maxState the state file: a table
// of 10,000 devices that are as verbose as they can be.
const (
	maxFile  = 32 << 20
	maxState = 256 << 20
)

// readFile reads a regular file of at most so many bytes.
func readFile(name string, most int64) ([]byte, error) {
	// A pipe would make it wait for the other end.
	src, _, err := fileid.Read(func() (fs.File, error) { return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) }, most)
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
	seen  string                        // a hash of what apply was given last
	said  string                        // the last error
}

// read returns the contents and a hash of them.
func (w *watched) read() (contents [][]byte, hash string, err error) {
	sum := sha256.New()
	for _, name := range w.names {
		src, fileErr := readFile(name, maxFile)
		contents, err = append(contents, src), errors.Join(err, fileErr)
		fmt.Fprintf(sum, "%d %s", len(src), src)
	}
	return contents, string(sum.Sum(nil)), err
}

// load applies contents that have changed, and that stand still for a time. What
// keeps changing is left for the next time. Where still is 0, as at the start, when
// nothing else is in use, what is read first is applied.
func (w *watched) load(still time.Duration) (changed bool, err error) {
	contents, hash, err := w.read()
	if err != nil || hash == w.seen {
		return false, err
	}
	if still > 0 {
		time.Sleep(still)
		if _, again, err := w.read(); err != nil || again != hash {
			return false, err
		}
	}
	w.seen = hash
	return true, w.apply(contents)
}
