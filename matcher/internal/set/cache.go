package set

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// Cache is memory that the tables of many sets share. It is safe for concurrent
// use.
//
// A table that wants to grow where nothing is left gets the memory of tables that
// have not been used for a while. If all are in use it has to do with what it has,
// as if its own limit were reached.
type Cache struct {
	limit int
	clock atomic.Uint32 // advances at most once a period, when memory is short

	mu     sync.Mutex
	used   int
	shares []*share
	next   int // the share to look at next for what is idle
	turned time.Time
	period time.Duration
}

// share is what an automaton has of a Cache.
type share struct {
	of    weak.Pointer[automaton]
	bytes int           // guarded by the cache's mu
	seen  atomic.Uint32 // the clock when it was used last
}

// NewCache returns a Cache of so many bytes, 0 meaning DefaultSharedBytes.
func NewCache(bytes int) *Cache {
	if bytes <= 0 {
		bytes = DefaultSharedBytes
	}
	return &Cache{limit: bytes, period: defaultFlushPeriod}
}

// join adds an automaton.
func (c *Cache) join(a *automaton) *share {
	sh := &share{of: weak.Make(a)}
	sh.seen.Store(c.clock.Load())
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.shares) == cap(c.shares) {
		c.forget()
	}
	c.shares = append(c.shares, sh)
	return sh
}

// forget drops the shares of automata that are gone.
func (c *Cache) forget() {
	c.shares = slices.DeleteFunc(c.shares, func(sh *share) bool {
		gone := sh.of.Value() == nil
		if gone {
			c.used -= sh.bytes
		}
		return gone
	})
	c.next = 0
}

// use notes that the automaton of sh is in use.
func (c *Cache) use(sh *share) {
	if now := c.clock.Load(); sh.seen.Load() != now {
		sh.seen.Store(now)
	}
}

// resize makes bytes the size of sh, whose automaton is locked by the caller. If it
// grows that may fail, unless it must.
func (c *Cache) resize(sh *share, bytes int, must bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	more := bytes - sh.bytes
	if more > 0 && c.used+more > c.limit && !c.free(c.used+more-c.limit, sh) && !must {
		return false
	}
	c.used += more
	sh.bytes = bytes
	return true
}

// maxVictims bounds how many shares are looked at for memory at a time.
const maxVictims = 64

// free takes so many bytes from automata that are gone or idle. It reports whether
// there were enough.
func (c *Cache) free(bytes int, not *share) bool {
	if now := time.Now(); now.Sub(c.turned) >= c.period {
		c.turned = now
		c.clock.Add(1)
	}
	clock := c.clock.Load()
	for range min(maxVictims, len(c.shares)) {
		if bytes <= 0 {
			return true
		}
		if c.next >= len(c.shares) {
			c.next = 0
		}
		sh := c.shares[c.next]
		c.next++
		// What was used in this period or in the one before is not idle.
		if sh == not || sh.bytes == 0 {
			continue
		}
		a := sh.of.Value()
		if a != nil && (clock-sh.seen.Load() < 2 || !a.drop()) {
			continue
		}
		bytes -= sh.bytes
		c.used -= sh.bytes
		sh.bytes = 0
	}
	return bytes <= 0
}
