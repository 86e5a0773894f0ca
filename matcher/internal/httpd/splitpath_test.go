package httpd

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// TestSplitPath checks that a target that is a path is split as any other is.
func TestSplitPath(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"/", "/a", "/a/b?c=d", "/a?", "/?", "/a?b?c", "/a#b", "/a#b?c", "/a?b#c", "/#", "/?#", "/a:b", "/@", "/a//b", "/%41?%",
	} {
		e := &Evaluation{Req: &Client{}}
		want, got := &Request{Eval: e, reply: reply{Status: 200}}, &Request{Eval: e, reply: reply{Status: 200}}
		var u uri.URI
		want.splitTarget(target, &u)
		status := got.splitPath(target)
		require.Equal(t, want, got, target)
		require.Equal(t, u.Fragment, status == 400, target)
		require.False(t, u.User || u.HasHost || u.Scheme != "", target)
	}
}
