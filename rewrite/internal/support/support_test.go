package support

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/SUPPORT.md")

const tableFile = root + "testdata/SUPPORT.md"

// section is a part of the table.
type section struct {
	title string
	items []item
}

// TestSupport compares testdata/SUPPORT.md with what the engine says.
func TestSupport(t *testing.T) {
	t.Parallel()
	old, err := os.ReadFile(tableFile)
	if !*update {
		require.NoError(t, err)
	}
	got := table(t, string(old))
	if *update {
		require.NoError(t, os.WriteFile(tableFile, []byte(got), 0o644))
		return
	}
	if diff := cmp.Diff(strings.Split(string(old), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("testdata/SUPPORT.md is out of date; \"go test ./rewrite/internal/support -update\" writes it (-file +engine):\n%s", diff)
	}
}

// table is the text of the table. old is the one before.
func table(t *testing.T, old string) string {
	t.Helper()
	list := examples(t)
	var b strings.Builder
	b.WriteString(`# What runs

Made by ` + "`go test ./rewrite/internal/support -update`" + `, and checked by that test: each of these is given to the engine in a small configuration, with maps of programs and
databases permitted and mod_dir's work asked for. It "runs" where nothing is found; otherwise the finding stands here. The last column has a case that shows it: of
[cases](cases/README.md), by name of [recorded](recorded/README.md), or a Go test.
`)
	for _, s := range []section{
		{"Directives", directiveItems(t)},
		{"Flags of RewriteRule", flagItems()},
		{"Tests and flags of RewriteCond", conditionItems()},
		{"Words of RewriteOptions", optionItems()},
		{"Variables of rules and conditions", variableItems()},
		{"Maps", mapItems()},
		{"Patterns", patternItems()},
		{"Parts of expressions", operatorItems()},
		{"Functions of expressions", functionItems()},
		{"Variables of expressions", expressionVariableItems()},
	} {
		s.write(t, &b, list, chosenBefore(old, s.title))
	}
	return b.String()
}

// write writes the section: a table of what runs, and then what does not.
func (s section) write(t *testing.T, b *strings.Builder, list []example, before map[string]string) {
	t.Helper()
	fmt.Fprintf(b, "\n## %s\n\n| | | shown by |\n|---|---|---|\n", s.title)
	other := map[string][]string{} // names by what is found of them
	for _, it := range s.items {
		verdict, bad := it.verdict()
		if bad {
			t.Errorf("%s, %s: the text that is tried is no good: %s", s.title, it.name, verdict)
		}
		name := "`" + strings.ReplaceAll(it.name, "|", "\\|") + "`"
		if verdict != "runs" {
			found := regexp.MustCompile(`\b`+regexp.QuoteMeta(strings.Trim(it.name, "<>"))+`\b`).ReplaceAllString(verdict, "…")
			other[found] = append(other[found], name)
			continue
		}
		label := chosen(it, list, before[name])
		if label == "" && it.goTest != "" {
			checkGoTest(t, it)
			label = strings.ReplaceAll(it.goTest, ":", ": ")
		}
		if label == "" {
			t.Errorf("%s, %s: no case shows it", s.title, it.name)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, verdict, label)
	}
	found := make([]string, 0, len(other))
	for text := range other {
		found = append(found, text)
	}
	slices.Sort(found)
	for _, text := range found {
		fmt.Fprintf(b, "\n%s: %s\n", text, strings.Join(other[text], ", "))
	}
}

// row matches a row of the table.
var row = regexp.MustCompile("(?m)^\\| (`.*`) \\| .* \\| (.*) \\|$")

// chosenBefore are the examples that the section of a table has, by item.
func chosenBefore(old, title string) map[string]string {
	_, text, _ := strings.Cut(old, "\n## "+title+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	before := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		before[m[1]] = m[2]
	}
	return before
}
