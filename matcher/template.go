package matcher

import (
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
	partVariable
	partMap
)

type part struct {
	kind     partKind
	n        int8      // partRuleGroup, partCondGroup
	text     string    // partLiteral, partEscaped
	variable *variable // partVariable
	call     *mapCall  // partMap
}

type mapCall struct {
	at         parser.Extent
	name       string
	key        template
	def        template
	hasDefault bool // a default that is not empty
}

// compileTemplate resolves the variables of t; nil is the empty template.
func compileTemplate(t *parser.Template) template {
	if t == nil {
		return template{}
	}
	c := template{make([]part, 0, len(t.Parts))}
	for _, p := range t.Parts {
		c.parts = append(c.parts, compilePart(p))
	}
	return c
}

func compilePart(p parser.Part) part {
	switch p := p.(type) {
	case *parser.Literal:
		return part{kind: partLiteral, text: p.Text}
	case *parser.Escaped:
		return part{kind: partEscaped, text: string([]byte{p.Char})}
	case *parser.RuleGroup:
		return part{kind: partRuleGroup, n: int8(p.N)} //nolint:gosec // 0 to 9
	case *parser.CondGroup:
		return part{kind: partCondGroup, n: int8(p.N)} //nolint:gosec // 0 to 9
	case *parser.Variable:
		v := resolveVariable(p.Var)
		return part{kind: partVariable, variable: &v}
	case *parser.MapCall:
		call := &mapCall{at: p.Extent, name: p.Map, key: compileTemplate(p.Key)}
		if p.Default != nil && p.Default.Text != "" {
			call.hasDefault = true
			call.def = compileTemplate(p.Default)
		}
		return part{kind: partMap, call: call}
	}
	return part{} // Part is sealed: there is no other.
}

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

// questionMark tells where the "?" came from that will end the path of a
// substitution. See CVE-2024-38474.
type questionMark int

const (
	noQuestionMark questionMark = iota
	literalQuestionMark
	expandedQuestionMark
)

// expand returns t with its back-references, variables and map calls replaced.
// Back-references are escaped as esc says; nil leaves them. What an expansion
// yields is never expanded again. It is empty if there is no room for it.
func (r *run) expand(t *template, esc *escaping) string {
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
		if !r.eval.charge(len(s)) {
			return ""
		}
		b = append(b, s...)
	}
	r.eval.spend(len(b) / textSteps)
	return string(b)
}

// expandSubst expands the substitution of p and tells where its first "?", the
// last one with lastMark, came from. An escaped one counts as neither.
func (r *run) expandSubst(p *rule) (string, questionMark) {
	mark := noQuestionMark
	var buf [256]byte
	b := buf[:0]
	for i := range p.subst.parts {
		pt := &p.subst.parts[i]
		s := r.expandPart(pt, p.escape)
		if !r.eval.charge(len(s)) {
			return "", noQuestionMark
		}
		b = append(b, s...)
		if pt.kind == partEscaped || mark != noQuestionMark && !p.queryLast {
			continue
		}
		for j := range len(s) {
			if s[j] != '?' {
				continue
			}
			mark = expandedQuestionMark
			if pt.kind == partLiteral {
				mark = literalQuestionMark
			}
			break
		}
	}
	r.eval.spend(len(b) / textSteps)
	return string(b), mark
}

func (r *run) expandPart(p *part, esc *escaping) string {
	switch p.kind {
	case partRuleGroup:
		return r.escaped(group(r.subject, &r.groups, r.hasGroups, int(p.n)), esc)
	case partCondGroup:
		return r.escaped(group(r.condSubject, &r.condGroups, r.hasCondGroups, int(p.n)), esc)
	case partVariable:
		return r.variable(p.variable)
	case partMap:
		return r.callMap(p.call, esc)
	case partLiteral, partEscaped:
	}
	return p.text
}

// escaped escapes a back-reference.
func (r *run) escaped(s string, esc *escaping) string {
	if esc == nil || s == "" {
		return s
	}
	if !r.eval.fits(escapeGrowth * len(s)) {
		return ""
	}
	return esc.apply(s)
}

func group(subject string, groups *groups, ok bool, n int) string {
	if !ok || groups[2*n] < 0 || groups[2*n+1] <= groups[2*n] {
		return ""
	}
	return subject[groups[2*n]:groups[2*n+1]]
}

func (r *run) callMap(c *mapCall, esc *escaping) string {
	key := r.expand(&c.key, esc)
	if v, ok := r.lookupMap(c, key); ok {
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

// uses reports whether any template of the rule holds a part of kind.
func (r *rule) uses(kind partKind) bool {
	if r.subst.uses(kind) || r.contentType != nil && r.contentType.uses(kind) || r.handler != nil && r.handler.uses(kind) {
		return true
	}
	for i := range r.env {
		if r.env[i].uses(kind) {
			return true
		}
	}
	for i := range r.cookies {
		if r.cookies[i].uses(kind) {
			return true
		}
	}
	for _, c := range r.conds {
		if c.test.uses(kind) {
			return true
		}
	}
	return false
}
