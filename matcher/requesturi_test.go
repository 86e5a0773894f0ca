package matcher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// RequestURI tells an empty query from none.
func TestRequestURI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path, query string
		has         bool
		want        string
	}{
		{"/a b", "", false, "/a%20b"},
		{"/a?", "", true, "/a%3F?"},
		{"/a", "q=%20", true, "/a?q=%20"},
		{"/a", "q", false, "/a?q"},
	} {
		res := matcher.Result{Path: tt.path, Query: tt.query, HasQuery: tt.has}
		require.Equal(t, tt.want, res.RequestURI())
	}
}
