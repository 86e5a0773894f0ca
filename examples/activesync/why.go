package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// why asks the engine which rule decided about a device's Sync, and why it
// applied: the condition that held.
func (g *gateway) why(ctx context.Context, d device) (rule, why string) {
	req := &matcher.Request{Method: http.MethodPost, Target: d.syncTarget(), Host: "mail.example.com"}
	if d.userAgent != "" {
		req.Header = map[string][]string{"User-Agent": {d.userAgent}}
	}
	rule, why = "-", "no rule applies"
	var held parser.Extent // of the last condition that held since the last rule was tried
	_, err := g.engine.Explain(ctx, req, func(s matcher.Step) {
		if s.Kind == matcher.StepRule {
			held = parser.Extent{}
		}
		if s.Kind == matcher.StepCond && s.Matched {
			held = s.At
		}
		if s.Kind == matcher.StepMatched {
			rule = fmt.Sprintf("%s:%d", s.At.Name, s.At.From.Line)
			why = g.condition(held)
		}
	})
	if err != nil {
		why = err.Error()
	}
	return rule, why
}

// condition tells of the condition that stands at an extent.
func (g *gateway) condition(at parser.Extent) string {
	for n := range parser.All(g.file) {
		if c, ok := n.(*parser.RewriteCond); ok && c.From == at.From {
			return c.Test.Text + " matches " + c.Pattern.Text
		}
	}
	return "no condition: for all who are left"
}
