package lint

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// check returns the findings of the example.
func (x Example) check(t *testing.T) parser.Diagnostics {
	t.Helper()
	name := ".htaccess"
	if x.Server {
		name = "site.conf"
	}
	got, err := Check([]Source{{Name: name, Text: []byte(x.Text), Access: !x.Server}},
		&Options{Pedantic: x.Pedantic, Match: matcher.Options{EngineOn: !x.Engine}})
	require.NoError(t, err)
	return slices.DeleteFunc(got, func(d *parser.Diagnostic) bool { return d.Code == "no-effect" || d.Code == "unsupported" })
}

// TestEntries checks that the bad example of each code has that finding and no
// other, and the good one none.
func TestEntries(t *testing.T) {
	t.Parallel()
	all := Entries()
	require.True(t, slices.IsSortedFunc(all, func(a, b Entry) int { return strings.Compare(string(a.Code), string(b.Code)) }))
	for _, e := range all {
		t.Run(string(e.Code), func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, e.Text)
			if e.Bad.Text == "" {
				return
			}
			bad := e.Bad.check(t)
			require.Len(t, bad, 1, "%v", bad)
			require.Equal(t, e.Code, bad[0].Code)
			require.Empty(t, e.Good.check(t))
		})
	}
}

// TestEntryOfEachCode checks that no code of the linter lacks an entry.
func TestEntryOfEachCode(t *testing.T) {
	t.Parallel()
	f, err := goparser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		if lit, ok := node.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if code, err := strconv.Unquote(lit.Value); err == nil && code != "github.com/modrewrite-go/modrewrite/parser" {
				_, ok := EntryOf(parser.Code(code))
				require.True(t, ok, code)
				n++
			}
		}
		return true
	})
	require.Greater(t, n, 60)
}
