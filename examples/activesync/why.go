package main

import (
	"context"
	"net/http"
	"os"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// why asks the engine why it decided about a device's Sync: the condition that
// held.
func (g *gateway) why(ctx context.Context, d device) string {
	req := &matcher.Request{Method: http.MethodPost, Target: d.syncTarget(), Host: "mail.example.com"}
	if d.userAgent != "" {
		req.Header = map[string][]string{"User-Agent": {d.userAgent}}
	}
	why := "no rule applies"
	var held parser.Extent // of the last condition that held since the last rule was tried
	_, err := g.rules.Engine().Explain(ctx, req, func(s matcher.Step) {
		if s.Kind == matcher.StepRule {
			held = parser.Extent{}
		}
		if s.Kind == matcher.StepCond && s.Matched {
			held = s.At
		}
		if s.Kind == matcher.StepMatched {
			why = condition(held)
		}
	})
	if err != nil {
		why = err.Error()
	}
	return why
}

// condition returns the text of the condition at an extent.
func condition(at parser.Extent) string {
	src, err := os.ReadFile(at.Name)
	if err != nil {
		return "no condition: for all that are left"
	}
	file, err := parser.Parse(at.Name, src, nil)
	if err != nil {
		return err.Error()
	}
	for n := range parser.All(file) {
		if c, ok := n.(*parser.RewriteCond); ok && c.From == at.From {
			return c.Test.Text + " matches " + c.Pattern.Text
		}
	}
	return "no condition"
}
