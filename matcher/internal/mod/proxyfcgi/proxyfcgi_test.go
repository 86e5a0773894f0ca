package proxyfcgi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A scope has the kind of server of the scope around it unless it names one, and its
// changes come after those from there.
func TestOver(t *testing.T) {
	t.Parallel()
	base := &config{backend: backendGeneric, changes: []change{{name: "a"}}}
	got := (&config{changes: []change{{name: "b"}}}).over(base)
	require.Equal(t, &config{backend: backendGeneric, changes: []change{{name: "a"}, {name: "b"}}}, got)
	require.Equal(t, backendFPM, (&config{backend: backendFPM}).over(base).backend)
	require.Greater(t, slot.Size(got, nil), slot.Size(base, nil))
}
