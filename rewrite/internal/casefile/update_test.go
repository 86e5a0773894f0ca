package casefile

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	const before = `Top.
-- vhost.conf --
RewriteEngine On
RewriteRule ^/a$ /b?x [E=A:1]
RewriteRule ^/go$ /b [R,CO=c:1:.example.com]
-- requests --
# First.
GET /a
    # Why.
    X: y
    rewrite /c
    env A=2
    env B=1
    by vhost.conf:2

/new

/go
	status 404
	location /x
	cookie a=1
	cookie c=1; path=/; domain=.example.com
	vary none
# The end.
`
	const after = `Top.
-- vhost.conf --
RewriteEngine On
RewriteRule ^/a$ /b?x [E=A:1]
RewriteRule ^/go$ /b [R,CO=c:1:.example.com]
-- requests --
# First.
GET /a
    # Why.
    X: y
    rewrite /b?x
    env A=1
    env !B
    by vhost.conf:2

/new
	pass
	by nothing

/go
	redirect 302 http://www.example.com/b
	cookie c=1; path=/; domain=.example.com
	vary none
# The end.
`
	for _, end := range []string{"\n", "\r\n"} {
		text, changed := report(t, strings.ReplaceAll(before, "\n", end)).Update()
		require.True(t, changed)
		if diff := cmp.Diff(strings.ReplaceAll(after, "\n", end), text); diff != "" {
			t.Errorf("Update mismatch (-want +got)\n%s", diff)
		}
		again := report(t, text)
		require.NoError(t, again.AsError())
		_, changed = again.Update()
		require.False(t, changed)
	}
}

func TestUpdateFindings(t *testing.T) {
	t.Parallel()
	rep := report(t, "-- vhost.conf --\nRewriteRule ^/a$ /b [LL]\nRewriteRule ^/a$ /b [XX]\n-- findings --\n# Two.\nerror vhost.conf:2\nerror vhost.conf:7\n")
	text, changed := rep.Update()
	require.True(t, changed)
	lines := strings.Split(text, "\n")
	require.Equal(t, []string{"# Two.", "error vhost.conf:2"}, lines[4:6])
	require.Contains(t, lines[6], "error vhost.conf:1:22: ")
	require.NoError(t, report(t, text).AsError())
}

// TestUpdateReproducesTheCases takes every expectation out of the behaviour
// cases and wants files back that pass.
func TestUpdateReproducesTheCases(t *testing.T) {
	t.Parallel()
	for _, f := range loadCases(t, os.DirFS("../../../testdata/cases")) {
		drop := map[int]bool{}
		for _, r := range f.Requests {
			for _, e := range r.Expect {
				drop[e.Line] = true
			}
		}
		if len(drop) == 0 {
			continue
		}
		var bare strings.Builder
		for i, l := range f.lines {
			if !drop[i+1] {
				bare.WriteString(l + "\n")
			}
		}
		text, changed := report(t, bare.String()).Update()
		require.True(t, changed, f.Name)
		if err := report(t, text).AsError(); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
