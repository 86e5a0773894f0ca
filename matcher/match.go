package matcher

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// match matches a regular expression within the budget of the engine.
func (e *evaluation) Match(p *pattern.Pattern, s string, g *pattern.Captures, at parser.Extent) bool {
	l := &e.engine.limits
	if !e.spend(work.MatchSteps + len(s)/work.TextSteps) {
		return false
	}
	ok, err := p.MatchWithin(s, g, l.MatchSteps, &e.meter)
	if err == nil {
		return ok
	}
	if !e.over() && !l.OverrunIsNoMatch {
		e.fail(&parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeLimit,
			Message: fmt.Sprintf("matching %q: %v", p, err),
		})
	}
	return false
}

// candidates appends to dst which patterns of f may match subject. It is for the
// caller to see whether the evaluation is over.
func (e *evaluation) candidates(f *set.Set, dst []int32, subject string) []int32 {
	e.spend(len(subject) / work.TextSteps)
	return f.CandidatesWithin(dst, subject, &e.meter)
}

// substituteGroups replaces $0 to $9 in template by what they matched in
// subject; a backslash takes what follows literally.
func substituteGroups(template, subject string, g *pattern.Captures) string {
	var b strings.Builder
	writeGroups(&b, template, subject, g)
	return b.String()
}

// writeGroups writes what substituteGroups returns.
func writeGroups(b *strings.Builder, template, subject string, g *pattern.Captures) {
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

// substitutedLength returns how long the result of substituteGroups is at most.
func substitutedLength(template, subject string, g *pattern.Captures) int {
	n := len(template)
	for i := 0; i+1 < len(template); i++ {
		if template[i] == '$' && apr.IsDigit(template[i+1]) {
			n += len(pattern.Group(subject, g, true, int(template[i+1]-'0')))
		}
	}
	return n
}
