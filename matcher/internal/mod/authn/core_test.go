package authn

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A scope without providers of its own has those of the scope around it; its own replace
// them.
func TestProvidersAreInherited(t *testing.T) {
	t.Parallel()
	base := &config{providers: []string{"dbd", "file"}}
	require.Equal(t, base.providers, (&config{}).over(base).providers)
	require.Equal(t, []string{"file"}, (&config{providers: []string{"file"}}).over(base).providers)
	require.Empty(t, (&config{}).over(&config{}).providers)
}
