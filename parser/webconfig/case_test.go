package webconfig

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

var update = flag.Bool("update", false, "write what is found into the cases")

// testName is what texts are called here.
const testName = "test.config"

// A parseCase is one case of a file in testdata/parse. Such a file holds
// comments, then cases:
//
//	=== name of the case
//	-- input --
//	<configuration>
//	...
//	-- tree --
//	...
//
// The sections, in this order:
//
//	server        says that the text is that of the server as a whole
//	file NAME     a file for configSource
//	input         the text
//	tree          the tree, as dump writes it
//	print         what Fprint makes of the tree, if that is not the input
//	findings      what is reported
//
// The last three are written by "go test -update".
type parseCase struct {
	name     string
	sections []section
}

type section struct{ name, text string }

func (c *parseCase) section(name string) string {
	for _, s := range c.sections {
		if s.name == name {
			return s.text
		}
	}
	return ""
}

// options returns the options of the case.
func (c *parseCase) options() *Options {
	fsys := fstest.MapFS{}
	opts := &Options{FS: fsys}
	for _, s := range c.sections {
		if name, ok := strings.CutPrefix(s.name, "file "); ok {
			fsys[name] = &fstest.MapFile{Data: []byte(s.text)}
		}
		opts.ApplicationHost = opts.ApplicationHost || s.name == "server"
	}
	return opts
}

// readCases reads a file of cases; head is what stands before the first.
func readCases(tb testing.TB, name string) (head string, cases []*parseCase) {
	tb.Helper()
	text, err := os.ReadFile(name)
	require.NoError(tb, err)
	var c *parseCase
	for line := range strings.Lines(string(text)) {
		title, isCase := strings.CutPrefix(line, "=== ")
		title = strings.TrimSpace(title)
		switch {
		case isCase:
			c = &parseCase{name: title}
			cases = append(cases, c)
		case c == nil:
			head += line
		case strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --\n"):
			c.sections = append(c.sections, section{name: strings.TrimSuffix(line[3:], " --\n")})
		case len(c.sections) > 0:
			c.sections[len(c.sections)-1].text += line
		}
	}
	for _, c := range cases {
		for i := range c.sections {
			s := &c.sections[i]
			s.text = strings.TrimRight(s.text, "\n")
			if s.text != "" {
				s.text += "\n"
			}
		}
	}
	return head, cases
}

// allCases returns the cases of all files.
func allCases(tb testing.TB) map[string][]*parseCase {
	tb.Helper()
	names, err := filepath.Glob("testdata/parse/*.txt")
	require.NoError(tb, err)
	require.NotEmpty(tb, names)
	all := map[string][]*parseCase{}
	for _, name := range names {
		_, all[name] = readCases(tb, name)
	}
	return all
}

func TestParse(t *testing.T) {
	for name, cases := range allCases(t) {
		var out strings.Builder
		head, _ := readCases(t, name)
		out.WriteString(head)
		for _, c := range cases {
			t.Run(filepath.Base(name)+"/"+c.name, func(t *testing.T) {
				got := c.run(t)
				out.WriteString("=== " + c.name + "\n")
				for _, s := range got.sections {
					out.WriteString("-- " + s.name + " --\n" + s.text)
				}
				out.WriteString("\n")
				if *update {
					return
				}
				if diff := cmp.Diff(c.sections, got.sections, cmp.AllowUnexported(section{})); diff != "" {
					t.Errorf("mismatch (-want +got)\n%s", diff)
				}
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(name, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644))
		}
	}
}

// run parses the case and returns it with what came of that.
func (c *parseCase) run(t *testing.T) *parseCase {
	t.Helper()
	input := c.section("input")
	f, err := Parse(testName, []byte(input), c.options())
	got := &parseCase{name: c.name}
	for _, s := range c.sections {
		if s.name == "server" || s.name == "input" || strings.HasPrefix(s.name, "file ") {
			got.sections = append(got.sections, s)
		}
	}
	got.sections = append(got.sections, section{"tree", dump(f.Nodes)})
	var printed bytes.Buffer
	require.NoError(t, Fprint(&printed, f))
	if printed.String() != input {
		got.sections = append(got.sections, section{"print", printed.String()})
	}
	if ds := findings(f, err); len(ds) > 0 {
		got.sections = append(got.sections, section{"findings", list(ds)})
	}
	checkText(t, input, c.options())
	return got
}

func findings(f *File, err error) parser.Diagnostics {
	if err != nil {
		return parser.Findings(err)
	}
	return f.Warnings
}

func list(ds parser.Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s:%d:%d-%d:%d %s %s: %s\n", d.Name, d.From.Line, d.From.Col, d.To.Line, d.To.Col, d.Severity, d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", d.Hint)
		}
	}
	return b.String()
}

