package set

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// TestTimeEndsCandidates has patterns that keep thousands of threads alive at
// each byte: the walk without a table ends soon after the time is over.
func TestTimeEndsCandidates(t *testing.T) {
	t.Parallel()
	var res []*pcre.Regexp
	for i := range 400 {
		re, err := pcre.Parse(fmt.Sprintf(`a.{%d}[bc].{9}[de]`, 20+i%150), 0)
		require.NoError(t, err)
		res = append(res, re)
	}
	s := newSet(res, &settings{wild: true, cacheBytes: 1 << 16, flushPeriod: time.Hour, lanesLength: defaultLanesLength})
	var m work.Meter
	m.Start(context.Background(), &work.Limits{Time: 20 * time.Millisecond})
	rnd := rand.New(rand.NewPCG(1, 2))
	subject := make([]byte, 200_000)
	for i := range subject {
		subject[i] = "abcde"[rnd.IntN(5)]
	}
	begin := time.Now()
	s.CandidatesWithin(nil, string(subject), &m)
	took := time.Since(begin)
	require.ErrorIs(t, m.Err(), work.ErrTime)
	require.Less(t, took, 2*time.Second)
}
