package authfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// World is what a Cache needs from around it.
type World struct {
	Stat   func(name string) (fs.FileInfo, error)
	Opener func(name string) func() (fs.File, error) // what opens the file called name
	Now    func() time.Time
	// Revalidate is how long a file that was looked at is not looked at again;
	// negative: for good.
	Revalidate time.Duration
	MaxFile    int64         // the longest file that is read, in bytes
	MaxKept    int64         // what all that is kept may take, about
	MaxWait    time.Duration // while another request reads the file
}

// Content is what was read from a file. It is not written to once it was read.
type Content interface{ Size() int64 }

// Cache keeps what files hold. It is safe for concurrent use.
type Cache[T Content] struct {
	world World
	parse func(text string) T

	mu    sync.Mutex
	files map[string]*file[T]
	kept  int64
	clock int64 // counts uses
}

// NewCache returns an empty cache of what parse makes of files.
func NewCache[T Content](w World, parse func(text string) T) *Cache[T] {
	return &Cache[T]{world: w, parse: parse, files: map[string]*file[T]{}}
}

// file is what is known of a file.
type file[T Content] struct {
	reading chan struct{}              // holds a token while the file is read
	loaded  atomic.Pointer[version[T]] // nil before it was read
	size    int64                      // under Cache.mu
	used    int64                      // under Cache.mu
}

// version is what reading a file came to.
type version[T Content] struct {
	id      fileid.ID
	checked time.Time
	value   T
	err     error
}

// The errors of a file beside those of opening and reading it.
var (
	errTooLarge = errors.New("the file is larger than files of users and groups may be")
	errBusy     = errors.New("the file is still being read")
)

// nullDevice is a file of no lines to httpd.
const nullDevice = "/dev/null"

// Read returns what the file name holds, from the cache if it is still the same.
func (c *Cache[T]) Read(ctx context.Context, name string) (value T, err error) {
	if name == nullDevice {
		return c.parse(""), nil
	}
	f := c.file(name)
	v := f.loaded.Load()
	if v != nil && c.fresh(v.checked) {
		return v.value, v.err
	}
	id, err := c.identify(name)
	if err != nil {
		return value, err
	}
	if v != nil && v.id == id {
		if c.world.Revalidate > 0 {
			looked := *v
			looked.checked = c.world.Now()
			f.loaded.CompareAndSwap(v, &looked)
		}
		return v.value, v.err
	}
	return c.load(ctx, name, f, id)
}

// fresh reports whether a file that was looked at then needs no other look.
func (c *Cache[T]) fresh(then time.Time) bool {
	r := c.world.Revalidate
	return r < 0 || r > 0 && c.world.Now().Sub(then) < r
}

// identify returns which file there is now.
func (c *Cache[T]) identify(name string) (fileid.ID, error) {
	info, err := c.world.Stat(name)
	switch {
	case err != nil:
		return fileid.ID{}, err
	case !info.Mode().IsRegular():
		return fileid.ID{}, fmt.Errorf("%s is %w", name, fileid.ErrNotRegular)
	}
	return fileid.Of(info, c.world.Opener(name))
}

// load reads the file unless another request does so meanwhile; id is what it was
// before.
func (c *Cache[T]) load(ctx context.Context, name string, f *file[T], id fileid.ID) (value T, err error) {
	if err := f.begin(ctx, c.world.MaxWait); err != nil {
		return value, err
	}
	defer func() { <-f.reading }()
	if v := f.loaded.Load(); v != nil && v.id == id {
		return v.value, v.err
	}
	v := &version[T]{checked: c.world.Now()}
	text, id, err := fileid.Read(c.world.Opener(name), c.world.MaxFile)
	switch v.id = id; {
	case errors.Is(err, fileid.ErrTooLarge):
		v.err = errTooLarge
	case err != nil:
		return value, err
	default:
		v.value = c.parse(string(text))
	}
	c.keep(name, f, v, int64(len(text)))
	return v.value, v.err
}

// begin waits until no other request reads the file, but not longer than most.
func (f *file[T]) begin(ctx context.Context, most time.Duration) error {
	select {
	case f.reading <- struct{}{}:
		return nil // also on a machine so busy that the time has passed by now
	default:
	}
	limit := time.NewTimer(most)
	defer limit.Stop()
	select {
	case f.reading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-limit.C:
		return errBusy
	}
}

// fileSize is about what a file takes that holds nothing.
const fileSize = 1 << 10

// keep keeps v, whose file has n bytes, and forgets the files that were used longest ago
// where all take too much. A file that takes too much alone can't be used.
func (c *Cache[T]) keep(name string, f *file[T], v *version[T], n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := fileSize + int64(len(name)) + n
	if v.err == nil {
		size += v.value.Size()
	}
	if size > c.world.MaxKept {
		var none T
		v.value, v.err, size = none, errTooLarge, fileSize
	}
	f.loaded.Store(v)
	if c.files[name] != f {
		return // it was forgotten meanwhile
	}
	c.kept += size - f.size
	f.size = size
	for c.kept > c.world.MaxKept && c.forgetOldest(f) {
	}
}

// forgetOldest forgets the file that was used longest ago, but not the given one.
func (c *Cache[T]) forgetOldest(but *file[T]) bool {
	oldest := ""
	for name, f := range c.files {
		if f != but && (oldest == "" || f.used < c.files[oldest].used) {
			oldest = name
		}
	}
	if oldest == "" {
		return false
	}
	c.kept -= c.files[oldest].size
	delete(c.files, oldest)
	return true
}

// file returns the file called name and notes that it is used.
func (c *Cache[T]) file(name string) *file[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.files[name]
	if f == nil {
		f = &file[T]{reading: make(chan struct{}, 1), size: fileSize + int64(len(name))}
		c.files[name] = f
		c.kept += f.size
		for c.kept > c.world.MaxKept && c.forgetOldest(f) {
		}
	}
	c.clock++
	f.used = c.clock
	return f
}
