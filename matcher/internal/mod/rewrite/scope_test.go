package rewrite

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// scopeOf returns a scope of n rules.
func scopeOf(t *testing.T, n int) *ruleScope {
	t.Helper()
	var s ruleScopes
	for i := range n {
		p, err := pattern.Compile(fmt.Sprintf("^/%d$", i), 0)
		require.NoError(t, err)
		s = s.with(&rules.Rule{Pattern: p})
	}
	require.Equal(t, n, s.count())
	if n == 0 {
		return &ruleScope{}
	}
	require.Len(t, s, 1)
	return s[0]
}

// The lists of scopes are joined where they are long enough, each prepared once.
func TestScopes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		scopes   []int // their rules
		minItems int
		lists    int
	}{
		"none":                  {nil, 0, 0},
		"one":                   {[]int{1}, 0, 1},
		"one without rules":     {[]int{0}, 0, 1},
		"two with too few":      {[]int{minJoined / 2, minJoined/2 - 1}, 0, 0},
		"two":                   {[]int{minJoined / 2, minJoined / 2}, 0, 2},
		"one of three is empty": {[]int{1, 0, minJoined}, 0, 3},
		"two with fewer":        {[]int{1, 2}, 3, 2},
		"two with one too few":  {[]int{1, 1}, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &httpd.Engine{Index: index.Options{MinItems: tt.minItems}}
			var s ruleScopes
			for _, n := range tt.scopes {
				s = append(s, scopeOf(t, n))
			}
			lists := s.lists(e)
			require.Len(t, lists, tt.lists)
			var all sync.WaitGroup
			for range 4 { // servers that inherit the scopes are prepared at once
				all.Go(func() {
					for i, list := range s.lists(e) {
						if list != lists[i] {
							t.Error("a scope is prepared a second time")
						}
					}
				})
			}
			all.Wait()
			sealed := s.seal(e).Rules()
			require.Len(t, sealed, s.count())
			for _, scope := range s {
				for i := range scope.rules {
					require.Same(t, scope.rules[i], sealed[i])
				}
				sealed = sealed[len(scope.rules):]
			}
		})
	}
}
