package parser

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse checks what holds for any text, see checkText. value is that of
// the variable V. Run it with -fuzzminimizetime 20x: Go would spend its time
// shortening the texts that it finds interesting.
func FuzzParse(f *testing.F) {
	files, _ := caseFiles(f)
	for _, cases := range files {
		for _, c := range cases {
			f.Add(c.input, c.opts.AccessFile, "x y")
		}
	}
	for i, v := range verdicts(f) {
		if i%20 == 0 {
			f.Add(v.text, v.access, "<Files>")
		}
	}
	f.Add("${V} a ${V}> # ${V}\n</${V}> # ${V}\n", false, "<If")
	fsys := fstest.MapFS{
		"a.conf":     {Data: []byte("RewriteCond ${V} b\nDefine W ${V}\n")},
		"self.conf":  {Data: []byte("<IfModule ${V}>\nInclude self.conf\n")},
		"d/bad.conf": {Data: []byte("RewriteRule a\n<Files a>\n")},
	}
	f.Fuzz(func(t *testing.T, text string, access bool, value string) {
		if len(text) > 1<<16 || strings.ContainsAny(value, "\n\x00") {
			t.Skip("too long, or a value that stands in no line")
		}
		opts := &Options{
			AccessFile: access,
			Defines:    map[string]string{"V": value},
			Getenv:     func(name string) (string, bool) { return "", name == "EMPTY" },
			FS:         fsys,
		}
		if err := checkText(text, opts); err != nil {
			t.Error(err)
		}
	})
}

// FuzzTemplate checks that a template's parts make up its text, at the places
// that they claim.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		"", "/a/$1%2", `\$1\\\`, "%{HTTP_HOST}", "${m:k|d}", "${m:${n:$1}|%{X}}", "${m:k", "%{a{b}c}", "$$1%%20", "${a|b:c}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := Extent{Name: "conf", From: Pos{Offset: 7, Line: 3, Col: 5}}
		tmpl := ParseTemplate(text, at)
		if diff := cmp.Diff(text, tmpl.Text); diff != "" {
			t.Errorf("ParseTemplate(%q).Text mismatch (-want +got)\n%s", text, diff)
		}
		checkTemplate(t, tmpl, text, at.From)
	})
}

// checkTemplate checks tmpl, a part of text, which begins at at.
func checkTemplate(t *testing.T, tmpl *Template, text string, at Pos) {
	t.Helper()
	var b strings.Builder
	for _, p := range tmpl.Parts {
		e := p.Span()
		i, j := e.From.Offset-at.Offset, e.To.Offset-at.Offset
		want := text[i:j]
		if got := sourceOf(p, want); got != want {
			t.Errorf("%T stands at %q, not %q", p, want, got)
		}
		if e.From.Line != at.Line || e.From.Col-at.Col != i || e.To.Col-at.Col != j {
			t.Errorf("%T at bytes %d-%d has the extent %v", p, i, j, e)
		}
		b.WriteString(want)
		if call, ok := p.(*MapCall); ok {
			checkTemplate(t, call.Key, text, at)
			if call.Default != nil {
				checkTemplate(t, call.Default, text, at)
			}
		}
	}
	if b.String() != tmpl.Text {
		t.Errorf("the parts of %q make up %q", tmpl.Text, b.String())
	}
}
