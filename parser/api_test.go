package parser

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

func TestParseFS(t *testing.T) {
	fsys := fstest.MapFS{
		"site/main.conf":   {Data: []byte("Include rules/*.conf\n")},
		"rules/a.conf":     {Data: []byte("RewriteRule a\n")},
		"rules/b.conf":     {Data: []byte("RewriteEngine On\n")},
		"etc/rules/a.conf": {Data: []byte("RewriteRule b\n")},
	}
	f, err := ParseFS(fsys, "site/main.conf", nil)
	require.Error(t, err)
	if diff := cmp.Diff("rules/a.conf:1:1: RewriteRule: bad argument line 'a'", err.Error()); diff != "" {
		t.Errorf("error mismatch (-want +got)\n%s", diff)
	}
	var names []string
	for _, file := range f.Nodes[0].(*Include).Files {
		names = append(names, file.Name)
	}
	if diff := cmp.Diff([]string{"rules/a.conf", "rules/b.conf"}, names); diff != "" {
		t.Errorf("names of included files mismatch (-want +got)\n%s", diff)
	}

	_, err = ParseFS(fsys, "site/main.conf", &Options{FS: fsys, ServerRoot: "/etc"})
	require.EqualError(t, err, "/etc/rules/a.conf:1:1: RewriteRule: bad argument line 'b'")
}

func TestParseFSUnreadable(t *testing.T) {
	f, err := ParseFS(fstest.MapFS{}, "nope.conf", nil)
	require.Nil(t, f)
	require.ErrorIs(t, err, fs.ErrNotExist)
	ds := Findings(err)
	require.Len(t, ds, 1)
	require.Equal(t, "nope.conf:1:1", ds[0].String())
}

func TestIncludeErrorIsTheFileSystems(t *testing.T) {
	_, err := Parse("conf", []byte("Include nope.conf\n"), &Options{FS: fstest.MapFS{}})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Without an FS the machine's files are included.
func TestIncludeFromDisk(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.conf"), []byte("RewriteRule a\n"), 0o600))
	root := filepath.ToSlash(dir)
	if !strings.HasPrefix(root, "/") {
		t.Skip("paths have a volume name here")
	}
	_, err := Parse("conf", []byte("Include a.conf\n"), &Options{ServerRoot: root})
	require.EqualError(t, err, root+"/a.conf:1:1: RewriteRule: bad argument line 'a'")
}

func TestErrorsAreDiagnostics(t *testing.T) {
	_, err := Parse("conf", []byte("RewriteRule a b [X,Y] # c\nFoo ${none}\nRewriteEngine Maybe\n"), nil)
	var ds Diagnostics
	require.ErrorAs(t, err, &ds)
	want := []string{
		"conf:1:18: RewriteRule: unknown flag 'X'",
		"conf:1:20: RewriteRule: unknown flag 'Y'",
		"conf:2:5: variable ${none} is not defined",
		"conf:3:1: RewriteEngine must be On or Off",
	}
	require.Equal(t, Warning, ds[2].Severity)
	require.EqualError(t, ds[2:3], want[2])
	if diff := cmp.Diff(strings.Join(slices.Delete(slices.Clone(want), 2, 3), "\n"), err.Error()); diff != "" {
		t.Errorf("Error mismatch (-want +got)\n%s", diff)
	}
	var d *Diagnostic
	require.ErrorAs(t, fmt.Errorf("loading: %w", err), &d)
	require.Equal(t, want[0], d.Error())
	require.Len(t, Findings(fmt.Errorf("loading: %w", err)), len(want))
	require.Len(t, Findings(d), 1)
	require.Empty(t, Findings(errors.New("something else")))
	require.Empty(t, Findings(nil))
}

func TestDiagnosticsErr(t *testing.T) {
	require.NoError(t, Diagnostics{}.Err())
	require.NoError(t, Diagnostics{{Severity: Warning}, {Severity: Note}}.Err())
	require.Error(t, Diagnostics{{Severity: Warning}, {Severity: Error}}.Err())
}

// TestUnknownPlace has findings whose place is known in part, or not at all.
func TestUnknownPlace(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]Extent{
		"site.conf:3:7: bad": {Name: "site.conf", From: Pos{Line: 3, Col: 7}},
		"site.conf: bad":     {Name: "site.conf"},
		"bad":                {},
	} {
		require.Equal(t, want, (&Diagnostic{Extent: at, Message: "bad"}).Error())
	}
}

func TestDiagnosticsSort(t *testing.T) {
	at := func(name string, off uint32, msg string) *Diagnostic {
		return &Diagnostic{Extent: Extent{Name: name, From: Pos{Offset: off}}, Message: msg}
	}
	ds := Diagnostics{at("b", 9, "1"), at("a", 5, "2"), at("b", 3, "3"), at("b", 9, "4"), at("a", 1, "5")}
	ds.Sort()
	var got []string
	for _, d := range ds {
		got = append(got, d.Message)
	}
	if diff := cmp.Diff([]string{"3", "1", "4", "5", "2"}, got); diff != "" {
		t.Errorf("Sort mismatch (-want +got)\n%s", diff)
	}
}

