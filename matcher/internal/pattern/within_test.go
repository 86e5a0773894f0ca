package pattern_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// TestTimeEndsMatch has matches that take seconds, on either matcher: they end
// soon after the time is over.
func TestTimeEndsMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ src, subject string }{
		{`(a*)*(a*)*(a*)*c`, strings.Repeat("a", 30_000)},
		{`^(a+)+\1b$`, strings.Repeat("a", 40)},
	} {
		p, err := pattern.Compile(tt.src, 0)
		require.NoError(t, err)
		var m work.Meter
		m.Start(context.Background(), &work.Limits{Time: 30 * time.Millisecond})
		begin := time.Now()
		_, err = p.MatchWithin(tt.subject, nil, math.MaxInt, &m)
		require.ErrorIs(t, err, work.ErrTime, tt.src)
		require.Less(t, time.Since(begin), 900*time.Millisecond, tt.src)
	}
}
