package access

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// Outcome is what a Test or a Section says of a request.
type Outcome uint8

// The outcomes.
const (
	Denied Outcome = iota
	NoUser         // denied as long as the client has not logged in
	Granted
	Neutral // nothing said
	Unknown // a host name could not be looked up: denied, and so is the opposite
	Failed  // the test could not be made
)

// Test is what one Require line asks of a request.
type Test interface {
	// Check tests the request. While known is false the client has not been
	// asked to log in, and the test does not ask for it.
	Check(s Subject, known bool) Outcome
}

// Watched is a Test of another package that need not be made unless something holds that
// an index asks for.
type Watched interface {
	Test
	// Watches returns what has to hold for the test to be granted, as index.Builder.Add
	// takes it. Where that does not hold, the test denies, and nothing of making it shows but
	// that looks, the names of headers, goes into Vary. ok is false if it has to be made in any
	// case.
	Watches(asked Questions) (watches [][]index.Term, looks string, ok bool)
	// PassedOver notes that the test is not made of a client that has been asked to log in.
	PassedOver(s Subject)
	// Holds reports whether the test is granted. That is all that comes of it.
	Holds(s Subject) bool
}

// outcome makes an Outcome of a test that has a plain answer.
func outcome(ok bool) Outcome {
	if ok {
		return Granted
	}
	return Denied
}

// The tests, by the words that Require begins with.
type (
	// All is "all": granted where it is true.
	All bool
	// Subnets is "ip".
	Subnets []Subnet
	// Hosts is "host".
	Hosts []string
	// ForwardDNS is "forward-dns".
	ForwardDNS []string
	// Local is "local".
	Local struct{}
	// Env is "env".
	Env []string
	// OneOf is "method".
	OneOf Methods
	// Encrypted is "ssl".
	Encrypted struct{}
	// Certified is "ssl-verify-client".
	Certified struct{}
	// Users is "user".
	Users []string
	// AnyUser is "valid-user", and every other test of users that somebody
	// else makes.
	AnyUser struct{}
)

// Check reports what the line says.
func (a All) Check(Subject, bool) Outcome { return outcome(bool(a)) }

// Check looks for the client's address.
func (n Subnets) Check(s Subject, _ bool) Outcome {
	addr := s.ClientAddr()
	for i := range n {
		if n[i].Contains(addr) {
			return Granted
		}
	}
	return Denied
}

// Check looks for the client's name or a domain that it lies in.
func (h Hosts) Check(s Subject, _ bool) Outcome {
	if len(h) == 0 {
		return Denied
	}
	name, known := s.ClientName()
	if !known {
		return Unknown
	}
	for _, domain := range h {
		if name != "" && inDomain(name, domain) {
			return Granted
		}
	}
	return Denied
}

// Check looks for the client's address among those that the names have.
func (d ForwardDNS) Check(s Subject, _ bool) Outcome {
	client := s.ClientAddr().Unmap().WithZone("")
	if !client.IsValid() {
		return Denied
	}
	o := Denied
	for _, name := range d {
		addrs, known := s.Resolve(name)
		if !known {
			o = Unknown
		}
		for _, addr := range addrs {
			if addr.Unmap().WithZone("") == client {
				return Granted
			}
		}
	}
	return o
}

// Check reports whether both ends of the connection are on this machine.
func (Local) Check(s Subject, _ bool) Outcome {
	client := s.ClientAddr().Unmap().WithZone("")
	return outcome(client.IsLoopback() || client.IsValid() && client == s.ServerAddr().Unmap().WithZone(""))
}

// Check looks for a variable that is set.
func (e Env) Check(s Subject, _ bool) Outcome {
	return outcome(slices.ContainsFunc(e, s.HasEnv))
}

// Check looks for the request's method.
func (m OneOf) Check(s Subject, _ bool) Outcome { return outcome(Methods(m).Has(s.Method())) }

// Check reports whether the connection is encrypted.
func (Encrypted) Check(s Subject, _ bool) Outcome { return outcome(s.Encrypted()) }

// Check reports whether the client showed a good certificate.
func (Certified) Check(s Subject, _ bool) Outcome { return outcome(s.Certified()) }

// Check looks for the user.
func (u Users) Check(s Subject, known bool) Outcome {
	user := s.User()
	if !known || user == "" {
		return NoUser
	}
	return outcome(slices.Contains(u, user))
}

// Check reports whether there is a user.
func (AnyUser) Check(s Subject, known bool) Outcome {
	if !known || s.User() == "" {
		return NoUser
	}
	return Granted
}
