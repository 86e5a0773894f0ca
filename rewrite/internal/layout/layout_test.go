package layout

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// none is a file system without files.
type none struct{}

func (none) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func parse(src []byte) (*parser.File, error) {
	return parser.Parse("a.conf", src, &parser.Options{FS: none{}, Getenv: func(string) (string, bool) { return "", false }})
}

func lay(t *testing.T, src string) string {
	t.Helper()
	f, err := parse([]byte(src))
	require.NoError(t, err)
	out, err := Text(f, []byte(src), parse)
	require.NoError(t, err)
	return string(out)
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", ""},
		{"blank lines stay", "\n\nRewriteEngine on\n \n\nRewriteOptions  Inherit\n", "\n\nRewriteEngine on\n\n\nRewriteOptions Inherit\n"},
		{"last line", "RewriteEngine on", "RewriteEngine on\n"},
		{"words", "RewriteRule\t ^a$   \"/b  c\"\t[L]  \n", "RewriteRule ^a$ \"/b  c\" [L]\n"},
		{"flags", "RewriteRule ^a$ /b [redirect=301,nocase,l]\nRewriteCond a b [ornext]\n", "RewriteRule ^a$ /b [R=301,NC,L]\nRewriteCond a b [OR]\n"},
		{"flags keep what they say", "RewriteRule ^a$ /b [env=A:%{HTTP_HOST},cookie=n:v:d]\n", "RewriteRule ^a$ /b [E=A:%{HTTP_HOST},CO=n:v:d]\n"},
		{"quoted flags", "RewriteRule ^a$ /b   \"[r, last]\"\n", "RewriteRule ^a$ /b \"[R, L]\"\n"},
		{"sections", "<Directory />\nRewriteEngine on\n<IfModule x>\n# c\n</IfModule>\n</Directory>\n", "<Directory />\n    RewriteEngine on\n    <IfModule x>\n        # c\n    </IfModule>\n</Directory>\n"},
		{"comments", "   #  a  b  \n#c\n", "#  a  b\n#c\n"},
		{"continuations", "  RewriteRule ^a$ \\\n     /b   \\\n  [L]\nRewriteEngine   on\n", "RewriteRule ^a$ \\\n     /b   \\\n  [L]\nRewriteEngine on\n"},
		{"other directives keep their blanks", "  Header  set  A   \"b\"\n", "Header  set  A   \"b\"\n"},
		{"line ends", "RewriteEngine   on\r\n\r\n  # c\r\n", "RewriteEngine on\r\n\r\n# c\r\n"},
		{"backslash", "ServerAdmin a\\ \nRewriteEngine on\n", "ServerAdmin a\\ \nRewriteEngine on\n"},
		{"escaped blank", "RewriteRule ^a\\ b$   /c\n", "RewriteRule ^a\\ b$ /c\n"},
		{"macro", "<Macro m $x>\n RewriteRule  ^$x$   /b\n</Macro>\nUse m a\n", "<Macro m $x>\n    RewriteRule  ^$x$   /b\n</Macro>\nUse m a\n"},
		{"text behind", "RewriteRule ^a$ /b   [L]   more\n", "RewriteRule ^a$ /b [L]   more\n"},
		{"base and map", "RewriteBase   /a/\nRewriteMap  m   txt:/a   x\n", "RewriteBase /a/\nRewriteMap m txt:/a x\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := lay(t, c.src)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
			require.Equal(t, got, lay(t, got), "the layout is stable")
		})
	}
}

// TestCorpus lays out real rulesets: the tree stays, no line and no comment is lost,
// and doing it again changes nothing.
func TestCorpus(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../../../shared/corpus/apache/*")
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("SKIPPED, no corpus to lay out")
	}
	n := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		f, err := parse(src)
		if err != nil && len(ownErrors(err)) > 0 {
			continue
		}
		again := func(src []byte) (*parser.File, error) {
			f, err := parse(src)
			if len(ownErrors(err)) > 0 {
				return nil, err
			}
			return f, nil
		}
		out, err := Text(f, src, again)
		require.NoError(t, err, name)
		require.Equal(t, lines(string(src)), lines(string(out)), name)
		f, err = again(out)
		require.NoError(t, err, name)
		twice, err := Text(f, out, again)
		require.NoError(t, err, name)
		require.Equal(t, string(out), string(twice), name)
		n++
	}
	t.Logf("%d of %d files", n, len(names))
	require.Greater(t, n, len(names)/2)
}

// ownErrors returns the errors of a text that are not about other files.
func ownErrors(err error) parser.Diagnostics {
	var own parser.Diagnostics
	for _, d := range parser.Findings(err) {
		if d.Severity == parser.Error && d.Code != parser.CodeInclude && d.Code != parser.CodeUndefinedMacro {
			own = append(own, d)
		}
	}
	return own
}

// lines returns the lines of a text without white space, in small letters, and
// without what flags are spelt like.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.ToLower(strings.Join(strings.Fields(line), ""))
		if strings.Contains(line, "[") && strings.HasPrefix(line, "rewrite") {
			line = line[:strings.LastIndex(line, "[")]
		}
		out = append(out, line)
	}
	return out
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"RewriteRule a  b [l]\n", "<If a>\n#x\\\ny\n</If>\n", "  a\\ \n", "\x00 x\n", "<IfModule !x>\n y\n</IfModule>\n", "RewriteCond \"%{A}\"  'b' [NC]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := parse([]byte(src))
		if err != nil {
			return
		}
		out, err := Text(tree, []byte(src), parse)
		if err != nil {
			t.Fatalf("%v: %q", err, src)
		}
		tree, err = parse(out)
		require.NoError(t, err)
		twice, err := Text(tree, out, parse)
		require.NoError(t, err)
		if string(twice) != string(out) {
			t.Errorf("%q becomes %q and then %q", src, out, twice)
		}
	})
}
