package rewrite

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// newRequest tells the engine about r, which came from the given client.
func newRequest(r *http.Request, from *client) matcher.Request {
	q := matcher.Request{
		Method:         r.Method,
		Target:         target(r),
		Proto:          r.Proto,
		Host:           from.host,
		Header:         r.Header,
		RemoteAddr:     from.addr,
		RemotePort:     from.port,
		ConnRemoteAddr: from.peer,
	}
	switch local := r.Context().Value(http.LocalAddrContextKey).(type) {
	case *net.TCPAddr:
		ap := local.AddrPort()
		q.ServerAddr, q.ServerPort = plain(ap.Addr()).String(), int(ap.Port())
	case net.Addr:
		q.ServerAddr, q.ServerPort = splitAddr(local.String())
	}
	switch {
	case r.TLS != nil && from.secure:
		q.TLS = tlsInfo(r.TLS)
	case from.secure:
		q.TLS = &matcher.TLS{}
	}
	if from.secure != (r.TLS != nil) {
		// The client spoke to another port than the one listened on here.
		q.ServerPort = 0
	}
	return q
}

// target returns the request target: as the client sent it unless a handler
// in front of this one has changed the URL, as http.StripPrefix does.
func target(r *http.Request) string {
	if sentAs(r.URL, r.RequestURI) {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// sentAs reports whether u is what net/http makes of the target uri.
func sentAs(u *url.URL, uri string) bool {
	if uri == "" {
		return false
	}
	path, query, hasQuery := strings.Cut(uri, "?")
	if u.RawPath == "" && u.EscapedPath() == path {
		// The usual case, which needs no parsing.
		return u.RawQuery == query && u.ForceQuery == (hasQuery && query == "")
	}
	parsed, err := url.ParseRequestURI(uri)
	if err != nil {
		// An authority, as in CONNECT, or "*": nobody has a path to change.
		return u.Path == "" || u.Path == "*"
	}
	return u.Path == parsed.Path && u.RawPath == parsed.RawPath && u.RawQuery == parsed.RawQuery
}

// splitAddr splits host:port. An address is returned in its shortest form and
// without a zone; what is no address, such as that of a Unix socket, is "".
func splitAddr(s string) (host string, port int) {
	ap, err := netip.ParseAddrPort(s)
	if err != nil {
		return "", 0
	}
	var buf [64]byte
	text := plain(ap.Addr()).AppendTo(buf[:0])
	if strings.HasPrefix(s, string(text)) {
		return s[:len(text)], int(ap.Port()) // which costs no memory
	}
	return string(text), int(ap.Port())
}

// plain returns a without zone and, where it is a mapped IPv4 address, as that.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
