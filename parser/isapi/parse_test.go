package isapi

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

func findings(f *File, err error) parser.Diagnostics {
	if err != nil {
		return parser.Findings(err)
	}
	return f.Warnings
}

// show writes what matters of a tree, a line a node, and the findings.
func show(f *File, err error) string {
	var b strings.Builder
	for _, n := range f.Nodes {
		fmt.Fprintf(&b, "%d:%d %s", n.Span().From.Line, n.Span().From.Col, strings.TrimPrefix(fmt.Sprintf("%T", n), "*isapi."))
		switch n := n.(type) {
		case *Setting:
			fmt.Fprintf(&b, " %s %q", n.Name.Text, texts(n.Args))
		case *Cond:
			fmt.Fprintf(&b, " %q op=%d not=%v %q%s%s", n.Test.Text, n.Op, n.Not, n.Operand, showParts(n.Parts), showFlags(n.Flags))
		case *Rule:
			fmt.Fprintf(&b, " kind=%d %q%s%s", n.Kind, n.Pattern.Text, showParts(n.Parts), showFlags(n.Flags))
			if n.Status != 0 {
				fmt.Fprintf(&b, " status=%d", n.Status)
			}
			if n.Dropped != "" {
				b.WriteString(" dropped")
			}
		}
		b.WriteString("\n")
	}
	for _, d := range findings(f, err) {
		fmt.Fprintf(&b, "%d:%d-%d %s %s\n", d.From.Line, d.From.Col, d.To.Col, d.Severity, d.Code)
	}
	return b.String()
}

func showFlags(flags []Flag) string {
	s := ""
	for _, f := range flags {
		s += " " + f.Name
	}
	return s
}

func showParts(parts []Part) string {
	kinds := []string{"", "$", "$&", "?", "*", "%", "map ", "#"}
	s := " ["
	for i, p := range parts {
		if i > 0 {
			s += " "
		}
		s += kinds[p.Kind]
		switch p.Kind {
		case PartLiteral, PartVariable, PartFold, PartMap:
			s += strconv.Quote(p.Text)
		case PartGroup, PartCondition, PartChoice:
			s += strconv.Itoa(p.Group)
		case PartWhole:
		}
		if p.Kind == PartChoice {
			s += showParts(p.Yes) + showParts(p.No)
		}
		if p.Kind == PartMap {
			s += showParts(p.Key)
			if p.Default != nil {
				s += showParts(p.Default)
			}
		}
	}
	return s + "]"
}

