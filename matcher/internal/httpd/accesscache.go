package httpd

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// accessCache holds what is known of the access files of directories. It forgets
// those that were asked for longest ago when they take more than limit bytes,
// and directories that are gone.
type accessCache struct {
	limit   int64
	entries sync.Map // accessKey to *accessEntry
	looks   atomic.Uint32

	mu       sync.Mutex
	ring     []*accessEntry // in no order
	hand     int            // the next of ring to be forgotten
	swept    int            // the last of ring that sweep looked at
	size     int64          // of everything, as estimated
	compiled map[compiledKey]*compiledFile
}

// compiledKey tells compiled access files apart. A file of the system is the
// same by all its names.
type compiledKey struct {
	id       fileid.ID
	path     string // "" for a file of the system
	override override
	language *AccessLanguage
}

// compiledFile is an access file that was compiled. It serves every directory
// that the file is found in, as through symbolic links.
type compiledFile struct {
	key    compiledKey
	config *DirConfig // nil if it has an error
	err    error
	asked  []askedFile
	size   int64
	users  int // under accessCache.mu
}

// The bytes that things take, as measured: what is known of a directory, with a
// configuration that differs from another in its directory and besides what its
// name takes twice, a compiled file, more for each byte of its text, and more for
// each byte of what PCRE2 compiles a pattern to.
const (
	entrySize     = 2 << 10
	compiledSize  = 6 << 10
	compiledRatio = 24
	patternRatio  = 12
	// sweepEvery is how many looks at files there are to one at whether another
	// directory is still there.
	sweepEvery = 8
)

func newAccessCache(limit int64) *accessCache {
	return &accessCache{limit: limit, compiled: map[compiledKey]*compiledFile{}}
}

// entry returns the entry for key and makes it where there is none.
func (c *accessCache) entry(key accessKey) *accessEntry {
	v, ok := c.entries.Load(key)
	if !ok {
		v, _ = c.entries.LoadOrStore(key, &accessEntry{key: key})
	}
	a := v.(*accessEntry) //nolint:forcetypeassert // the map holds nothing else
	if !a.used.Load() {
		a.used.Store(true)
	}
	return a
}

// put makes st what is known of a. It reports whether others were forgotten for
// that.
func (c *accessCache) put(a *accessEntry, st *accessState) (forgot bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := a.state.Swap(st)
	if old != st {
		c.release(old)
	}
	if a.size == 0 {
		a.size = entrySize + 2*int64(len(a.key.dir))
		c.ring = append(c.ring, a)
		c.size += a.size
	}
	if c.size <= c.limit {
		return false
	}
	// Some room is made at once, as forgetting costs the others their merges.
	for c.size > c.limit-c.limit/8 && len(c.ring) > 1 {
		c.hand %= len(c.ring)
		if next := c.ring[c.hand]; next == a || next.used.Swap(false) {
			c.hand++
			continue
		}
		c.remove(c.hand)
		forgot = true
	}
	return forgot
}

// remove forgets entry i of the ring.
func (c *accessCache) remove(i int) {
	a := c.ring[i]
	last := len(c.ring) - 1
	c.ring[i], c.ring[last] = c.ring[last], nil
	c.ring = c.ring[:last]
	c.entries.CompareAndDelete(a.key, a)
	c.release(a.state.Swap(nil))
	c.size -= a.size
	a.size = 0
}

// release notes that st is known of a directory no more.
func (c *accessCache) release(st *accessState) {
	if st == nil || st.file == nil {
		return
	}
	c.drop(st.file)
}

// leave gives back what acquire returned.
func (c *accessCache) leave(f *compiledFile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(f)
}

// drop forgets f once it has no user more.
func (c *accessCache) drop(f *compiledFile) {
	if f.users--; f.users > 0 {
		return
	}
	c.size -= f.size
	if c.compiled[f.key] == f {
		delete(c.compiled, f.key)
	}
}

// acquire returns the compiled file for key, nil if there is none. What it
// returns is then put, or given back by leave.
func (c *accessCache) acquire(key compiledKey) *compiledFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.compiled[key]
	if f != nil {
		f.users++
	}
	return f
}

// add keeps f, which is to be put, for others that find the same file.
func (c *accessCache) add(f *compiledFile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.users = 1
	c.size += f.size
	c.compiled[f.key] = f
}

// sweep looks now and then at whether the directory of another entry is still
// there, by gone, and forgets it if not, which it reports.
func (c *accessCache) sweep(gone func(dir string) bool) (forgot bool) {
	if c.looks.Add(1)%sweepEvery != 0 {
		return false
	}
	c.mu.Lock()
	var a *accessEntry
	if len(c.ring) > 0 {
		c.swept = (c.swept + 1) % len(c.ring)
		a = c.ring[c.swept]
	}
	c.mu.Unlock()
	if a == nil || !gone(a.key.dir) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.ring, a)
	if i >= 0 {
		c.remove(i)
	}
	return i >= 0
}
