package rewrite

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// lastAddr is the address that requests came in on last, as text: nearly all come in on
// one. It is safe for concurrent use.
type lastAddr struct{ p atomic.Pointer[addrText] }

type addrText struct {
	addr netip.Addr
	text string
}

// textOf returns a as text.
func (l *lastAddr) textOf(a netip.Addr) string {
	last := l.p.Load()
	if last == nil || last.addr != a {
		last = &addrText{a, a.String()}
		l.p.Store(last)
	}
	return last.text
}

// describe fills q with what the engine is to know about r, which came from the
// given client. last is the address that the request before came in on.
func describe(q *matcher.Request, r *http.Request, from *client, last *lastAddr) {
	*q = matcher.Request{
		Method:         r.Method,
		Target:         target(r),
		Proto:          r.Proto,
		Host:           from.host,
		Header:         r.Header,
		RemoteAddr:     from.addr,
		RemotePort:     from.port,
		ConnRemoteAddr: from.peer,
		Chunked:        r.ContentLength < 0,
	}
	switch local := r.Context().Value(http.LocalAddrContextKey).(type) {
	case *net.TCPAddr:
		ap := local.AddrPort()
		q.ServerAddr, q.ServerPort = last.textOf(plain(ap.Addr())), int(ap.Port())
	case net.Addr:
		q.ServerAddr, q.ServerPort = splitAddr(local.String())
	}
	if q.TLS = from.secure; q.TLS && r.TLS != nil {
		q.TLSName, q.TLSVar = r.TLS.ServerName, func(name string) string { return sslVar(r.TLS, name) }
	}
	if from.secure != (r.TLS != nil) {
		// The client spoke to another port than the one listened on here.
		q.ServerPort = 0
	}
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
	if u.RawPath == "" && (u.Path == path && strings.IndexByte(path, '%') < 0 || u.EscapedPath() == path) {
		// The usual case, which needs no parsing.
		return u.RawQuery == query && u.ForceQuery == (hasQuery && query == "")
	}
	parsed, err := url.ParseRequestURI(uri)
	if err != nil {
		// An authority, as in CONNECT, or "*": there is no path to change.
		return u.Path == "" || u.Path == "*"
	}
	return u.Path == parsed.Path && u.RawPath == parsed.RawPath && u.RawQuery == parsed.RawQuery
}

// splitAddr splits host:port. An address is returned in its shortest form and
// without a zone; what is not an address, such as that of a Unix socket, is "".
func splitAddr(s string) (host string, port int) {
	if host, port, ok := splitIPv4(s); ok {
		return host, port
	}
	ap, err := netip.ParseAddrPort(s)
	if err != nil {
		return "", 0
	}
	return plain(ap.Addr()).String(), int(ap.Port())
}

// splitIPv4 splits an IPv4 address and port as net writes them. It is here for
// speed, and reports false for whatever else netip may understand.
func splitIPv4(s string) (host string, port int, ok bool) {
	octet, digits, dots := 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9' && digits < 3 && (digits == 0 || octet > 0):
			octet, digits = 10*octet+int(c-'0'), digits+1
			continue
		case octet > 255 || digits == 0:
			return "", 0, false
		case c == '.' && dots < 3:
			octet, digits, dots = 0, 0, dots+1
			continue
		case c != ':' || dots != 3 || len(s)-i > 6:
			return "", 0, false
		}
		n, err := strconv.ParseUint(s[i+1:], 10, 16)
		return s[:i], int(n), err == nil
	}
	return "", 0, false
}

// plain returns a without zone and, where it is a mapped IPv4 address, as that.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
