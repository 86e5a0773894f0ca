package lint

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestLongChain looks at a chain of 9,999 redirects, each of which leads to the next:
// it ends, and so does looking at it.
func TestLongChain(t *testing.T) {
	t.Parallel()
	const hops = 9_999
	var text strings.Builder
	text.WriteString("RewriteEngine On\n")
	for i := range hops {
		fmt.Fprintf(&text, "RewriteRule ^p%d$ /p%d [R=301,L]\n", i, i+1)
	}
	start := time.Now()
	found, err := Check([]Source{{Name: ".htaccess", Text: []byte(text.String()), Access: true}}, &Options{})
	elapsed := time.Since(start)
	require.NoError(t, err)
	for _, d := range found {
		require.NotEqual(t, codeRedirectLoop, d.Code, d)
	}
	t.Logf("%d hops: %v", hops, elapsed)
	if elapsed > time.Minute { // five seconds of processor time; tests share it
		t.Errorf("looking at %d hops took %v", hops, elapsed)
	}
}
