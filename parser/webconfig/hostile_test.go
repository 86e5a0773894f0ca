package webconfig

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// rulesOf returns a file with what is inside a rule.
func rulesOf(inside string) string {
	return `<rewrite><rules><rule name="a"><match url="." />` + inside + `</rule></rules></rewrite>`
}

// Texts that are made to cost much are read in little time, with few findings.
func TestHostile(t *testing.T) {
	million := 1_000_000
	if testing.Short() {
		million = 10_000
	}
	for name, tt := range map[string]struct {
		text string
		code parser.Code // of an error; "" where there is none
	}{
		"nested":            {strings.Repeat("<a>", 10_000) + strings.Repeat("</a>", 10_000), parser.CodeNestedTooDeep},
		"nested in a group": {"<configuration>" + strings.Repeat("<a>", 10_000), parser.CodeNestedTooDeep},
		"entities":          {`<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rewrite>&b;</rewrite>`, CodeDocumentType},
		"undefined entity":  {"<rewrite>" + strings.Repeat("&b;", million) + "</rewrite>", parser.CodeTooManyFindings},
		"conditions":        {rulesOf("<conditions>" + strings.Repeat(`<add input="{URL}" pattern="a" />`, 10_000) + `</conditions><action type="None" />`), ""},
		"braces":            {rulesOf(`<action type="Rewrite" url="` + strings.Repeat("{", million) + `" />`), CodeBadTemplate},
		"nested braces":     {rulesOf(`<action type="Rewrite" url="` + strings.Repeat("{a:", million) + `" />`), CodeBadTemplate},
		"closing braces":    {rulesOf(`<action type="Rewrite" url="` + strings.Repeat("}", million) + `" />`), CodeBadTemplate},
		"parts":             {rulesOf(`<action type="Rewrite" url="&amp;` + strings.Repeat("{a:{URL}}", million) + `" />`), CodeBadTemplate},
		"references":        {rulesOf(`<action type="Rewrite" url="` + strings.Repeat("&amp;", million) + `" />`), ""},
		"groups":            {strings.Replace(rulesOf(""), `"."`, `"`+strings.Repeat("(", million)+`"`, 1), CodeBadPattern},
		"classes":           {strings.Replace(rulesOf(""), `"."`, `"`+strings.Repeat("[", million)+`"`, 1), CodeBadPattern},
		"counts":            {strings.Replace(rulesOf(""), `"."`, `"a`+strings.Repeat("{", million)+`"`, 1), CodeBadPattern},
		"attributes":        {"<rewrite " + strings.Repeat("a=\"\" ", million), CodeNotWellFormed},
		"many attributes":   {"<rewrite>" + strings.Repeat(`<a b="" c="" d="" e="" f="" />`, million/4) + "</rewrite>", ""},
		"open tags":         {strings.Repeat("<", million), CodeNotWellFormed},
		"comments":          {"<rewrite>" + strings.Repeat("<!---->", million) + "</rewrite>", ""},
		"one comment":       {"<rewrite><!--" + strings.Repeat("- ", million), CodeNotWellFormed},
		"one line of rules": {"<rules>" + strings.Repeat(`<rule />`, million) + "</rules>", parser.CodeTooManyFindings},
		"clear":             {`<rewriteMap name="a">` + strings.Repeat(`<add key="a" />`, 100_000) + strings.Repeat(`<clear />`, 400_000) + `</rewriteMap>`, parser.CodeTooManyFindings},
		"clear again":       {`<rewriteMap name="a">` + distinct(100_000) + strings.Repeat(`<clear />`, 400_000) + `</rewriteMap>`, ""},
		"look-ups": {
			"<rewrite><rules>" + strings.Repeat(`<rule name="a"><match url="." /><action type="Rewrite" url="{m:{X}}" /></rule><clear />`, 100_000) +
				"</rules></rewrite>", "",
		},
		"text":       {"<rewrite>" + strings.Repeat("text <a/>", million) + "</rewrite>", ""},
		"locations":  {"<configuration>" + strings.Repeat(`<location path="a"/>`, 100_000) + "</configuration>", parser.CodeTooManyFindings},
		"line feeds": {"<rewrite>" + strings.Repeat("\n", 16<<20-100) + "</rewrite>", ""},
		"16 MB":      {"<rewrite>" + strings.Repeat("x", 16<<20-100) + "</rewrite>", ""},
		"too large":  {"<rewrite>" + strings.Repeat(" ", 16<<20) + "</rewrite>", parser.CodeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f, err := Parse(testName, []byte(tt.text), nil)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it takes %v", took)
			}
			ds := findings(f, err)
			require.LessOrEqual(t, len(ds), 2*maxFindings+2)
			if tt.code == "" {
				require.NoError(t, err)
				return
			}
			require.True(t, slices.ContainsFunc(ds, func(d *parser.Diagnostic) bool {
				return d.Code == tt.code && d.Severity == parser.Error
			}), "the findings are %.1000v", ds)
		})
	}
}

