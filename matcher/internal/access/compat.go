package access

import (
	"errors"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Compat is what Order, Allow, Deny and Satisfy of one section say. Where a
// section has any of them, nothing of those around it holds.
type Compat struct {
	// mustAllow are the methods with Order Allow,Deny or Mutual-Failure: who
	// is not allowed, or denied, stays out. With the others, Order Deny,Allow,
	// who is not denied, or allowed, comes in.
	mustAllow  Methods
	satisfyAny Methods
	orderAt    parser.Extent
	allows     entries
	denies     entries
}

// entries are the arguments of all Allow or all Deny.
type entries struct {
	list  []entry
	tests tests
}

// entry is one argument of Allow or Deny.
type entry struct {
	at      parser.Extent
	limited Methods
	kind    entryKind
	name    string // of a host or a variable
	subnet  Subnet
}

type entryKind uint8

const (
	entryAll entryKind = iota
	entryEnv
	entryNotEnv
	entrySubnet
	entryHost
)

// Errors of Order, Allow, Deny and Satisfy.
var (
	ErrOrder   = errors.New("the order must be Allow,Deny or Deny,Allow or Mutual-Failure")
	ErrSatisfy = errors.New("it must be All or Any")
	ErrComment = errors.New("no comment may follow")
)

// Order sets the order for some methods.
func (c *Compat) Order(order string, limited Methods, at parser.Extent) error {
	switch strings.ToLower(order) {
	case "allow,deny", "mutual-failure":
		c.mustAllow |= limited
	case "deny,allow":
		c.mustAllow &^= limited
	default:
		return ErrOrder
	}
	c.orderAt = at
	return nil
}

// Satisfy sets for some methods whether Allow and Deny suffice.
func (c *Compat) Satisfy(what string, limited Methods) error {
	switch strings.ToLower(what) {
	case "all":
		c.satisfyAny &^= limited
	case "any":
		c.satisfyAny |= limited
	default:
		return ErrSatisfy
	}
	return nil
}

// Allow adds who is let in, for some methods.
func (c *Compat) Allow(who string, limited Methods, at parser.Extent) error {
	return c.allows.add(who, limited, at)
}

// Deny adds who is not let in, for some methods.
func (c *Compat) Deny(who string, limited Methods, at parser.Extent) error {
	return c.denies.add(who, limited, at)
}

// NamesHost reports whether who, as Allow and Deny take it, is the name of a host
// or a domain.
func NamesHost(who string) bool {
	var e entry
	return e.parse(who) == nil && e.kind == entryHost
}

func (l *entries) add(who string, limited Methods, at parser.Extent) error {
	e := entry{at: at, limited: limited}
	if err := e.parse(who); err != nil {
		return err
	}
	l.list = append(l.list, e)
	return nil
}

func (e *entry) parse(who string) error {
	const env, not = "env=", "env=!"
	lower := strings.ToLower(who)
	switch {
	case strings.HasPrefix(lower, not):
		e.kind, e.name = entryNotEnv, who[len(not):]
		return nil
	case strings.HasPrefix(lower, env):
		e.kind, e.name = entryEnv, who[len(env):]
		return nil
	case lower == "all":
		e.kind = entryAll
		return nil
	}
	subnet, err := ParseSubnet(who)
	switch {
	case err == nil:
		e.kind, e.subnet = entrySubnet, subnet
	case !errors.Is(err, ErrNoAddress) || strings.Contains(who, "/"):
		return err
	case strings.Contains(who, "#"):
		return ErrComment
	default:
		e.kind, e.name = entryHost, who
	}
	return nil
}

// Prepare makes what tells the entries of c apart that hold, as o says. Nothing is
// added to c any more.
func (c *Compat) Prepare(o *index.Options) {
	if c != nil {
		c.allows.prepare(o)
		c.denies.prepare(o)
	}
}

func (l *entries) prepare(o *index.Options) {
	l.tests.prepare.Do(func() {
		needs := make(testList, len(l.list))
		for i := range l.list {
			if e := &l.list[i]; e.limited.every() {
				needs[i] = e.needs()
			}
		}
		l.tests.build(needs, *o, nil)
	})
}

// needs returns what has to hold for e.
func (e *entry) needs() testNeeds {
	switch e.kind {
	case entryEnv:
		return testNeeds{watches: [][]index.Term{{index.Name(askEnv, e.name)}}}
	case entrySubnet:
		return testNeeds{watches: [][]index.Term{{e.subnet.term()}}}
	case entryHost:
		return testNeeds{watches: [][]index.Term{domainTerms(e.name)}, named: true}
	case entryAll, entryNotEnv:
	}
	return testNeeds{}
}

// find returns the first entry that the request matches, or nil. With suspects a
// client whose name could not be looked up matches any name.
func (l *entries) find(s Subject, suspects bool) *entry {
	p := l.tests.begin(s)
	defer p.end()
	for i, from := p.next(0), 0; ; i, from = p.next(i+1), i+1 {
		if p.traced() {
			p.checkEntries(l.list[from:min(i, len(l.list))])
		}
		if i >= len(l.list) {
			return nil
		}
		e := &l.list[i]
		if e.limited.hold(s) && e.holds(s, suspects) {
			return e
		}
		p.tried(i)
	}
}

// checkEntries sees that entries do not hold that were passed over.
func (p *passage) checkEntries(passed []entry) {
	for i := range passed {
		if e := &passed[i]; (e.kind != entryHost || p.names != nil) && e.holds(p.q, false) {
			p.walk.PassedOver(e.at)
		}
	}
}

func (e *entry) holds(s Subject, suspects bool) bool {
	switch e.kind {
	case entryEnv:
		return s.HasEnv(e.name)
	case entryNotEnv:
		return !s.HasEnv(e.name)
	case entrySubnet:
		return e.subnet.Contains(s.ClientAddr())
	case entryHost:
		name, known := s.ClientName()
		if !known {
			return suspects
		}
		return name != "" && inDomain(name, e.name)
	case entryAll:
	}
	return true
}

// admits reports whether Order, Allow and Deny let the request in, and where
// stands what decided if they don't.
func (c *Compat) admits(s Subject) (bool, parser.Extent) {
	allow, deny := c.allows.find(s, false), c.denies.find(s, true)
	ok := allow != nil || deny == nil
	if c.mustAllow.Has(s.Method()) {
		ok = allow != nil && deny == nil
	}
	if !ok && deny != nil {
		return false, deny.at
	}
	return ok, c.orderAt
}
