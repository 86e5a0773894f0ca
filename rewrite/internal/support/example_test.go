package support

import (
	"compress/gzip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// example is a case that shows something.
type example struct {
	label string   // how the table writes it
	texts []string // its rulesets
}

// examples are all cases, those in the case language first, and the shorter ones
// before the longer: they show one thing.
func examples(t *testing.T) []example {
	t.Helper()
	return append(caseExamples(t), recordedExamples(t)...)
}

// caseExamples are the cases in the case language.
func caseExamples(t *testing.T) []example {
	t.Helper()
	fsys := os.DirFS(root + "testdata/cases")
	names, err := casefile.Find(fsys)
	require.NoError(t, err)
	var list []example
	for _, name := range names {
		f, err := casefile.Load(fsys, name)
		require.NoError(t, err)
		if slices.ContainsFunc(f.Findings, func(e casefile.Expectation) bool { return strings.HasPrefix(e.Text, "error ") }) {
			continue // it shows what is refused
		}
		ex := example{label: "[" + strings.TrimSuffix(name, ".txtar") + "](cases/" + name + ")"}
		for _, text := range f.Texts {
			ex.texts = append(ex.texts, text.Content)
		}
		list = append(list, ex)
	}
	require.NotEmpty(t, list)
	slices.SortStableFunc(list, func(a, b example) int { return a.size() - b.size() })
	return list
}

// recordedExamples are recorded cases that have a name of their own.
func recordedExamples(t *testing.T) []example {
	t.Helper()
	var list []example
	for _, name := range []string{"edge", "neighbours", "response", "directories"} {
		file, err := os.Open(root + "testdata/recorded/" + name + ".jsonl.gz")
		require.NoError(t, err)
		z, err := gzip.NewReader(file)
		require.NoError(t, err)
		cases, err := replay.ReadCases(z)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		for _, c := range cases {
			if c.ConfigError == "" && !slices.ContainsFunc(verdicts(), func(prefix string) bool { return strings.HasPrefix(c.Name, prefix) }) {
				list = append(list, recordedExample(name, c))
			}
		}
	}
	slices.SortStableFunc(list, func(a, b example) int { return a.size() - b.size() })
	return list
}

// verdicts are what the names of cases begin with that show what may stand where,
// and not what it does.
func verdicts() []string { return []string{"override ", "list ", "parse-"} }

// recordedExample is a recorded case as an example.
func recordedExample(file string, c *replay.Case) example {
	ex := example{label: file + ": " + c.Name, texts: []string{c.Vhost}}
	for name, text := range c.Files {
		if strings.HasSuffix(name, ".htaccess") {
			ex.texts = append(ex.texts, text)
		}
	}
	return ex
}

func (ex example) size() int { return len(strings.Join(ex.texts, "\n")) }

// shows reports whether a ruleset of the example matches re.
func (ex example) shows(re *regexp.Regexp) bool { return slices.ContainsFunc(ex.texts, re.MatchString) }

// chosen returns the label of an example for it: the one that the table has, as
// long as that shows it, or else the first that does.
func chosen(it item, list []example, old string) string {
	first := ""
	for _, ex := range list {
		if ex.shows(it.shows) {
			if ex.label == old {
				return old
			}
			if first == "" {
				first = ex.label
			}
		}
	}
	return first
}

// checkGoTest fails the test unless the test that is said to show an item is
// there.
func checkGoTest(t *testing.T, it item) {
	t.Helper()
	file, name, ok := strings.Cut(it.goTest, ":")
	require.True(t, ok, it.goTest)
	src, err := os.ReadFile(root + file)
	require.NoError(t, err)
	if !strings.Contains(string(src), "func "+name+"(") {
		t.Errorf("%s: %s has no test %s", it.name, file, name)
	}
}
