package httpd

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Match matches a regular expression within the budget of the engine.
func (e *Evaluation) Match(p *pattern.Pattern, s string, g *pattern.Captures, at parser.Extent) bool {
	l := &e.Engine.Limits
	if !e.Spend(work.MatchSteps + len(s)/work.TextSteps) {
		return false
	}
	ok, err := p.MatchWithin(s, g, l.MatchSteps, &e.Meter)
	if err == nil {
		return ok
	}
	if !e.Over() && !l.OverrunIsNoMatch {
		e.Fail(&parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeLimit,
			Message: fmt.Sprintf("matching %q: %v", p, err),
		})
	}
	return false
}

// SubstituteGroups replaces $0 to $9 in template by what they matched in
// subject; a backslash takes what follows literally.
func SubstituteGroups(template, subject string, g *pattern.Captures) string {
	var b strings.Builder
	WriteGroups(&b, template, subject, g)
	return b.String()
}

// WriteGroups writes what SubstituteGroups returns.
func WriteGroups(b *strings.Builder, template, subject string, g *pattern.Captures) {
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch {
		case c == '$' && i+1 < len(template) && apr.IsDigit(template[i+1]):
			i++
			b.WriteString(pattern.Group(subject, g, true, int(template[i]-'0')))
		case c == '\\' && i+1 < len(template):
			i++
			b.WriteByte(template[i])
		default:
			b.WriteByte(c)
		}
	}
}

// SubstitutedLength returns how long the result of SubstituteGroups is at most.
func SubstitutedLength(template, subject string, g *pattern.Captures) int {
	n := len(template)
	for i := 0; i+1 < len(template); i++ {
		if template[i] == '$' && apr.IsDigit(template[i+1]) {
			n += len(pattern.Group(subject, g, true, int(template[i+1]-'0')))
		}
	}
	return n
}
