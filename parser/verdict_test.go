package parser

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// verdict is what httpd said of a text.
type verdict struct {
	refused bool
	access  bool
	macros  bool // mod_macro is there
	text    string
}

// options returns the surroundings in which httpd read the text.
func (v verdict) options() *Options {
	modules := []string{"mod_rewrite.c", "rewrite_module"}
	if v.macros {
		modules = append(modules, "mod_macro.c", "macro_module")
	}
	return &Options{
		AccessFile: v.access,
		HasModule:  func(name string) bool { return slices.Contains(modules, name) },
		Getenv:     func(string) (string, bool) { return "", false },
	}
}

// verdicts returns the recorded verdicts.
func verdicts(tb testing.TB) []verdict {
	tb.Helper()
	vs := verdictsIn(tb, "testdata/verdicts.txt")
	for _, v := range verdictsIn(tb, "testdata/verdicts-macro.txt") {
		v.macros = true
		vs = append(vs, v)
	}
	return vs
}

// verdictsIn returns the verdicts of a file.
func verdictsIn(tb testing.TB, name string) []verdict {
	tb.Helper()
	text, err := os.ReadFile(name)
	require.NoError(tb, err)
	var vs []verdict
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		require.Len(tb, f, 3, line)
		text, err := strconv.Unquote(f[2])
		require.NoError(tb, err, line)
		vs = append(vs, verdict{refused: f[0] == "refuse", access: f[1] == "access", text: text})
	}
	require.NotEmpty(tb, vs)
	return vs
}

func TestVerdicts(t *testing.T) {
	for _, v := range verdicts(t) {
		_, err := Parse("conf", []byte(v.text), v.options())
		if (err != nil) != v.refused {
			t.Errorf("Parse(%q), access file %v: error %v, but httpd refuses: %v", v.text, v.access, err, v.refused)
		}
	}
}
