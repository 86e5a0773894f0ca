package names

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var bounds = Bounds{Time: 5 * time.Second, Running: 8, Entries: 100, Keep: 5 * time.Minute}

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

// TestNameServer asks a name server on this machine through Go's own resolver.
func TestNameServer(t *testing.T) {
	t.Parallel()
	const arpa = ".2.0.192.in-addr.arpa"
	s := &nameServer{
		ptr: map[string]string{
			"1" + arpa: "Good.Example.COM", "2" + arpa: "liar.example.com", "6" + arpa: "10.9.8.7", "7" + arpa: "under_score.example.com",
		},
		a:     map[string]string{"good.example.com": "192.0.2.1", "liar.example.com": "192.0.2.99"},
		fails: map[string]bool{"4" + arpa: true, "sick.example.com": true},
		mute:  map[string]bool{"5" + arpa: true},
	}
	b := bounds
	b.Time = 300 * time.Millisecond
	c := New(s.start(t), b)
	ctx := context.Background()
	for addr, want := range map[string]string{
		"192.0.2.1": "good.example.com", "::ffff:192.0.2.1": "good.example.com", "192.0.2.2": "liar.example.com",
		"192.0.2.3": "", // no such name
		"192.0.2.6": "", // a name that reads like an address
		"192.0.2.7": "under_score.example.com",
	} {
		name, err := c.Name(ctx, ip(addr))
		require.NoError(t, err, addr)
		require.Equal(t, want, name, addr)
	}
	_, err := c.Name(ctx, ip("192.0.2.4"))
	require.Error(t, err)
	_, err = c.Name(ctx, ip("192.0.2.5"))
	var late net.Error // of package net, whose clock may be ahead of the Cache's
	require.True(t, errors.Is(err, errTime) || errors.As(err, &late) && late.Timeout(), "%v", err)

	good, err := c.Addrs(ctx, "GOOD.example.com.")
	require.NoError(t, err)
	require.True(t, Has(good, ip("::ffff:192.0.2.1")))
	require.False(t, Has(good, ip("192.0.2.2")))
	none, err := c.Addrs(ctx, "nowhere.example.com")
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = c.Addrs(ctx, "sick.example.com")
	require.Error(t, err)

	before := s.asked.Load()
	for _, addr := range []string{"192.0.2.1", "192.0.2.3", "192.0.2.4", "192.0.2.5"} {
		_, _ = c.Name(ctx, ip(addr))
	}
	require.Equal(t, before, s.asked.Load(), "asked again")
}

// fake is a Resolver whose every answer comes from find.
type fake func(ctx context.Context, what string) (string, error)

func (f fake) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	name, err := f(ctx, addr)
	if name == "" {
		return nil, err
	}
	return []string{name}, err
}

func (f fake) LookupNetIP(ctx context.Context, _, host string) ([]netip.Addr, error) {
	text, err := f(ctx, host)
	if text == "" {
		return nil, err
	}
	return []netip.Addr{ip(text)}, err
}

var errNotFound = &net.DNSError{IsNotFound: true}

// TestKeep looks at how long answers are remembered.
func TestKeep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := map[string]int{}
		c := New(fake(func(_ context.Context, what string) (string, error) {
			asked[what]++
			switch what {
			case "192.0.2.1":
				return "a.example", nil
			case "192.0.2.2":
				return "", errNotFound
			}
			return "", errors.New("sick")
		}), bounds)
		for second := range 301 {
			for _, addr := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
				_, _ = c.Name(t.Context(), ip(addr))
			}
			if second < 300 {
				time.Sleep(time.Second)
			}
		}
		require.Equal(t, map[string]int{"192.0.2.1": 2, "192.0.2.2": 6, "192.0.2.3": 31}, asked)
	})
}

// TestBounded asks for more names than may be remembered.
func TestBounded(t *testing.T) {
	t.Parallel()
	asked := 0
	c := New(fake(func(context.Context, string) (string, error) { asked++; return "", errNotFound }), bounds)
	for i := range 10_000 {
		_, _ = c.Addrs(t.Context(), fmt.Sprintf("%d.example", i))
	}
	require.Len(t, c.known.answers, bounds.Entries)
	require.Equal(t, bounds.Entries, c.known.order.Len())
	require.Empty(t, c.known.flights)
	_, _ = c.Addrs(t.Context(), "9999.example")
	require.Equal(t, 10_000, asked)
	_, _ = c.Addrs(t.Context(), "0.example")
	require.Equal(t, 10_001, asked)
}

// many is a Resolver whose names have very many addresses.
type many struct{ fake }

func (m many) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	_, _ = m.fake(context.Background(), "")
	return make([]netip.Addr, maxKept+1), nil
}

func TestLongAnswersAreNotKept(t *testing.T) {
	t.Parallel()
	asked := 0
	c := New(many{func(context.Context, string) (string, error) { asked++; return "", nil }}, bounds)
	for range 2 {
		addrs, err := c.Addrs(t.Context(), "a.example")
		require.NoError(t, err)
		require.Len(t, addrs, maxKept+1)
	}
	require.Equal(t, 2, asked)
	require.Empty(t, c.known.answers)
}

