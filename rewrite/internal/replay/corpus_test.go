package replay

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// corpusVerdict is what httpd said of other people's ruleset: whether it takes
// the whole of it for an access file, and its Rewrite… lines alone for one and
// inside a virtual host.
type corpusVerdict struct {
	file               string
	whole, rules, host bool
	// missing is the directive that httpd refuses the whole for, as the server
	// lacks its module or there is no such module.
	missing string
}

// TestCorpusVerdicts asks the engine whether it takes the rulesets of other
// people that httpd takes, and refuses those that it refuses. Where a ruleset
// has a directive that the engine does not run, the finding must name it.
func TestCorpusVerdicts(t *testing.T) {
	t.Parallel()
	verdicts := readCorpusVerdicts(t)
	var notRun []string
	for _, v := range verdicts {
		src, err := os.ReadFile(outside + "corpus/" + v.file)
		require.NoError(t, err)
		text := string(src)
		err = accessFileError(t, text)
		if names := unsupported(err); v.whole && len(names) > 0 {
			notRun = append(notRun, v.file+": "+strings.Join(names, ", "))
			for _, name := range names {
				if !strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
					t.Errorf("%s: the finding names %s, which the file does not hold", v.file, name)
				}
			}
		} else if err == nil && v.missing != "" {
			// Its module is not known to be absent: it is left to the server around.
			if !leftToServer(text, v.missing) {
				t.Errorf("%s: nothing is said of %s", v.file, v.missing)
			}
		} else if (err == nil) != v.whole {
			t.Errorf("%s: error %v, but httpd takes it: %v", v.file, err, v.whole)
		}
		rules := rewriteLines(text)
		if err := accessFileError(t, rules); (err == nil) != v.rules {
			t.Errorf("%s, rules only: error %v, but httpd takes it: %v", v.file, err, v.rules)
		}
		c := &Case{Name: v.file, Vhost: codePointsOf(rules)}
		require.NoError(t, Run(t.Context(), c, nil))
		if (c.ConfigError == "") != v.host {
			t.Errorf("%s, rules only, in a virtual host: %q; httpd takes it: %v", v.file, c.ConfigError, v.host)
		}
	}
	t.Logf("%d files compared; %d have directives that are not run:\n%s", len(verdicts), len(notRun), strings.Join(notRun, "\n"))
	if len(notRun) >= 10 {
		t.Errorf("%d files have directives that are not run, want fewer than ten", len(notRun))
	}
}

// accessFileError is what is wrong with text as the access file of the document
// root, nil if it can be used.
func accessFileError(t *testing.T, text string) error {
	t.Helper()
	c := &Case{
		Name: "corpus", Files: map[string]string{".htaccess": codePointsOf(text)}, Requests: []Request{{Target: "/"}},
		Modules: []string{"macro"},
	}
	require.NoError(t, Run(t.Context(), c, nil))
	require.Empty(t, c.ConfigError)
	cause := c.Results[0].Cause
	findings := parser.Findings(cause)
	// Rules without end are no fault of the text's grammar.
	if len(findings) == 0 || slices.ContainsFunc(findings, func(d *parser.Diagnostic) bool { return d.Code == matcher.CodeLimit }) {
		return nil
	}
	return cause
}

// leftToServer reports whether a finding about text names a directive.
func leftToServer(text, directive string) bool {
	section := "<Directory />\n" + text + "\n</Directory>\n"
	f, err := parser.Parse("httpd.conf", []byte(section), &parser.Options{HasModule: hasModule()})
	if err != nil {
		return false
	}
	engine, err := matcher.Compile(f, nil)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(engine.Warnings(), func(d *parser.Diagnostic) bool {
		return strings.HasPrefix(d.Message, directive+" ")
	})
}

// unsupported are the directives that findings say are not run.
func unsupported(err error) []string {
	var names []string
	for _, d := range parser.Findings(err) {
		if d.Code == matcher.CodeUnsupported {
			name, _, _ := strings.Cut(d.Message, " ")
			names = append(names, strings.Trim(name, "<>:"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// rewriteLines are the lines of mod_rewrite's directives in text, less those
// that httpd was not asked about: maps, whose files are missing, and old logs.
func rewriteLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		name := strings.ToLower(strings.TrimSpace(line))
		if strings.HasPrefix(name, "rewrite") && !strings.HasPrefix(name, "rewritemap") && !strings.HasPrefix(name, "rewritelog") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// readCorpusVerdicts reads what httpd said. It skips the test where the files
// are not there.
func readCorpusVerdicts(t *testing.T) []corpusVerdict {
	t.Helper()
	src, err := os.ReadFile(outside + "corpus/apache-verdicts.tsv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("NOT COMPARED: %scorpus holds other people's rulesets and is not there", outside)
	}
	require.NoError(t, err)
	var list []corpusVerdict
	for i, line := range strings.Split(strings.TrimSpace(string(src)), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			require.Equal(t, []string{"file", "htaccess", "status", "error", "rewrite_only_htaccess", "rewrite_only_status", "rewrite_only_error", "rewrite_only_server"}, f[:8])
			continue
		}
		require.GreaterOrEqual(t, len(f), 8, line)
		for _, verdict := range []string{f[1], f[4], f[7]} {
			require.Contains(t, []string{"accept", "reject", "runtime-500"}, verdict, line)
		}
		v := corpusVerdict{file: f[0], whole: f[1] != "reject", rules: f[4] != "reject", host: f[7] != "reject"}
		if rest, ok := strings.CutPrefix(f[3], "Invalid command '"); ok {
			v.missing, _, _ = strings.Cut(rest, "'")
		}
		list = append(list, v)
	}
	require.NotEmpty(t, list)
	return list
}