func TestParse(t *testing.T) {
	t.Parallel()
	const head = "[ISAPI_Rewrite]\n"
	for _, tt := range []struct {
		d          Dialect
		text, want string
	}{
		{Rewrite2, "", "1:1-1 error no-header\n"},
		{Rewrite2, "RewriteRule a b\n", "1:1 Skipped\n2:1-1 error no-header\n"},
		{Rewrite2, "\xef\xbb\xbf" + head, "1:1 Header\n"},
		{Rewrite2, "x\r\n [isapi_rewrite] \r\n# c\r\n[Other]\r\nRewriteRule a b\r\n", "1:1 Skipped\n2:2 Header\n3:1 Comment\n4:1 Skipped\n5:1 Skipped\n"},
		{
			Rewrite2, head + "CacheClockRate 3600\nRepeatLimit\nrepeatlimit x\nUriMatchPrefix\nRFStyle Odd\nRewriteEngine on\n",
			"1:1 Header\n2:1 Setting CacheClockRate [\"3600\"]\n3:1 Setting RepeatLimit []\n4:1 Setting repeatlimit [\"x\"]\n5:1 Setting UriMatchPrefix []\n" +
				"6:1 Setting RFStyle [\"Odd\"]\n7:1 Setting RewriteEngine [\"on\"]\n2:1-15 note no-effect\n3:1-12 error argument-count\n4:13-14 warning bad-value\n" +
				"6:9-12 error bad-value\n7:1-14 error unknown-directive\n",
		},
		{
			Rewrite2, head + "RewriteCond Host: (.+)\nRewriteCond URL /a [I]\nRewriteCond %HTTPS on\nRewriteCond %{HTTPS} on\nRewriteCond Host a\nRewriteCond METHOD GET [NC,OR]\n  RewriteRule\t/a\t/b$1\t[i,RP]\n",
			"1:1 Header\n2:1 Cond \"Host:\" op=0 not=false \"(.+)\" []\n3:1 Cond \"URL\" op=0 not=false \"/a\" [] I\n4:1 Cond \"%HTTPS\" op=0 not=false \"on\" []\n" +
				"5:1 Cond \"%{HTTPS}\" op=0 not=false \"on\" []\n6:1 Cond \"Host\" op=0 not=false \"a\" []\n7:1 Cond \"METHOD\" op=0 not=false \"GET\" []\n" +
				"8:3 Rule kind=0 \"/a\" [\"/b\" $1] I RP status=301\n5:13-21 error bad-test\n6:13-17 error bad-test\n7:24-31 error unknown-flag\n",
		},
		{
			Rewrite2, head + `RewriteRule /a \?$1(?2$2&:\?)$12\$$$$&(x)\1a` + "\n",
			"1:1 Header\n2:1 Rule kind=0 \"/a\" [\"?\" $1 ?2 [$2 \"&\"] [\"?\"] $12 \"$$\" $& \"x\" $1 \"a\"]\n",
		},
		{
			Rewrite2, head + "RewriteRule a b?c\nRewriteRule a b)\nRewriteRule a (b\nRewriteRule a \\n\nRewriteRule a \\\nRewriteRule a $`\n",
			"1:1 Header\n2:1 Rule kind=0 \"a\" [\"b?c\"]\n3:1 Rule kind=0 \"a\" []\n4:1 Rule kind=0 \"a\" []\n5:1 Rule kind=0 \"a\" []\n6:1 Rule kind=0 \"a\" []\n7:1 Rule kind=0 \"a\" []\n" +
				"2:16-17 warning bad-format\n3:16-17 error bad-format\n4:15-16 error bad-format\n5:15-17 error bad-format\n6:15-16 error bad-format\n7:15-17 error bad-format\n",
		},
		{
			Rewrite2, head + "RewriteRule ^/a [F,I,O]\nRewriteRule a b [R=301]\nRewriteRule a\nRewriteHeader X: a b [CL]\nRewriteProxy a http\\://b/ [NF]\n",
			"1:1 Header\n2:1 Rule kind=0 \"^/a\" [\"[F,I,O]\"]\n3:1 Rule kind=0 \"a\" [\"b\"]\n5:1 Rule kind=3 \"a\" [\"b\"] CL\n6:1 Rule kind=2 \"a\" [\"http://b/\"] NF\n" +
				"2:17-24 error bad-arguments\n3:17-24 error unknown-flag\n4:1-14 error bad-arguments\n",
		},
		{
			Rewrite2, head + "RewriteRule  ^/a \t $0$9\n",
			"1:1 Header\n2:1 Rule kind=0 \"^/a\" [$0 $9]\n",
		},
		{
			Rewrite2, head + "RewriteRule a " + strings.Repeat("(", 40) + "b" + strings.Repeat(")", 40) + "\n",
			"1:1 Header\n2:1 Rule kind=0 \"a\" []\n2:48-48 error bad-format\n",
		},
		{
			IIRF, "RewriteRule a " + strings.Repeat("${m:", 40) + "b" + strings.Repeat("}", 40) + "\n",
			"1:1 Rule kind=0 \"a\" []\n1:147-147 error bad-format\n",
		},
		{
			IIRF, "RewriteRule a b [R=300]\nRewriteRule a b [R=301]\nRewriteRule a b [R=399]\nRewriteRule a b [R=400]\nRewriteRule a $0$9 []\n",
			"1:1 Rule kind=0 \"a\" [\"b\"] R status=302\n2:1 Rule kind=0 \"a\" [\"b\"] R status=301\n3:1 Rule kind=0 \"a\" [\"b\"] R status=399\n4:1 Rule kind=0 \"a\" [\"b\"] R status=302\n" +
				"5:1 Rule kind=0 \"a\" [$0 $9] dropped\n5:1-22 warning dropped-rule\n",
		},
		{
			IIRF, "RewriteCond $1  <a\nRewriteCond $1 =a\nRewriteRule a b\n",
			"1:1 Cond \"$1\" op=6 not=false \"a\" [$1]\n2:1 Cond \"$1\" op=8 not=false \"a\" [$1]\n3:1 Rule kind=0 \"a\" [\"b\"]\n",
		},
		{
			IIRF, "# c\nRewriteEngine maybe\nIterationLimit 31\nMaxMatchCount 10\nNoSuch x\nRewriteMap m txt:a\nRewriteMap n prg:a\nStatusUrl a\nUrlDecoding OFF x\nRewriteBase\n",
			"1:1 Comment\n2:1 Setting RewriteEngine [\"maybe\"]\n3:1 Setting IterationLimit [\"31\"]\n4:1 Setting MaxMatchCount [\"10\"]\n5:1 Setting NoSuch [\"x\"]\n" +
				"6:1 Setting RewriteMap [\"m\" \"txt:a\"]\n7:1 Setting RewriteMap [\"n\" \"prg:a\"]\n8:1 Setting StatusUrl [\"a\"]\n9:1 Setting UrlDecoding [\"OFF\" \"x\"]\n10:1 Setting RewriteBase []\n" +
				"2:15-20 error bad-value\n3:16-18 warning bad-value\n5:1-7 warning unknown-directive\n7:14-19 error map-source\n8:1-10 note no-effect\n9:17-18 warning ignored-text\n10:1-12 error argument-count\n",
		},
		{
			IIRF, "RewriteCond %{REQUEST_FILENAME} !-f [OR]\nRewriteCond *1$0 >a\nRewriteCond ${m:%{X}|d} !NotFound [I]\nRewriteRule ^/(.*)$ - [NC,R=303]\n",
			"1:1 Cond \"%{REQUEST_FILENAME}\" op=1 not=true \"-f\" [%\"REQUEST_FILENAME\"] OR\n2:1 Cond \"*1$0\" op=7 not=false \"a\" [*1 $0]\n" +
				"3:1 Cond \"${m:%{X}|d}\" op=0 not=true \"NotFound\" [map \"m\" [%\"X\"] [\"d\"]] I\n4:1 Rule kind=0 \"^/(.*)$\" [\"-\"] I R status=303\n",
		},
		{
			IIRF, "RewriteRule a ##$$**%x#L$1#E${m:${n:$1|}|b}#Z$\nRewriteRule b %{X\nRewriteRule c ${m}\nRewriteRule d ${m:a\n",
			"1:1 Rule kind=0 \"a\" [\"#$*%x\" #\"L\" $1 #\"E\" map \"m\" [map \"n\" [$1] []] [\"b\"] \"#Z$\"]\n2:1 Rule kind=0 \"b\" []\n3:1 Rule kind=0 \"c\" []\n4:1 Rule kind=0 \"d\" []\n" +
				"2:15-17 error bad-format\n3:15-17 error bad-format\n4:15-17 error bad-format\n",
		},
		{IIRF, "RewriteRule a %1~L*1\nFlagCharacters % ~\n", "1:1 Rule kind=0 \"a\" [*1 #\"L\" \"*1\"]\n2:1 Setting FlagCharacters [\"%\" \"~\"]\n"},
		{
			IIRF, "RewriteRule a - [F,L]\nRewriteRule b - [c]\nRewriteRule c - L\nRewriteRule d e [PH]\nRedirectRule f g [NI]\nProxyPass h i [G]\nRedirectRule j k [R=500]\nRewriteRule l m [L]\nRewriteRule l n [L]\nRewriteHeader X: a b\n",
			"1:1 Rule kind=0 \"a\" [\"-\"] F L dropped\n2:1 Rule kind=0 \"b\" [\"-\"] dropped\n3:1 Rule kind=0 \"c\" [\"-\"] dropped\n4:1 Rule kind=0 \"d\" [\"e\"] PH dropped\n" +
				"5:1 Rule kind=1 \"f\" [\"g\"] NI status=302 dropped\n6:1 Rule kind=2 \"h\" [\"i\"] G dropped\n7:1 Rule kind=1 \"j\" [\"k\"] R status=302\n8:1 Rule kind=0 \"l\" [\"m\"] L\n" +
				"9:1 Rule kind=0 \"l\" [\"n\"] L dropped\n10:1 Rule kind=3 \"a\" [\"b\"]\n" +
				"1:1-22 warning dropped-rule\n2:1-20 warning dropped-rule\n3:1-18 warning dropped-rule\n4:1-21 warning dropped-rule\n5:1-22 warning dropped-rule\n6:1-18 warning dropped-rule\n9:1-20 warning dropped-rule\n",
		},
		{IIRF, "RewriteCond a b\n", "1:1 Cond \"a\" op=0 not=false \"b\" [\"a\"]\n1:1-16 warning dangling\n"},
		{
			IIRF, "RewriteCond a\nRewriteRule a\nRewriteRule a b [L] c\nRewriteRule b [L]\n",
			"3:1 Rule kind=0 \"a\" [\"b\"] L\n4:1 Rule kind=0 \"b\" [\"[L]\"]\n1:1-14 error bad-arguments\n2:1-14 error bad-arguments\n3:21-22 warning ignored-text\n4:15-18 error bad-arguments\n",
		},
	} {
		got := show(Parse("a.ini", []byte(tt.text), tt.d, nil))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got)\n%s", tt.text, diff)
		}
		checkText(t, tt.text, tt.d)
	}
}

