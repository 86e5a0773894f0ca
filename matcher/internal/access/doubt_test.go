package access

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// doubtful is a test that can't be made.
type doubtful struct{}

func (doubtful) Check(s Subject, _ bool) Outcome {
	v, _ := s.(visitor)
	*v.doubts++
	return Denied
}

// A test that can't be made admits no client, and neither does its opposite.
func TestDoubts(t *testing.T) {
	t.Parallel()
	line := func(test Test, not bool) *Section { return NewRequire(test, not, AllMethods, parser.Extent{}) }
	section := func(k Kind, parts ...*Section) *Section {
		s := NewSection(k, parser.Extent{})
		for _, p := range parts {
			require.NoError(t, s.Add(p))
		}
		return s
	}
	for _, tt := range []struct {
		root *Section
		want int
	}{
		{section(RequireAny, line(doubtful{}, false)), 403},
		{section(RequireAny, line(doubtful{}, false), line(All(true), false)), 0},
		{section(RequireAll, line(All(true), false), line(doubtful{}, true)), 403},
		{section(RequireAll, line(All(true), false), line(All(false), true)), 0},
		{section(RequireAll, line(All(true), false), section(RequireNone, line(All(false), false), line(doubtful{}, false))), 403},
		{section(RequireAll, line(All(true), false), section(RequireNone, section(RequireAll, line(All(false), false), line(doubtful{}, false)))), 0},
		{section(RequireAny, section(RequireAll, line(All(true), false), line(doubtful{}, true)), line(All(true), false)), 0},
	} {
		c := &Config{Authz: &Authz{Root: section(RequireAny, tt.root)}}
		status, _ := c.Check(visitor{doubts: new(int)}, false)
		require.Equal(t, tt.want, status, "%+v", tt.root)
	}
}
