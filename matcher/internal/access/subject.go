package access

import (
	"net/netip"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
)

// Subject is a request that asks to be let in.
type Subject interface {
	// Method returns the number of the request's method.
	Method() int
	// ClientAddr and ServerAddr return the ends of the connection; an unknown
	// one is not valid.
	ClientAddr() netip.Addr
	ServerAddr() netip.Addr
	// ClientName returns the client's host name, "" if it has none. known is
	// false where that can't be found out.
	ClientName() (name string, known bool)
	// HasEnv reports whether an environment variable is set. AppendEnvNames appends
	// the names of all that are, each with index.AppendName.
	HasEnv(name string) bool
	AppendEnvNames(dst []byte) []byte
	// LogIn finds out who the client is, where AuthType says how to. It returns 0, or
	// the status to answer with.
	LogIn() int
	// User returns who the client has logged in as, "" if it has not.
	User() string
	// Doubts returns how many tests so far denied the request because they could not be
	// made. Such a test is denied where its opposite is asked for, too.
	Doubts() int
	// Encrypted reports whether the connection is; Certified whether the
	// client showed a certificate that was found to be good.
	Encrypted() bool
	Certified() bool
	// Walk begins a walk along a list whose index asks for what Answer returns, and for
	// what asked numbers, which is nil if that is nothing.
	Walk(l *index.List, asked Questions) Walk
	// Looked adds to Vary the headers that items look at which were passed over: those from
	// the number first on, and before end.
	Looked(items *vary.Items, first, end int)
	// Resolve returns the addresses of a host name. known is false where they
	// can't be found out.
	Resolve(name string) (addrs []netip.Addr, known bool)
}

// inDomain reports whether host is domain or lies in it.
func inDomain(host, domain string) bool {
	i := len(host) - len(domain)
	if i < 0 || !uri.EqualFold(host[i:], domain) {
		return false
	}
	return i == 0 || strings.HasPrefix(domain, ".") || host[i-1] == '.'
}
