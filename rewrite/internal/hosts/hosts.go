// Package hosts answers for host names out of a table, as /etc/hosts does, so
// that tests and cases do not depend on the network.
package hosts

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Table holds host names and addresses. It is a matcher.Resolver, safe for
// concurrent use once it is filled.
type Table struct {
	names map[netip.Addr]string   // of addresses
	addrs map[string][]netip.Addr // of names in lower case
}

// Local returns a table that knows 127.0.0.1 and ::1 as localhost.
func Local() *Table {
	t := &Table{names: map[netip.Addr]string{}, addrs: map[string][]netip.Addr{}}
	t.Add("localhost", netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	t.Add("localhost", netip.IPv6Loopback())
	return t
}

// Add gives name the address addr, and addr that name unless it has one.
func (t *Table) Add(name string, addr netip.Addr) {
	if _, ok := t.names[addr]; !ok {
		t.names[addr] = name
	}
	name = strings.ToLower(name)
	if !slices.Contains(t.addrs[name], addr) {
		t.addrs[name] = append(t.addrs[name], addr)
	}
}

// Claim gives addr the name, which does not get the address.
func (t *Table) Claim(addr netip.Addr, name string) { t.names[addr] = name }

// Merge adds what o has.
func (t *Table) Merge(o *Table) {
	maps.Copy(t.names, o.names)
	for name, addrs := range o.addrs {
		for _, a := range addrs {
			t.Add(name, a)
		}
	}
}

// LookupAddr returns the name of an address.
func (t *Table) LookupAddr(_ context.Context, addr string) ([]string, error) {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	if name, ok := t.names[a]; ok {
		return []string{name + "."}, nil
	}
	return nil, notFound(addr)
}

// LookupNetIP returns the addresses of a name.
func (t *Table) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if addrs := t.addrs[strings.ToLower(strings.TrimSuffix(host, "."))]; len(addrs) > 0 {
		return slices.Clone(addrs), nil
	}
	return nil, notFound(host)
}

func notFound(what string) error {
	return &net.DNSError{Err: "no such host", Name: what, IsNotFound: true}
}

// WriteTo writes the table in lines: "name ADDRESS NAME" and "addr NAME ADDRESS",
// as the live httpd of package httpdtest reads it.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	for _, a := range slices.SortedFunc(maps.Keys(t.names), netip.Addr.Compare) {
		fmt.Fprintf(&b, "name %s %s\n", a, t.names[a])
	}
	for _, name := range slices.Sorted(maps.Keys(t.addrs)) {
		for _, a := range t.addrs[name] {
			fmt.Fprintf(&b, "addr %s %s\n", name, a)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
