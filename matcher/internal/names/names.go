package names

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// Resolver asks name servers, as *net.Resolver does. A *net.DNSError with
// IsNotFound means that the name does not exist; any other error means that the
// lookup failed.
type Resolver interface {
	LookupAddr(ctx context.Context, addr string) (names []string, err error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Bounds are the limits of a Cache. All are positive.
type Bounds struct {
	Time    time.Duration // of one lookup
	Running int           // lookups at once
	Entries int           // answers kept
	Keep    time.Duration // an answer is trusted
}

// How long it is remembered that a name does not exist, and that a lookup failed,
// unless Keep is shorter.
const (
	keepNone   = time.Minute
	keepFailed = 10 * time.Second
)

// maxKept is how many addresses an answer may have to be kept: the owner of a name
// decides how many it has.
const maxKept = 64

// ErrBusy is returned where as many lookups are running as may.
var ErrBusy = errors.New("too many lookups of host names are running")

// errTime is returned where a lookup takes too long.
var errTime = errors.New("no answer in time")

// maxHost is the length of the longest host name.
const maxHost = 253

// key is what was asked for: the name of an address, or the addresses of a name.
type key struct {
	addr netip.Addr
	host string
}

// answer is what was found. An answer without error and without content means that
// the name does not exist.
type answer struct {
	name  string
	addrs []netip.Addr
	err   error
}

// Cache looks names up and remembers the answers. It is safe for concurrent use.
type Cache struct {
	resolver Resolver
	bounds   Bounds
	now      func() time.Time
	known    known
}

// New returns a Cache that asks r.
func New(r Resolver, b Bounds) *Cache {
	return &Cache{resolver: r, bounds: b, now: time.Now, known: newKnown()}
}

// Name returns the first name of an address, in lower case and without a final
// dot, "" if it has none. A name that reads like an address does not count. The
// owner of the address can claim any name: Addrs tells whether it is true.
func (c *Cache) Name(ctx context.Context, addr netip.Addr) (string, error) {
	if !addr.IsValid() {
		return "", nil
	}
	a := c.get(ctx, key{addr: plain(addr)})
	return a.name, a.err
}

// Addrs returns the addresses of host, for which IsHost holds; none if the name
// does not exist. They must not be changed.
func (c *Cache) Addrs(ctx context.Context, host string) ([]netip.Addr, error) {
	a := c.get(ctx, key{host: apr.Lower(strings.TrimSuffix(host, "."))})
	return a.addrs, a.err
}

// IsHost reports whether s can be the name of a host. Name servers are not asked
// for anything else, which may be a stranger's invention.
func IsHost(s string) bool {
	if s == "" || len(s) > maxHost || strings.HasPrefix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !uri.IsAlnum(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

// Has reports whether addrs holds addr, whatever form that has.
func Has(addrs []netip.Addr, addr netip.Addr) bool {
	for _, a := range addrs {
		if plain(a) == plain(addr) {
			return addr.IsValid()
		}
	}
	return false
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// get returns the answer for k: one that is remembered, that of a lookup that is
// running already, or else a new one.
func (c *Cache) get(ctx context.Context, k key) answer {
	if a, ok := c.known.recall(k, c.now()); ok {
		return a
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.bounds.Time, errTime)
	defer cancel()
	for {
		f, mine := c.known.join(k, c.bounds.Running)
		switch {
		case f == nil:
			return answer{err: ErrBusy}
		case mine:
			return c.lead(ctx, k, f)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return answer{err: context.Cause(ctx)}
		}
		if !f.given {
			continue // the request that asked gave up: ask again
		}
		return f.answer
	}
}

// lead asks for k and shares the answer with the requests that wait for f. If ctx
// ends early, which says nothing about k, they have to ask again.
func (c *Cache) lead(ctx context.Context, k key, f *flight) (a answer) {
	keep := time.Duration(0)
	defer func() {
		c.known.settle(k, f, a, c.now(), keep, c.bounds.Entries)
	}()
	a = c.ask(ctx, k)
	if a.err != nil && ctx.Err() != nil {
		a.err = context.Cause(ctx)
	}
	if f.given = a.err == nil || ctx.Err() == nil || errors.Is(a.err, errTime); !f.given {
		return a
	}
	keep = c.bounds.Keep
	switch {
	case len(a.addrs) > maxKept:
		keep = 0
	case a.err != nil:
		keep = min(keep, keepFailed)
	case a.name == "" && len(a.addrs) == 0:
		keep = min(keep, keepNone)
	}
	return a
}

// ask asks the resolver.
func (c *Cache) ask(ctx context.Context, k key) answer {
	if k.host != "" {
		addrs, err := c.resolver.LookupNetIP(ctx, "ip", k.host)
		return answer{addrs: addrs, err: failure(err)}
	}
	names, err := c.resolver.LookupAddr(ctx, k.addr.String())
	if len(names) > 0 && asName(names[0]) != "" {
		// An error says that there are others, which can't be names.
		return answer{name: asName(names[0])}
	}
	return answer{err: failure(err)}
}

// asName returns what a name server says in the form in which names are
// compared, "" if it can be none.
func asName(s string) string {
	s = apr.Lower(strings.TrimSuffix(s, "."))
	if _, err := netip.ParseAddr(s); err == nil || !IsHost(s) {
		return ""
	}
	return s
}

// noNames is how package net says that what a name server has answered cannot be
// the name of a host.
const noNames = "DNS response contained records which contain invalid names"

// failure returns err unless it means that the name does not exist.
func failure(err error) error {
	var d *net.DNSError
	if errors.As(err, &d) && (d.IsNotFound || d.Err == noNames) {
		return nil
	}
	return err
}
