package front

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Networks are networks and single addresses. A pointer to it is a value of package flag.
type Networks []netip.Prefix

// String returns the networks with commas between them.
func (n *Networks) String() string {
	var all []string
	for _, network := range *n {
		all = append(all, network.String())
	}
	return strings.Join(all, ",")
}

// Set adds networks, such as 192.0.2.0/24, and addresses, with commas between them.
func (n *Networks) Set(s string) error {
	for text := range strings.SplitSeq(s, ",") {
		network, err := netip.ParsePrefix(text)
		if a, addrErr := netip.ParseAddr(text); addrErr == nil {
			network, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("%q is not a network", text)
		}
		*n = append(*n, network)
	}
	return nil
}

// Contain reports whether an address is in one of the networks. It counts without its
// zone, and an IPv4 address in IPv6 counts as itself.
func (n Networks) Contain(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(n, func(network netip.Prefix) bool { return network.Contains(a) })
}
