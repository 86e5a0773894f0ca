package rewrite_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The Go code on the pages is code that compiles: it is part of an example or a
// test.
func TestReadmeCode(t *testing.T) {
	t.Parallel()
	for page, source := range map[string]string{
		"../README.md":          "example_test.go",
		"rewritetest/README.md": "rewritetest/rules_test.go",
	} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		code, err := os.ReadFile(source)
		require.NoError(t, err)
		lines := strings.ReplaceAll(string(code), "\n\t", "\n") // a block may be a function's body
		blocks := strings.Split(string(text), "```go\n")[1:]
		require.NotEmpty(t, blocks, page)
		for _, block := range blocks {
			block, _, ok := strings.Cut(block, "```")
			require.True(t, ok, page)
			require.Contains(t, lines, block, page)
		}
	}
}
