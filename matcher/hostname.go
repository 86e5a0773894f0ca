package matcher

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
func applyHostnameLookups(sc *scope, n *parser.Directive) {
	if len(n.Args) == 1 {
		core := &sc.dir.core
		switch strings.ToLower(n.Args[0].Text) {
		case "off":
			core.hostnameLookups = lookupsOff
			return
		case "on":
			core.hostnameLookups = lookupsOn
			sc.needsClientName(n.Extent, n.Directive+" On")
			return
		case "double":
			core.hostnameLookups = lookupsDouble
			sc.needsClientName(n.Extent, n.Directive+" Double")
			return
		}
	}
	sc.errorf(CodeBadArgument, n.Extent, "%s must be On, Off or Double", n.Directive)
}

// needsNames reports an error if there is no resolver for what, which looks names
// up.
func (c *compiler) needsNames(at parser.Extent, what string) {
	c.needsResolver(at, what, "set Options.Resolver, for instance to net.DefaultResolver")
}

// needsClientName does the same for what asks for the name of the client, which
// the caller may know.
func (c *compiler) needsClientName(at parser.Extent, what string) {
	if !c.engine.namesGiven {
		c.needsResolver(at, what, "set Options.Resolver, for instance to net.DefaultResolver; or, if the server around "+
			"sets Request.RemoteHost, list "+clientNames+" in Options.Handled")
	}
}

func (c *compiler) needsResolver(at parser.Extent, what, hint string) {
	if c.engine.names == nil {
		c.report(parser.Error, codeNoResolver, at, hint, "%s needs host names looked up, and Options.Resolver is not set", what)
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
func (e *evaluation) clientName() (string, error) {
	switch {
	case e.req.RemoteHost != "" || e.engine.namesGiven:
		return e.req.RemoteHost, nil
	case e.engine.names == nil:
		return "", errNoResolver
	case e.client == nil:
		name, err := e.nameOf(parseAddress(e.req.RemoteAddr))
		e.client = &clientName{name: name, err: err}
	}
	return e.client.name, e.client.err
}

// confirmedName returns the client's name if that in turn has the client's
// address, "" otherwise.
func (e *evaluation) confirmedName() (string, error) {
	name, err := e.clientName()
	if err != nil || name == "" || e.req.RemoteHost != "" {
		return name, err
	}
	c := e.client
	if c.confirmed == apr.Unset {
		addrs, err := e.addrsOf(name)
		if err != nil {
			c.err = err
			return "", err
		}
		c.confirmed = apr.ToggleOf(names.Has(addrs, parseAddress(e.req.RemoteAddr)))
	}
	if c.confirmed == apr.Off {
		return "", nil
	}
	return name, nil
}

// nameOf and addrsOf ask name servers, which does not count as time that the
// evaluation takes.
func (e *evaluation) nameOf(addr netip.Addr) (string, error) {
	paused := e.meter.Pause(true)
	defer e.meter.Resume(paused)
	return e.engine.names.Name(e.ctx, addr)
}

func (e *evaluation) addrsOf(host string) ([]netip.Addr, error) {
	if a := parseAddress(host); a.IsValid() {
		return []netip.Addr{a}, nil
	}
	switch {
	case !names.IsHost(host):
		return nil, nil
	case e.engine.names == nil:
		return nil, errNoResolver
	}
	paused := e.meter.Pause(true)
	defer e.meter.Resume(paused)
	return e.engine.names.Addrs(e.ctx, host)
}

// remoteHost returns %{REMOTE_HOST}: the client's name where HostnameLookups asks
// for it or something before has, else its address. A lookup that fails denies the
// request.
func (s *state) remoteHost() string {
	name, err := s.remoteName()
	if err != nil {
		s.eval.fail(lookupFailed(err))
	}
	return cmp.Or(name, s.eval.req.RemoteAddr)
}

// remoteName returns the name for %{REMOTE_HOST}, "" for the address.
func (s *state) remoteName() (string, error) {
	e := s.eval
	switch s.dir.core.hostnameLookups {
	case lookupsOn:
		return e.clientName()
	case lookupsDouble:
		return e.confirmedName()
	case lookupsUnset, lookupsOff:
	}
	return e.knownName(), nil
}

// knownName returns the client's name as far as it is known already.
func (e *evaluation) knownName() string {
	if e.client != nil {
		return e.client.name
	}
	return e.req.RemoteHost
}

// resultName returns the name for a Result, which can do without it.
func (s *state) resultName() string {
	if s.dir.core.hostnameLookups <= lookupsOff || s.eval.failure != nil {
		return s.eval.knownName()
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

// parseAddress returns the address that text is, one that is not valid if it
// is none.
func parseAddress(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a
}
