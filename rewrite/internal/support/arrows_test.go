package support

import (
	"go/ast"
	"go/parser"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArrows checks that the frame of package matcher uses nothing of modules, nor
// modules of one another, by the table of ARCHITECTURE.md that says which files
// are a module's.
func TestArrows(t *testing.T) {
	t.Parallel()
	owner := moduleFiles(t)
	m := loadModule(t)
	p := m.all[module+"matcher"]
	require.NotNil(t, p)
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(m.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{Importer: m.imports}).Check(p.ImportPath, m.fset, files, info)
	require.NoError(t, err)
	frame, siblings := map[types.Object]bool{}, map[types.Object]bool{}
	for id, obj := range info.Uses {
		if obj.Pkg() != pkg {
			continue
		}
		user := filepath.Base(m.fset.Position(id.Pos()).Filename)
		from, to := owner[user], owner[filepath.Base(m.fset.Position(obj.Pos()).Filename)]
		switch {
		case to == "" || from == to || user == "modules.go":
		case from == "":
			frame[obj] = true
		default:
			siblings[obj] = true
		}
	}
	for obj := range frame {
		t.Errorf("the frame uses %s, which is a module's", obj.Name())
	}
	for obj := range siblings {
		t.Errorf("a module uses %s of another one", obj.Name())
	}
}

// moduleFiles returns the modules by their files, as ARCHITECTURE.md has them.
// What is httpd's core is the frame's.
func moduleFiles(t *testing.T) map[string]string {
	t.Helper()
	_, table, ok := strings.Cut(pages(t)[".github/ARCHITECTURE.md"], "| module of httpd |")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n\n")
	owner := map[string]string{}
	for line := range strings.Lines(table) {
		name, list, _ := strings.Cut(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(name, "mod_") {
			continue
		}
		for _, file := range regexp.MustCompile("`(\\w+\\.go)`").FindAllStringSubmatch(list, -1) {
			owner[file[1]] = name
		}
	}
	require.Greater(t, len(owner), 20)
	return owner
}
