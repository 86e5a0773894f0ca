package parser

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the outcomes into testdata/parse")

func TestParse(t *testing.T) {
	files, heads := caseFiles(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var b strings.Builder
		b.WriteString(strings.TrimRight(heads[name], "\n") + "\n")
		for _, c := range files[name] {
			got := c.outcome(t)
			b.WriteString("\n=== " + c.name + "\n")
			var given, want []section
			for _, s := range c.sections {
				if isOutcome(s.name) {
					want = append(want, s)
				} else {
					given = append(given, s)
				}
			}
			for _, s := range slices.Concat(given, got) {
				b.WriteString("-- " + s.name + " --\n" + s.text)
			}
			if *update {
				continue
			}
			t.Run(filepath.Base(name)+"/"+c.name, func(t *testing.T) {
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(section{})); diff != "" {
					t.Errorf("%s: %s: outcome mismatch (-want +got)\n%s", name, c.name, diff)
				}
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o644))
		}
	}
}

func isOutcome(name string) bool { return name == "tree" || name == "print" || name == "findings" }

// The language of ISAPI_Rewrite 3 has flags and rules of its own, which Apache's lacks.
func TestISAPI3(t *testing.T) {
	t.Parallel()
	src := "RewriteRule a /b [RP,U,O]\nRewriteRule a - [NF]\nRewriteRule a /B [CL,CU]\nRewriteHeader X-A: .* $0 [L]\nRewriteProxy a http://h/ [NC]\n"
	f, err := Parse("conf", []byte(src), &Options{ISAPI3: true})
	require.NoError(t, err)
	require.Len(t, f.Nodes, 5)
	rule := func(i int) *RewriteRule { return f.Nodes[i].(*RewriteRule) }
	require.Equal(t, 301, rule(0).Flags[0].Number)
	require.Equal(t, 404, rule(1).Flags[0].Number)
	require.True(t, rule(2).Has(FlagLowerCase) && rule(2).Has(FlagUpperCase))
	require.Equal(t, "X-A:", rule(3).Header.Text)
	require.Equal(t, ".*", rule(3).Regex)
	require.True(t, rule(4).Has(FlagProxy) && rule(4).Has(FlagNoCase))
	for _, bad := range []string{"RewriteRule a b [H=x]\n", "RewriteRule a b [NS]\n", "RewriteHeader X-A .* b\n", "RewriteHeader X-A:\n"} {
		_, err := Parse("conf", []byte(bad), &Options{ISAPI3: true})
		require.Error(t, err, bad)
	}
	_, err = Parse("conf", []byte(src), nil)
	require.Error(t, err)
}
