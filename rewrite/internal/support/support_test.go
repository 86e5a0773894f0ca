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

// head is the text above the tables, with "~" for a backquote.
const head = `# What runs, and what does not

All of mod_rewrite runs, expressions included. So do the parts of httpd that decide which rules see a request, what they see and what happens to it:

- virtual hosts, ~<Directory>~, ~<Location>~, ~<Files>~, ~<Proxy>~, ~<If>~ and their merging, ~.htaccess~ files with ~AllowOverride~, ~Options~, ~Define~, ~Include~,
  ~<Macro>~, ~<IfModule>~ and related directives,
- ~Alias~, ~Redirect~, ~ErrorDocument~,
- ~SetEnv~, ~SetEnvIf~, ~BrowserMatch~ and related directives,
- ~Require~, ~Order~, ~Allow~, ~Deny~, ~Satisfy~, ~AuthType Basic~ with files of users and groups,
- types and handlers, ~Header~, ~RequestHeader~, ~Expires~,
- ~DirectoryIndex~, ~DirectorySlash~, ~FallbackResource~, where ~matcher.Options.Directories~ asks for it.

Maps that ask a program (~prg:~) or a database (~dbd:~, ~fastdbd:~) are errors unless you permit them (~matcher.Options.Programs~ and ~.DB~; see
[examples/sqlmap](../examples/sqlmap/README.md)). The commands run programs with ~-programs~ and have no database. ~dbm:~ maps are files of Berkeley DB, as httxt2dbm
writes them, or SDBM, not GDBM. ~ProxyPass~ and other kinds of authentication are not run, nor a macro that opens a section and does not close it.

Anything else is reported. A directive that is not run is a finding:

| directive | finding |
|---|---|
| has no bearing on a request, as ~LogLevel~ | a note |
| acts on the response, as ~AddOutputFilter~ | a warning |
| guards access, as ~AuthType Digest~ | an error, unless it is enforced elsewhere and the caller says so (~matcher.Options.Handled~, ~-handled~) |
| affects how a request is handled, as ~ProxyPass~ | an error, unless it is carried out elsewhere and the caller says so in the same way; a rule with ~[P]~ forwards, too |
| is not a directive of httpd | an error |

An error keeps a ruleset from being loaded; in an ~.htaccess~ file it makes the requests below it fail with 500. Both are what httpd does with a directive it does not
know. What runs but differs from httpd is listed under
[Different from httpd on purpose](../.github/SECURITY.md#different-from-httpd-on-purpose).

The rules of IIS and of the ports of mod_rewrite to it have [a page of their own](SUPPORT-IIS.md).

## How this list is made

~go test ./rewrite/internal/support -update~ writes it, and the same test checks it: each item is given to the engine in a small configuration, with maps of programs and
databases permitted and mod_dir's work asked for. It "runs" if there is no finding; otherwise the finding is shown. The last column has a case that shows it: one of
[cases](cases/README.md), the name of one in [recorded](recorded/README.md), or a Go test.
`

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
	b.WriteString(strings.ReplaceAll(head, "~", "`"))
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
