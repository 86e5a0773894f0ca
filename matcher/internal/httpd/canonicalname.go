package httpd

import (
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
func applyUseCanonicalName(sc *Scope, n *parser.Directive) {
	if len(n.Args) == 1 {
		core := &sc.Dir.Core
		switch strings.ToLower(n.Args[0].Text) {
		case "on":
			core.canonicalName = canonicalOn
			return
		case "off":
			core.canonicalName = canonicalOff
			return
		case "dns":
			core.canonicalName = canonicalDNS
			sc.NeedsNames(n.Extent, n.Directive+" DNS")
			return
		}
	}
	sc.Errorf(CodeBadArgument, n.Extent, "%s must be On, Off or DNS", n.Directive)
}

// ServerName returns the name self-referential URLs are built with: the
// client's unless UseCanonicalName says otherwise.
func (s *Request) ServerName() string {
	switch s.Dir.Core.canonicalName {
	case canonicalOn:
		return s.Server.hostname
	case canonicalDNS:
		return s.Eval.localName(s.Server)
	case canonicalUnset, canonicalOff:
	}
	if s.hostname == "" {
		return s.Server.hostname
	}
	return s.hostname
}

// LooksUpServerName reports whether ServerName asks a name server. An index, which may ask
// for what no directive comes to, is not used then.
func (s *Request) LooksUpServerName() bool { return s.Dir.Core.canonicalName == canonicalDNS }

// localName returns the name of the address that the request arrived at, that
// of the server where there is none. It is asked for once a request.
func (e *Evaluation) localName(s *Server) string {
	if e.local != "" {
		return e.local
	}
	e.local = s.hostname
	if name, err := e.nameOf(ParseAddress(e.Req.ServerAddr)); err == nil && name != "" {
		e.local = name
	}
	return e.local
}
