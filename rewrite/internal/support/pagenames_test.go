package support

import (
	"go/ast"
	"io/fs"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPageNames looks up the Go names that pages have in code spans, such as
// matcher.Options.DocumentRoot.
func TestPageNames(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile("`(matcher|rewrite|parser)\\.([A-Z]\\w*)(?:\\.([A-Z]\\w*))?")
	known := map[string]map[string]bool{}
	for _, p := range []string{"matcher", "rewrite", "parser"} {
		known[p] = namesWithFields(parseFolder(t, p))
	}
	found := 0
	for page, text := range pages(t) {
		for _, m := range name.FindAllStringSubmatch(text, -1) {
			full := m[2]
			if m[3] != "" {
				full += "." + m[3]
			}
			if !known[m[1]][full] {
				t.Errorf("%s: there is no %s.%s", page, m[1], full)
			}
			found++
		}
	}
	require.Greater(t, found, 20)
}

// namesWithFields returns the exported names of a package, fields and methods
// as Type.Name.
func namesWithFields(files []*ast.File) map[string]bool {
	names := map[string]bool{}
	for _, n := range exportedNames(files) {
		names[n] = true
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					for _, field := range s.Fields.List {
						for _, id := range field.Names {
							names[n.Name.Name+"."+id.Name] = true
						}
					}
				}
			case *ast.FuncDecl:
				if n.Recv != nil {
					names[receiver(n.Recv.List[0].Type)+"."+n.Name.Name] = true
				}
			}
			return true
		})
	}
	return names
}

// receiver returns the name of a receiver's type.
func receiver(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// TestArchitectureNames looks for the files that ARCHITECTURE.md names.
func TestArchitectureNames(t *testing.T) {
	t.Parallel()
	text := pages(t)[".github/ARCHITECTURE.md"]
	files := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil {
			files[d.Name()] = true
		}
		return err
	}))
	named := regexp.MustCompile("`(?:[\\w/]*/)?(\\w+\\.go)`").FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, named)
	for _, m := range named {
		if !files[m[1]] {
			t.Errorf("there is no file %s", m[1])
		}
	}
}
