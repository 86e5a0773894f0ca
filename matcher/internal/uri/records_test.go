package uri

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// records returns the lines of a file of testdata, which says at its head what
// they are: what httpd does with the same input. A field is a Go string or
// a bare word.
func records(tb testing.TB, name string) [][]string {
	tb.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(tb, err)
	defer func() { _ = f.Close() }()
	var all [][]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := lines.Text(); !strings.HasPrefix(line, "#") {
			all = append(all, fields(tb, line))
		}
	}
	require.NotEmpty(tb, all)
	return all
}

// none is a field "-": httpd has no answer.
const none = "\x00"

// fields splits a line.
func fields(tb testing.TB, line string) []string {
	tb.Helper()
	var fs []string
	for line != "" {
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			field, err := strconv.Unquote(quoted)
			require.NoError(tb, err)
			fs, line = append(fs, field), strings.TrimPrefix(line[len(quoted):], " ")
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word == "-" {
			word = none
		}
		fs, line = append(fs, word), rest
	}
	return fs
}
