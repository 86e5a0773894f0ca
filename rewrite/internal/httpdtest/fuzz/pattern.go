package fuzz

import "strings"

// piece is a bit of a regular expression and texts that it is likely to match.
type piece struct {
	regex   string
	samples []string
}

// words are path segments that patterns, files and requests share.
var words = []string{
	"foo", "bar", "dir", "sub", "a", "b", "index", "file", "old", "new", "blog", "42", "2024", "x", "images",
	"file.txt", "index.php", "index.html", "page.html", "link.txt", "FOO", "caf\u00c3\u00a9", "with space",
}

// segmentPieces match one path segment or a part of it.
var segmentPieces = []piece{
	{`([^/]+)`, []string{"foo", "a.b", "x y", "42"}},
	{`([^/]*)`, []string{"", "foo"}},
	{`(.*)`, []string{"", "foo", "a/b/c", "dir/file.txt"}},
	{`(.+)`, []string{"foo", "a/b"}},
	{`(.*?)`, []string{"", "foo"}},
	{`(.)`, []string{"a", "/"}},
	{`(\d+)`, []string{"42", "007"}},
	{`([0-9]{1,3})`, []string{"7", "2024"}},
	{`([a-z]+)`, []string{"foo", "abc"}},
	{`([A-Z]*)`, []string{"FOO", ""}},
	{`([\w-]+)`, []string{"a-b_c", "foo"}},
	{`(foo|bar)`, []string{"foo", "bar", "baz"}},
	{`(?:foo|dir)`, []string{"foo", "dir"}},
	{`(a)?`, []string{"a", ""}},
	{`(f(o+)|b(a)r)`, []string{"foo", "bar", "fooo"}},
	{`(?<n>[a-z]+)`, []string{"foo"}},
	{`(?>a+)b?`, []string{"aab", "a"}},
	{`[a-z]++`, []string{"foo", "dir"}},
	{`(?!index)(\w+)`, []string{"foo", "index"}},
	{`(?=f)(.oo)`, []string{"foo", "boo"}},
	{`(.)\1`, []string{"aa", "ab"}},
	{`([[:alpha:]]+)`, []string{"foo", "42"}},
	{`\w+`, []string{"foo"}},
	{`\W`, []string{"-", "a"}},
	{`[^.]+`, []string{"foo"}},
	{`\bdir\b`, []string{"dir"}},
	{`(?i)foo`, []string{"FOO", "foo"}},
	{`\x66oo`, []string{"foo"}},
	{`f.o`, []string{"foo", "f/o", "f\no"}},
	{`fo{1,2}`, []string{"fo", "foo"}},
	{`((((((((((a))))))))))`, []string{"a"}},
	{`()`, []string{""}},
	{`\Qa.b\E`, []string{"a.b"}},
	{`caf.+`, []string{"caf\u00c3\u00a9"}},
	{`[\x80-\xff]+`, []string{"\u00c3\u00a9", "\u00ff"}},
	{`\s`, []string{" ", "\t", "\n"}},
	{`a\ b`, []string{"a b"}},
	{`(?x:foo)`, []string{"foo"}},
	{`(?s:.)`, []string{"\n", "a"}},
	{`(?(?=f)foo|bar)`, []string{"foo", "bar"}},
	{`a|b`, []string{"a", "b"}},
}

// wholePatterns are patterns that stand alone.
var wholePatterns = []piece{
	{`^`, nil},
	{`.`, []string{"x"}},
	{`.*`, nil},
	{`^.*$`, nil},
	{`^$`, []string{""}},
	{`$`, nil},
	{`^/?$`, []string{""}},
	{`^(.*)$`, []string{"foo/bar"}},
	{`^/(.*)$`, []string{"foo"}},
	{`(.*)`, nil},
	{`^/?index\.php$`, []string{"index.php"}},
	{`\.(gif|jpe?g|png|css)$`, []string{"a.png", "images/logo.png"}},
	{`(^|/)\.`, []string{".hidden", "dir/.hidden"}},
	{`^http:`, nil},
	{`^https?://([^/]+)/(.*)$`, nil},
	{`/$`, []string{"foo/", "dir/"}},
	{`[^/]$`, []string{"foo"}},
	{`[A-Z]`, []string{"FOO"}},
	{`\s`, []string{"a b"}},
	{`%`, []string{"100%"}},
	{`\?`, []string{"a?b"}},
	{`[^\x20-\x7e]`, []string{"caf\u00c3\u00a9"}},
	{`//`, []string{"a"}},
	{`@DOCROOT@/(.*)`, []string{"foo"}},
	{`^(?:.*/)?(\w+)$`, []string{"a/b/foo"}},
	{`^(([^/]+)/)*([^/]+)$`, []string{"a/b/c"}},
}

// badPatterns are not regular expressions.
var badPatterns = []string{`(`, `[a`, `*a`, `a{2,1}`, `(?<n>a)(?<n>b)`, `\`, `(?z)`, `[[:foo:]]`, `a**`, `\1`}

// pattern makes a pattern for URL-paths. slash says that the subject begins
// with a slash.
func (g *generator) pattern(slash bool) string {
	if g.IntN(400) == 0 {
		return g.pick(badPatterns...)
	}
	if g.chance(25) {
		p := wholePatterns[g.IntN(len(wholePatterns))]
		g.samples = append(g.samples, p.samples...)
		return p.regex
	}
	var regex, sample strings.Builder
	if g.chance(80) {
		regex.WriteByte('^')
		if slash != g.chance(4) {
			regex.WriteString(g.pick("/", "/", "/", "/?"))
		}
	}
	for i := range 1 + g.IntN(3) {
		if i > 0 {
			regex.WriteString(g.pick("/", "/", "/", "-", `\.`, "/?"))
			sample.WriteString(g.pick("/", "/", "-", "."))
		}
		p := piece{}
		if g.chance(50) {
			w := g.pick(words...)
			p = piece{strings.ReplaceAll(strings.ReplaceAll(w, ".", `\.`), " ", `\ `), []string{w}}
		} else {
			p = segmentPieces[g.IntN(len(segmentPieces))]
		}
		regex.WriteString(p.regex)
		sample.WriteString(g.pick(p.samples...))
	}
	switch g.IntN(8) {
	case 0:
		regex.WriteString(`\.(php|html)$`)
		sample.WriteString(g.pick(".php", ".html", ".txt"))
	case 1:
		regex.WriteString(`/?$`)
		sample.WriteString(g.pick("", "/"))
	case 2, 3:
		regex.WriteByte('$')
	case 4:
		regex.WriteString(`(.*)$`)
		sample.WriteString(g.pick("", "/foo", ".html"))
	case 5:
		regex.WriteString(`(\.html)?$`)
		sample.WriteString(g.pick("", ".html"))
	}
	g.samples = append(g.samples, sample.String())
	return regex.String()
}
