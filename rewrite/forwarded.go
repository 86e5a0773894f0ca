package rewrite

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// The headers in which proxies describe the request they received.
const (
	forwarded       = "Forwarded"
	xForwarded      = "X-Forwarded-" // what all of the others begin with
	bareForwarded   = "X-Forwarded"
	xForwardedFor   = "X-Forwarded-For"
	xForwardedHost  = "X-Forwarded-Host"
	xForwardedProto = "X-Forwarded-Proto"
)

// client is where a request comes from, as far as the peer is trusted.
type client struct {
	addr    string // "" if unknown
	port    int    // 0 if unknown
	peer    string // the other end of the connection
	host    string // the Host header of the client's own request
	secure  bool   // the client speaks TLS
	trusted bool   // the peer is a trusted proxy
}

// clientOf finds out who sent r. It walks X-Forwarded-For from its end while
// the addresses are those of trusted proxies. Where the other two headers are
// lists, the element at the same distance from the end is the one that the
// outermost trusted proxy wrote.
func clientOf(r *http.Request, trusted []netip.Prefix) client {
	c := client{host: r.Host, secure: r.TLS != nil}
	c.addr, c.port = splitAddr(r.RemoteAddr)
	c.peer = c.addr
	if len(trusted) == 0 {
		return c
	}
	peer, err := netip.ParseAddr(c.addr)
	if err != nil || !within(trusted, peer) {
		return c
	}
	c.trusted = true
	addr, hops := walk(peer, elements(r.Header[xForwardedFor]), trusted)
	if hops > 0 {
		c.addr, c.port = addr.String(), 0
	}
	if host := fromEnd(elements(r.Header[xForwardedHost]), hops); validHost(host) {
		c.host = host
	}
	switch strings.ToLower(fromEnd(elements(r.Header[xForwardedProto]), hops)) {
	case "https":
		c.secure = true
	case "http":
		c.secure = false
	}
	return c
}

// walk returns the outermost address that a trusted proxy vouches for, and how
// many elements of list lead to it.
func walk(peer netip.Addr, list []string, trusted []netip.Prefix) (netip.Addr, int) {
	hops := 0
	for within(trusted, peer) && hops < len(list) {
		a, ok := parseNode(list[len(list)-1-hops])
		if !ok {
			break
		}
		peer = a
		hops++
	}
	return peer, hops
}

func within(prefixes []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// parseNode reads an element of X-Forwarded-For: an address, some proxies add
// a port.
func parseNode(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		a = ap.Addr()
	}
	return plain(a), true
}

// elements returns the elements of a list header.
func elements(lines []string) []string {
	var list []string
	for _, line := range lines {
		for e := range strings.SplitSeq(line, ",") {
			if e = strings.Trim(e, " \t"); e != "" {
				list = append(list, e)
			}
		}
	}
	return list
}

// fromEnd returns the nth element from the end, the last one being the first;
// the first of a shorter list, "" of an empty one.
func fromEnd(list []string, n int) string {
	if len(list) == 0 {
		return ""
	}
	return list[max(0, len(list)-max(1, n))]
}

// validHost reports whether s can be a Host header. It may end up in a
// Location, so only the characters of names and addresses are allowed.
func validHost(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-._~:[]%!$&'()*+;=", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// setForwarded describes the request in to the server that out goes to: the
// peer's address is added to X-Forwarded-For; host and scheme are set if they are
// not set yet. Fields from a trusted peer are kept, and added to. Those from any
// other client are dropped, in every spelling; only the fields that directives of
// the server made are left.
func setForwarded(out, in *http.Request, set http.Header, from *client) {
	said := set
	if from.trusted {
		said = in.Header
	}
	for name := range out.Header {
		if forwardingField(name) {
			delete(out.Header, name)
		}
	}
	for name, lines := range said {
		if forwardingField(name) && (canonicalForwarding(name) || len(set[name]) > 0) {
			out.Header[name] = slices.Clone(lines)
		}
	}
	addPeer(out.Header, from)
	values := [...]string{in.Host, scheme(in.TLS != nil)}
	for i, name := range [...]string{xForwardedHost, xForwardedProto} {
		if lines := out.Header[name]; len(lines) == 0 || lines[0] == "" {
			out.Header[name] = values[i : i+1 : i+1]
		}
	}
}

// addPeer adds the peer to the list of those that forwarded the request, and to
// that of a trusted proxy's Forwarded.
func addPeer(header http.Header, from *client) {
	if from.peer == "" {
		return
	}
	list := from.peer
	if before := elements(header[xForwardedFor]); len(before) > 0 {
		list = strings.Join(before, ", ") + ", " + list
	}
	header[xForwardedFor] = []string{list}
	if said := header[forwarded]; from.trusted && len(said) > 0 {
		header[forwarded] = []string{strings.Join(said, ", ") + ", for=" + forwardedNode(from.peer)}
	}
}

// forwardedNode writes an address as Forwarded has it.
func forwardedNode(addr string) string {
	if strings.IndexByte(addr, ':') >= 0 {
		return `"[` + addr + `]"`
	}
	return addr
}

// forwardingField reports whether a server could read a field of that name as an
// X-Forwarded one or as Forwarded. Servers that pass fields on as variables map
// everything but letters and digits to one character, so X_Forwarded_For is the
// same to them.
func forwardingField(name string) bool {
	switch len(name) {
	case len(forwarded):
		return foldedPrefix(name, forwarded)
	case len(bareForwarded):
		return foldedPrefix(name, bareForwarded)
	}
	return foldedPrefix(name, xForwarded)
}

// canonicalForwarding reports whether a forwarding field is spelled as proxies
// spell it.
func canonicalForwarding(name string) bool {
	for i := range len(name) {
		if name[i] != '-' && !isAlnum(name[i]) {
			return false
		}
	}
	return name == forwarded || name == bareForwarded || strings.HasPrefix(name, xForwarded)
}

// foldedPrefix reports whether name begins with prefix, case aside and with any
// other sign for a hyphen.
func foldedPrefix(name, prefix string) bool {
	if len(name) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := name[i]
		if prefix[i] == '-' && isAlnum(c) || prefix[i] != '-' && c|0x20 != prefix[i]|0x20 {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// restoreSet restores fields that directives set and the client had removed: a
// client can name any field in Connection as hop-by-hop, and ReverseProxy then
// drops it. Fields that really are hop-by-hop stay away.
func restoreSet(out, in *http.Request, set http.Header) {
	for name, lines := range set {
		if len(in.Header[name]) > 0 && len(out.Header[name]) == 0 && !hopByHop(name) {
			out.Header[name] = slices.Clone(lines)
		}
	}
}

// hopByHop reports whether a field is hop-by-hop, or written by the transport.
func hopByHop(name string) bool {
	switch name {
	case "Connection", "Proxy-Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Host":
		return true
	}
	return false
}

func scheme(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}
