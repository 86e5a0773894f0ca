package uri

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every byte is found at every place, also beyond the words that are looked at.
func TestPrintable(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for i := range 20 {
			s := strings.Repeat("a", i) + string([]byte{byte(c)}) + strings.Repeat("~", 19-i)
			n := Printable(s)
			require.LessOrEqual(t, n, len(s))
			if bad := c < ' ' || c == 0x7f; bad {
				require.LessOrEqualf(t, n, i, "%q", s)
			} else {
				require.GreaterOrEqualf(t, n, len(s)-7, "%q", s)
			}
			require.Equalf(t, c <= ' ' || c == 0x7f, HasControl(s), "%q", s)
		}
	}
}
