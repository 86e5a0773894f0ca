package rewrite

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// The headers in which proxies tell of the request they got.
const (
	xForwardedFor   = "X-Forwarded-For"
	xForwardedHost  = "X-Forwarded-Host"
	xForwardedProto = "X-Forwarded-Proto"
)

// client is where a request comes from, as far as the peer can be believed.
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

// walk returns the outermost address that can be believed and how many
// elements of list lead to it.
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
// Location, so nothing but the characters of names and addresses will do.
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

// setForwarded tells the server that out goes to of the request in: the peer's
// address is added to X-Forwarded-For; host and scheme are set. What a trusted
// peer said of them is kept, what anyone else said is not passed on.
func setForwarded(out, in *http.Request, from *client) {
	for _, name := range []string{"Forwarded", xForwardedFor, xForwardedHost, xForwardedProto} {
		out.Header.Del(name)
	}
	var path []string
	if from.trusted {
		path = elements(in.Header[xForwardedFor])
		copyHeader(out, in, xForwardedHost)
		copyHeader(out, in, xForwardedProto)
	}
	if from.peer != "" {
		path = append(path, from.peer)
	}
	if len(path) > 0 {
		out.Header.Set(xForwardedFor, strings.Join(path, ", "))
	}
	if out.Header.Get(xForwardedHost) == "" {
		out.Header.Set(xForwardedHost, in.Host)
	}
	if out.Header.Get(xForwardedProto) == "" {
		out.Header.Set(xForwardedProto, scheme(in.TLS != nil))
	}
}

func copyHeader(out, in *http.Request, name string) {
	if lines := in.Header[name]; len(lines) > 0 {
		out.Header[name] = slices.Clone(lines)
	}
}

func scheme(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}
