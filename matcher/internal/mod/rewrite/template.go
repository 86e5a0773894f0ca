package rewrite

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// template resolves the variables of t; nil is the empty template.
func (m *maker) template(t *parser.Template) rules.Template {
	if t == nil || len(t.Parts) == 0 {
		return rules.Template{}
	}
	var room [8]rules.Part
	parts := room[:0]
	for _, p := range t.Parts {
		parts = append(parts, m.part(p))
	}
	return rules.Template{Parts: m.parts.Copy(parts)}
}

// input is template for what a condition is tried on: thousands of conditions may be tried
// on one variable.
func (m *maker) input(t *parser.Template) rules.Template {
	if t == nil || len(t.Parts) != 1 {
		return m.template(t)
	}
	if _, ok := t.Parts[0].(*parser.Variable); !ok {
		return m.template(t)
	}
	input, ok := m.inputs[t.Text]
	if !ok {
		input = m.template(t)
		m.inputs[t.Text] = input
	}
	return input
}

func (m *maker) part(p parser.Part) rules.Part {
	switch p := p.(type) {
	case *parser.Literal:
		return rules.Part{Kind: rules.PartLiteral, Text: p.Text}
	case *parser.Escaped:
		return rules.Part{Kind: rules.PartEscaped, Text: string([]byte{p.Char})}
	case *parser.RuleGroup:
		return rules.Part{Kind: rules.PartRuleGroup, N: int8(p.N)} //nolint:gosec // 0 to 9
	case *parser.CondGroup:
		return rules.Part{Kind: rules.PartCondGroup, N: int8(p.N)} //nolint:gosec // 0 to 9
	case *parser.Variable:
		v := httpd.ResolveVariable(p.Var)
		own := v.Kind == httpd.VarEnv && m.engine.ProcessLacks(v.Name)
		return rules.Part{Kind: rules.PartValue, Value: &variablePart{v, own}}
	case *parser.MapCall:
		call := &rules.MapCall{At: p.Extent, Name: p.Map, Key: m.template(p.Key)}
		if p.Default != nil && p.Default.Text != "" {
			call.HasDefault = true
			call.Def = m.template(p.Default)
		}
		return rules.Part{Kind: rules.PartMap, Call: call}
	}
	return rules.Part{} // Part is sealed: there is no other.
}
