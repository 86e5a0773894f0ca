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
