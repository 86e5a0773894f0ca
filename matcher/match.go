package matcher

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// groups are the byte offsets of the captures 0 to 9, -1 where unset.
type groups = pattern.Captures

// group returns what group n captured in subject; ok is false if nothing was
// captured.
func group(subject string, groups *groups, ok bool, n int) string {
	if !ok || groups[2*n] < 0 || groups[2*n+1] <= groups[2*n] {
		return ""
	}
	return subject[groups[2*n]:groups[2*n+1]]
}

// match matches a regular expression within the budget of the engine.
func (e *evaluation) match(p *pattern.Pattern, s string, g *groups, at parser.Extent) bool {
	l := &e.engine.limits
	if !e.spend(matchSteps + len(s)/textSteps) {
		return false
	}
	ok, err := p.MatchWithin(s, g, l.MatchSteps, &e.meter)
	if err == nil {
		return ok
	}
	if !e.over() && l.MatchOverrun != NoMatch {
		e.fail(&parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeLimit,
			Message: fmt.Sprintf("matching %q: %v", p, err),
		})
	}
	return false
}

// CodeLimit is the code of errors that say a request went over a limit.
const CodeLimit parser.Code = "limit"

// candidates appends to dst which patterns of f may match subject. It is for the
// caller to see whether the evaluation is over.
func (e *evaluation) candidates(f filter, dst []int32, subject string) []int32 {
	e.spend(len(subject) / textSteps)
	return f.CandidatesWithin(dst, subject, &e.meter)
}
