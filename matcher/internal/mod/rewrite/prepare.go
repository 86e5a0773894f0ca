package rewrite

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/slab"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ownRule is a rule with its action, in one piece: there are tens of thousands.
type ownRule struct {
	rule   rules.Rule
	action rewriteAction
}

// madeRule is what a RewriteRule comes to by itself.
type madeRule struct {
	*ownRule

	regex httpd.Regex
}

// madeCond is what a RewriteCond with a pattern comes to by itself.
type madeCond struct {
	*rules.Cond

	regex httpd.Regex
}

// maker makes rules and conditions, in blocks. It is not safe for concurrent use.
type maker struct {
	rules  slab.Slab[ownRule]
	conds  slab.Slab[rules.Cond]
	lists  slab.Slab[*rules.Cond]
	parts  slab.Slab[rules.Part]
	inputs map[string]rules.Template // of conditions, which share those that are a variable
	engine *httpd.Engine
}

func newMaker(e *httpd.Engine) *maker {
	return &maker{
		engine: e, rules: slab.Small[ownRule](), conds: slab.Small[rules.Cond](), lists: slab.Small[*rules.Cond](),
		parts: slab.Small[rules.Part](), inputs: map[string]rules.Template{},
	}
}

// rule makes a rule of n.
func (m *maker) rule(p *httpd.Preparer, n *parser.RewriteRule) madeRule {
	own := m.rules.Next()
	m.action(&own.action, n)
	own.rule = rules.Rule{At: n.Extent, Action: &own.action, Flow: flowOf(n)}
	return madeRule{own, p.Regex(n.Regex, n.Has(parser.FlagNoCase))}
}

// cond makes a condition of n, whose test is a pattern.
func (m *maker) cond(p *httpd.Preparer, n *parser.RewriteCond) madeCond {
	return madeCond{m.conds.New(m.condOf(n)), p.Regex(n.Operand, n.Has(parser.FlagNoCase))}
}

// prepare prepares rules, and the conditions that have a pattern.
func prepare(e *httpd.Engine) httpd.Prepare {
	m := newMaker(e)
	var madeRules slab.Slab[madeRule]
	var madeConds slab.Slab[madeCond]
	return func(p *httpd.Preparer, n parser.Node) any {
		switch n := n.(type) {
		case *parser.RewriteRule:
			return madeRules.New(m.rule(p, n))
		case *parser.RewriteCond:
			if n.Op == parser.CondRegex {
				return madeConds.New(m.cond(p, n))
			}
		}
		return nil
	}
}

// ruleOf returns what n comes to by itself.
func ruleOf(sc *httpd.Scope, n *parser.RewriteRule) madeRule {
	if made, ok := sc.Prepared.(*madeRule); ok && sc.IsCurrent(&made.regex) {
		return *made
	}
	return makerOf(sc).rule(sc.Preparer(), n)
}

// condOf returns what n, whose test is a pattern, comes to by itself.
func condOf(sc *httpd.Scope, n *parser.RewriteCond) madeCond {
	if made, ok := sc.Prepared.(*madeCond); ok && sc.IsCurrent(&made.regex) {
		return *made
	}
	return makerOf(sc).cond(sc.Preparer(), n)
}

// makerOf returns what makes the rules of a scope.
func makerOf(sc *httpd.Scope) *maker {
	d := rewrite(sc)
	if d.maker == nil {
		d.maker = newMaker(sc.Engine)
	}
	return d.maker
}
