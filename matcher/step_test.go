package matcher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Every kind of step has a name of its own.
func TestStepKindString(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for k := matcher.StepStart; k <= matcher.StepDecision; k++ {
		name := k.String()
		require.False(t, seen[name] || strings.Contains(name, "("), name)
		seen[name] = true
	}
	require.Equal(t, "internal-redirect", matcher.StepInternal.String())
	require.Equal(t, "StepKind(-1)", matcher.StepKind(-1).String())
}

// Each step tells what sets it apart from others of its kind.
func TestStepString(t *testing.T) {
	t.Parallel()
	tests := []struct {
		step matcher.Step
		want string
	}{
		{matcher.Step{Kind: matcher.StepStart, Input: "/a"}, `the server's rules on "/a"`},
		{matcher.Step{Kind: matcher.StepStart, Dir: "/d/", Input: "/d/a"}, `the rules of /d/ on "/d/a"`},
		{matcher.Step{Kind: matcher.StepRule, Name: "!^a", Input: "b", Matched: true}, `pattern !^a on "b": matches`},
		{matcher.Step{Kind: matcher.StepCond, Name: "=x", Input: "y\n"}, `condition =x on "y\n": no match`},
		{matcher.Step{Kind: matcher.StepCond, Matched: true}, "the section's expression: matches"},
		{matcher.Step{Kind: matcher.StepMatched}, "the rule matches"},
		{matcher.Step{Kind: matcher.StepRewrite, Input: "a", Output: "b"}, `"a" becomes "b"`},
		{matcher.Step{Kind: matcher.StepQuery}, `the query is ""`},
		{matcher.Step{Kind: matcher.StepQuery, Detail: "unset"}, "no query"},
		{matcher.Step{Kind: matcher.StepEnv, Name: "A", Output: "1"}, `set A to "1"`},
		{matcher.Step{Kind: matcher.StepEnv, Detail: "unset", Name: "A"}, "unset A"},
		{matcher.Step{Kind: matcher.StepCookie, Output: "a=b"}, "set cookie a=b"},
		{matcher.Step{Kind: matcher.StepFlow, Detail: "restart"}, "start again from the first rule"},
		{matcher.Step{Kind: matcher.StepFlow, Detail: "same-file"}, "the result is the file the request maps to already: no redirect"},
		{matcher.Step{Kind: matcher.StepFlow}, "flow"},
		{matcher.Step{Kind: matcher.StepMap, Detail: "no-map", Name: "m"}, "there is no map m"},
		{matcher.Step{Kind: matcher.StepMap, Name: "m", Input: "k"}, `map m has no value for "k"`},
		{matcher.Step{Kind: matcher.StepMap, Name: "m", Input: "k", Output: "v", Matched: true}, `map m: "k" is "v"`},
		{matcher.Step{Kind: matcher.StepSubreq, Input: "/a"}, `sub-request for "/a"`},
		{matcher.Step{Kind: matcher.StepSubreq, Detail: "ends", Status: 404}, "sub-request ends with status 404"},
		{matcher.Step{Kind: matcher.StepMapped, Output: "/srv/a"}, "maps the URL to /srv/a"},
		{matcher.Step{Kind: matcher.StepInternal, Output: "/b"}, "internal redirect to /b"},
		{matcher.Step{Kind: matcher.StepInternal, Detail: "error-document", Output: "/e", Status: 404}, "error document /e for status 404"},
		{matcher.Step{Kind: matcher.StepInternal, Detail: "takes-place", Input: "/", Output: "/i"}, "/i is served in the place of /"},
		{matcher.Step{Kind: matcher.StepReason}, ""},
		{matcher.Step{Kind: matcher.StepReason, Reason: &parser.Diagnostic{Message: "no"}}, "no"},
		{matcher.Step{Kind: matcher.StepReason, Reason: &parser.Diagnostic{Message: "no", Hint: "B"}}, "no (B)"},
		{matcher.Step{Kind: matcher.StepDecision, Detail: "admitted"}, "the client is let in"},
		{matcher.Step{Kind: matcher.StepDecision, Action: matcher.Pass}, "pass"},
		{matcher.Step{Kind: matcher.StepDecision, Action: matcher.Rewrite, Output: "/b"}, "rewrite to /b"},
		{matcher.Step{Kind: matcher.StepDecision, Action: matcher.Redirect, Status: 301, Output: "/b"}, "redirect 301 to /b"},
		{matcher.Step{Kind: matcher.StepDecision, Action: matcher.Proxy, Output: "http://b/"}, "proxy to http://b/"},
		{matcher.Step{Kind: matcher.StepDecision, Action: matcher.Respond, Status: 500, Err: matcher.ErrClosed}, "respond with 500: " + matcher.ErrClosed.Error()},
		{matcher.Step{Kind: matcher.StepOmitted, Omitted: 3}, "(3 steps left out)"},
		{
			matcher.Step{Kind: matcher.StepOmitted, Detail: "rounds", Omitted: 6, Rounds: 2},
			"this rule feeds itself: 2 more rounds were the same and are left out (6 steps)",
		},
		{matcher.Step{Kind: -1}, "StepKind(-1)"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, tt.step.String())
	}
}
