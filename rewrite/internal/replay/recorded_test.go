package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

const (
	root     = "../../../"
	recorded = root + "testdata/recorded/"
	// outside holds recordings that are made of other people's rulesets and
	// so are no part of the repository.
	outside = root + "../shared/"
)

// maxShown is how many differences of a file are printed in full.
const maxShown = 20

// TestRecorded compares the engine with what httpd answered.
func TestRecorded(t *testing.T) {
	t.Parallel()
	differences := readDifferences(t)
	tree := readTree(t)
	for _, file := range []string{
		recorded + "edge.jsonl.gz",
		recorded + "random.jsonl.gz",
		recorded + "neighbours.jsonl.gz",
		outside + "recorded/seed.jsonl.gz",
		outside + "recorded/corpus.jsonl.gz",
	} {
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl.gz")
		known := differences[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if strings.HasPrefix(file, outside) && errors.Is(err, fs.ErrNotExist) {
				t.Skipf("NOT COMPARED: %s holds other people's rulesets and is not there", file)
			}
			require.NoError(t, err)
			c := comparison{file: name, known: known, tree: tree}
			c.all(t, readRecorded(t, bytes.NewReader(src)))
		})
	}
}

// comparison compares the cases of one file.
type comparison struct {
	file  string
	known map[place]string
	tree  *Tree

	equal, compared    int
	different, listed  int
	apartEqual, aparts int // of cases that notRun sets apart
	met                map[place]bool
}

// place names what of a case differs: a request's number, "*" or "config".
type place struct{ name, what string }

// notRun reports whether a case with that text is counted apart: an access file
// of other people with a directive that the engine does not run.
func notRun(text string) bool {
	f, err := parser.Parse("", []byte(bytesOf(text)), &parser.Options{AccessFile: true})
	findings := parser.Findings(err)
	if f != nil {
		_, err = matcher.Compile(f, nil)
		findings = append(findings, parser.Findings(err)...)
	}
	return slices.ContainsFunc(findings, func(d *parser.Diagnostic) bool { return d.Code == matcher.CodeUnsupported })
}

func (c *comparison) all(t *testing.T, cases []*Case) {
	t.Helper()
	c.met = map[place]bool{}
	got := make([]*Case, len(cases))
	for i, want := range cases {
		q := *want
		q.Place = NthPlace(i)
		got[i] = &q
	}
	require.NoError(t, runAll(t, got, c.tree))
	for i := range cases {
		c.one(t, cases[i], got[i])
	}
	for p, reason := range c.known {
		if !c.met[p] {
			t.Errorf("%s: case %q, %s, is listed in differences.txt (%s) but does not differ", c.file, p.name, p.what, reason)
		}
	}
	if c.compared == 0 {
		t.Errorf("%s: nothing compared", c.file)
	}
	if more := c.different - maxShown; more > 0 {
		t.Errorf("%s: and %d more differences", c.file, more)
	}
	t.Logf("%s: %d of %d equal, %d differences listed", c.file, c.equal, c.compared, c.listed)
	if c.aparts > 0 {
		t.Logf("%s: apart, with directives that are not run: %d of %d equal", c.file, c.apartEqual, c.aparts)
	}
}

// runAll answers cases.
func runAll(t *testing.T, cases []*Case, tree *Tree) error {
	t.Helper()
	errs := make([]error, len(cases))
	forEach(len(cases), func(i int) { errs[i] = Run(t.Context(), cases[i], tree) })
	return errors.Join(errs...)
}

