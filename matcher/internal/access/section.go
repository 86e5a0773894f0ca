package access

import (
	"errors"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Section is a Require line, or one of the sections that combine them.
type Section struct {
	// At is where it stands.
	At parser.Extent

	test     Test // of a Require line
	any      bool // one part suffices, else none may be denied
	not      bool // RequireNone, Require not
	limited  Methods
	children []*Section
	tests    tests // of children
}

// Kind is a section that combines Require lines.
type Kind uint8

// The kinds. Lines outside of any section are in one of kind RequireAny.
const (
	RequireAny Kind = iota
	RequireAll
	RequireNone
)

// NewSection returns an empty section.
func NewSection(k Kind, at parser.Extent) *Section {
	return &Section{At: at, any: k != RequireAll, not: k == RequireNone}
}

// NewRequire returns a Require line that holds for some methods.
func NewRequire(t Test, not bool, limited Methods, at parser.Extent) *Section {
	return &Section{At: at, test: t, not: not, limited: limited}
}

// Why a Section may not stand where it does.
var (
	ErrNoEffect = errors.New("a negative requirement has no effect where one requirement suffices")
	ErrEmpty    = errors.New("the section holds no requirement")
)

// Add puts child into s.
func (s *Section) Add(child *Section) error {
	switch {
	case child.test == nil && len(child.children) == 0:
		return ErrEmpty
	case child.not && s.any:
		return ErrNoEffect
	}
	s.limited |= child.limited
	if child.test == nil && !child.not && child.any == s.any {
		// A section of the same kind adds nothing to the one around it.
		s.children = append(s.children, child.children...)
		return nil
	}
	s.children = append(s.children, child)
	return nil
}

// Simplify brings s into the shape that httpd gives the requirements of a
// server's configuration before it starts, but not those of access files: the
// parts of a negated section take its place where that makes no difference but
// to lines limited to some methods. It returns a section that holds nothing
// but negations, which httpd refuses, or nil.
func (s *Section) Simplify() *Section {
	var flat []*Section
	for _, c := range s.children {
		if len(c.children) == 0 {
			flat = append(flat, c)
			continue
		}
		if bad := c.Simplify(); bad != nil {
			return bad
		}
		if !c.not || c.any == s.any {
			flat = append(flat, c)
			continue
		}
		for _, part := range c.children {
			part.not = !part.not
			flat = append(flat, part)
		}
	}
	s.children = flat
	if len(flat) == 0 {
		return nil // what stood here has been refused
	}
	for _, c := range s.children {
		if !c.not {
			return nil
		}
	}
	return s
}

// check applies the section to a request whose section around it is of a kind
// that one part suffices for, or not. by is the part that decided.
func (s *Section) check(q Subject, known, anyAround bool) (o Outcome, by *Section) {
	by = s
	doubts := q.Doubts()
	switch {
	case !s.limited.hold(q):
		if anyAround {
			return Neutral, by
		}
		return Granted, by
	case s.test != nil:
		o = s.test.Check(q, known)
	default:
		o, by = s.combine(q, known)
	}
	if o == Failed {
		return o, by
	}
	if s.not {
		if q.Doubts() > doubts {
			return Denied, by
		}
		switch o {
		case Granted:
			o = Denied
		case Denied, NoUser:
			// That no client was kept out lets none in.
			o = Neutral
		case Neutral, Unknown, Failed:
		}
	}
	return o, by
}

// Prepare makes what tells the parts of s apart that hold, as o says; questions is that of
// Config.Prepare. Nothing is added to s any more.
func (s *Section) Prepare(o *index.Options, questions func() Questions) {
	if s == nil || len(s.children) == 0 {
		return
	}
	s.tests.prepare.Do(func() {
		needs := make(testList, len(s.children))
		var asked Questions
		for i, c := range s.children {
			c.Prepare(o, questions)
			if !s.passes(c) {
				continue
			}
			if t, ok := c.test.(Watched); ok {
				if asked == nil {
					asked, s.tests.watched = questions(), i
				}
				if watches, looks, ok := t.Watches(asked); ok {
					needs[i] = testNeeds{watches: watches, looks: looks}
				}
				continue
			}
			needs[i] = needsOf(c.test)
		}
		s.tests.build(needs, *o, asked)
	})
}

// passes reports whether the part c of s, if what it tests does not hold, has no effect
// but the one that skipped has. Another kind of part decides the outcome then.
func (s *Section) passes(c *Section) bool {
	return c.test != nil && c.limited.every() && c.not != s.any
}

// needsOf returns what has to hold for a test of this package to be granted.
func needsOf(t Test) testNeeds {
	switch t := t.(type) {
	case Subnets:
		terms := make([]index.Term, len(t))
		for i := range t {
			terms[i] = t[i].term()
		}
		return testNeeds{watches: [][]index.Term{terms}}
	case Env:
		terms := make([]index.Term, len(t))
		for i := range t {
			terms[i] = index.Name(askEnv, t[i])
		}
		return testNeeds{watches: [][]index.Term{terms}}
	case Hosts:
		if len(t) == 0 {
			break // the client's name is not asked for
		}
		return testNeeds{watches: [][]index.Term{domainTerms(t...)}, named: true}
	}
	return testNeeds{}
}

// combine applies the parts of the section.
func (s *Section) combine(q Subject, known bool) (o Outcome, by *Section) {
	if s.tests.others == nil {
		return s.combineEach(q, known)
	}
	c := newCombination(s)
	p := s.tests.begin(q)
	defer p.end()
	for i, from := p.next(0), 0; ; i, from = p.next(i+1), i+1 {
		if to := min(i, len(s.children)); from < to {
			c.skipped(s.children[from:to], &p)
			if known {
				p.passed(s.children, from, to)
			}
			if p.t.looks != nil {
				q.Looked(p.t.looks, from, to)
			}
		}
		if i >= len(s.children) {
			return c.outcome()
		}
		if part, by := s.children[i].check(q, known, s.any); c.add(part, by) {
			return part, by
		}
		p.tried(i)
	}
}

// combineEach is combine for a section that has no index, as most.
func (s *Section) combineEach(q Subject, known bool) (o Outcome, by *Section) {
	c := newCombination(s)
	for _, child := range s.children {
		if part, by := child.check(q, known, s.any); c.add(part, by) {
			return part, by
		}
	}
	return c.outcome()
}

// combination is what the parts of a section have come to so far.
type combination struct {
	section     *Section
	o           Outcome
	by          *Section // the part that it comes from: the section, if it is of several
	unknown     *Section // what could not be found out
	said        int      // by how many parts
	final, weak Outcome  // what ends the search, and what NoUser takes the place of
}

func newCombination(s *Section) combination {
	c := combination{section: s, o: Neutral, by: s, final: Denied, weak: Granted}
	if s.any {
		c.final, c.weak = Granted, Denied
	}
	return c
}

// add adds what the part from says. It reports whether that decides.
func (c *combination) add(part Outcome, from *Section) bool {
	switch {
	case part == Failed, part == c.final:
		return true
	case part == Neutral:
		return false
	case part == Unknown:
		if c.o != Unknown {
			c.o, c.unknown = part, from
		}
	case c.o == Neutral, part == NoUser && c.o == c.weak:
		c.o = part
	}
	if c.said++; c.said == 1 {
		c.by = from
	} else {
		c.by = c.section
	}
	return false
}

// skipped adds what parts say, one at least, that do not hold and were not tried: that the
// request is denied if one that is granted suffices, else nothing. Where names can't be
// looked up, the first part that tests one has said so already.
func (c *combination) skipped(parts []*Section, p *passage) {
	if p.traced() {
		p.check(parts)
	}
	if !c.section.any {
		return
	}
	c.add(Denied, parts[0])
	if len(parts) > 1 {
		c.by = c.section
	}
	c.said += len(parts) - 1
}

// check sees that parts do not hold that were passed over.
func (p *passage) check(parts []*Section) {
	for _, s := range parts {
		if _, ok := s.test.(Hosts); ok && p.names == nil {
			continue // the client's name is not known
		}
		if holds(s.test, p.q) {
			p.walk.PassedOver(s.At)
		}
	}
}

// passed notes that the parts from first on, up to end, were passed over for a client that has
// been asked to log in.
func (p *passage) passed(parts []*Section, first, end int) {
	if n := p.t.watched; p.t.asked != nil && first <= n && n < end {
		parts[n].test.(Watched).PassedOver(p.q) //nolint:forcetypeassert // that is what it is
	}
}

// holds reports whether t, which the index passes over, is granted.
func holds(t Test, q Subject) bool {
	if w, ok := t.(Watched); ok {
		return w.Holds(q)
	}
	return t.Check(q, true) == Granted
}

// outcome returns what all parts come to, and where it comes from.
func (c *combination) outcome() (o Outcome, by *Section) {
	if c.unknown != nil {
		return c.o, c.unknown
	}
	return c.o, c.by
}