// distinct returns entries with n keys.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<add key="/%d" value="/a/%d" />`, i, i)
	}
	return b.String()
}

// A map of a million entries takes less than 200 MB while it is read.
func TestLargeMap(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	text := []byte(`<rewriteMap name="a">` + distinct(1_000_000) + `</rewriteMap>`)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f, err := Parse(testName, text, &Options{MaxBytes: 64 << 20})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Len(t, f.Scopes()[0].Map.Entries, 1_000_000)
	total := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d MB of text, %d MB allocated", len(text)>>20, total>>20)
	require.Less(t, total, uint64(200<<20))

	_, err = Parse(testName, text, nil)
	require.ErrorContains(t, err, "larger than")
}

// Limits are options.
func TestLimits(t *testing.T) {
	t.Parallel()
	text := []byte("<rewrite><a><b><c/></b></a></rewrite>")
	_, err := Parse(testName, text, &Options{MaxDepth: 4, MaxBytes: int64(len(text))})
	require.NoError(t, err)
	_, err = Parse(testName, text, &Options{MaxDepth: 3})
	require.ErrorContains(t, err, "more than 3 deep")
	_, err = Parse(testName, text, &Options{MaxBytes: int64(len(text)) - 1})
	require.ErrorContains(t, err, "larger than")

	large := &Options{MaxBytes: 100, FS: fstest.MapFS{"r": {Data: make([]byte, 101)}}}
	_, err = Parse(testName, []byte(`<rules configSource="r" />`), large)
	require.ErrorContains(t, err, "larger than 100 bytes")
}

// A link that leads out of the folder is not a file of it, where the options hold
// a root of the machine.
func TestSourceLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inside, outside := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	require.NoError(t, os.MkdirAll(inside, 0o700))
	require.NoError(t, os.MkdirAll(outside, 0o700))
	for _, name := range []string{filepath.Join(inside, "rules"), filepath.Join(outside, "rules")} {
		require.NoError(t, os.WriteFile(name, []byte("<rules />"), 0o600))
	}
	if err := os.Symlink(filepath.Join(outside, "rules"), filepath.Join(inside, "link")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	require.NoError(t, os.Symlink(outside, filepath.Join(inside, "dir")))
	require.NoError(t, os.Symlink("rules", filepath.Join(inside, "own")))
	root, err := os.OpenRoot(inside)
	require.NoError(t, err)
	defer func() { _ = root.Close() }()
	for name, ok := range map[string]bool{"rules": true, "own": true, "link": false, "dir/rules": false, "none": false} {
		_, err := Parse(testName, []byte(`<rules configSource="`+name+`" />`), &Options{FS: root.FS()})
		require.Equal(t, ok, err == nil, "%s: %v", name, err)
		if name == "none" {
			require.ErrorIs(t, err, fs.ErrNotExist)
		}
	}
}

