package parser

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// earlyLines are lines of all kinds, several of which belong together where they stand in
// one text. Each % stands for a number.
var earlyLines = []string{
	"RewriteRule ^/old/%/(.*)$ /new/%/$1 [R=301,L]\n",
	"RewriteCond %{HTTP_HOST} ^(www\\.)?old%\\.example$ [NC]\nRewriteRule ^(.*)$ https://new%.example$1 [R=301,L]\n",
	"  Redirect 301 /a% \"/b c%\"\r\n",
	"\tSetEnvIf Host ^a%$ \\\n  seen=%\n",
	"# a comment %\n# another \\\nRewriteRule goes on\n",
	"\n",
	"   \\\n\nRewriteRule ^a%$ b\n",
	"RewriteRule ^two%$ b\\\\\n\n [L]\n",
	"RewriteRule ^cr%$ b\\\r\n [L]\r\n\r\n",
	"RewriteRule ^nul%$ b\x00\\\nRewriteRule ^on%$ b\n",
	"<IfModule mod_rewrite.c>\nRewriteRule ^in%$ b [E=a:%{HTTP_HOST},S=%]\n</IfModule>\n",
	"<IfDefine nothing>\nRewriteRule ^out%$ b\n<IfModule x>\nRewriteRule ^out%$ b\n</IfModule>\n</IfDefine>\n",
	"<Directory /a%>\n  RewriteBase /x%\n  RewriteEngine on\n</Directory> # behind\n",
	"Define name% value%\nRewriteRule ^${name%}$ /${name%}/%\n",
	"RewriteMap m% txt:/a/b%\nRewriteRule ^(.*)$ ${m%:$1|none}\n",
	"<Macro m% $a>\nRewriteRule ^$a%$ b\n</Macro>\nUse m% x%\n",
	"\"RewriteRule\" ^quoted%$ 'b c'\n",
	"RewriteRule ^warned%$ b [Dummy]\n",
	"RewriteOptions Inherit\n",
}

// faultyLines are lines with mistakes.
var faultyLines = []string{
	"RewriteRule ^bad%$ b [X]\n", "RewriteRule\n", "RewriteCond a\n", "RewriteEngine maybe\n", "</IfModule>\n", "<Files x%>\n</Directory>\n",
}

// earlyText returns a large text. One line in rarity is faulty.
func earlyText(seed uint64, rarity int) string {
	g := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not for secrets
	var b strings.Builder
	for i := 0; b.Len() < 6*earlyBlock; i++ {
		lines := earlyLines
		if g.IntN(rarity) == 0 {
			lines = faultyLines
		}
		line := lines[g.IntN(len(lines))]
		if g.IntN(4) > 0 && rarity > 1 {
			line = lines[0]
		}
		line = strings.ReplaceAll(line, "%{", "\x01")
		line = strings.ReplaceAll(line, "%", fmt.Sprint(i))
		b.WriteString(strings.ReplaceAll(line, "\x01", "%{"))
	}
	return b.String()
}

// earlyGaps returns a text with blocks in which no line is certain to begin.
func earlyGaps() string {
	var b strings.Builder
	for _, line := range []string{"\n", "# on \\\n", "   \r\n"} {
		b.WriteString(strings.Repeat(line, 5*earlyBlock/(2*len(line))))
		b.WriteString("\n\n" + strings.Repeat("RewriteRule ^between$ b\n", earlyBlock/24))
	}
	return b.String() + "# " + strings.Repeat("x", 3*earlyBlock)
}

// TestEarly reads large texts on one and on several processors, to the same effect.
func TestEarly(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, rarity := range []int{1 << 20, 500, 5} {
		for seed := range uint64(2) {
			text := earlyText(seed, rarity)
			if seed == 0 && rarity > 1000 {
				text += earlyGaps()
			}
			var want string
			for _, procs := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(procs)
				f, err := Parse("a.conf", []byte(text), &Options{Defines: map[string]string{"x": "y"}})
				got := dump(f, true) + dumpFindings(Findings(err), "a.conf") + dumpFindings(f.Warnings, "a.conf")
				if procs == 1 {
					require.Equal(t, rarity > 1<<10, err == nil, "%v", err)
					want = got
				}
				if got != want {
					diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
					t.Fatalf("seed %d, rarity %d, %d processors:\n%s", seed, rarity, procs, diff)
				}
				if err == nil && procs == 2 {
					require.NoError(t, checkExtents(f, text, nil))
				}
			}
		}
	}
}

// TestReadEarly sees that most lines are in fact read early, and that blocks meet at their
// bounds.
func TestReadEarly(t *testing.T) { //nolint:paralleltest // it sets GOMAXPROCS
	before := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(before)
	text := strings.Repeat("RewriteRule ^a$ b\n", 6*earlyBlock/18)
	src := newSource("a.conf", text)
	r := &reader{parser: newParser(nil), src: src, lines: lines{text: src.whole(), limit: maxLine}}
	e := r.readEarly()
	for at := 0; at < len(text); at += 18 {
		n, next := e.take(at)
		require.NotNil(t, n)
		require.Equal(t, at+18, next)
	}
	n, _ := e.take(len(text))
	require.Nil(t, n)

	e = r.readEarly()
	for at := 0; at < len(text); at += 4 * 18 {
		n, _ = e.take(at)
		require.NotNil(t, n, "three lines are passed over each time")
		n, _ = e.take(at + 1)
		require.Nil(t, n)
	}

	r.opts.AccessFile = true
	require.Empty(t, r.readEarly().blocks, "a request waits for an access file, one of many")
}

// A logical line is certain to begin behind one that nothing can continue.
func TestCertainStart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", earlyBlock-3) + "\n"
	for _, tt := range []struct {
		text     string
		at, want int
		ok       bool
	}{
		{"ab\ncd\nef", 0, 0, true},
		{"ab\ncd\nef", 1, 3, true},
		{"ab\ncd\nef", 3, 6, true},
		{"ab\ncd\nef", 2, 3, true},
		{"ab\\\ncd\nef", 1, 7, true},
		{"ab\\\r\ncd\nef", 1, 8, true},
		{"ab\r\ncd\n", 1, 4, true},
		{"ab\n\n\r\ncd\ne", 3, 9, true},
		{"\ncd\n", 0, 0, true},
		{"\n\ncd\ne", 1, 5, true},
		{"ab\\\n", 1, 4, false},
		{"ab", 1, 2, false},
		{"ab", 5, 2, false},
		{"ab" + long, 2, earlyBlock, true},
		{"abc" + long, 2, earlyBlock + 1, true},
		{"abc" + long, 3, earlyBlock + 1, true},
		{"abcde" + long, 2, earlyBlock + 2, false},
		{"abcde" + long, 3, earlyBlock + 3, true},
		{"a" + strings.Repeat("\n", 2*earlyBlock) + "b\n", 5, earlyBlock + 5, false},
		{"a" + strings.Repeat("\\\n", earlyBlock) + "b\n", 5, earlyBlock + 5, false},
	} {
		start, ok := certainStart(tt.text, tt.at)
		require.Equal(t, tt.want, start, "%.20q from %d", tt.text, tt.at)
		require.Equal(t, tt.ok, ok, "%.20q from %d", tt.text, tt.at)
	}
}
