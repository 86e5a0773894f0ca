package webconfig

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// checkText checks what holds for any text: places lie inside of it, findings
// are bounded, the tree of a text without errors is that of its print, and what
// is taken for XML is XML to encoding/xml.
func checkText(tb testing.TB, text string, opts *Options) {
	tb.Helper()
	f, err := Parse(testName, []byte(text), opts)
	decoded, _ := Decode([]byte(text))
	if int64(max(len(text), len(decoded))) > newReader(opts).opts.MaxBytes {
		decoded = ""
	}
	l := newLines(decoded)
	ds := findings(f, err)
	if len(ds) > 2*maxFindings+2 {
		tb.Errorf("there are %d findings", len(ds))
	}
	for _, d := range ds {
		if d.Name == testName {
			checkExtent(tb, l, d.Extent)
		}
	}
	for _, n := range f.Nodes {
		checkNode(tb, l, n)
	}
	var printed bytes.Buffer
	require.NoError(tb, Fprint(&printed, f))
	if err != nil {
		return
	}
	checkXML(tb, text)
	again, err := Parse(testName, printed.Bytes(), withMore(opts))
	if err != nil {
		tb.Fatalf("the print has errors\n%v\n--- text\n%s\n--- print\n%s", err, text, printed.String())
	}
	if want, got := meaning(f.Nodes), meaning(again.Nodes); want != got {
		tb.Errorf("the tree of the print differs (-text +print)\n%s\n--- print\n%s", cmp.Diff(want, got), printed.String())
	}
	var twice bytes.Buffer
	require.NoError(tb, Fprint(&twice, again))
	if printed.String() != twice.String() {
		tb.Errorf("the print of the print differs\n%s", cmp.Diff(printed.String(), twice.String()))
	}
}

// withMore returns opts for a text that has become a bit longer.
func withMore(opts *Options) *Options {
	more := newReader(opts).opts
	more.MaxBytes = 8*more.MaxBytes + 1<<16
	return &more
}

// checkExtent checks that e lies in text and that its lines are right.
func checkExtent(tb testing.TB, text *lines, e parser.Extent) {
	tb.Helper()
	if e.From.Offset > e.To.Offset {
		tb.Errorf("%v ends before it begins: %v", e, e.To)
	}
	for _, p := range []parser.Pos{e.From, e.To} {
		checkPos(tb, text, p)
	}
}

func checkPos(tb testing.TB, text *lines, p parser.Pos) {
	tb.Helper()
	if int(p.Offset) > len(text.string) {
		tb.Fatalf("the offset %d lies behind the end of the text, %d", p.Offset, len(text.string))
	}
	line := sort.SearchInts(text.starts, int(p.Offset)+1)
	col := int(p.Offset) - text.starts[line-1] + 1
	if int(p.Line) != line || int(p.Col) != col {
		tb.Errorf("offset %d is %d:%d, not %d:%d", p.Offset, line, col, p.Line, p.Col)
	}
}

// lines is a text and where its lines begin.
type lines struct {
	string
	starts []int
}

func newLines(text string) *lines {
	l := &lines{text, []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// checkNode checks where n and what is inside it stand.
func checkNode(tb testing.TB, text *lines, n Node) {
	tb.Helper()
	e := n.Span()
	if e.Name != testName {
		return // of another file
	}
	checkExtent(tb, text, e)
	want := ""
	switch n := n.(type) {
	case *Comment:
		want = n.Text
	case *Foreign:
		want = n.Text
	case element:
		want = "<" + n.tag()
		checkValues(tb, text, n)
	}
	if got := text.string[e.From.Offset:e.To.Offset]; !strings.HasPrefix(got, want) {
		tb.Errorf("%T stands at %.60q, which does not begin with %.60q", n, got, want)
	}
	for _, c := range inside(n) {
		checkNode(tb, text, c)
	}
	if m, ok := n.(*Map); ok {
		checkEntries(tb, text, m)
	}
}

// inside returns what is inside n, but for what another file holds.
func inside(n Node) []Node {
	e, ok := n.(element)
	if !ok || e.children() == nil {
		return nil
	}
	if s := sectionOf(e); s != nil && s.Source.IsSet() {
		return nil
	}
	return *e.children()
}

func checkEntries(tb testing.TB, text *lines, m *Map) {
	tb.Helper()
	for _, e := range m.Entries {
		checkPos(tb, text, e.At)
		if text.string[e.At.Offset] != '<' {
			tb.Errorf("the entry %q stands at %.20q", e.Key, text.string[e.At.Offset:])
		}
	}
}

// checkValues checks that attributes stand where their names are.
func checkValues(tb testing.TB, text *lines, n element) {
	tb.Helper()
	if s := sectionOf(n); s != nil && s.Source.IsSet() {
		return // some are the other file's
	}
	for _, f := range n.fields() {
		at := f.value.place()
		if !f.value.IsSet() {
			continue
		}
		checkPos(tb, text, at)
		if !strings.HasPrefix(text.string[at.Offset:], f.name) {
			tb.Errorf("%s stands at %.20q", f.name, text.string[at.Offset:])
		}
		if t, ok := f.value.(*Template); ok {
			checkParts(tb, text, t.Parts)
		}
	}
	for _, a := range n.base().More {
		checkPos(tb, text, a.At)
		if !strings.HasPrefix(text.string[a.At.Offset:], a.Name) {
			tb.Errorf("%s stands at %.20q", a.Name, text.string[a.At.Offset:])
		}
	}
}

func checkParts(tb testing.TB, text *lines, parts []Part) {
	tb.Helper()
	for _, p := range parts {
		checkExtent(tb, text, parser.Extent{From: p.From, To: p.To})
		got := text.string[p.From.Offset:p.To.Offset]
		if p.Kind != PartLiteral && (!strings.HasPrefix(got, "{") && !strings.HasPrefix(got, "&")) {
			tb.Errorf("a part in braces stands at %q", got)
		}
		checkParts(tb, text, p.Arg)
	}
}

// checkXML checks that encoding/xml reads text as well. Names beyond ASCII are
// left out, of which it knows more, and instructions, of which it knows versions
// and encodings.
func checkXML(tb testing.TB, text string) {
	tb.Helper()
	if strings.Contains(text, "<?") || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 || r == 0 }) {
		return
	}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			tb.Errorf("encoding/xml does not read %q: %v", text, err)
			return
		}
	}
}

