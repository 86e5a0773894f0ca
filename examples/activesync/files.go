package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
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

	seen [sha256.Size]byte // what apply was given last
}

// read returns the contents and their hash.
func (w *watched) read() (contents [][]byte, sum [sha256.Size]byte, err error) {
	h := sha256.New()
	for _, name := range w.names {
		src, err := readFile(name)
		if err != nil {
			return nil, sum, err
		}
		contents = append(contents, src)
		fmt.Fprintf(h, "%d\n%s", len(src), src)
	}
	return contents, [sha256.Size]byte(h.Sum(nil)), nil
}

// load applies contents that have changed, and that stand still for a time. What
// keeps changing is left for the next time.
func (w *watched) load(still time.Duration) error {
	contents, sum, err := w.read()
	if err != nil || sum == w.seen {
		return err
	}
	time.Sleep(still)
	if _, again, err := w.read(); err != nil || again != sum {
		return err
	}
	w.seen = sum
	return w.apply(contents)
}
