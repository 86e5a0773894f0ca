package matcher

import (
	"cmp"
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

// applyUseCanonicalName compiles UseCanonicalName.
func applyUseCanonicalName(sc *scope, n *parser.Directive) {
	if len(n.Args) == 1 {
		core := &sc.dir.core
		switch strings.ToLower(n.Args[0].Text) {
		case "on":
			core.canonicalName = canonicalOn
			return
		case "off":
			core.canonicalName = canonicalOff
			return
		case "dns":
			core.canonicalName = canonicalDNS
			sc.needsNames(n.Extent, n.Directive+" DNS")
			return
		}
	}
	sc.errorf(CodeBadArgument, n.Extent, "%s must be On, Off or DNS", n.Directive)
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
	return cmp.Or(s.hostname, s.server.hostname)
}

// localName returns the name of the address that the request arrived at, that
// of the server where there is none. It is asked for once a request.
func (e *evaluation) localName(s *server) string {
	if e.local != "" {
		return e.local
	}
	e.local = s.hostname
	if name, err := e.nameOf(parseAddress(e.req.ServerAddr)); err == nil && name != "" {
		e.local = name
	}
	return e.local
}