// checkText checks what holds for any text: places lie inside and are right,
// findings are bounded, and the tree of the print is the same.
func checkText(tb testing.TB, text string, d Dialect) {
	tb.Helper()
	f, err := Parse("a.ini", []byte(text), d, nil)
	ds := findings(f, err)
	if len(ds) > maxFindings+1 {
		tb.Errorf("there are %d findings", len(ds))
	}
	check := func(e parser.Extent) {
		tb.Helper()
		for _, p := range []parser.Pos{e.From, e.To} {
			if int(p.Offset) > len(text) || e.From.Offset > e.To.Offset {
				tb.Fatalf("%v lies outside of the text", e)
			}
		}
	}
	for _, d := range ds {
		check(d.Extent)
	}
	for _, n := range f.Nodes {
		check(n.Span())
		if r, ok := n.(*Rule); ok {
			checkParts(tb, check, r.Parts)
			for _, fl := range r.Flags {
				require.Equal(tb, fl.Text, text[fl.From.Offset:fl.To.Offset])
			}
			require.Equal(tb, r.Pattern.Text, text[r.Pattern.From.Offset:r.Pattern.To.Offset])
		}
	}
	var printed bytes.Buffer
	require.NoError(tb, Fprint(&printed, f))
	if err != nil {
		return
	}
	again, err := Parse("a.ini", printed.Bytes(), d, nil)
	var twice bytes.Buffer
	require.NoError(tb, Fprint(&twice, again))
	require.NoError(tb, err)
	require.Equal(tb, printed.String(), twice.String())
	require.Equal(tb, meaning(f), meaning(again))
}

