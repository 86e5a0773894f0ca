package language

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, input string
		n              int
		ok             bool
	}{
		{`^item/(\d+)$`, "item/12x", 7, true},
		{`^item/(\d+)$`, "itex", 3, true},
		{`^item/(\d+)$`, "item/", 5, true},
		{`^item/(\d+)$`, "x", 0, true},
		{`^item/(\d+)$`, "item/1", 0, false}, // it matches
		{`^a`, "b", 0, true},
		{`item$`, "itex", 0, false}, // it may begin anywhere
		{`^(?!x)a$`, "b", 0, false},
		{`^é/b$`, "é/c", 3, true},
		{`^$`, "x", 0, true},
	} {
		p, err := Parse(test.pattern, false)
		require.NoError(t, err)
		n, ok := p.Fit(test.input)
		require.Equal(t, test.n, n, test.pattern+" "+test.input)
		require.Equal(t, test.ok, ok, test.pattern+" "+test.input)
	}
}
