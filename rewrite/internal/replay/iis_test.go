package replay

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// shownIIS are recorded expectations of what IIS and its ports do. They are not part of
// the repository.
const shownIIS = "../../../../shared/iis/shown.jsonl"

// agreeing is how many requests of each dialect come out as expected.
var agreeing = map[string]int{"webconfig": 225, "isapi2": 19, "isapi3": 8, "iirf": 103}

// TestShownIIS compares the results of cases with what is expected of them.
func TestShownIIS(t *testing.T) {
	t.Parallel()
	f, err := os.Open(shownIIS)
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: the cases of IIS are not there: %v", err)
	}
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // nothing was written
	agree := map[string]int{}
	for line, err := range Lines(f) {
		require.NoError(t, err)
		c, err := line.ReadIISCase()
		require.NoError(t, err)
		require.NoError(t, RunIIS(t.Context(), c))
		require.Len(t, c.Results, len(c.Requests))
		for i := range c.Expect {
			if d := c.Differs(i); d != "" {
				t.Logf("%s: %s: %s %s: %s", c.Dialect, c.Name, c.Requests[i].Method, c.Requests[i].Target, d)
				continue
			}
			agree[c.Dialect]++
		}
	}
	if d := cmp.Diff(agreeing, agree); d != "" {
		t.Errorf("requests that come out as expected, by dialect (-held +now):\n%s", d)
	}
}
