package lint

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// shownCase is a ruleset that a live httpd confirmed, and what is to be said of it.
type shownCase struct {
	Name, Context string
	Files         map[string]string
	Expect        []shownFinding
	ForbidOther   bool `json:"forbid_other"`
	Pedantic      bool
}

type shownFinding struct {
	File   string
	Line   uint32
	Code   parser.Code
	OrLine []uint32      `json:"or_line"`
	OrCode []parser.Code `json:"or_code"`
}

func (f shownFinding) fits(d *parser.Diagnostic) bool {
	return d.Name == f.File && (d.From.Line == f.Line || slices.Contains(f.OrLine, d.From.Line)) &&
		(d.Code == f.Code || slices.Contains(f.OrCode, d.Code))
}

// shared is where the material stands that rulesets are compared with.
const shared = "../../../../shared"

// TestShown looks at the rulesets that a live httpd confirmed: each mistake is
// found, and nothing else is said.
func TestShown(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(shared, "lint/shown.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED, no mistakes to find: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	n := 0
	for in.Scan() {
		var c shownCase
		require.NoError(t, json.Unmarshal(in.Bytes(), &c))
		n++
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
	require.NoError(t, in.Err())
	require.Positive(t, n)
}

// sources returns the files of the case, and how they are looked at.
func (c *shownCase) sources() ([]Source, *Options) {
	var sources []Source
	for name, text := range c.Files {
		if strings.HasSuffix(name, ".htaccess") || strings.HasSuffix(name, ".conf") {
			sources = append(sources, Source{Name: name, Text: []byte(text), Access: c.Context == "htaccess"})
		}
	}
	slices.SortFunc(sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	return sources, &Options{Pedantic: c.Pedantic, ReadFile: func(name string) ([]byte, error) {
		if text, ok := c.Files[name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}}
}

func (c *shownCase) check(t *testing.T) {
	t.Helper()
	got, err := Check(c.sources())
	require.NoError(t, err)
	for _, want := range c.Expect {
		if !slices.ContainsFunc(got, want.fits) {
			t.Errorf("not found: %s:%d %s", want.File, want.Line, want.Code)
		}
	}
	for _, d := range got {
		expected := slices.ContainsFunc(c.Expect, func(f shownFinding) bool { return f.fits(d) })
		serious := len(c.Expect) == 0 || c.ForbidOther && d.Severity != parser.Note
		if !expected && serious && d.Code != "no-effect" && d.Code != "unsupported" {
			t.Errorf("false alarm: %v: %s [%s]", d, d.Severity, d.Code)
		}
	}
}

// TestClean looks at stock files of well-known applications, which are right.
func TestClean(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile(filepath.Join(shared, "lint/clean.txt"))
	if err != nil {
		t.Skipf("SKIPPED, no files to look at: %v", err)
	}
	for line := range strings.Lines(string(list)) {
		name, _, _ := strings.Cut(line, "#")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		src, err := os.ReadFile(filepath.Join(shared, "corpus", name))
		require.NoError(t, err)
		got, err := Check([]Source{{Name: name, Text: src, Access: true}}, &Options{})
		require.NoError(t, err)
		for _, d := range got {
			if d.Severity != parser.Note && d.Code != "unsupported" {
				t.Errorf("%v: %s [%s]", d, d.Severity, d.Code)
			}
		}
	}
}
