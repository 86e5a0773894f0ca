package access

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// Subnet is a set of addresses as Require ip and Allow from name them: one
// address, the head of an IPv4 address, or an address with a mask.
type Subnet struct {
	v6         netip.Prefix // of an IPv6 subnet, else not valid
	addr, mask uint32       // of an IPv4 subnet, whose mask may have holes
}

// Why a text is not a Subnet.
var (
	ErrNoAddress  = errors.New("an IP address was expected")
	ErrBadAddress = errors.New("the IP address is not valid")
	ErrBadMask    = errors.New("the network mask is not valid")
)

// ParseSubnet reads "address", "address/bits" or "address/mask". The error is
// one of those above; ErrNoAddress says that text is not meant as an address.
func ParseSubnet(text string) (Subnet, error) {
	addr, mask, hasMask := strings.Cut(text, "/")
	if !looksLikeAddress(addr) {
		return Subnet{}, ErrNoAddress
	}
	a, err := netip.ParseAddr(addr)
	switch {
	case err == nil && a.Is6():
		return v6Subnet(a, mask, hasMask)
	case err == nil:
		return v4Subnet(word(a), mask, hasMask)
	case !hasMask:
		return partialSubnet(addr)
	}
	return Subnet{}, ErrBadAddress
}

// looksLikeAddress tells an address from a host name, as well as httpd does.
func looksLikeAddress(s string) bool {
	return s != "" && (strings.IndexByte(s, ':') >= 0 || strings.Trim(s, ".0123456789") == "")
}

// word returns an IPv4 address as a number.
func word(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// bytesOf returns the bytes of an IPv4 address, which word makes a number of.
func bytesOf(n uint32) (b [4]byte) {
	binary.BigEndian.PutUint32(b[:], n)
	return b
}

// v6Subnet makes a subnet of an IPv6 address. One that stands for an IPv4
// address is refused: no client ever has it.
func v6Subnet(a netip.Addr, mask string, hasMask bool) (Subnet, error) {
	if a.Is4In6() || a.Zone() != "" {
		return Subnet{}, ErrBadAddress
	}
	bits := 128
	if hasMask {
		var ok bool
		if bits, ok = maskBits(mask, 128); !ok {
			return Subnet{}, ErrBadMask
		}
	}
	return Subnet{v6: netip.PrefixFrom(a, bits).Masked()}, nil
}

func v4Subnet(addr uint32, mask string, hasMask bool) (Subnet, error) {
	n := Subnet{mask: ^uint32(0)}
	if hasMask {
		if bits, ok := maskBits(mask, 32); ok {
			n.mask <<= 32 - bits
		} else if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
			n.mask = word(m)
		} else {
			return Subnet{}, ErrBadMask
		}
	}
	n.addr = addr & n.mask
	return n, nil
}

// maskBits reads the length of a mask as C's strtol reads a number. A mask of
// no bits is none.
func maskBits(s string, most int64) (int, bool) {
	n, err := strconv.ParseInt(strings.TrimLeft(s, " \t\n\v\f\r"), 10, 64)
	return int(n), err == nil && n > 0 && n <= most
}

// partialSubnet reads the first bytes of an IPv4 address, as "10.1" or "10.1.".
func partialSubnet(s string) (Subnet, error) {
	var n Subnet
	if len(s) >= len("255.255.255.255")+1 {
		return n, ErrBadAddress
	}
	for shift := 24; s != ""; shift -= 8 {
		digits, rest, _ := strings.Cut(s, ".")
		// httpd reads the number with atoi, which keeps its low half.
		octet, err := strconv.ParseInt(digits, 10, 64)
		if low := int32(octet); err != nil || shift < 0 || low < 0 || low > 255 { //nolint:gosec // the low half is the point
			return n, ErrBadAddress
		}
		n.addr |= uint32(octet&0xff) << shift //nolint:gosec // one byte
		n.mask |= 0xff << shift
		s = rest
	}
	return n, nil
}

// Contains reports whether a is in the subnet. An IPv4 address counts as such
// in its IPv6 form, too. An address that is not valid is in none.
func (n *Subnet) Contains(a netip.Addr) bool {
	a = a.Unmap()
	if a.Is4() {
		return !n.v6.IsValid() && word(a)&n.mask == n.addr
	}
	return n.v6.IsValid() && n.v6.Contains(a.WithZone(""))
}
