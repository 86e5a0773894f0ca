package matcher

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/modrewrite-go/modrewrite/parser"
)

// admit decides whether the request is let in. It returns 0 or the status to
// answer with.
func (s *state) admit() int {
	if s.dir.access == nil || s.admitted() {
		return 0
	}
	status, at := s.dir.access.Check(subject{s}, s.dir.core.ssl.value&sslStrictRequire != 0)
	if status != 0 && s.parent == nil && at.IsValid() {
		s.eval.rule = at
	}
	s.traceAdmission(status, at)
	return status
}

// admitted reports whether the request that this one came from was let in
// under the same configuration, which is not asked again then.
func (s *state) admitted() bool {
	same := func(from *state) bool { return from != nil && from.dir == s.dir && from.made == s.made }
	return same(s.prev) || same(s.parent)
}

func (s *state) traceAdmission(status int, at parser.Extent) {
	if s.eval.step == nil {
		return
	}
	text := "the client is let in"
	if status != 0 {
		text = "the client is not let in: " + itoa(status)
	}
	s.eval.tell(Step{Kind: StepDecision, At: at, Depth: s.depth(), Redirects: s.redirects(), Text: text})
}

// subject is a request as package access sees it.
type subject struct{ s *state }

func (q subject) Method() int {
	n, _ := q.s.eval.engine.methods.Number(q.s.method)
	return n
}

func (q subject) ClientAddr() netip.Addr { return parseAddress(q.s.eval.req.RemoteAddr) }
func (q subject) ServerAddr() netip.Addr { return parseAddress(q.s.eval.req.ServerAddr) }

// parseAddress returns the address that text is, one that is not valid if it
// is none.
func parseAddress(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a
}

func (q subject) ClientName() string { return q.s.eval.req.RemoteHost }

func (q subject) HasEnv(name string) bool {
	_, ok := q.s.getenv(name)
	return ok
}

func (q subject) User() string    { return q.s.eval.req.RemoteUser }
func (q subject) Encrypted() bool { return q.s.eval.req.TLS != nil }

func (q subject) Certified() bool {
	tls := q.s.eval.req.TLS
	return tls != nil && tls.Var != nil && tls.Var("SSL_CLIENT_VERIFY") == "SUCCESS"
}

// Resolve returns the addresses of a host name. One that can't be found has
// none, as in httpd.
func (q subject) Resolve(name string) []netip.Addr {
	if a := parseAddress(name); a.IsValid() {
		return []netip.Addr{a}
	}
	e := q.s.eval
	paused := e.meter.Pause(true)
	addrs, err := e.engine.lookupHost(e.ctx, name)
	e.meter.Resume(paused)
	if err != nil {
		return nil
	}
	return addrs
}

// maxLookup is how long the machine's resolver may take.
const maxLookup = 10 * time.Second

// lookupHost asks the machine's resolver for the addresses of a host.
func lookupHost(ctx context.Context, host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, maxLookup)
	defer cancel()
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}
