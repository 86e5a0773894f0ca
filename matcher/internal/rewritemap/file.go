package rewritemap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/matcher/internal/dbm"
	"github.com/modrewrite-go/modrewrite/parser"
)

// File is a txt:, rnd: or dbm: map. Its file is read again when it is another
// one.
type File struct {
	world  *World
	path   string
	also   string // a file that is part of the map, unless ""
	at     parser.Extent
	parse  func(file []byte) (map[string]string, error)
	random bool
	kind   string // as httpd's log has it

	loaded  atomic.Pointer[mapContent] // nil before the first lookup
	loading chan struct{}              // holds a token while the file is read
}

// Kind returns what httpd's log calls maps of this kind: "txt" or "dbm".
func (m *File) Kind() string { return m.kind }

// Alternatives returns all that a random map has for key, as it is written, as far as
// its file has been read. ok is false for other maps and keys.
func (m *File) Alternatives(key string) (text string, ok bool) {
	c := m.loaded.Load()
	if c == nil || !m.random {
		return "", false
	}
	text, ok = c.values[key]
	return cString(text), ok
}

// NewText returns the txt: or, with random, the rnd: map in the file at path,
// declared at at.
func NewText(w *World, path string, at parser.Extent, random bool) *File {
	return &File{world: w, path: path, at: at, parse: parseText, random: random, kind: "txt", loading: make(chan struct{}, 1)}
}

// NewDBM returns the dbm: map in the file at path. kind is the type of file, whose
// default is that of Debian's httpd and httxt2dbm, Berkeley DB. It reports false if
// files of that type are not supported.
func NewDBM(w *World, path string, at parser.Extent, kind string) (*File, bool) {
	m := NewText(w, path, at, false)
	m.kind = "dbm"
	switch strings.ToLower(kind) {
	case "", "default", "db":
		m.parse = dbm.Berkeley
	case "sdbm":
		m.also, m.path, m.parse = path+".dir", path+".pag", dbm.SDBM
	default:
		return nil, false
	}
	return m, true
}

// Find returns the file that httpd looks for when it starts, and an error if there
// is none.
func (m *File) Find() (path string, err error) {
	path = cmp.Or(m.also, m.path)
	_, err = m.world.Stat(path)
	return path, err
}

// mapContent is what reading a map came to. It is not written to.
type mapContent struct {
	ids     [2]fileid.ID // of the map's files; zero where they could not be read
	checked time.Time    // when they were looked at
	values  map[string]string
	err     error
	passing bool // the failure may pass although the files stay the same
}

// failurePause is how long a failure that may pass is not tried again.
const failurePause = time.Second

// denial is an error of a map for which the request is denied, and not answered
// as if the map had no value.
type denial struct{ error }

// Unwrap returns the error.
func (d denial) Unwrap() error { return d.error }

func isDenial(err error) bool { return errors.As(err, new(denial)) }

// errMapBusy says that another request has not finished reading the map.
var errMapBusy = denial{errors.New("its file is still being read")}

// Lookup returns the value of key. Of a rnd: map it returns one of the parts
// between "|", each as likely as the others.
//
// A file that is missing, may not be opened or is a directory has no values, as
// in httpd, and so has a dbm: file with errors. What httpd would read without
// end or not at all is a denial: a file that is too large, keeps changing or
// fails while it is read, a pipe or a device.
func (m *File) Lookup(ctx context.Context, key string) (string, bool, error) {
	c := m.loaded.Load()
	if c == nil || !c.current(m.world) {
		var err error
		if c, err = m.look(ctx, c); err != nil {
			return "", false, err
		}
	}
	value, ok := c.values[key]
	if ok && m.random {
		parts := strings.Split(value, "|")
		value = parts[rand.IntN(len(parts))] //nolint:gosec // no secret depends on it
	}
	value = cString(value)
	return value, ok && value != "", c.err
}

// current reports whether c needs no look at the files.
func (c *mapContent) current(w *World) bool {
	return w.fresh(c.checked) || c.passing && time.Since(c.checked).Abs() < failurePause
}

// look looks at the files and returns what they hold: that is known where they
// are still those of known.
func (m *File) look(ctx context.Context, known *mapContent) (*mapContent, error) {
	ids, err := m.identify()
	switch {
	case errors.As(err, new(unread)):
		return m.failed(err)
	case err != nil:
		return nil, err
	case known == nil || known.ids != ids || known.passing:
		return m.load(ctx, ids)
	case m.world.Revalidate > 0:
		looked := *known
		looked.checked = m.world.Now()
		m.loaded.CompareAndSwap(known, &looked)
	}
	return known, nil
}

// identify returns which files there are now.
func (m *File) identify() (ids [2]fileid.ID, err error) {
	if ids[0], err = m.identity(m.path); err == nil && m.also != "" {
		ids[1], err = m.identity(m.also)
	}
	return ids, err
}

func (m *File) identity(name string) (fileid.ID, error) {
	if name == nullDevice {
		return fileid.ID{}, nil
	}
	info, err := m.world.Stat(name)
	switch {
	case err != nil:
		return fileid.ID{}, err
	case info.IsDir():
		return fileid.ID{}, fmt.Errorf("%s is a directory", name)
	case !info.Mode().IsRegular():
		return fileid.ID{}, denial{fmt.Errorf("%s is %w", name, fileid.ErrNotRegular)}
	}
	id, err := fileid.Of(info, m.world.Opener(name))
	if err != nil {
		err = unread{err}
	}
	return id, err
}

// unread is why a file that is there could not be read.
type unread struct{ error }

// Unwrap returns the error.
func (u unread) Unwrap() error { return u.error }

// failed returns what a map is for which reading a file failed with err. An
// error is one that the next lookup may not meet.
func (m *File) failed(err error) (*mapContent, error) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	c := &mapContent{err: denial{err}, passing: true, checked: time.Now()}
	m.loaded.Store(c)
	return c, nil
}

// load reads the files unless another lookup does so meanwhile; ids is what they
// were before.
func (m *File) load(ctx context.Context, ids [2]fileid.ID) (*mapContent, error) {
	if err := m.take(ctx); err != nil {
		return nil, err
	}
	defer func() { <-m.loading }()
	if c := m.loaded.Load(); c != nil && (c.ids == ids || c.current(m.world)) {
		return c, nil
	}
	return m.read(ids)
}

// nullDevice is a file of no lines to httpd.
const nullDevice = "/dev/null"

// read reads the files, which were those of ids before.
func (m *File) read(ids [2]fileid.ID) (*mapContent, error) {
	c := &mapContent{ids: ids, checked: m.world.Now()}
	var data []byte
	if m.path != nullDevice {
		limit := m.world.MaxFile
		var err error
		data, c.ids[0], err = fileid.Read(m.world.Opener(m.path), limit)
		switch {
		case err == nil:
		case errors.Is(err, fileid.ErrTooLarge):
			c.err = denial{fmt.Errorf("%s has more than the %d bytes of Limits.MapFile", m.path, limit)}
		default:
			return m.failed(err)
		}
	}
	if c.err == nil {
		c.values, c.err = m.parse(data)
	}
	m.loaded.Store(c)
	return c, nil
}

// take waits for the right to read the files.
func (m *File) take(ctx context.Context) error {
	select {
	case m.loading <- struct{}{}:
		return nil
	default:
	}
	limit := time.NewTimer(m.world.MaxTime)
	defer limit.Stop()
	select {
	case m.loading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return denial{ctx.Err()}
	case <-limit.C:
		return errMapBusy
	}
}
