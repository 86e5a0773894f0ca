package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
)

// maxFile bounds files that are read: rules, certificates and lists, in bytes.
const maxFile = 32 << 20

func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, most+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if int64(len(src)) > most {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, most)
	}
	return src, nil
}

// watched are files that are read again when their content changes. It is the
// content that counts, not size or time.
type watched struct {
	names []string
	apply func(contents [][]byte) error // an error leaves what is in use

	seen    [sha256.Size]byte // what apply was given last
	problem string            // what was reported last, to say it once
}

// read returns the contents and their hash.
func (w *watched) read() (contents [][]byte, sum [sha256.Size]byte, err error) {
	h := sha256.New()
	for _, name := range w.names {
		src, err := readBounded(name, maxFile)
		if err != nil {
			return nil, sum, err
		}
		contents = append(contents, src)
		fmt.Fprintf(h, "%d\n%s", len(src), src)
	}
	return contents, [sha256.Size]byte(h.Sum(nil)), nil
}

// load reads the files for the first time.
func (w *watched) load() error {
	contents, sum, err := w.read()
	if err == nil {
		w.seen = sum
		err = w.apply(contents)
	}
	return err
}

// still is how long files must not have changed to be taken.
const still = 100 * time.Millisecond

// reload takes what has changed and stands still, and reports whether that went
// well. What keeps changing is left for the next time.
func (w *watched) reload() (changed bool, err error) {
	contents, sum, err := w.read()
	if err != nil || sum == w.seen {
		return false, err
	}
	time.Sleep(still)
	if _, again, err := w.read(); err != nil || again != sum {
		return false, err
	}
	w.seen = sum
	return true, w.apply(contents)
}

// watch reloads the files every so often, and whenever now delivers a signal, until ctx ends.
func watch(ctx context.Context, log *slog.Logger, every time.Duration, now <-chan os.Signal, files []*watched) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-now:
		}
		for _, w := range files {
			changed, err := w.reload()
			switch {
			case err != nil && err.Error() != w.problem:
				w.problem = err.Error()
				log.Error("not reloaded, what was read before stays", "files", w.names, "error", w.problem)
			case err == nil && changed:
				w.problem = ""
				log.Info("reloaded", "files", w.names)
			}
		}
	}
}
