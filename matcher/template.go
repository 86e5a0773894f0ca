package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// template is a compiled parser.Template.
type template struct {
	parts []part
}

type partKind uint8

const (
	partLiteral partKind = iota
	partEscaped
	partRuleGroup
	partCondGroup
	partValue
	partMap
)

type part struct {
	kind  partKind
	n     int8     // partRuleGroup, partCondGroup
	text  string   // partLiteral, partEscaped
	value value    // partValue
	call  *mapCall // partMap
}

// value is a variable of a dialect.
type value interface {
	// of returns its value for the current rule of r.
	of(r *run) string
	// key returns what tells the variable apart from others. ok is false if its
	// value may change otherwise than by substitutions.
	key() (key groupKey, ok bool)
}

type mapCall struct {
	at         parser.Extent
	name       string
	key        template
	def        template
	hasDefault bool // a default that is not empty
}

// escape escapes a back-reference; nil leaves it as it is. What it returns is at
// most escapeGrowth times as long.
type escape func(string) string

// escapeGrowth is how many bytes a byte can become when it is escaped.
const escapeGrowth = 3

// literal returns the text of a template that needs no expansion.
func (t *template) literal() (string, bool) {
	switch {
	case len(t.parts) == 0:
		return "", true
	case len(t.parts) == 1 && t.parts[0].kind <= partEscaped:
		return t.parts[0].text, true
	}
	return "", false
}

// expand returns t with its back-references, variables and map calls replaced.
// Back-references are escaped as esc says; nil leaves them. What an expansion
// yields is never expanded again. It is empty if there is no room for it.
func (r *run) expand(t *template, esc escape) string {
	if s, ok := t.literal(); ok {
		return s
	}
	if len(t.parts) == 1 {
		return r.expandPart(&t.parts[0], esc)
	}
	var buf [256]byte
	b := buf[:0]
	for i := range t.parts {
		s := r.expandPart(&t.parts[i], esc)
		if !r.charge(len(s)) {
			return ""
		}
		b = append(b, s...)
	}
	r.spend(len(b) / work.TextSteps)
	return string(b)
}

func (r *run) expandPart(p *part, esc escape) string {
	switch p.kind {
	case partRuleGroup:
		return r.escaped(pattern.Group(r.subject, &r.groups, r.hasGroups, int(p.n)), esc)
	case partCondGroup:
		return r.escaped(pattern.Group(r.condSubject, &r.condGroups, r.hasCondGroups, int(p.n)), esc)
	case partValue:
		return p.value.of(r)
	case partMap:
		return r.callMap(p.call, esc)
	case partLiteral, partEscaped:
	}
	return p.text
}

// escaped escapes a back-reference.
func (r *run) escaped(s string, esc escape) string {
	if esc == nil || s == "" {
		return s
	}
	if !r.fits(escapeGrowth * len(s)) {
		return ""
	}
	return esc(s)
}

func (r *run) callMap(c *mapCall, esc escape) string {
	key := r.expand(&c.key, esc)
	if v, ok := r.host.lookupMap(c, key); ok {
		return v
	}
	if c.hasDefault {
		return r.expand(&c.def, esc)
	}
	return ""
}

// uses reports whether the template, or a map call in it, holds a part of kind.
func (t *template) uses(kind partKind) bool {
	for i := range t.parts {
		p := &t.parts[i]
		if p.kind == kind || p.kind == partMap && (p.call.key.uses(kind) || p.call.def.uses(kind)) {
			return true
		}
	}
	return false
}
