package support

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// updateExported is apart from update: names are not to be accepted by the way.
var updateExported = flag.Bool("update-exported", false, "write testdata/exported.txt")

// exportedFile lists the exported names of the public packages.
const exportedFile = "testdata/exported.txt"

// TestExported compares the exported names of the public packages, methods and
// fields aside, with the list.
func TestExported(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	most := map[string]int{"parser": 160, "matcher": 45}
	counts := map[string]int{}
	for _, name := range []string{"parser", "parser/expr", "parser/webconfig", "parser/isapi", "matcher", "matcher/fileid", "matcher/winname", "rewrite", "rewrite/fastcgi", "rewrite/front", "rewrite/rewritetest"} {
		names := exportedNames(parseFolder(t, name))
		if limit, ok := most[name]; ok && len(names) > limit {
			t.Errorf("package %s exports %d names, at most %d are meant", name, len(names), limit)
		}
		t.Logf("package %s exports %d names", name, len(names))
		counts[name] = len(names)
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(names, " "))
	}
	if *updateExported {
		require.NoError(t, os.WriteFile(exportedFile, []byte(b.String()), 0o644))
		return
	}
	require.Contains(t, pages(t)[".github/ARCHITECTURE.md"], fmt.Sprintf("of `matcher` | %d; %d |", counts["parser"], counts["matcher"]))
	old, err := os.ReadFile(exportedFile)
	require.NoError(t, err)
	if diff := cmp.Diff(strings.Fields(string(old)), strings.Fields(b.String())); diff != "" {
		t.Errorf("other names are exported than listed (-list +found). Give .github/CHANGELOG.md a line, then run "+
			"\"go test ./rewrite/internal/support -run Exported -update-exported\":\n%s", diff)
	}
}

// TestStructs keeps the structures small that everything passes through.
func TestStructs(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		folder, name string
		fields, bool int // at most; a group that is embedded counts as one
	}{
		{"matcher/internal/httpd", "Request", 30, 3},
		{"matcher", "Result", 20, 4},
		{"matcher/internal/rules", "Rule", 7, 0},
	} {
		fields, bools := countFields(t, parseFolder(t, s.folder), s.name)
		t.Logf("%s has %d fields, %d of them bool", s.name, fields, bools)
		if fields > s.fields || bools > s.bool {
			t.Errorf("%s has %d fields, %d of them bool; at most %d and %d are meant", s.name, fields, bools, s.fields, s.bool)
		}
	}
}

// parseFolder parses the files of a package, those for any system, without its
// tests.
func parseFolder(t *testing.T, folder string) []*ast.File {
	t.Helper()
	names, err := fs.Glob(os.DirFS(root+folder), "*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), root+folder+"/"+name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	require.NotEmpty(t, files)
	return files
}

// exportedNames returns the exported names of the files' scope, sorted.
func exportedNames(files []*ast.File) []string {
	var names []string
	add := func(n *ast.Ident) {
		if n.IsExported() {
			names = append(names, n.Name)
		}
	}
	for _, f := range files {
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					add(d.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						add(s.Name)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							add(n)
						}
					}
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// countFields returns how many fields a struct has, and how many of them are of
// type bool.
func countFields(t *testing.T, files []*ast.File, name string) (fields, bools int) {
	t.Helper()
	var found *ast.StructType
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == name {
				found, _ = spec.Type.(*ast.StructType)
			}
			return true
		})
	}
	require.NotNil(t, found, name)
	for _, field := range found.Fields.List {
		n := max(1, len(field.Names))
		fields += n
		if id, ok := field.Type.(*ast.Ident); ok && id.Name == "bool" {
			bools += n
		}
	}
	return fields, bools
}
