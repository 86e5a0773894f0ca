package index_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// TestLargeList finds each item of lists whose patterns are prepared on several processors.
func TestLargeList(t *testing.T) {
	t.Parallel()
	const n = 2000
	ix := shape(n, func(i int) [][]index.Term {
		host := index.Pattern(1, fmt.Sprintf(`^(www\.)?old%d\.example$`, i), apache)
		if i%2 == 0 {
			return [][]index.Term{{host}}
		}
		return [][]index.Term{{index.Pattern(0, "^(.*)$", apache)}, {host}}
	})
	var c index.Cursor
	for i := range n {
		r := &request{[]string{"/page.php", fmt.Sprintf("www.old%d.example", i)}}
		c.Start(ix.List(), r, nil)
		require.Equal(t, i, c.Next(0))
		require.Equal(t, n, c.Next(i+1))
	}
}
