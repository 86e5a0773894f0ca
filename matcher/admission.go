package matcher

import (
	"cmp"
	"net/netip"
)

// admit decides whether the request is let in. It returns 0 or the status to
// answer with.
func admit(s *state) int {
	a := accessSlot.of(s.dir.parts)
	s.granted = a.Authz != nil && a.Authz.Root != nil
	if admitted(s) {
		return 0
	}
	status, at := a.Check(subject{s}, s.strict)
	s.eval.Locate(at)
	if status != 0 && s.parent == nil && at.IsValid() {
		s.eval.rule = at
	}
	if status == 0 {
		s.eval.trace(s, event{Kind: eventDecision, Detail: eventAdmitted, At: at})
		return 0
	}
	return s.refuse(status, codeAccessDenied, at, "", "%s", whyNotAdmitted(s, status))
}

// authzAccess is the hook for access control.
func authzAccess() hook {
	return hook{
		wanted: func(d *dirConfig) bool { return accessSlot.of(d.parts) != nil },
		run:    admit,
	}
}

// whyNotAdmitted says why access control answers with status.
func whyNotAdmitted(s *state, status int) string {
	why := "the client " + cmp.Or(s.eval.req.RemoteAddr, "without address") + " is not let in"
	switch {
	case s.eval.unknown != nil:
		why += "; a host name could not be looked up: " + s.eval.unknown.Error()
	case status == 401 && s.eval.req.RemoteUser == "":
		why = "the client has to log in"
	case status == 401:
		why = "the user " + clipped(s.eval.req.RemoteUser) + " is not let in"
	case status == 500:
		why = "access control can't be carried out: a requirement could not be evaluated, or it is about users and nothing asks who they are"
	}
	return why
}

// admitted reports whether the request that this one came from was let in
// under the same configuration, which is not asked again then.
func admitted(s *state) bool {
	same := func(from *state) bool { return from != nil && from.dir == s.dir && from.made == s.made }
	return same(s.prev) || same(s.parent)
}

// subject is a request as package access sees it.
type subject struct{ s *state }

func (q subject) Method() int {
	n, _ := q.s.eval.engine.methods.Number(q.s.method)
	return n
}

func (q subject) ClientAddr() netip.Addr { return parseAddress(q.s.eval.req.RemoteAddr) }
func (q subject) ServerAddr() netip.Addr { return parseAddress(q.s.eval.req.ServerAddr) }

func (q subject) HasEnv(name string) bool {
	_, ok := q.s.getenv(name)
	return ok
}

func (q subject) User() string    { return q.s.eval.req.RemoteUser }
func (q subject) Encrypted() bool { return q.s.eval.req.TLS }

func (q subject) Certified() bool {
	c := q.s.eval.req
	return c.TLS && c.TLSVar != nil && c.TLSVar("SSL_CLIENT_VERIFY") == "SUCCESS"
}

// ClientName returns the client's name, if it is confirmed.
func (q subject) ClientName() (name string, known bool) {
	name, err := q.s.eval.confirmedName()
	return name, q.known(err)
}

// Resolve returns the addresses of a host name.
func (q subject) Resolve(name string) (addrs []netip.Addr, known bool) {
	addrs, err := q.s.eval.addrsOf(name)
	return addrs, q.known(err)
}

// known reports whether a lookup told anything; if not, it notes why.
func (q subject) known(err error) bool {
	if err != nil && q.s.eval.unknown == nil {
		q.s.eval.unknown = err
	}
	return err == nil
}
