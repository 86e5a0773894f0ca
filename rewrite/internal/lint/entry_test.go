package lint

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// source returns the example as a file.
func (x Example) source() Source {
	return Source{Name: x.Name, Text: []byte(x.Text), Access: x.Name == accessName}
}

// options returns how the example is to be looked at.
func (x Example) options() *Options {
	return &Options{Pedantic: x.Pedantic, Match: matcher.Options{EngineOn: !x.Engine}}
}

// check returns the findings of the example for code. That a directive is not run says
// nothing about the rules.
func (x Example) check(t *testing.T, code parser.Code) parser.Diagnostics {
	t.Helper()
	got, err := Check([]Source{x.source()}, x.options())
	require.NoError(t, err)
	return slices.DeleteFunc(got, func(d *parser.Diagnostic) bool {
		return d.Code != code && (d.Code == "no-effect" || d.Code == "unsupported")
	})
}

// withoutExample are the codes that no small file of rules shows.
func withoutExample() []parser.Code {
	return []parser.Code{
		// of requests, and not of files
		"access-denied", "access-file", "bad-request", "bad-target", "expr-failed", "internal", "limit", "map-failed",
		"not-acceptable", "other-rules", "refused-file", "request-filtering", "unsafe-header", "unsafe-rewrite",
		// of the surroundings: what the disk holds, what a resolver answers and which there is
		"name-lookup", "no-resolver", "unreadable",
		// of large files, and of bytes that an example can't show
		"encoding", "nested-too-deep", "too-large", "too-many-findings", "too-many-rules",
	}
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
			if slices.Contains(withoutExample(), e.Code) {
				require.Empty(t, e.Bad.Text)
				require.Empty(t, e.Good.Text)
				return
			}
			bad := e.Bad.check(t, e.Code)
			require.Len(t, bad, 1, "%v", bad)
			require.Equal(t, e.Code, bad[0].Code)
			require.NotEmpty(t, e.Good.Text)
			require.Empty(t, e.Good.check(t, e.Code))
		})
	}
}

// TestEntryOfEachCode checks that each code that the sources have has an entry, and that
// there is no entry of another one.
func TestEntryOfEachCode(t *testing.T) {
	t.Parallel()
	codes := map[parser.Code]string{}
	for _, dir := range []string{"parser", "matcher", "rewrite"} {
		err := filepath.WalkDir(filepath.Join("../../..", dir), func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				for _, code := range codesIn(t, name) {
					codes[code] = name
				}
			}
			return err
		})
		require.NoError(t, err)
	}
	require.Greater(t, len(codes), 140)
	for code, name := range codes {
		_, ok := EntryOf(code)
		require.True(t, ok, "%s has a code %q that -explain does not know", name, code)
	}
	known := slices.Collect(maps.Keys(codes))
	for _, e := range Entries() {
		require.Contains(t, known, e.Code)
	}
}

// codesIn returns the codes that a Go file declares as constants.
func codesIn(t *testing.T, name string) []parser.Code {
	t.Helper()
	f, err := goparser.ParseFile(token.NewFileSet(), name, nil, goparser.SkipObjectResolution)
	require.NoError(t, err)
	var codes []parser.Code
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !isCode(spec.Type) {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				codes = append(codes, parser.Code(text))
			}
		}
		return true
	})
	return codes
}

// isCode reports whether a type is that of codes.
func isCode(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name == "Code"
	case *ast.SelectorExpr:
		return t.Sel.Name == "Code"
	}
	return false
}