// Every text of testdata/broken.txt, one a line and quoted, is not XML.
func TestBroken(t *testing.T) {
	t.Parallel()
	texts := brokenTexts(t)
	require.GreaterOrEqual(t, len(texts), 200)
	for _, text := range texts {
		_, err := Parse(testName, []byte(text), nil)
		if !slices.ContainsFunc(parser.Findings(err), func(d *parser.Diagnostic) bool {
			return d.Severity == parser.Error &&
				(d.Code == CodeNotWellFormed || d.Code == CodeDocumentType || d.Code == CodeEncoding)
		}) {
			t.Errorf("Parse(%q) = %v", text, err)
		}
		checkText(t, text, nil)
	}
}

func brokenTexts(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile("testdata/broken.txt")
	require.NoError(tb, err)
	var texts []string
	for line := range strings.Lines(string(data)) {
		text, err := strconv.Unquote(strings.TrimSpace(line))
		require.NoError(tb, err, line)
		texts = append(texts, text)
	}
	return texts
}

const shared = "../../../shared/"

// corpus returns the texts of files that people have, where they are at hand.
func corpus(tb testing.TB) map[string]string {
	tb.Helper()
	names, err := filepath.Glob(shared + "corpus/iis/*.xml")
	require.NoError(tb, err)
	if len(names) == 0 {
		tb.Skip("the corpus of web.config files is not here")
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(tb, err)
		texts[filepath.Base(name)] = string(text)
	}
	return texts
}

// What holds for any text holds for those that people have, and of these 8 are
// no XML and one is of another product.
func TestCorpus(t *testing.T) {
	malformed, other := 0, 0
	for name, text := range corpus(t) {
		t.Run(name, func(t *testing.T) { checkText(t, text, nil) })
		_, err := Parse(name, []byte(text), nil)
		codes := map[parser.Code]bool{}
		for _, d := range parser.Findings(err) {
			codes[d.Code] = codes[d.Code] || d.Severity == parser.Error
		}
		if codes[CodeNotWellFormed] {
			malformed++
		}
		if codes[CodeOtherDialect] {
			other++
		}
	}
	require.Equal(t, []int{8, 1}, []int{malformed, other})
}

// Of the cases that people wrote down, those that expect anything else than a
// failure have no error.
func TestShown(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(shared + "iis/shown.jsonl")
	if err != nil {
		t.Skip("the cases are not here: ", err)
	}
	for line := range strings.Lines(string(data)) {
		var c struct {
			Name, Dialect string
			Files         map[string]string
			Expect        []struct {
				Kind   string
				Status int
			}
		}
		require.NoError(t, json.Unmarshal([]byte(line), &c))
		for name, text := range c.Files {
			if c.Dialect != "webconfig" || !strings.HasSuffix(name, ".config") {
				continue
			}
			_, err := Parse(name, []byte(text), &Options{ApplicationHost: name == "applicationHost.config"})
			fails := c.Expect[0].Kind == "status" && c.Expect[0].Status == 500
			if err != nil && !fails {
				t.Errorf("%s: %v", c.Name, err)
			}
			checkText(t, text, nil)
		}
	}
}
