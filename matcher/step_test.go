package matcher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
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