func TestStrings(t *testing.T) {
	tests := []struct {
		value fmt.Stringer
		want  string
	}{
		{Error, "error"},
		{Warning, "warning"},
		{Note, "note"},
		{Severity(9), "Severity(9)"},
		{FlagQueryAppend, "QSA"},
		{FlagOrNext, "OR"},
		{FlagDiscardPath, "DPI"},
		{FlagIgnored, "D..."},
		{FlagKind(99), "FlagKind(99)"},
		{CondRegex, "regex"},
		{CondIntGreaterEqual, "-ge"},
		{CondOp(99), "CondOp(99)"},
		{CondOp(-1), "CondOp(-1)"},
		{MapFastDBD, "fastdbd:"},
		{MapKind(99), "MapKind(99)"},
		{Inherit | MergeBase, "Inherit MergeBase"},
	}
	for _, test := range tests {
		if got := test.value.String(); got != test.want {
			t.Errorf("%T.String() = %q, want %q", test.value, got, test.want)
		}
	}
}

func TestHas(t *testing.T) {
	f, err := Parse("conf", []byte("RewriteCond a b [OR]\nRewriteRule a b [last]\n"), nil)
	require.NoError(t, err)
	c, r := f.Nodes[0].(*RewriteCond), f.Nodes[1].(*RewriteRule)
	require.True(t, c.Has(FlagOrNext))
	require.False(t, c.Has(FlagNoCase))
	require.True(t, r.Has(FlagLast))
	require.False(t, r.Has(FlagEnd))
}

func TestAccessOptions(t *testing.T) {
	f, err := Parse("conf", []byte("Define A 1\nDefine B\nServerRoot /srv\nLoadModule foo_module mod_foo.so\n"),
		&Options{Defines: map[string]string{"C": "3"}, FS: fstest.MapFS{"srv/x": {}}})
	require.NoError(t, err)
	text := []byte(`Foo ${a} ${c}
<IfDefine B>
</IfDefine>
<IfModule mod_foo.c>
</IfModule>
<IfModule mod_rewrite.c>
</IfModule>
<IfModule mod_bar.c>
</IfModule>
<IfFile x>
</IfFile>
`)
	g, err := Parse(".htaccess", text, f.AccessOptions())
	require.NoError(t, err)
	require.Equal(t, "1 3", g.Nodes[0].(*Directive).Text)
	var holds []bool
	for _, n := range g.Nodes[1:] {
		holds = append(holds, n.(*Conditional).Holds)
	}
	if diff := cmp.Diff([]bool{true, true, false, false, true}, holds); diff != "" {
		t.Errorf("conditions mismatch (-want +got)\n%s", diff)
	}
	require.True(t, f.AccessOptions().AccessFile)
	f, err = Parse("conf", []byte("LoadModule foo_module mod_foo.so\n"),
		&Options{HasModule: func(name string) bool { return name == "only.c" }})
	require.NoError(t, err)
	o := f.AccessOptions()
	require.True(t, o.HasModule("only.c"))
	require.True(t, o.HasModule("foo_module"))
	require.False(t, o.HasModule("mod_rewrite.c"))
}

// A file remembers every option it was parsed with: one that AccessOptions left
// out would let access files see another server.
func TestAccessOptionsPassOnEverything(t *testing.T) {
	opts := Options{
		Defines:      map[string]string{"A": "1"},
		Getenv:       func(string) (string, bool) { return "", false },
		HasModule:    DefaultModules,
		HasDirective: KnownDirective,
		Version:      "2.4.6",
		ISAPI3:       true,
		ServerRoot:   "/srv",
		FS:           fstest.MapFS{},
	}
	m, err := Parse("m", []byte("<Macro M>\n</Macro>\n"), nil)
	require.NoError(t, err)
	opts.macros = m.macros
	f, err := Parse("conf", nil, &opts)
	require.NoError(t, err)
	given, passed := reflect.ValueOf(opts), reflect.ValueOf(*f.AccessOptions())
	for i, field := range reflect.VisibleFields(given.Type()) {
		if field.Name != "AccessFile" {
			require.False(t, given.Field(i).IsZero(), "the test gives no %s", field.Name)
		}
		require.False(t, passed.Field(i).IsZero(), "%s is not passed on", field.Name)
	}
}

// The options and what they refer to are only read.
func TestOptionsStayAsTheyAre(t *testing.T) {
	opts := &Options{Defines: map[string]string{"A": "1"}}
	_, err := Parse("conf", []byte("Define B 2\nUnDefine A\nServerRoot /x\n"), opts)
	require.NoError(t, err)
	if diff := cmp.Diff(&Options{Defines: map[string]string{"A": "1"}}, opts, cmpopts.IgnoreUnexported(Options{})); diff != "" {
		t.Errorf("Options mismatch (-want +got)\n%s", diff)
	}
}

