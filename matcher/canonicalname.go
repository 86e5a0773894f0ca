package matcher

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// canonicalName is the setting of UseCanonicalName.
type canonicalName uint8

const (
	canonicalUnset canonicalName = iota
	canonicalOff
	canonicalOn
	canonicalDNS
)

func applyUseCanonicalName(sc *scope, args []parser.Word) string {
	switch strings.ToLower(args[0].Text) {
	case "on":
		sc.dir.core.canonicalName = canonicalOn
	case "off":
		sc.dir.core.canonicalName = canonicalOff
	case "dns":
		sc.dir.core.canonicalName = canonicalDNS
	default:
		return "must be On, Off or DNS"
	}
	return ""
}

// serverName returns the name self-referential URLs are built with: the
// client's unless UseCanonicalName says otherwise.
func (s *state) serverName() string {
	switch s.dir.core.canonicalName {
	case canonicalOn:
		return s.server.hostname
	case canonicalDNS:
		return s.eval.localName(s.server)
	case canonicalUnset, canonicalOff:
	}
	return orElse(s.hostname, s.server.hostname)
}

// localName returns the name of the address that the request arrived at, that
// of the server where there is none. It is asked for once a request.
func (e *evaluation) localName(s *server) string {
	if e.local != "" {
		return e.local
	}
	e.local = s.hostname
	addr, err := netip.ParseAddr(e.req.ServerAddr)
	if err != nil {
		return e.local
	}
	paused := e.meter.Pause(true)
	names, err := e.engine.lookupAddr(e.ctx, addr.Unmap())
	e.meter.Resume(paused)
	if err == nil && len(names) > 0 && names[0] != "" {
		e.local = asciiLower(strings.TrimSuffix(names[0], "."))
	}
	return e.local
}

// lookupAddr asks the machine's resolver for the names of an address.
func lookupAddr(ctx context.Context, addr netip.Addr) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, maxLookup)
	defer cancel()
	return net.DefaultResolver.LookupAddr(ctx, addr.String())
}
