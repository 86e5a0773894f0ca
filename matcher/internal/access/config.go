package access

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Config is what one section of a configuration, or several merged, say about
// access. Parts that nothing was said about are nil.
type Config struct {
	Authz  *Authz
	Compat *Compat
	Authn  Authn
	// AuthnAt is where AuthType stands, if Authn is AuthnSome.
	AuthnAt parser.Extent
	// Encrypted asks for an encrypted connection, as SSLRequireSSL does.
	Encrypted   bool
	EncryptedAt parser.Extent
}

// Authn is the setting of AuthType.
type Authn uint8

// The settings.
const (
	AuthnUnset Authn = iota
	AuthnNone
	AuthnSome
)

// Authz is what Require, AuthMerging and AuthzSendForbiddenOnFailure say.
type Authz struct {
	Root    *Section // the Require lines, nil without any
	Merging Merging
	// Forbid is how a user is turned away who may not come in: with 403, or
	// with 401 so that another one can log in.
	Forbid Forbid
}

// Merging is the setting of AuthMerging.
type Merging uint8

// The settings: how the requirements of a section go with those around it.
const (
	MergingUnset Merging = iota
	MergingOff           // they replace them
	MergingAnd
	MergingOr
)

// Forbid is the setting of AuthzSendForbiddenOnFailure.
type Forbid uint8

// The settings.
const (
	ForbidUnset Forbid = iota
	ForbidOff
	ForbidOn
)

// Over merges c on top of base; either may be nil.
func (c *Config) Over(base *Config) *Config {
	switch {
	case c == nil:
		return base
	case base == nil:
		return c
	}
	m := *c
	if c.Authn == AuthnUnset {
		m.Authn, m.AuthnAt = base.Authn, base.AuthnAt
	}
	if c.Compat == nil {
		m.Compat = base.Compat
	}
	if !c.Encrypted {
		m.Encrypted, m.EncryptedAt = base.Encrypted, base.EncryptedAt
	}
	m.Authz = c.Authz.over(base.Authz)
	return &m
}

func (a *Authz) over(base *Authz) *Authz {
	switch {
	case a == nil:
		return base
	case base == nil:
		return a
	}
	m := *a
	if a.Forbid == ForbidUnset {
		m.Forbid = base.Forbid
	}
	switch {
	case a.Merging == MergingUnset && a.Root == nil && base.Root != nil:
		m.Root, m.Merging = base.Root, base.Merging
	case a.Merging <= MergingOff:
	case a.Root == nil:
		m.Root = base.Root
	case base.Root != nil:
		m.Root = &Section{
			At: a.Root.At, any: a.Merging == MergingOr, limited: base.Root.limited | a.Root.limited,
			children: []*Section{base.Root, a.Root},
		}
	}
	return &m
}

// Prepare makes what tells the requirements of c apart that hold for a request, as o
// says. questions makes what numbers the questions of other packages. Nothing is added to c
// any more.
func (c *Config) Prepare(o *index.Options, questions func() Questions) {
	c.Compat.Prepare(o)
	if c.Authz != nil {
		c.Authz.Root.Prepare(o, questions)
	}
}

// Check decides whether the request is let in. The status is 0, or what to
// answer with: 403, 401, or 500 where the configuration can't be carried out.
// at is where that stands which decided, if it is known. With strict, a login does
// not make up for a connection that is not encrypted, whatever Satisfy says.
func (c *Config) Check(s Subject, strict bool) (status int, at parser.Extent) {
	if c == nil {
		return 0, at
	}
	if c.Compat == nil && !c.Encrypted {
		return c.authorize(s, false)
	}
	ok, suffices := true, false
	if c.Compat != nil {
		ok, at = c.Compat.admits(s)
		suffices = c.Compat.satisfyAny.Has(s.Method())
	}
	plain := c.Encrypted && !s.Encrypted()
	if ok && plain {
		ok, at = false, c.EncryptedAt
	}
	switch {
	case !ok && !suffices:
		return 403, at
	case ok && suffices:
		return 0, at
	}
	return c.authorize(s, plain && strict)
}

// authorize decides by the requirements: first as though the client had not
// logged in, which may be enough, then with its user. With plain no login is enough.
func (c *Config) authorize(s Subject, plain bool) (status int, at parser.Extent) {
	if c.Authz == nil || c.Authz.Root == nil {
		if c.Authn == AuthnSome {
			return 500, c.AuthnAt // a login, but nothing that requires one
		}
		return 0, at
	}
	root := c.Authz.Root
	o, by := root.check(s, false, false)
	switch o {
	case Granted:
		return 0, by.At
	case Denied, Neutral:
		return 403, by.At
	case Failed:
		return 500, by.At
	case Unknown:
		if c.Authn != AuthnSome {
			return 403, by.At
		}
		// A login may be enough.
	case NoUser:
	}
	if plain && c.Authn == AuthnSome {
		return 403, c.EncryptedAt
	}
	if c.Authn == AuthnSome {
		if status := s.LogIn(); status != 0 {
			return status, by.At
		}
	}
	if s.User() == "" {
		return 500, by.At // there is nothing that would ask for a login
	}
	o, by = root.check(s, true, false)
	switch o {
	case Granted:
		return 0, by.At
	case Failed:
		return 500, by.At
	case Denied, Neutral, Unknown:
		if c.Authn != AuthnSome || c.Authz.Forbid == ForbidOn {
			return 403, by.At
		}
	case NoUser:
	}
	return 401, by.At
}
