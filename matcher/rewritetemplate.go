package matcher

import "github.com/modrewrite-go/modrewrite/parser"

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
		return part{kind: partValue, value: &variablePart{resolveVariable(p.Var)}}
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
