package index

import (
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// AppendAddr appends a to dst, as the answer to a question about networks. An
// address that is not valid is in none.
func AppendAddr(dst []byte, a netip.Addr) []byte {
	switch a = a.Unmap(); {
	case a.Is4():
		b := a.As4()
		return append(dst, b[:]...)
	case a.Is6():
		b := a.As16()
		return append(dst, b[:]...)
	}
	return dst
}

// AppendAnyAddr appends to dst the answer for an address that is not known: each network may
// have it.
func AppendAnyAddr(dst []byte) []byte { return append(dst, 0) }

// v4Bits is how many bits the IPv6 form of an IPv4 address has in front.
const v4Bits = 96

// networks finds the networks that an address is in: one hash table for all, in
// which it is looked up once for each mask that occurs.
type networks struct {
	n     int
	masks []mask
	ids   map[network][]int32
}

// mask is the bits that count of an address of some length in bytes.
type mask struct {
	bits   address
	length int
}

// address is the bytes of an address, those of IPv4 in the upper half of high.
type address struct{ high, low uint64 }

// network is an address without the bits that do not count, and the index of the
// mask that it is without.
type network struct {
	address

	mask int32
}

// newNetworks returns the networks of n terms.
func newNetworks(n int, term func(id int) *Term) *networks {
	nets := &networks{n: n, ids: make(map[network][]int32, n)}
	known := map[mask]int32{}
	for id := range n {
		addr, m := term(id).network()
		number, ok := known[m]
		if !ok {
			number = int32(len(nets.masks)) //nolint:gosec // no more than terms
			known[m] = number
			nets.masks = append(nets.masks, m)
		}
		key := network{addr, number}
		nets.ids[key] = append(nets.ids[key], int32(id)) //nolint:gosec // no list has 2^31 items
	}
	return nets
}

// network returns the address and the mask of a term for a network.
func (t *Term) network() (address, mask) {
	length := len(t.text) / 2
	return addressOf(t.text[:length]), mask{addressOf(t.text[length:]), length}
}

// addressOf returns the address that s holds, of 4 or 16 bytes.
func addressOf(s string) address {
	var b [16]byte
	copy(b[:], s)
	return address{binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:])}
}

// maskSteps is what looking up a mask takes.
const maskSteps = 16

// CandidatesWithin appends the networks that the address is in.
func (n *networks) CandidatesWithin(dst []int32, addr string, meter *work.Meter) []int32 {
	if len(addr) == 1 && meter.Spend(n.n) {
		for id := range n.n {
			dst = append(dst, int32(id)) //nolint:gosec // no list has 2^31 items
		}
		return dst
	}
	if len(addr) != 4 && len(addr) != 16 || !meter.Spend(len(n.masks)*maskSteps) {
		return dst
	}
	from := len(dst)
	a := addressOf(addr)
	for i, m := range n.masks {
		if m.length == len(addr) {
			key := network{address{a.high & m.bits.high, a.low & m.bits.low}, int32(i)} //nolint:gosec // no more than terms
			dst = append(dst, n.ids[key]...)
		}
	}
	slices.Sort(dst[from:])
	return dst
}

// Exact reports that a network that an address is in holds, where that is known.
func (*networks) Exact(int32) bool { return true }

// networkShare estimates which part of all addresses is in the network of t.
func (t *Term) networkShare() float64 {
	_, m := t.network()
	return math.Ldexp(1, -bits.OnesCount64(m.bits.high)-bits.OnesCount64(m.bits.low))
}
