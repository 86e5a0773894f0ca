package parser

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// checkExtents checks the extents of all nodes below f: that they lie in
// their text, have the line and column of their offset, are nested, follow
// one another, and that a node's text is what stands there.
func checkExtents(f *File, src string, fsys fs.FS) error {
	c := &extentChecker{texts: map[string]string{f.Name: src}, starts: map[string][]int{}, fsys: fsys}
	if f.From.Offset != 0 || int(f.To.Offset) != len(src) {
		return fmt.Errorf("%v: a file of %d bytes extends over %d-%d", f, len(src), f.From.Offset, f.To.Offset)
	}
	return c.list(f, f.Nodes, false)
}

type extentChecker struct {
	texts  map[string]string // by the names of files
	starts map[string][]int  // where their lines begin
	fsys   fs.FS
}

// list checks children of parent, in order. plain says that they stand in one
// line without ${NAME}.
func (c *extentChecker) list(parent Node, children []Node, plain bool) error {
	last := parent.Span().From.Offset
	for _, n := range children {
		e := n.Span()
		if err := c.extent(e); err != nil {
			return fmt.Errorf("%T %v: %w", n, e, err)
		}
		outer := parent.Span()
		if e.From.Offset < outer.From.Offset || e.To.Offset > outer.To.Offset {
			return fmt.Errorf("%T %v is not within its %T %v", n, e, parent, outer)
		}
		if e.From.Offset < last {
			return fmt.Errorf("%T %v begins before what is before it", n, e)
		}
		last = e.From.Offset
		text := c.texts[e.Name][e.From.Offset:e.To.Offset]
		if err := c.node(n, text, plain); err != nil {
			return err
		}
	}
	return nil
}

// extent checks an extent by itself.
func (c *extentChecker) extent(e Extent) error {
	text, ok := c.texts[e.Name]
	if !ok {
		return fmt.Errorf("no file %q", e.Name)
	}
	if e.From.Offset > e.To.Offset || int(e.To.Offset) > len(text) {
		return fmt.Errorf("offsets %d-%d in %d bytes", e.From.Offset, e.To.Offset, len(text))
	}
	for _, p := range []Pos{e.From, e.To} {
		line := c.line(e.Name, int(p.Offset))
		start := c.starts[e.Name][line-1]
		if int(p.Line) != line || int(p.Col) != int(p.Offset)-start+1 {
			return fmt.Errorf("offset %d is at %d:%d, not %d:%d", p.Offset, line, int(p.Offset)-start+1, p.Line, p.Col)
		}
	}
	return nil
}

// line returns the line of a file that the byte at off is in.
func (c *extentChecker) line(name string, off int) int {
	if c.starts[name] == nil {
		starts := []int{0}
		for i := range len(c.texts[name]) {
			if c.texts[name][i] == '\n' {
				starts = append(starts, i+1)
			}
		}
		c.starts[name] = starts
	}
	return sort.SearchInts(c.starts[name], off+1)
}

// node checks that n's text is text and goes on to what is below.
func (c *extentChecker) node(n Node, text string, plain bool) error {
	switch n := n.(type) {
	case *Comment:
		return same(n, isPlain(n, text), text, n.Text)
	case *Section:
		return c.section(n, n.Source, text, n.Args, n.Nodes)
	case *Conditional:
		return c.section(n, n.Source, text, n.Args, n.Nodes)
	case *Macro:
		return c.section(n, n.Source, text, n.Args, nil)
	case *Use:
		if err := c.list(n, wordNodes(n.Args), isPlain(n, text)); err != nil {
			return err
		}
		return c.expansion(n)
	case *Include:
		if err := c.list(n, []Node{&n.Path}, isPlain(n, text)); err != nil {
			return err
		}
		return c.files(n)
	case interface{ source() Source }:
		s := n.source()
		plain = isPlain(n.(Node), text) && s.Line == ""
		if err := same(n.(Node), plain, strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(s.Directive+" "+s.Raw), " ")); err != nil {
			return err
		}
		if d, ok := n.(*Directive); ok {
			rest := d.Rest(0)
			if err := c.bytes(&rest); err != nil {
				return err
			}
		}
		return c.list(n.(Node), children(n.(Node)), isPlain(n.(Node), text))
	}
	if err := same(n, plain, text, sourceOf(n, text)); err != nil {
		return err
	}
	if w, ok := n.(*Word); ok {
		return c.bytes(w)
	}
	return c.list(n, children(n), plain)
}