// An answer with as many addresses as may be kept is kept. Of names that a name server
// is asked for, or gives, only those of hosts count.
func TestHosts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxHost)
	for name, want := range map[string]bool{
		"": false, "a": true, "A-_9.z": true, "a.": true, ".a": false, "a..b": false, "a b": false, "a/b": false, "é.example": false,
		"[::1]": false, long: true, long + "a": false, "a@b": false, "a`b": false, "a{b": false,
	} {
		require.Equal(t, want, IsHost(name), name)
	}
	c := New(fake(func(context.Context, string) (string, error) { return "no host", nil }), bounds)
	got, err := c.Name(t.Context(), ip("192.0.2.1"))
	require.NoError(t, err)
	require.Empty(t, got)
	got, err = c.Name(t.Context(), netip.Addr{})
	require.NoError(t, err)
	require.Empty(t, got)
	require.False(t, Has([]netip.Addr{{}}, netip.Addr{}))
}

// sized is a Resolver whose names have n addresses.
type sized struct {
	fake

	n int
}

func (s sized) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	_, _ = s.fake(context.Background(), "")
	return make([]netip.Addr, s.n), nil
}

func TestLongestAnswerKept(t *testing.T) {
	t.Parallel()
	asked := 0
	c := New(sized{func(context.Context, string) (string, error) { asked++; return "", nil }, maxKept}, bounds)
	for range 2 {
		addrs, err := c.Addrs(t.Context(), "a.example")
		require.NoError(t, err)
		require.Len(t, addrs, maxKept)
	}
	require.Equal(t, 1, asked)
}

// TestShared has many ask for one name at once, and others for more names than
// may be looked up at once.
func TestShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		asked := map[string]int{}
		c := New(fake(func(_ context.Context, what string) (string, error) {
			mu.Lock()
			asked[what]++
			mu.Unlock()
			time.Sleep(time.Second)
			return "a.example", nil
		}), bounds)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				name, err := c.Name(t.Context(), ip("192.0.2.1"))
				if name != "a.example" || err != nil {
					t.Errorf("%q, %v", name, err)
				}
			})
		}
		synctest.Wait()
		require.Equal(t, 1, asked["192.0.2.1"])
		busy := 0
		for i := range 20 {
			wg.Go(func() {
				if _, err := c.Name(t.Context(), ip(fmt.Sprintf("198.51.100.%d", i))); errors.Is(err, ErrBusy) {
					mu.Lock()
					busy++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		require.Equal(t, 20-(bounds.Running-1), busy)
		_, err := c.Name(t.Context(), ip("198.51.100.200"))
		require.NoError(t, err)
	})
}

// TestGivenUp has the client that a lookup was begun for go away: those that
// share it ask anew, and nothing is learned from it.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := New(fake(func(ctx context.Context, _ string) (string, error) {
			if asked++; asked == 1 {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return "a.example", nil
		}), bounds)
		first, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Name(first, ip("192.0.2.1")); !errors.Is(err, context.Canceled) {
				t.Errorf("who went away got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if name, err := c.Name(t.Context(), ip("192.0.2.1")); name != "a.example" || err != nil {
				t.Errorf("who stayed got %q, %v", name, err)
			}
		})
		synctest.Wait()
		leave()
		wg.Wait()
		require.Equal(t, 2, asked)
	})
}

// TestDeaf has a resolver that does not heed its context: those that share its
// lookup do not wait for longer than they may.
func TestDeaf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(fake(func(context.Context, string) (string, error) { time.Sleep(time.Hour); return "", nil }), bounds)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = c.Name(t.Context(), ip("192.0.2.1")) })
		synctest.Wait()
		begun := time.Now()
		_, err := c.Name(t.Context(), ip("192.0.2.1"))
		require.ErrorIs(t, err, errTime)
		require.Equal(t, bounds.Time, time.Since(begun))
		wg.Wait()
	})
}

// TestPanic has a resolver that panics: no request waits for its answer for ever.
func TestPanic(t *testing.T) {
	t.Parallel()
	asked := 0
	c := New(fake(func(context.Context, string) (string, error) {
		if asked++; asked == 1 {
			panic("resolver")
		}
		return "a.example", nil
	}), bounds)
	require.Panics(t, func() { _, _ = c.Name(t.Context(), ip("192.0.2.1")) })
	name, err := c.Name(t.Context(), ip("192.0.2.1"))
	require.NoError(t, err)
	require.Equal(t, "a.example", name)
}

func TestIsHost(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a": true, "a.b": true, "a.b.": true, "_x.a-b": true, "xn--80a.example": true, "1.2.3.4.example": true,
		"": false, ".": false, ".a": false, "a..b": false, "a b": false, "a,b": false, "a/b": false, "é": false, "a\x00": false, "a:1": false,
	} {
		require.Equal(t, want, IsHost(s), s)
	}
}

// TestMemory measures what README says of a full cache.
func TestMemory(t *testing.T) {
	var before, after runtime.MemStats
	b := bounds
	b.Entries = 10_000
	c := New(fake(func(_ context.Context, what string) (string, error) {
		return "host-" + what + ".dialin.example.com", nil
	}), b)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range b.Entries {
		_, err := c.Name(t.Context(), netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
		require.NoError(t, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	got := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	runtime.KeepAlive(c)
	t.Logf("%d answers take %d bytes", b.Entries, got)
	require.Less(t, got, int64(8<<20))
}
