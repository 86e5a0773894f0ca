package support

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path of the module, with a slash.
const module = "github.com/modrewrite-go/modrewrite/"

// public are the packages that users import, with the exported names that no
// Example and no other package of the module uses, each with the reason that it
// is there. A name with a "*" at its end stands for all that begin so.
var public = map[string]map[string]string{
	"parser": {
		"Code*":         "the kinds of findings, for callers to compare Diagnostic.Code with",
		"Directives":    "tools list what there is; the tests of package matcher and of the table of what runs do",
		"FlagQueryLast": "a kind of flag, for callers to compare Flag.Kind with",
	},
	"parser/expr": {
		"Code*":           "the kinds of findings, for callers to compare Diagnostic.Code with",
		"Node":            "what Expr.All yields",
		"StrMatch":        "the operator beside StrCMatch",
		"VarConnLogID":    "a variable that has no value here",
		"VarRequestLogID": "a variable that has no value here",
	},
}

// TestSurface checks that each exported name of the public packages is used by
// an Example, by a command, an example program or another package, or has
// a reason.
func TestSurface(t *testing.T) {
	t.Parallel()
	m := loadModule(t)
	for name, reasons := range public {
		unused := m.exported(t, name)
		t.Logf("%s: %d exported names, with methods", name, len(unused))
		for _, used := range m.uses(t, name) {
			delete(unused, used)
		}
		for _, n := range slices.Sorted(maps.Keys(unused)) {
			if reason(reasons, n) == "" {
				t.Errorf("%s.%s is used by no Example and no other package: use it, unexport it or give the reason", name, n)
			}
		}
		for n, why := range reasons {
			require.NotEmpty(t, why, n)
			if !slices.ContainsFunc(slices.Collect(maps.Keys(unused)), func(u string) bool { return covers(n, u) }) {
				t.Errorf("%s.%s is used, or gone: it needs no reason", name, n)
			}
		}
	}
}

// reason returns why the exported name n is there.
func reason(reasons map[string]string, n string) string {
	for key, why := range reasons {
		if covers(key, n) {
			return why
		}
	}
	return ""
}

func covers(key, name string) bool {
	prefix, many := strings.CutSuffix(key, "*")
	return name == key || many && strings.HasPrefix(name, prefix)
}

// goPackage is a package of the module or one that it needs, as go list says.
type goPackage struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	TestGoFiles             []string
	XTestGoFiles            []string
}

// moduleTypes is the module with what is needed to check its types.
type moduleTypes struct {
	all     map[string]*goPackage
	fset    *token.FileSet
	imports types.Importer
}

// loadModule lists the packages of the module. It compiles what is not compiled
// yet.
func loadModule(t *testing.T) *moduleTypes {
	t.Helper()
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not installed")
	}
	cmd := exec.CommandContext(t.Context(), goTool, "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	m := &moduleTypes{all: map[string]*goPackage{}, fset: token.NewFileSet()}
	for dec := json.NewDecoder(out); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		m.all[p.ImportPath] = &p
	}
	require.NoError(t, cmd.Wait())
	m.imports = importer.ForCompiler(m.fset, "gc", func(path string) (io.ReadCloser, error) {
		if p := m.all[path]; p != nil {
			return os.Open(p.Export)
		}
		return nil, os.ErrNotExist
	})
	return m
}

// exported returns the exported names of a public package: those of its scope
// and the methods of its types.
func (m *moduleTypes) exported(t *testing.T, name string) map[string]bool {
	t.Helper()
	p, err := m.imports.Import(module + name)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, n := range p.Scope().Names() {
		obj := p.Scope().Lookup(n)
		if !obj.Exported() {
			continue
		}
		names[n] = true
		if named, ok := types.Unalias(obj.Type()).(*types.Named); ok && obj.Name() == named.Obj().Name() {
			for method := range named.Methods() {
				if method.Exported() && !implied[method.Name()] {
					names[n+"."+method.Name()] = true
				}
			}
		}
	}
	return names
}

// implied are methods by which the standard library knows a value: nothing
// needs to name them.
var implied = map[string]bool{"Error": true, "Unwrap": true, "String": true, "ServeHTTP": true}

// uses returns the names of a public package, methods as Type.Method, that other
// packages and Examples use.
func (m *moduleTypes) uses(t *testing.T, name string) []string {
	t.Helper()
	var used []string
	for path, p := range m.all {
		if !strings.HasPrefix(path, module) {
			continue
		}
		if path != module+name {
			used = append(used, m.usedBy(t, p, p.GoFiles, module+name)...)
		}
		examples := slices.DeleteFunc(slices.Concat(p.TestGoFiles, p.XTestGoFiles), func(f string) bool {
			return !strings.Contains(f, "example")
		})
		used = append(used, m.usedBy(t, p, examples, module+name)...)
	}
	return used
}

// usedBy returns the names of the package target that the named files of p use.
func (m *moduleTypes) usedBy(t *testing.T, p *goPackage, names []string, target string) []string {
	t.Helper()
	files := make([]*ast.File, len(names))
	for i, n := range names {
		f, err := parser.ParseFile(m.fset, filepath.Join(p.Dir, n), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files[i] = f
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	// Errors are those of test helpers that stand in other files.
	conf := &types.Config{Importer: m.imports, Error: func(error) {}, FakeImportC: true}
	_, _ = conf.Check(p.ImportPath, m.fset, files, info)
	var used []string
	for _, obj := range info.Uses {
		if obj.Pkg() != nil && obj.Pkg().Path() == target && obj.Exported() {
			used = append(used, methodPrefix(obj)+obj.Name())
			if c, ok := obj.(*types.Const); ok {
				used = append(used, typeName(c.Type())) // it is what its values are of
			}
		}
	}
	return used
}

// methodPrefix returns "Type." for a method, else "".
func methodPrefix(obj types.Object) string {
	f, ok := obj.(*types.Func)
	if !ok || f.Signature().Recv() == nil {
		return ""
	}
	return typeName(f.Signature().Recv().Type()) + "."
}

// typeName returns the name of a type or of what it points to, "" if it has
// none.
func typeName(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}
