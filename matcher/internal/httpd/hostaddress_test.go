package httpd

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHostAddresses compares what is found by address with asking all virtual hosts in
// turn.
func TestHostAddresses(t *testing.T) {
	t.Parallel()
	found := map[addrMatch]int{}
	for seed := range uint64(3000) {
		g := rand.New(rand.NewPCG(seed, 1))
		pick := func(of ...string) string { return of[g.IntN(len(of))] }
		var all []*Server
		for range g.IntN(8) {
			s := &Server{}
			for range g.IntN(3) {
				a, ok := parseAddr(pick("*", "_default_", "192.0.2.1", "192.0.2.2", "[2001:db8::1]") + pick("", ":80", ":443", ":*"))
				require.True(t, ok)
				s.addrs = append(s.addrs, a)
			}
			all = append(all, s)
		}
		h := newHostAddresses(all)
		for _, addr := range []string{"", "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"} {
			for _, port := range []int{80, 443, 8080, 0, anyPort} {
				req := &Client{ServerAddr: addr}
				best := addrNone
				var first *Server
				for _, s := range all {
					if m := s.answers(req, port); m > best {
						best, first = m, s
					}
				}
				got, fit := h.first(req, port)
				require.Equal(t, best, fit)
				require.Same(t, first, got)
				found[best]++
			}
		}
	}
	for _, m := range []addrMatch{addrNone, addrAny, addrExact} {
		require.Greater(t, found[m], 1000, "%d", m)
	}
}
