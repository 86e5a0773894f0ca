package support

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// border says what a package, and all below it, must not need.
type border struct {
	from    string
	crosses func(to string) bool
	why     string
}

// borders are the directions in which the packages may need each other.
func borders() []border {
	under := func(folders ...string) func(string) bool {
		return func(to string) bool {
			for _, f := range folders {
				if below(to, f) {
					return true
				}
			}
			return false
		}
	}
	return []border{
		{module + "parser", under("net", module+"matcher", module+"rewrite"), "the parser knows text and no requests"},
		{module + "matcher", under("net/http", module+"rewrite"), "the matcher decides and knows no HTTP server"},
		{module + "matcher/internal", func(to string) bool { return to == module+"matcher" }, "the rooms do not need the door"},
		{module + "matcher/internal/httpd", under(module + "matcher/internal/mod"), "the frame names no module"},
		{module + "rewrite/cmd", func(to string) bool { return to == "testing" || below(to, module+"rewrite/internal/httpdtest") }, "a command needs nothing that tests"},
	}
}

// TestBorders checks which packages need which, directly or not.
func TestBorders(t *testing.T) {
	t.Parallel()
	crossed := map[string]int{}
	for from, needs := range dependencies(t) {
		for _, to := range needs {
			for _, b := range borders() {
				if below(from, b.from) && b.crosses(to) {
					t.Errorf("%s needs %s: %s", from, to, b.why)
				}
			}
			folder, ok := moduleFolder(from)
			if other, both := moduleFolder(to); ok && both && folder != other {
				t.Errorf("%s needs %s: a module of httpd knows no other", from, to)
			}
			crossed[to]++
		}
	}
	require.NotZero(t, crossed[module+"parser"], "the dependencies are those of another module")
}

func below(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// moduleFolder returns the folder of a module of httpd that a package is in.
func moduleFolder(pkg string) (string, bool) {
	rest, ok := strings.CutPrefix(pkg, module+"matcher/internal/mod/")
	folder, _, _ := strings.Cut(rest, "/")
	return folder, ok
}

// dependencies returns what each package of the module needs, tests aside.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not installed")
	}
	cmd := exec.CommandContext(t.Context(), goTool, "list", "-json=ImportPath,Deps", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	deps := map[string][]string{}
	for dec := json.NewDecoder(out); ; {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		deps[p.ImportPath] = p.Deps
	}
	require.NoError(t, cmd.Wait())
	return deps
}
