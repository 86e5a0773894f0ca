package access

import (
	"errors"

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
	switch {
	case !s.limited.Has(q.Method()):
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

// combine applies the parts of the section.
func (s *Section) combine(q Subject, known bool) (o Outcome, by *Section) {
	o, by = Neutral, s
	var unknown *Section // what could not be found out
	said := 0
	final, weak := Denied, Granted // what ends the search, and what NoUser takes the place of
	if s.any {
		final, weak = Granted, Denied
	}
	for _, c := range s.children {
		part, from := c.check(q, known, s.any)
		switch {
		case part == Failed, part == final:
			return part, from
		case part == Neutral:
			continue
		case part == Unknown:
			if o != Unknown {
				o, unknown = part, from
			}
		case o == Neutral, part == NoUser && o == weak:
			o = part
		}
		if said++; said == 1 {
			by = from
		} else {
			by = s
		}
	}
	if unknown != nil {
		by = unknown
	}
	return o, by
}
