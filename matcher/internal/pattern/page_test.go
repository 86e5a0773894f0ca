package pattern_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
)

// TestPages asks for groups beyond those that a match reports, many at once: each page is
// made once.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"own":       "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)(q)(r)(s)(t)?$",
		"backtrack": "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)(q)(r)(s)(t)?\\1?$",
	} {
		p, err := pattern.Compile(src, 0)
		require.NoError(t, err)
		var wait sync.WaitGroup
		pages := make([][2]*pattern.Pattern, 8)
		for i := range pages {
			wait.Go(func() { pages[i] = [2]*pattern.Pattern{p.Page(1), p.Page(2)} })
		}
		wait.Wait()
		for i := range pages {
			require.Same(t, pages[0][0], pages[i][0], name)
			require.Same(t, pages[0][1], pages[i][1], name)
		}
		for page, want := range [][]string{{"j", "k", "l", "m", "n", "o", "p", "q", "r"}, {"s", ""}} {
			const subject = "abcdefghijklmnopqrs"
			var caps pattern.Captures
			ok, err := pages[0][page].Match(subject, &caps, 0)
			require.NoError(t, err)
			require.True(t, ok, name)
			for g, text := range want {
				got, _ := caps.Group(subject, g+1)
				require.Equal(t, text, got, "%s: group %d of page %d", name, g+1, page+1)
			}
		}
	}
}
