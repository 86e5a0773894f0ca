package httpd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// maxSpelled is how many names of a directory are looked at for an access file whose
// name may be in any case, or for the variants of a file.
const maxSpelled = 10_000

// listing is what a look through a directory for an access file whose name may be in any
// case found.
type listing struct {
	dir      fileid.ID   // the directory as it was; zero if that is not known
	info     fs.FileInfo // of the directory; nil if there was no look
	at       time.Time   // of the look
	spelling string      // the name found, "" for none
	failed   bool        // the directory can't be looked through
}

// listingTime is for how long a look through a directory is enough where nothing shows a
// change: its identity is a look, too, while it is new or where a file system has none. It
// is also how often a directory is tried that can't be looked through.
const listingTime = time.Second

// timeStep is more than the step that the times of a system's file systems usually have:
// what changes later than that after the change before has another time.
const timeStep = 100 * time.Millisecond

// lasts reports whether what is known of a directory, of which info is known now, needs no
// new look yet.
func (l *listing) lasts(info fs.FileInfo, now time.Time) bool {
	if age := now.Sub(l.at); l.info == nil || age < 0 || age >= listingTime {
		return false
	}
	if l.failed {
		return true
	}
	same := l.info.ModTime().Equal(info.ModTime()) && l.info.Size() == info.Size() && l.info.Mode() == info.Mode()
	if l.dir.Physical() {
		return same && os.SameFile(l.info, info) && l.at.Sub(info.ModTime()).Abs() > timeStep
	}
	return same
}

// spell looks through a directory for an access file whose name is in another case,
// unless known says what the directory holds as it is now. That it can't is reported once.
func (e *Engine) spell(st *accessState, key accessKey, known *accessState) {
	info, err := e.Files.Stat(key.dir)
	if err != nil || !info.IsDir() {
		return // it holds nothing
	}
	var before listing
	if known != nil {
		before = known.listing
	}
	if st.listing = before; before.lasts(info, st.checked) {
		return
	}
	open := func() (fs.File, error) { return e.Files.openDir(key.dir) }
	st.listing.info, st.listing.at = info, st.checked
	st.listing.dir, err = fileid.Of(info, open)
	if err == nil && before.info != nil && before.dir == st.listing.dir {
		return
	}
	st.listing.spelling = ""
	if err == nil {
		st.listing.spelling, err = spelled(open, key.language.Names)
	}
	if st.listing.failed = err != nil; err != nil && !before.failed {
		e.Report(parser.Warning, codeAccessFile, parser.Extent{Name: key.dir}, "a file called %s in another case is not found: %v", key.language.Names[0], err)
	}
}

// errManyNames is the error for a directory of too many names.
var errManyNames = fmt.Errorf("the directory holds more than %d names", maxSpelled)

// spelled returns the first name in a directory that is one of names in another case, ""
// if there is none.
func spelled(open func() (fs.File, error), names []string) (found string, err error) {
	err = eachEntry(open, func(entry fs.DirEntry) bool {
		if slices.ContainsFunc(names, func(n string) bool { return uri.EqualFold(n, entry.Name()) }) {
			found = entry.Name()
		}
		return found == ""
	})
	return found, err
}

// EachEntry calls do for each name in a directory until do returns false. It returns an
// error for a directory that can't be read, or holds more than 10,000 names.
func (f Files) EachEntry(dir string, do func(fs.DirEntry) bool) error {
	return eachEntry(func() (fs.File, error) { return f.openDir(dir) }, do)
}

// eachEntry is EachEntry for a directory that open opens.
func eachEntry(open func() (fs.File, error), do func(fs.DirEntry) bool) error {
	file, err := open()
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	dir, ok := file.(fs.ReadDirFile)
	if !ok {
		return fs.ErrInvalid
	}
	const chunk = 500
	for range maxSpelled / chunk {
		entries, err := dir.ReadDir(chunk)
		for _, entry := range entries {
			if !do(entry) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(entries) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return errManyNames
}
