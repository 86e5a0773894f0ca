package expr

import (
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// subnet is a range of addresses. The zero value contains none.
type subnet struct {
	addr []byte // of 4 or 16 bytes, masked
	mask []byte
}

// parseSubnet parses "address", "address/bits", "address/netmask" for IPv4, or
// the first bytes of an IPv4 address, "10.1".
func parseSubnet(s string) (subnet, bool) {
	text, mask, hasMask := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil {
		if hasMask {
			return subnet{}, false
		}
		return parsePartial(text)
	}
	if addr.Is4In6() || addr.Zone() != "" {
		return subnet{}, false
	}
	n := subnet{addr: addr.AsSlice()}
	if !hasMask {
		mask = strconv.Itoa(addr.BitLen())
	}
	var ok bool
	if n.mask, ok = parseMask(mask, addr); !ok {
		return subnet{}, false
	}
	for i, m := range n.mask {
		n.addr[i] &= m
	}
	return n, true
}

// parseMask parses the mask of a subnet of addr: a number of bits, not 0, or
// for IPv4 a netmask.
func parseMask(s string, addr netip.Addr) ([]byte, bool) {
	digits := strings.TrimPrefix(strings.TrimLeft(s, " \t\n\v\f\r"), "+")
	if bits, err := strconv.ParseUint(digits, 10, 16); err == nil && 0 < bits && int(bits) <= addr.BitLen() {
		mask := make([]byte, addr.BitLen()/8)
		for i := range int(bits) {
			mask[i/8] |= 0x80 >> (i % 8)
		}
		return mask, true
	}
	mask, err := netip.ParseAddr(s)
	if err != nil || !mask.Is4() || !addr.Is4() {
		return nil, false
	}
	return mask.AsSlice(), true
}

// parsePartial parses up to four numbers with dots between them, and one
// behind the last if it pleases. Unlike those of an address they may have
// leading zeros.
func parsePartial(s string) (subnet, bool) {
	n := subnet{addr: make([]byte, 4), mask: make([]byte, 4)}
	parts := strings.Split(strings.TrimSuffix(s, "."), ".")
	if len(parts) > 4 {
		return subnet{}, false
	}
	for i, p := range parts {
		v, ok := number(p, 10, 255)
		if !ok {
			return subnet{}, false
		}
		n.addr[i], n.mask[i] = byte(v), 0xff
	}
	return n, true
}

// contains reports whether addr is in the subnet. An IPv4 address that is
// mapped to IPv6 counts as the former.
func (n subnet) contains(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.BitLen() != 8*len(n.addr) {
		return false
	}
	all := addr.As16()
	b := all[len(all)-len(n.addr):]
	for i, m := range n.mask {
		if b[i]&m != n.addr[i] {
			return false
		}
	}
	return true
}

// term returns the term that holds if the answer to q is an address in the subnet.
func (n *subnet) term(q index.Question) index.Term {
	if len(n.addr) == 4 {
		return index.MaskedNetwork(q, [4]byte(n.addr), [4]byte(n.mask))
	}
	size := 0
	for _, m := range n.mask {
		size += bits.OnesCount8(m)
	}
	addr, _ := netip.AddrFromSlice(n.addr)
	return index.Network(q, netip.PrefixFrom(addr, size))
}

// parseAddr parses an address as the system's resolver does: also IPv4 ones of
// fewer than four numbers, the last of which fills the rest, and numbers in
// octal or hexadecimal. An address with a zone is for the resolver, which knows
// whether there is such a zone.
func parseAddr(s string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr, addr.Zone() == ""
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var v uint64
	for i, p := range parts {
		limit := uint64(255)
		if i == len(parts)-1 {
			limit = 1<<(8*(5-len(parts))) - 1
		}
		digits, base := radix(p)
		d, ok := number(digits, base, limit)
		if !ok {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			d <<= 8 * (3 - i)
		}
		v |= d
	}
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
}

// radix returns the digits of a number of C and their base.
func radix(s string) (digits string, base int) {
	switch {
	case len(s) > 2 && (strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X")):
		return s[2:], 16
	case len(s) > 1 && s[0] == '0':
		return s[1:], 8
	}
	return s, 10
}

// number parses digits that make a number up to limit.
func number(digits string, base int, limit uint64) (uint64, bool) {
	if strings.IndexByte("+-_", (digits + "-")[0]) >= 0 {
		return 0, false
	}
	v, err := strconv.ParseUint(digits, base, 64)
	return v, err == nil && v <= limit
}