func TestDefinesThatDifferInCase(t *testing.T) {
	for range 20 {
		f, err := Parse("conf", []byte("Foo ${name}\n"), &Options{Defines: map[string]string{"NAME": "1", "name": "2"}})
		require.NoError(t, err)
		require.Equal(t, "2", f.Nodes[0].(*Directive).Text)
	}
}

func TestParseConcurrently(t *testing.T) {
	text := benchText(20)
	opts := &Options{Defines: map[string]string{"A": "1"}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			f, err := Parse("conf", text, opts)
			if err != nil {
				t.Error(err)
				return
			}
			for range All(f) {
				continue
			}
			if err := Fprint(new(bytes.Buffer), f); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// failingWriter fails after some bytes.
type failingWriter struct{}

var errWrite = errors.New("no room")

func (failingWriter) Write([]byte) (int, error) { return 0, errWrite }

func TestFprintReportsErrors(t *testing.T) {
	f, err := Parse("conf", []byte("RewriteEngine On\n"), nil)
	require.NoError(t, err)
	require.ErrorIs(t, Fprint(failingWriter{}, f), errWrite)
}

// Indenting makes no line of an access file too long.
func TestFprintKeepsLinesShort(t *testing.T) {
	text := "<Files a>\n#" + strings.Repeat("x", maxAccessLine-2) + "\n</Files>\n"
	opts := &Options{AccessFile: true}
	f, err := Parse("conf", []byte(text), opts)
	require.NoError(t, err)
	require.NoError(t, checkRoundTrip(f, opts))
}

// Parts of what is written in several ways stand where they were written.
func TestPart(t *testing.T) {
	t.Parallel()
	const define = "Define V value\n"
	tests := []struct{ src, part, want string }{
		{"X abc", "b", "2:4-5"},
		{"X a \"b c\"", "c", "2:8-9"},
		{`X "a\"bc"`, "bc", "2:7-9"},
		{"X a\\\n  bc", "bc", "3:3-5"},
		{"X a\\\nb", "ab", "2:3-3:2"},
		{"X a${V}b", "alu", "2:4-8"},
		{"X a${V}b", "eb", "2:4-9"},
		{"X a${V}\\\n b", " b", "3:1-3"},
		{"X abc", "", "2:3-3"},
	}
	for _, tt := range tests {
		f, err := Parse("f", []byte(define+tt.src), nil)
		require.NoError(t, err)
		d := f.Nodes[1].(*Directive)
		rest := d.Rest(strings.Index(d.Text, tt.part))
		got := []string{extentText(rest.Part(0, len(tt.part)).Extent, "f")}
		for _, w := range d.Args {
			if i := strings.Index(w.Text, tt.part); i >= 0 {
				got = append(got, extentText(w.Part(i, i+len(tt.part)).Extent, "f"))
			}
		}
		if diff := cmp.Diff(tt.want, got[len(got)-1]); diff != "" {
			t.Errorf("%q: mismatch (-want +got):\n%s", tt.src, diff)
		}
		require.Equal(t, tt.want, got[0], "%q", tt.src)
	}
	w := Word{Extent: Extent{From: Pos{Offset: 7, Line: 2, Col: 3}}, Text: "abc"}
	require.Equal(t, "2:4-6", extentText(w.Part(1, 3).Extent, ""))
}

func TestParseTemplatePositions(t *testing.T) {
	at := Extent{Name: "conf", From: Pos{Offset: 100, Line: 7, Col: 20}}
	got := ParseTemplate("a$1", at)
	want := &Template{
		Extent: Extent{Name: "conf", From: Pos{100, 7, 20}, To: Pos{103, 7, 23}},
		Text:   "a$1",
		Parts: []Part{
			&Literal{Extent: Extent{Name: "conf", From: Pos{100, 7, 20}, To: Pos{101, 7, 21}}, Text: "a"},
			&RuleGroup{Extent: Extent{Name: "conf", From: Pos{101, 7, 21}, To: Pos{103, 7, 23}}, N: 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseTemplate mismatch (-want +got)\n%s", diff)
	}
	require.False(t, ParseTemplate("a", Extent{}).IsValid())
}

func TestParseTemplateTooDeep(t *testing.T) {
	text := strings.Repeat("${m:", 1000) + strings.Repeat("}", 1000)
	got := ParseTemplate(text, Extent{})
	depth := 0
	for {
		call, ok := got.Parts[0].(*MapCall)
		if !ok {
			break
		}
		got = call.Key
		depth++
	}
	require.Equal(t, maxMapDepth, depth)
	if diff := cmp.Diff([]Part{&Literal{Text: got.Text}}, got.Parts, cmpopts.IgnoreTypes(Extent{})); diff != "" {
		t.Errorf("parts of the innermost template mismatch (-want +got)\n%s", diff)
	}
}
