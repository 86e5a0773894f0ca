package httpd

import (
	"cmp"
	"errors"
	"net/netip"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of findings about host names.
const (
	codeNoResolver parser.Code = "no-resolver" // a directive that needs host names looked up, and Options.Resolver is not set
	codeNameLookup parser.Code = "name-lookup" // a host name could not be looked up
)

// hostnameLookups is the setting of HostnameLookups.
type hostnameLookups uint8

const (
	lookupsUnset hostnameLookups = iota
	lookupsOff
	lookupsOn
	lookupsDouble // only names that are confirmed count
)

// applyHostnameLookups compiles HostnameLookups, which says whether %{REMOTE_HOST} is
// the client's name. Access control does not go by it: it looks up what it needs.
func applyHostnameLookups(sc *Scope, n *parser.Directive) {
	if len(n.Args) == 1 {
		core := &sc.Dir.Core
		switch strings.ToLower(n.Args[0].Text) {
		case "off":
			core.hostnameLookups = lookupsOff
			return
		case "on":
			core.hostnameLookups = lookupsOn
			sc.NeedsClientName(n.Extent, n.Directive+" On")
			return
		case "double":
			core.hostnameLookups = lookupsDouble
			sc.NeedsClientName(n.Extent, n.Directive+" Double")
			return
		}
	}
	sc.Errorf(CodeBadArgument, n.Extent, "%s must be On, Off or Double", n.Directive)
}

// NeedsNames reports an error if there is no resolver for what, which looks names
// up.
func (c *Compiler) NeedsNames(at parser.Extent, what string) {
	c.needsResolver(at, what, "set Options.Resolver, for instance to net.DefaultResolver")
}

// NeedsClientName does the same for what asks for the name of the client, which
// the caller may know.
func (c *Compiler) NeedsClientName(at parser.Extent, what string) {
	if !c.Engine.namesGiven {
		c.needsResolver(at, what, "set Options.Resolver, for instance to net.DefaultResolver; or, if the server around "+
			"sets Request.RemoteHost, list "+clientNames+" in Options.Handled")
	}
}

func (c *Compiler) needsResolver(at parser.Extent, what, hint string) {
	if c.Engine.names == nil {
		c.Report(parser.Error, codeNoResolver, at, hint, "%s needs host names looked up, and Options.Resolver is not set", what)
	}
}

// errNoResolver is for names that a ruleset comes upon while running.
var errNoResolver = errors.New("Options.Resolver is not set")

// clientNames is the directive that stands in Options.Handled for the names of
// clients.
const clientNames = "HostnameLookups"

// clientName is what is known of the client's name, which is asked for once an
// evaluation.
type clientName struct {
	name      string     // "" if there is none
	confirmed apr.Toggle // whether the name has the client's address, once asked for
	err       error      // why it could not be found out
}

// clientName returns the name that the client's address has, "" for none. The
// owner of the address can claim any name.
func (e *Evaluation) clientName() (string, error) {
	switch {
	case e.Req.RemoteHost != "" || e.Engine.namesGiven:
		return e.Req.RemoteHost, nil
	case e.Engine.names == nil:
		return "", errNoResolver
	case e.client == nil:
		name, err := e.nameOf(e.ClientAddr())
		e.client = &clientName{name: name, err: err}
	}
	return e.client.name, e.client.err
}

// ConfirmedName returns the client's name if that in turn has the client's
// address, "" otherwise.
func (e *Evaluation) ConfirmedName() (string, error) {
	name, err := e.clientName()
	if err != nil || name == "" || e.Req.RemoteHost != "" {
		return name, err
	}
	c := e.client
	if c.confirmed == apr.Unset {
		addrs, err := e.AddrsOf(name)
		if err != nil {
			c.err = err
			return "", err
		}
		c.confirmed = apr.ToggleOf(names.Has(addrs, e.ClientAddr()))
	}
	if c.confirmed == apr.Off {
		return "", nil
	}
	return name, nil
}

// ClientAddr returns the client's address, one that is not valid if it is not known.
func (e *Evaluation) ClientAddr() netip.Addr {
	if !e.clientAddr.IsValid() { // which is the zero value as well
		e.clientAddr = ParseAddress(e.Req.RemoteAddr)
	}
	return e.clientAddr
}

// nameOf and AddrsOf ask name servers, which does not count as time that the
// evaluation takes.
func (e *Evaluation) nameOf(addr netip.Addr) (string, error) {
	paused := e.Meter.Pause(true)
	defer e.Meter.Resume(paused)
	return e.Engine.names.Name(e.Ctx, addr)
}

// AddrsOf returns the addresses of host, a name or an address.
func (e *Evaluation) AddrsOf(host string) ([]netip.Addr, error) {
	if a := ParseAddress(host); a.IsValid() {
		return []netip.Addr{a}, nil
	}
	switch {
	case !names.IsHost(host):
		return nil, nil
	case e.Engine.names == nil:
		return nil, errNoResolver
	}
	paused := e.Meter.Pause(true)
	defer e.Meter.Resume(paused)
	return e.Engine.names.Addrs(e.Ctx, host)
}

// RemoteHost returns %{REMOTE_HOST}: the client's name where HostnameLookups asks
// for it or something before has, else its address. A lookup that fails denies the
// request.
func (s *Request) RemoteHost() string {
	name, err := s.remoteName()
	if err != nil {
		s.Eval.Fail(lookupFailed(err))
	}
	return cmp.Or(name, s.Eval.Req.RemoteAddr)
}

// remoteName returns the name for %{REMOTE_HOST}, "" for the address.
func (s *Request) remoteName() (string, error) {
	e := s.Eval
	switch s.Dir.Core.hostnameLookups {
	case lookupsOn:
		return e.clientName()
	case lookupsDouble:
		return e.ConfirmedName()
	case lookupsUnset, lookupsOff:
	}
	return e.knownName(), nil
}

// knownName returns the client's name as far as it is known already.
func (e *Evaluation) knownName() string {
	if e.client != nil {
		return e.client.name
	}
	return e.Req.RemoteHost
}

// resultName returns the name for a Result, which can do without it.
func (s *Request) resultName() string {
	if s.Dir.Core.hostnameLookups <= lookupsOff || s.Eval.Failure != nil {
		return s.Eval.knownName()
	}
	name, err := s.remoteName()
	if err != nil {
		return ""
	}
	return name
}

// lookupFailed returns the finding for a request that depends on a name that
// could not be found out.
func lookupFailed(err error) *parser.Diagnostic {
	return &parser.Diagnostic{
		Severity: parser.Error, Code: codeNameLookup, Err: err,
		Message: "a host name could not be looked up: " + err.Error(),
	}
}

// ParseAddress returns the address that text is, one that is not valid if it
// is none.
func ParseAddress(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a
}
