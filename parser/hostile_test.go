package parser

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// soon fails the test if f takes long. The texts it is used with take minutes
// where the work grows with the square of their length.
func soon(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		require.Fail(t, "it takes too long")
	}
}

// longTexts returns texts of about that size that repeat what is costly to read
// if read carelessly.
func longTexts(size int) map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	half := func(a, b string) string {
		n := size / (len(a) + len(b))
		return strings.Repeat(a, n) + strings.Repeat(b, n)
	}
	return map[string]string{
		"comment":             "#" + repeat("x"),
		"lines":               repeat("RewriteRule a b\n"),
		"words":               "Foo " + repeat("a "),
		"quotes":              "Foo " + repeat(`"`),
		"escapes":             `Foo "` + repeat(`\"`) + `"`,
		"continuations":       repeat("a\\\n"),
		"empty continuations": repeat("\\\n"),
		"double backslashes":  "a" + repeat(`\`) + strings.Repeat("\n", 1000),
		"carriage returns":    repeat("\r"),
		"NULs":                repeat("\x00"),
		"NUL lines":           repeat("a\x00\n"),
		"dollars":             "RewriteRule a " + repeat("$"),
		"groups":              "RewriteRule a " + repeat("$1%1"),
		"open maps":           "RewriteRule a " + repeat("${"),
		"open map calls":      "RewriteRule a " + repeat("${m:"),
		"open variables":      "RewriteRule a " + repeat("%{"),
		"no maps":             "RewriteRule a " + half("${", "}"),
		"nested variables":    "RewriteRule a " + half("%{", "}"),
		"nested map calls":    "RewriteRule a " + half("${m:", "}"),
		"map calls":           "RewriteRule a " + repeat("${m:k|d}"),
		"braces":              "RewriteRule a %{" + half("{", "}") + "}",
		"undefined variables": "Foo " + repeat("${a}"),
		"flags":               "RewriteRule a b [" + repeat("L,") + "L]",
		"bad flags":           "RewriteRule a b [" + repeat("X,") + "L]",
		"commas":              "RewriteRule a b [" + repeat(",") + "]",
		"options":             "RewriteOptions " + repeat("Inherit "),
		"bad options":         "RewriteOptions " + repeat("Inherits "),
		"quoted options":      `RewriteOptions "` + repeat("Inherit ") + `"`,
		"sections":            repeat("<a>\n"),
		"closing tags":        repeat("</a>\n"),
		"sections, closed":    half("<a>\n", "</a>\n"),
		"conditionals":        repeat("<IfModule mod_rewrite.c>\n"),
		"skipped sections":    "<IfModule mod_foo.c>\n" + half("<a>\n", "</b>\n"),
		"skipped":             repeat("<IfModule mod_foo.c>\n"),
		"skipped one by one":  repeat("<IfModule mod_foo.c>\n</IfModule>\n"),
		"macros":              repeat("<Macro a>\n"),
		"uses":                "<Macro a $a @b>\nFoo $a @b\n</Macro>\n" + repeat("Use a b \\\n"),
		"parameters":          "<Macro a" + repeat(" $a") + ">\n</Macro>\n",
		"arguments":           "<Macro a $a>\n" + repeat("$a") + "\n</Macro>\nUse a b\n",
		"errors":              repeat("RewriteRule\n"),
		"tails":               repeat("<a> #\n</a> #\n"),
	}
}

func TestLongTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	for name, text := range longTexts(1 << 19) {
		t.Run(name, func(t *testing.T) {
			soon(t, func() {
				opts := &Options{FS: fstest.MapFS{}}
				f, _ := Parse("conf", []byte(text), opts)
				var b bytes.Buffer
				if err := Fprint(&b, f); err != nil {
					t.Error(err)
				}
				if g, _ := Parse("conf", b.Bytes(), opts); g == nil {
					t.Error("no tree of the text printed")
				}
			})
		})
	}
}

func TestInvariantsOfLongTexts(t *testing.T) {
	for name, text := range longTexts(1 << 13) {
		if err := checkText(text, &Options{FS: fstest.MapFS{}}); err != nil {
			t.Errorf("%s: %s", name, shorten(err))
		}
	}
}

// shorten returns an error's text without the middle of a long one.
func shorten(err error) string {
	s := err.Error()
	if len(s) > 2000 {
		s = s[:1000] + "..." + s[len(s)-1000:]
	}
	return s
}

func TestLineLimit(t *testing.T) {
	access := &Options{AccessFile: true}
	tests := []struct {
		name string
		text string
		opts *Options
		ok   bool
	}{
		{"access, 8191 bytes", "#" + strings.Repeat("x", 8190) + "\n", access, true},
		{"access, 8192 bytes", "#" + strings.Repeat("x", 8191) + "\n", access, false},
		{"access, 8192 bytes and no line feed", "#" + strings.Repeat("x", 8191), access, true},
		{"access, 8193 bytes and no line feed", "#" + strings.Repeat("x", 8192), access, false},
		{"access, 8190 bytes and CR", "#" + strings.Repeat("x", 8189) + "\r\n", access, true},
		{"access, 8191 bytes and CR", "#" + strings.Repeat("x", 8190) + "\r\n", access, false},
		{"access, white space counts", strings.Repeat(" ", 8190) + "#\n", access, true},
		{"access, white space counts for one more", strings.Repeat(" ", 8191) + "#\n", access, false},
		{"access, joined", "#" + strings.Repeat("x", 4000) + "\\\n" + strings.Repeat("x", 4190) + "\n", access, true},
		{"access, joined, one more", "#" + strings.Repeat("x", 4000) + "\\\n" + strings.Repeat("x", 4191) + "\n", access, false},
		{"access, backslash does not count", "#" + strings.Repeat("x", 8190) + "\\\n\n", access, true},
		{"access, skipped", "<IfModule mod_foo.c>\n" + strings.Repeat("x", 8192) + "\n</IfModule>\n", access, false},
		{"server, 8192 bytes", "#" + strings.Repeat("x", 8191) + "\n", nil, true},
		{"server, 16 MiB less one", "#" + strings.Repeat("x", 16<<20-2) + "\n", nil, true},
		{"server, 16 MiB", "#" + strings.Repeat("x", 16<<20-1) + "\n", nil, false},
	}
	for _, test := range tests {
		_, err := Parse("conf", []byte(test.text), test.opts)
		if (err == nil) != test.ok {
			t.Errorf("%s: Parse error %v, want none: %v", test.name, err, test.ok)
		}
		if err != nil && Findings(err)[0].Code != CodeTooLarge {
			t.Errorf("%s: %v has code %s", test.name, err, Findings(err)[0].Code)
		}
	}
}

// wantCode parses text and checks that it is refused with code.
func wantCode(t *testing.T, text string, opts *Options, code Code) []*Diagnostic {
	t.Helper()
	var ds Diagnostics
	soon(t, func() {
		_, err := Parse("conf", []byte(text), opts)
		ds = Findings(err)
	})
	for _, d := range ds {
		if d.Severity == Error && d.Code == code {
			return ds
		}
	}
	t.Errorf("Parse found %.300v, want an error %s", ds, code)
	return ds
}

func TestNestedTooDeep(t *testing.T) {
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	wantCode(t, deep("<a>\n", "</a>\n", 10000), nil, CodeNestedTooDeep)
	wantCode(t, deep("<IfModule mod_rewrite.c>\n", "</IfModule>\n", 10000), nil, CodeNestedTooDeep)
	wantCode(t, deep("<IfModule mod_foo.c>\n", "</IfModule>\n", 10000), nil, CodeNestedTooDeep)
	wantCode(t, "RewriteRule a "+deep("${m:", "}", 1000), nil, CodeNestedTooDeep)
	for _, text := range []string{
		deep("<a>\n", "</a>\n", maxNesting),
		strings.Repeat("<a>\n</a>\n", maxNesting+1),
		deep("<IfModule mod_foo.c>\n", "</IfModule>\n", maxNesting),
		"RewriteRule a " + deep("${m:", "}", maxMapDepth),
	} {
		_, err := Parse("conf", []byte(text), nil)
		require.NoError(t, err)
	}
}

func TestTooManyFindings(t *testing.T) {
	ds := wantCode(t, strings.Repeat("RewriteRule\n", 5000), nil, CodeTooManyFindings)
	require.Len(t, ds, maxFindings+1)

	f, err := Parse("conf", []byte(strings.Repeat("Foo ${undefined}\n", 5000)), nil)
	require.NoError(t, err)
	require.Len(t, f.Nodes, 5000)
	require.Len(t, f.Warnings, maxFindings+1)
	last := f.Warnings[maxFindings]
	require.Equal(t, CodeTooManyFindings, last.Code)
	require.Equal(t, Note, last.Severity)
}

// Each variable here is twice as long as the one before.
func TestInterpolationDoesNotExplode(t *testing.T) {
	var b strings.Builder
	b.WriteString("Define V0 xxxxxxxxxxxxxxxx\n")
	for i := range 60 {
		fmt.Fprintf(&b, "Define V%d ${V%d}${V%d}\n", i+1, i, i)
	}
	wantCode(t, b.String(), nil, CodeTooLarge)
}

// Each macro here uses the one before twice.
func TestMacrosDoNotMultiply(t *testing.T) {
	var b strings.Builder
	b.WriteString("<Macro M0>\nFoo\n</Macro>\n")
	for i := range 60 {
		fmt.Fprintf(&b, "<Macro M%d>\nUse M%d\nUse M%d\n</Macro>\n", i+1, i, i)
	}
	b.WriteString("Use M60\nRewriteRule\n")
	for _, access := range []bool{false, true} {
		ds := wantCode(t, b.String(), &Options{AccessFile: access}, CodeTooLarge)
		require.Len(t, ds, 1, "reading goes on")
	}
}

// To look for as many parameters as there may be takes long in long lines.
func TestMacrosWithManyParameters(t *testing.T) {
	var names, args strings.Builder
	for i := range maxMacroParams {
		fmt.Fprintf(&names, " $%s%d", strings.Repeat("x", 100), i)
		args.WriteString(" x")
	}
	body := strings.Repeat("Foo "+strings.Repeat("$"+strings.Repeat("x", 99), 80)+"\n", 1000)
	text := "<Macro M" + names.String() + ">\n" + body + "</Macro>\n" + strings.Repeat("Use M"+args.String()+"\n", 100)
	wantCode(t, text, nil, CodeTooLarge)
}

func TestMacrosNestedTooDeep(t *testing.T) {
	text := func(n int) string {
		var b strings.Builder
		b.WriteString("<Macro M1>\nFoo\n</Macro>\n")
		for i := 2; i <= n; i++ {
			fmt.Fprintf(&b, "<Macro M%d>\nUse M%d\n</Macro>\n", i, i-1)
		}
		fmt.Fprintf(&b, "Use M%d\n", n)
		return b.String()
	}
	_, err := Parse("conf", []byte(text(maxMacroDepth)), nil)
	require.NoError(t, err)
	wantCode(t, text(maxMacroDepth+1), nil, CodeNestedTooDeep)
}

func TestMacroLineLimit(t *testing.T) {
	macro := func(line, arg string) string { return "<Macro M $a>\n" + line + "\n</Macro>\nUse M " + arg + "\n" }
	x := func(n int) string { return "Foo " + strings.Repeat("x", n-4) }
	for _, test := range []struct {
		name, text string
		ok         bool
	}{
		{"8190 bytes", macro(x(8190), "a"), true},
		{"8191 bytes", macro(x(8191), "a"), false},
		{"a comment of 8191 bytes", macro("#"+x(8190), "a"), false},
		{"8190 bytes when used", macro(x(8188)+"$a", "bc"), true},
		{"8191 bytes when used", macro(x(8188)+"$a", "bcd"), false},
		{"two arguments", macro(x(1000)+"$a$a", x(8000)[4:]), false},
	} {
		_, err := Parse("conf", []byte(test.text), nil)
		if (err == nil) != test.ok {
			t.Errorf("%s: Parse error %.300v, want none: %v", test.name, err, test.ok)
		}
		if err != nil && Findings(err)[0].Code != CodeTooLarge {
			t.Errorf("%s: %v has code %s", test.name, err, Findings(err)[0].Code)
		}
	}
}

// The file is small, but each of its lines becomes long.
func TestInterpolationOfManyLines(t *testing.T) {
	text := "Define V " + strings.Repeat("x", 1<<20) + "\n" + strings.Repeat("Foo ${V}\n", 500)
	ds := wantCode(t, text, nil, CodeTooLarge)
	require.Len(t, ds, 1)
}

func TestIncludeItself(t *testing.T) {
	opts := &Options{FS: fstest.MapFS{
		"once.conf":  {Data: []byte("Include once.conf\n")},
		"twice.conf": {Data: []byte("Include twice.conf\nInclude twice.conf\n")},
		"a.conf":     {Data: []byte("Include b.conf\n")},
		"b.conf":     {Data: []byte("Include a.conf\n")},
	}}
	for _, name := range []string{"once.conf", "twice.conf", "a.conf", "*.conf", "/"} {
		ds := wantCode(t, "Include "+name+"\nRewriteRule\n", opts, CodeNestedTooDeep)
		require.Len(t, ds, 1, "reading goes on after a recursion")
	}
}

// Each of these files includes the next one a hundred times.
func TestIncludesDoNotMultiply(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 10 {
		text := strings.Repeat(fmt.Sprintf("Include %d.conf\n", i+1), 100)
		fsys[fmt.Sprintf("%d.conf", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	fsys["10.conf"] = &fstest.MapFile{}
	wantCode(t, "Include 0.conf\n", &Options{FS: fsys}, CodeInclude)
}

func TestIncludesTooLarge(t *testing.T) {
	fsys := fstest.MapFS{"large.conf": {Data: []byte("#" + strings.Repeat("x", 8<<20))}}
	ds := wantCode(t, strings.Repeat("Include large.conf\n", 100), &Options{FS: fsys}, CodeInclude)
	require.Len(t, ds, 1)
}

func TestIncludeDirectoryTooDeep(t *testing.T) {
	name := strings.Repeat("d/", maxDirectoryTree)
	opts := &Options{FS: fstest.MapFS{"conf/" + name + "a.conf": {Data: []byte("Foo\n")}}}
	wantCode(t, "Include /conf\n", opts, CodeInclude)
	_, err := Parse("conf", []byte("Include /conf/d\n"), opts)
	require.NoError(t, err)
}

func TestIncludeSpecialFile(t *testing.T) {
	opts := &Options{FS: fstest.MapFS{"dev/zero": {Mode: fs.ModeDevice}}}
	wantCode(t, "Include /dev/zero\n", opts, CodeInclude)
}
