package authz_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// TestExhausted has so many requirements that the request's context is looked at, which
// is done: the client is not let in by the last one.
func TestExhausted(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("Require expr \"%{HTTP:X-None} != ''\"\n", work.Stride/work.TestSteps+1)
	v := &server{conf: "<Location />\n" + many + "Require all granted\n</Location>\n"}
	e, err := v.compile(t)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, want := range []int{200, 500} {
		ev := e.BeginEvaluation(ctx)
		ev.Req = &httpd.Client{Method: "GET", Target: "/", Proto: "HTTP/1.1", Host: "localhost"}
		status := ev.Decide().Status()
		require.Equal(t, want, max(status, 200))
		if want == 500 {
			require.ErrorContains(t, ev.Failure, context.Canceled.Error())
		}
		ev.End()
		cancel()
	}
}
