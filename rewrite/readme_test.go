package rewrite_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The Go code in the README is code that compiles: it stands in an example.
func TestReadmeCode(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	examples, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	blocks := strings.Split(string(readme), "```go\n")[1:]
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		code, _, ok := strings.Cut(block, "```")
		require.True(t, ok)
		indented := ""
		for line := range strings.Lines(code) {
			if line != "\n" {
				line = "\t" + line
			}
			indented += line
		}
		require.Contains(t, string(examples), indented)
	}
}
