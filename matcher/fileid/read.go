package fileid

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"
)

// MaxHashed is the size in bytes up to which the content of a file is part of
// its ID where nothing else tells.
const MaxHashed = 1 << 20

// maxNames is the number of entries up to which the names in a directory are
// part of its ID where nothing else tells.
const maxNames = 10_000

// attempts is how often reading a file that changes meanwhile is tried.
const attempts = 4

// The errors of Read.
var (
	// ErrTooLarge says that a file has more bytes than it may have.
	ErrTooLarge = errors.New("file too large")
	// ErrNotRegular says that a device, a pipe, a directory or the like stands
	// where a regular file is needed.
	ErrNotRegular = errors.New("not a regular file")
	// ErrChanging says that a file changed each time it was read.
	ErrChanging = errors.New("file changes while it is read")
)

// Read returns the content of a regular file of at most limit bytes and the
// identity of exactly that content: the file is looked at through its open
// handle before and after reading, and read again if it changed in between.
// open opens the file; it must not wait for the other end of a pipe.
//
// With ErrTooLarge the ID is that of the file, so that the failure can be kept;
// at most limit bytes and one, or [MaxHashed], have been read then. With other
// errors it is zero.
func Read(open func() (fs.File, error), limit int64) ([]byte, ID, error) {
	for range attempts {
		data, id, err := read(open, limit)
		if !errors.Is(err, ErrChanging) {
			return data, id, err
		}
	}
	return nil, ID{}, ErrChanging
}

// ReadFile is [Read] for a file by its name, without the identity. The error has the
// name.
func ReadFile(name string, limit int64) ([]byte, error) {
	// A pipe would make it wait for the other end.
	data, _, err := Read(func() (fs.File, error) { return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) }, limit)
	var named *fs.PathError
	if err != nil && !errors.As(err, &named) {
		err = &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, err
}

func read(open func() (fs.File, error), limit int64) ([]byte, ID, error) {
	file, err := open()
	if err != nil {
		return nil, ID{}, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	now := time.Now()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, ID{}, err
	case !info.Mode().IsRegular():
		return nil, ID{}, ErrNotRegular
	}
	before, enough := describe(info, now)
	most := limit
	if !enough {
		most = max(limit, MaxHashed)
	}
	if before.size > most {
		return nil, before, ErrTooLarge
	}
	data := bytes.NewBuffer(make([]byte, 0, before.size+bytes.MinRead))
	if _, err := data.ReadFrom(io.LimitReader(file, most+1)); err != nil {
		return nil, ID{}, err
	}
	if info, err = file.Stat(); err != nil {
		return nil, ID{}, err
	}
	id, _ := describe(info, now)
	if !id.sameBut(before) {
		return nil, ID{}, ErrChanging
	}
	if !enough && data.Len() <= MaxHashed {
		id.content = sha256.Sum256(data.Bytes())
	}
	if int64(data.Len()) > limit {
		return nil, id, ErrTooLarge
	}
	return data.Bytes(), id, nil
}

// digest is a hash of what is in a file, zero if none was taken.
type digest [sha256.Size]byte

func (d digest) taken() bool { return d != digest{} }

// hashable reports whether what is in the file that info describes can be part
// of its ID.
func hashable(info fs.FileInfo) bool {
	return info.IsDir() || info.Mode().IsRegular() && info.Size() <= MaxHashed
}

// hashed returns the ID of a file with the hash of its content, unless it has
// too much.
func hashed(open func() (fs.File, error)) (ID, error) {
	_, id, err := Read(open, MaxHashed)
	switch {
	case errors.Is(err, ErrTooLarge):
		err = nil
	case errors.Is(err, ErrNotRegular):
		return list(open)
	}
	return id, err
}

// list returns the ID of a directory with the hash of the names in it, unless
// it has too many.
func list(open func() (fs.File, error)) (ID, error) {
	file, err := open()
	if err != nil {
		return ID{}, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err != nil {
		return ID{}, err
	}
	id, _ := describe(info, time.Now())
	dir, ok := file.(fs.ReadDirFile)
	if !ok {
		return id, nil
	}
	entries, err := dir.ReadDir(maxNames + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return ID{}, err
	}
	if len(entries) <= maxNames {
		id.content = hashNames(entries)
	}
	return id, nil
}

func hashNames(entries []fs.DirEntry) (sum digest) {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	h := sha256.New()
	for _, e := range entries {
		io.WriteString(h, e.Name()) //nolint:errcheck,gosec // a hash takes everything
		h.Write([]byte{0, byte(e.Type() >> 24)})
	}
	h.Sum(sum[:0])
	return sum
}