// The text comes in several encodings; positions are those of UTF-8.
func TestDecode(t *testing.T) {
	t.Parallel()
	const text = `<rules><rule name="ä€" x="y" /></rules>`
	utf16 := func(order ...int) []byte {
		var b []byte
		for _, r := range text {
			pair := []byte{byte(r), byte(r >> 8)}
			b = append(b, pair[order[0]], pair[order[1]])
		}
		return b
	}
	for name, src := range map[string][]byte{
		"UTF-8":                  []byte(text),
		"UTF-8 with a mark":      []byte(markUTF8 + text),
		"UTF-16, little endian":  append([]byte(markUTF16LE), utf16(0, 1)...),
		"UTF-16, big endian":     append([]byte(markUTF16BE), utf16(1, 0)...),
		"UTF-16 without a mark":  utf16(0, 1),
		"UTF-16, no mark either": utf16(1, 0),
	} {
		got, wrong := Decode(src)
		require.Empty(t, wrong, name)
		require.Equal(t, text, got, name)
		_, err := Parse(testName, src, nil)
		var d *parser.Diagnostic
		require.ErrorAs(t, err, &d, name)
		require.Equal(t, parser.Pos{Offset: 7, Line: 1, Col: 8}, d.From, name)
	}
	latin := "<?xml version='1.0' encoding='%s'?><rules><!-- \xe4\x80 --></rules>"
	for _, encoding := range []string{"ISO-8859-1", "Windows-1252", "latin1"} {
		got, wrong := Decode(fmt.Appendf(nil, latin, encoding))
		require.Empty(t, wrong)
		require.Contains(t, got, "ä€")
	}
	for _, encoding := range []string{"UTF-8", "ebcdic"} {
		_, wrong := Decode(fmt.Appendf(nil, latin, encoding))
		require.NotEmpty(t, wrong)
	}
	declared, wrong := Decode([]byte(`<?xml version="1.0" encoding="utf-16"?><rules />`))
	require.Empty(t, wrong, "an editor left the declaration")
	require.Contains(t, declared, "<rules />")
}

// What stands for one place is found together.
func TestScopes(t *testing.T) {
	t.Parallel()
	const text = `<configuration><system.webServer><httpRedirect /><rewrite><rules /><globalRules /><rewriteMaps /><outboundRules />` +
		`<allowedServerVariables /><providers /><rule name="a"><match url="." /><action type="AbortRequest" /></rule></rewrite>` +
		`<security><requestFiltering /></security></system.webServer>` +
		`<location path="a\b/"><system.webServer><rewrite><rules /></rewrite></system.webServer></location><location path="."/></configuration>`
	f, err := Parse(testName, []byte(text), nil)
	require.NoError(t, err)
	scopes := f.Scopes()
	require.Len(t, scopes, 3)
	own := scopes[0]
	for _, s := range []bool{
		own.Rules != nil, own.Global != nil, own.Maps != nil, own.Outbound != nil, own.Allowed != nil, own.Providers != nil,
		own.Filtering != nil, own.Redirect != nil, len(own.Loose) == 1, own.Global.Global, !own.Rules.Global, own.Path == "",
	} {
		require.True(t, s)
	}
	require.Equal(t, "a/b", scopes[1].Path)
	require.NotNil(t, scopes[1].Rules)
	require.Nil(t, scopes[1].Global)
	require.Equal(t, Scope{}, scopes[2])
}

// TestScopesOfSite has places of several sites, of which the options name one.
func TestScopesOfSite(t *testing.T) {
	t.Parallel()
	const text = `<configuration><location path=""/><location path="One/a/b"/><location path="ONE"/><location path="Two/a"/></configuration>`
	for site, want := range map[string][]string{"one": {"", "", "a/b", ""}, "Two": {"", "", "a"}, "Three": {"", ""}} {
		f, err := Parse(testName, []byte(text), &Options{ApplicationHost: true, Site: site})
		require.NoError(t, err)
		var paths []string
		for _, s := range f.Scopes() {
			paths = append(paths, s.Path)
		}
		require.Equal(t, want, paths, site)
	}
	_, err := Parse(testName, []byte(text), &Options{ApplicationHost: true})
	require.Error(t, err)
}
