package rules

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Template is a compiled parser.Template.
type Template struct {
	Parts []Part
}

// PartKind is what a part of a template stands for.
type PartKind uint8

// The kinds of parts.
const (
	PartLiteral   PartKind = iota // text
	PartEscaped                   // a character after a backslash
	PartRuleGroup                 // what the rule's pattern captured
	PartCondGroup                 // what a condition captured
	PartValue                     // a variable
	PartMap                       // a lookup in a map
)

// Part is a piece of a template. Which fields are set depends on Kind.
type Part struct {
	Kind  PartKind
	N     int8     // PartRuleGroup, PartCondGroup
	Text  string   // PartLiteral, PartEscaped
	Value Value    // PartValue
	Call  *MapCall // PartMap
}

// Value is a variable of a dialect.
type Value interface {
	// Of returns its value for the current rule of r.
	Of(r *Run) string
	// Name returns what tells the variable apart from others.
	Name() string
	// Nature returns what evaluating it does.
	Nature() Nature
}

// Entry is a Value that is one of a table, such as a field of the request's header: it
// is empty unless the table has its name.
type Entry interface {
	// Table returns the names of the table, and that of the value, in either case.
	// ok is false if it is not one of the table after all.
	Table() (names Names, name string, ok bool)
}

// Names is a Value that is appended to memory of the caller's: the names of a table, each
// with index.AppendName, or an address, with index.AppendAddr.
type Names interface {
	Value
	// Append appends them to dst.
	Append(r *Run, dst []byte) []byte
}

// Holder is a Value that is made of templates.
type Holder interface {
	Value
	// Templates returns those templates.
	Templates() []*Template
}

// MapCall is a lookup in a map: ${name:key|default}.
type MapCall struct {
	At         parser.Extent
	Name       string
	Key        Template
	Def        Template
	HasDefault bool // a default that is not empty
}

// Escape escapes a back-reference; nil leaves it as it is. What it returns is at
// most EscapeGrowth times as long.
type Escape func(string) string

// EscapeGrowth is how many bytes a byte can become when it is escaped.
const EscapeGrowth = 3

// literal returns the text of a template that needs no expansion.
func (t *Template) literal() (string, bool) {
	switch {
	case len(t.Parts) == 0:
		return "", true
	case len(t.Parts) == 1 && t.Parts[0].Kind <= PartEscaped:
		return t.Parts[0].Text, true
	}
	return "", false
}

// Expand returns t with its back-references, variables and map calls replaced.
// Back-references are escaped as esc says; nil leaves them. What an expansion
// yields is never expanded again. It is empty if there is no room for it.
func (r *Run) Expand(t *Template, esc Escape) string {
	if s, ok := t.literal(); ok {
		return s
	}
	if len(t.Parts) == 1 {
		return r.ExpandPart(&t.Parts[0], esc)
	}
	var buf [256]byte
	b := buf[:0]
	for i := range t.Parts {
		s := r.ExpandPart(&t.Parts[i], esc)
		if !r.Charge(len(s)) {
			return ""
		}
		b = append(b, s...)
	}
	r.Spend(len(b) / work.TextSteps)
	return string(b)
}

// ExpandPart returns what p stands for, with back-references escaped by esc.
func (r *Run) ExpandPart(p *Part, esc Escape) string {
	switch p.Kind {
	case PartRuleGroup:
		return r.escaped(r.ruleGroup(int(p.N)), esc)
	case PartCondGroup:
		return r.escaped(r.condGroup(int(p.N)), esc)
	case PartValue:
		return p.Value.Of(r)
	case PartMap:
		return r.callMap(p.Call, esc)
	case PartLiteral, PartEscaped:
	}
	return p.Text
}

// escaped escapes a back-reference.
func (r *Run) escaped(s string, esc Escape) string {
	if esc == nil || s == "" {
		return s
	}
	if !r.fits(EscapeGrowth * len(s)) {
		return ""
	}
	return esc(s)
}

func (r *Run) callMap(c *MapCall, esc Escape) string {
	key := r.Expand(&c.Key, esc)
	if v, ok := r.Host.LookupMap(c, key); ok {
		return v
	}
	if c.HasDefault {
		return r.Expand(&c.Def, esc)
	}
	return ""
}

// uses reports whether the template, or a map call in it, holds a part of kind.
func (t *Template) uses(kind PartKind) bool {
	for i := range t.Parts {
		p := &t.Parts[i]
		if p.Kind == kind || p.Kind == PartMap && (p.Call.Key.uses(kind) || p.Call.Def.uses(kind)) || p.holds(kind) {
			return true
		}
	}
	return false
}

// holds reports whether p is a value made of templates of which one uses kind.
func (p *Part) holds(kind PartKind) bool {
	h, ok := p.Value.(Holder)
	return ok && slices.ContainsFunc(h.Templates(), func(t *Template) bool { return t.uses(kind) })
}