// one compares one case.
func (c *comparison) one(t *testing.T, want, got *Case) {
	t.Helper()
	text := want.Vhost
	for _, f := range want.Files {
		text += "\n" + f
	}
	apart := c.file == "corpus" && notRun(text)
	if want.ConfigError != "" || got.ConfigError != "" {
		diff := ""
		if (want.ConfigError == "") != (got.ConfigError == "") {
			diff = fmt.Sprintf("httpd: %q\n   we: %q", want.ConfigError, got.ConfigError)
		}
		c.count(t, want, place{want.Name, "config"}, apart, diff)
		return
	}
	for i := range want.Results {
		if want.Results[i].Error == "" {
			diff := cmp.Diff(want.Results[i].Comparable(), got.Results[i].Comparable())
			c.count(t, want, place{want.Name, fmt.Sprint(i)}, apart, diff)
		}
	}
}

// count books one comparison; diff is "" where the two are equal.
func (c *comparison) count(t *testing.T, want *Case, p place, apart bool, diff string) {
	t.Helper()
	if apart {
		if c.aparts++; diff == "" {
			c.apartEqual++
		}
		return
	}
	c.compared++
	if diff == "" {
		c.equal++
		return
	}
	for _, entry := range []place{p, {p.name, "*"}} {
		if _, ok := c.known[entry]; ok {
			c.met[entry] = true
			c.listed++
			return
		}
	}
	if c.different++; c.different <= maxShown {
		t.Errorf("%s: case %q, %s, mismatch (-httpd +we):\n%s\nto run it again:\n%s", c.file, p.name, p.what, diff, alone(t, want, p))
	}
}

// alone is the case as a line of JSON, with the one request that differs.
func alone(t *testing.T, c *Case, p place) []byte {
	t.Helper()
	one := *c
	one.ConfigError, one.Results = "", nil
	for i := range c.Requests {
		if fmt.Sprint(i) == p.what {
			one.Requests = c.Requests[i : i+1]
		}
	}
	line, err := one.Line()
	require.NoError(t, err)
	return bytes.TrimSpace(line)
}

// readDifferences reads the list of known differences, by file.
func readDifferences(t *testing.T) map[string]map[place]string {
	t.Helper()
	src, err := os.ReadFile(recorded + "differences.txt")
	require.NoError(t, err)
	list := map[string]map[place]string{}
	for i, line := range strings.Split(string(src), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		require.Len(t, f, 4, "differences.txt:%d: want four fields", i+1)
		require.NotEmpty(t, f[3], "differences.txt:%d: no reason", i+1)
		if list[f[0]] == nil {
			list[f[0]] = map[place]string{}
		}
		list[f[0]][place{f[1], f[2]}] = f[3]
	}
	return list
}

func readTree(t *testing.T) *Tree {
	t.Helper()
	src, err := os.ReadFile(recorded + "tree.json")
	require.NoError(t, err)
	tree, err := ParseTree(src)
	require.NoError(t, err)
	return tree
}

// readRecorded reads a compressed file of cases. A file of a case may be given
// as {"corpus": NAME}: it is the file of that name outside the repository.
func readRecorded(t *testing.T, r io.Reader) []*Case {
	t.Helper()
	z, err := gzip.NewReader(r)
	require.NoError(t, err)
	var cases []*Case
	for line, err := range Lines(z) {
		require.NoError(t, err)
		var raw struct {
			Case
			Files map[string]corpusText `json:"files"`
		}
		require.NoError(t, json.Unmarshal(line.Text, &raw))
		c := raw.Case
		c.Files = make(map[string]string, len(raw.Files))
		for name, text := range raw.Files {
			c.Files[name] = string(text)
		}
		cases = append(cases, &c)
	}
	return cases
}

// corpusText is the text of a file, perhaps given by its name.
type corpusText string

// UnmarshalJSON accepts a string or {"corpus": NAME}.
func (c *corpusText) UnmarshalJSON(src []byte) error {
	if src[0] == '"' {
		return json.Unmarshal(src, (*string)(c))
	}
	var ref struct{ Corpus string }
	if err := json.Unmarshal(src, &ref); err != nil {
		return err
	}
	text, err := os.ReadFile(outside + "corpus/" + ref.Corpus)
	*c = corpusText(codePointsOf(string(text)))
	return err
}
