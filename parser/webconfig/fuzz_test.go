package webconfig

import (
	"testing"
	"testing/fstest"
)

// FuzzParse checks what holds for any text, see checkText. Run it with
// -fuzzminimizetime 20x: Go would spend its time shortening the texts that it
// finds interesting.
func FuzzParse(f *testing.F) {
	for _, cases := range allCases(f) {
		for _, c := range cases {
			f.Add(c.section("input"))
		}
	}
	for _, text := range brokenTexts(f) {
		f.Add(text)
	}
	f.Add("\xff\xfe<\x00a\x00/\x00>\x00")
	f.Add(`<?xml version="1.0" encoding="windows-1252"?><rewrite><!-- ` + "\x80" + ` --></rewrite>`)
	opts := &Options{FS: fstest.MapFS{
		"rules.config": {Data: []byte(`<rules><rule name="a"><match url="." /><action type="Redirect" url="{R:0}" redirectType="301" /></rule></rules>`)},
		"bad.config":   {Data: []byte(`<rules><rule`)},
	}}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			t.Skip("too long")
		}
		checkText(t, text, opts)
	})
}

// FuzzValues is FuzzParse for what stands in attributes: the pattern and the
// template of a rule.
func FuzzValues(f *testing.F) {
	for _, pattern := range []string{`^(a|b)*$`, `(?<=a)b`, `a{1,2}+`, `[^]a-z]`, `\p{L}`, `{R:1}`, `(?i)a`, `((((`, "&amp;(", `*`} {
		f.Add(pattern, "a{R:1}", "ECMAScript")
	}
	for _, url := range []string{`{M:{N:{URL}}}`, `{`, `}`, `{{`, `{R:32}`, `{ToLower:{UrlEncode:x}}`, `&#123;URL}&amp;{C:1}`, ` a `} {
		f.Add("(.*)", url, "Wildcard")
	}
	f.Fuzz(func(t *testing.T, pattern, url, syntax string) {
		if len(pattern)+len(url) > 1<<14 {
			t.Skip("too long")
		}
		// Once as XML that may be broken, and once as what it stands for.
		for _, e := range []func(string) string{func(s string) string { return s }, escape} {
			checkText(t, `<rewrite><rules><rule name="a" patternSyntax="`+e(syntax)+`"><match url="`+e(pattern)+`" /><conditions><add input="`+
				e(url)+`" pattern="`+e(pattern)+`" /></conditions><action type="Rewrite" url="`+e(url)+`" /></rule></rules></rewrite>`, nil)
		}
	})
}