// meaning is show without the places.
func meaning(f *File) string {
	var b strings.Builder
	for line := range strings.Lines(show(f, nil)) {
		if _, rest, ok := strings.Cut(line, " "); ok && !strings.Contains(line, " warning ") && !strings.Contains(line, " note ") {
			b.WriteString(rest)
		}
	}
	return b.String()
}

func checkParts(tb testing.TB, check func(parser.Extent), parts []Part) {
	tb.Helper()
	for _, p := range parts {
		check(p.Extent)
		checkParts(tb, check, p.Yes)
		checkParts(tb, check, p.No)
		checkParts(tb, check, p.Key)
		checkParts(tb, check, p.Default)
	}
}

// FuzzParse checks what holds for any text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"[ISAPI_Rewrite]\nRewriteCond Host: (.+)\nRewriteRule /(.*) /$1(?2a:b)\\? [I,RP]\n", "RewriteRule a ${m:$1|#Lx#E}*1%{X} [NC,R=301]\n",
		"[ISAPI_Rewrite]\r\nRewriteHeader X: a b [CL]\r\n", "FlagCharacters # %\nRewriteRule a #1\n", "RewriteCond a !-f [OR]\n", "\xef\xbb\xbf# x\n \x00",
	} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, iirf bool) {
		if len(text) > 1<<16 {
			t.Skip("too long")
		}
		d := Rewrite2
		if iirf {
			d = IIRF
		}
		checkText(t, text, d)
	})
}

// Texts that are made to cost much are read in little time, with few findings.
func TestHostile(t *testing.T) {
	t.Parallel()
	const n = 200_000
	for _, text := range []string{
		strings.Repeat("(", n), strings.Repeat("${a:", n), strings.Repeat("$1", n), strings.Repeat("?1", n), strings.Repeat("\\", n), strings.Repeat("*1#L", n),
	} {
		for _, d := range []Dialect{Rewrite2, IIRF} {
			start := time.Now()
			f, err := Parse("a.ini", []byte("[ISAPI_Rewrite]\nRewriteRule a "+text+"\n"), d, nil)
			require.LessOrEqual(t, len(findings(f, err)), maxFindings+1)
			require.Less(t, time.Since(start), 10*time.Second)
		}
	}
	f, err := Parse("a.ini", []byte(strings.Repeat("x\n", n)), IIRF, nil)
	require.Len(t, findings(f, err), maxFindings+1)
	_, err = Parse("a.ini", make([]byte, maxBytes2+1), Rewrite2, nil)
	require.ErrorContains(t, err, "larger than")
	_, err = Parse("a.ini", make([]byte, maxBytes+1), IIRF, nil)
	require.ErrorContains(t, err, "larger than")
	_, err = Parse("a.ini", []byte("RewriteRule a "+strings.Repeat("b", maxLine)), IIRF, nil)
	require.ErrorContains(t, err, "longer than")
}

// What holds for any text holds for those that people have.
func TestCorpus(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../../shared/corpus/isapi/*.ini")
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("the corpus of .ini files is not here")
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, d := range []Dialect{Rewrite2, IIRF} {
			checkText(t, string(text), d)
		}
	}
}
