package rewrite

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compileTemplate resolves the variables of t; nil is the empty template.
func compileTemplate(t *parser.Template) rules.Template {
	if t == nil {
		return rules.Template{}
	}
	c := rules.Template{Parts: make([]rules.Part, 0, len(t.Parts))}
	for _, p := range t.Parts {
		c.Parts = append(c.Parts, compilePart(p))
	}
	return c
}

func compilePart(p parser.Part) rules.Part {
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
		return rules.Part{Kind: rules.PartValue, Value: &variablePart{httpd.ResolveVariable(p.Var)}}
	case *parser.MapCall:
		call := &rules.MapCall{At: p.Extent, Name: p.Map, Key: compileTemplate(p.Key)}
		if p.Default != nil && p.Default.Text != "" {
			call.HasDefault = true
			call.Def = compileTemplate(p.Default)
		}
		return rules.Part{Kind: rules.PartMap, Call: call}
	}
	return rules.Part{} // Part is sealed: there is no other.
}