// bytes checks that each byte of w stands where it was written, or came out of what
// stands there.
func (c *extentChecker) bytes(w *Word) error {
	last := w.From.Offset
	for i := range min(len(w.Text), 20) {
		part := w.Part(i, i+1)
		if err := c.extent(part.Extent); err != nil {
			return fmt.Errorf("byte %d of %q: %w", i, w.Text, err)
		}
		if part.From.Offset < last || part.To.Offset > w.To.Offset || part.Via != w.Via {
			return fmt.Errorf("byte %d of %q at %v is out of order", i, w.Text, part.Extent)
		}
		last = part.From.Offset
		text := c.texts[part.Name][last:part.To.Offset]
		if text != part.Text && !strings.HasPrefix(text, "${") && w.Via == nil {
			return fmt.Errorf("byte %d of %q stands at %q", i, w.Text, text)
		}
	}
	return nil
}

// section checks a section whose extent holds text.
func (c *extentChecker) section(n Node, s Source, text string, args []Word, nodes []Node) error {
	line, _, _ := strings.Cut(text, "\n")
	plain := isPlain(n, line) && !strings.HasSuffix(strings.TrimSuffix(line, "\r"), `\`)
	if plain && s.Line == "" && !strings.HasPrefix(line, "<"+s.Directive) {
		return fmt.Errorf("%T %v begins with %q, not <%s", n, n.Span(), line, s.Directive)
	}
	if err := c.list(n, wordNodes(args), plain); err != nil {
		return err
	}
	return c.list(n, nodes, false)
}

// wordNodes returns ws as nodes.
func wordNodes(ws []Word) []Node {
	var nodes []Node
	for i := range ws {
		nodes = append(nodes, &ws[i])
	}
	return nodes
}

// expansion checks what the macro of n came to, which stands in the macro's
// lines, wherever those are.
func (c *extentChecker) expansion(n *Use) error {
	if len(n.Nodes) == 0 {
		return nil
	}
	first, last := n.Nodes[0].Span(), n.Nodes[len(n.Nodes)-1].Span()
	for _, node := range n.Nodes {
		e := node.Span()
		if e.Via == nil || *e.Via != n.Extent {
			return fmt.Errorf("%T %v came out of %v, it says out of %v", node, e, n.Extent, e.Via)
		}
		last.To.Offset = max(last.To.Offset, e.To.Offset)
	}
	if _, ok := c.texts[first.Name]; !ok {
		text, err := fs.ReadFile(c.fsys, strings.TrimPrefix(first.Name, "/"))
		if err != nil {
			return err
		}
		c.texts[first.Name] = string(text)
	}
	return c.list(&File{Extent: Extent{Name: first.Name, From: first.From, To: last.To}}, n.Nodes, false)
}

// files checks the files that n includes.
func (c *extentChecker) files(n *Include) error {
	for _, f := range n.Files {
		text, err := fs.ReadFile(c.fsys, strings.TrimPrefix(f.Name, "/"))
		if err != nil {
			return err
		}
		if err := checkExtents(f, string(text), c.fsys); err != nil {
			return err
		}
	}
	return nil
}

// isPlain reports whether text, which n stands in, is what a parser sees:
// nothing continued, cut off or replaced.
func isPlain(n Node, text string) bool {
	return n.Span().Via == nil && !strings.ContainsAny(text, "\n\x00") && !strings.Contains(text, "${")
}

// same checks that the text of n is what it should be.
func same(n Node, plain bool, text, want string) error {
	if plain && text != want {
		return fmt.Errorf("%T %v stands at %q, not %q", n, n.Span(), text, want)
	}
	return nil
}

// children returns the nodes directly below n.
func children(n Node) []Node {
	var list []Node
	below(n, func(child Node) bool {
		list = append(list, child)
		return true
	})
	return list
}

// sourceOf returns how n is written; text is how it stands there.
func sourceOf(n Node, text string) string {
	switch n := n.(type) {
	case *Word:
		if n.Quote != 0 || strings.Contains(text, `\`) {
			return text
		}
		return n.Text
	case *Flag:
		if n.HasValue {
			return n.Key + "=" + n.Value
		}
		return n.Key
	case *Template:
		return n.Text
	case *Literal:
		return n.Text
	case *Escaped:
		return `\` + string([]byte{n.Char})
	case *RuleGroup:
		return fmt.Sprintf("$%d", n.N)
	case *CondGroup:
		return fmt.Sprintf("%%%d", n.N)
	case *Variable:
		return "%{" + n.Var + "}"
	case *MapCall:
		return mapCallText(n)
	}
	return text
}

// mapCallText returns how a map call is written.
func mapCallText(n *MapCall) string {
	s := "${" + n.Map + ":" + n.Key.Text
	if n.Default != nil {
		s += "|" + n.Default.Text
	}
	return s + "}"
}

// checkRoundTrip checks that what Fprint makes of f, which is free of errors,
// parses to the same tree, and that printing that makes the same text.
func checkRoundTrip(f *File, opts *Options) error {
	var once, twice bytes.Buffer
	if err := Fprint(&once, f); err != nil {
		return err
	}
	g, err := Parse(f.Name, once.Bytes(), opts)
	if err != nil {
		return fmt.Errorf("printed text %q: %w", once.String(), err)
	}
	if diff := cmp.Diff(dump(f, false), dump(g, false)); diff != "" {
		return fmt.Errorf("printed text %q: tree mismatch (-want +got)\n%s", once.String(), diff)
	}
	if err := Fprint(&twice, g); err != nil {
		return err
	}
	if diff := cmp.Diff(once.String(), twice.String()); diff != "" {
		return fmt.Errorf("printing twice: mismatch (-once +twice)\n%s", diff)
	}
	return nil
}

// checkText checks everything that holds for any text.
func checkText(src string, opts *Options) error {
	f, err := Parse("conf", []byte(src), opts)
	if f == nil {
		return fmt.Errorf("no tree: %w", err)
	}
	fsys := opts.FS
	if fsys == nil {
		fsys = os.DirFS("/")
	}
	if err := checkExtents(f, src, fsys); err != nil {
		return err
	}
	findings := f.Warnings
	if err != nil {
		findings = Findings(err)
		if findings.Err() == nil {
			return fmt.Errorf("an error without an error: %w", err)
		}
	}
	for _, d := range findings {
		if !d.IsValid() || d.Code == "" || d.Message == "" {
			return fmt.Errorf("bad finding %+v", *d)
		}
	}
	if err != nil {
		return Fprint(new(bytes.Buffer), f)
	}
	return checkRoundTrip(f, opts)
}

func TestInvariantsOfCases(t *testing.T) {
	files, _ := caseFiles(t)
	for name, cases := range files {
		for _, c := range cases {
			if err := checkText(c.input, &c.opts); err != nil {
				t.Errorf("%s: %s: %v", name, c.name, err)
			}
		}
	}
}

func TestInvariantsOfVerdicts(t *testing.T) {
	for _, v := range verdicts(t) {
		if err := checkText(v.text, v.options()); err != nil {
			t.Errorf("%q: %v", v.text, err)
		}
	}
}

// TestInvariantsOfRandomTexts puts texts together from what matters to the
// parser.
func TestInvariantsOfRandomTexts(t *testing.T) {
	tokens := []string{
		" ", " ", "\n", "\n", "\n", "\r\n", "\\\n", "\\\r\n", "\\", "\"", "'", "\x00", "\v", "#", "# c", ">", "<", "!", ",", "=",
		"<Files a>\n", "<Files", "</Files>", "</Files>\n", "<If \"a > b\">", "</If>\n", "</If> # c\n",
		"<IfModule mod_rewrite.c>\n", "<IfModule !mod_rewrite.c>\n", "<IfModule mod_foo.c> # c\n", "</IfModule>\n", "</IfModule>",
		"<IfDefine V>\n", "</IfDefine>\n", "<IfVersion >= 2.4>\n", "</IfVersion>\n", "<Macro a>\n", "</Macro>\n",
		"<Macro b $x @y>\n", "Use a\n", "Use b x \"<Files\"\n", "Use b \"\" $x\n", "$x", "@y", "UndefMacro a\n", "$x\\ \n",
		"Define V \"<Files a> # x\"\n", "Define W", "UnDefine V\n", "Include a.conf\n", "IncludeOptional *.conf\n",
		"${V}", "${W}", "${EMPTY}", "${none}", "${m:k|d}", "%{X}", "$1", "%2", "\\$",
		"RewriteRule", "RewriteRule a b", "RewriteCond", "RewriteCond %{X} !=y [NC]\n", "RewriteEngine On", "RewriteOptions Inherit",
		"RewriteBase /", "RewriteMap m int:escape", "[L]", "[R=301,E=a:$1]", "\"[NC, OR]\"", "/y?", "-", "Foo", "a",
	}
	random := rand.New(rand.NewPCG(1, 2))
	opts := &Options{
		Defines: map[string]string{"W": "\"x\" <Files"},
		Getenv:  func(name string) (string, bool) { return "", name == "EMPTY" },
		FS:      fstest.MapFS{"a.conf": {Data: []byte("RewriteCond a b\\")}},
	}
	for range 20000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteString(tokens[random.IntN(len(tokens))])
		}
		if err := checkText(b.String(), opts); err != nil {
			t.Fatalf("%q: %v", b.String(), err)
		}
	}
}

// TestInvariantsOfRulesets reads rulesets as people have them. They are not
// part of this repository: MODREWRITE_SHARED names the folder they are in.
func TestInvariantsOfRulesets(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	dir := os.Getenv("MODREWRITE_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	names, err := filepath.Glob(filepath.Join(dir, "corpus", "apache", "*"))
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("no rulesets: set MODREWRITE_SHARED to the folder that holds corpus/apache")
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, access := range []bool{false, true} {
			if err := checkText(string(text), &Options{AccessFile: access, FS: fstest.MapFS{}}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