// dump writes nodes with their places and what was written of them.
func dump(nodes []Node) string {
	d := dumper{places: true}
	d.nodes(nodes, 0)
	return d.String()
}

// meaning is dump without the places.
func meaning(nodes []Node) string {
	var d dumper
	d.nodes(nodes, 0)
	return d.String()
}

type dumper struct {
	strings.Builder
	places bool
}

func (d *dumper) printf(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// at writes a place.
func (d *dumper) at(p parser.Pos) {
	if d.places {
		d.printf("@%d:%d", p.Line, p.Col)
	}
}

// from writes an extent.
func (d *dumper) from(from, to parser.Pos) {
	if d.places {
		d.printf(" %d:%d-%d:%d", from.Line, from.Col, to.Line, to.Col)
	}
}

func (d *dumper) nodes(nodes []Node, depth int) {
	for _, n := range nodes {
		d.node(n, depth)
	}
}

func (d *dumper) node(n Node, depth int) {
	e := n.Span()
	d.printf("%s%s", strings.Repeat("  ", depth), reflect.TypeOf(n).Elem().Name())
	d.from(e.From, e.To)
	switch n := n.(type) {
	case *Comment:
		d.printf(" %q\n", n.Text)
	case *Foreign:
		d.printf(" %q\n", n.Text)
	case element:
		d.printf(" <%s>", n.tag())
		d.element(n)
		d.printf("\n")
		if m, ok := n.(*Map); ok {
			d.entries(m, depth+1)
		}
		if nodes := n.children(); nodes != nil {
			d.nodes(*nodes, depth+1)
		}
	}
}

func (d *dumper) element(n element) {
	for _, f := range n.fields() {
		if !f.value.IsSet() {
			continue
		}
		d.printf(" %s", f.name)
		d.at(f.value.place())
		d.printf("=%q", f.value.write())
		switch v := f.value.(type) {
		case *Template:
			d.parts(v.Parts)
		case *Pattern:
			d.printf(" groups=%d", v.Groups)
		}
	}
	for _, a := range n.base().More {
		d.printf(" +%s", a.Name)
		d.at(a.At)
		d.printf("=%q", a.Value)
	}
}

func (d *dumper) entries(m *Map, depth int) {
	kinds := []string{"add", "clear", "remove", "comment", "foreign"}
	for _, e := range m.Entries {
		d.printf("%s%s", strings.Repeat("  ", depth), kinds[e.Kind])
		d.at(e.At)
		d.printf(" %q %q\n", e.Key, e.Value)
	}
}

func (d *dumper) parts(parts []Part) {
	kinds := []string{"literal", "R", "C", "variable", "map", "ToLower", "UrlEncode", "UrlDecode", "HtmlEncode"}
	if parts == nil {
		return
	}
	for i, p := range parts {
		d.printf("%s%s", []string{"[", "; "}[min(i, 1)], kinds[p.Kind])
		d.from(p.From, p.To)
		if p.Text != "" {
			d.printf(" %q", p.Text)
		}
		if p.Kind == PartRuleCapture || p.Kind == PartCondCapture {
			d.printf(" %d", p.Group)
		}
		d.parts(p.Arg)
	}
	d.printf("]")
}
