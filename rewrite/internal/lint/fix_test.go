package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFix has texts with a mistake and what Fix makes of them.
func TestFix(t *testing.T) {
	t.Parallel()
	const on = "RewriteEngine On\n"
	for _, test := range []struct {
		name, bad, good string
		server          bool
		pedantic        bool
	}{
		{name: "leading slash", bad: "RewriteRule ^/old$ /new [R]\n", good: "RewriteRule ^old$ /new [R]\n"},
		{name: "missing slash", server: true, bad: "RewriteRule ^old$ /new [R]\n", good: "RewriteRule ^/old$ /new [R]\n"},
		{name: "quoted", bad: "RewriteRule \"^/o d$\" /new [R]\n", good: "RewriteRule \"^o d$\" /new [R]\n"},
		{
			name: "trailing OR", bad: "RewriteCond %{REMOTE_ADDR} =192.0.2.4 [OR]\nRewriteRule ^a - [F]\n",
			good: "RewriteCond %{REMOTE_ADDR} =192.0.2.4\nRewriteRule ^a - [F]\n",
		},
		{
			name: "trailing OR beside a flag", bad: "RewriteCond %{HTTP_HOST} ^a [NC,OR]\nRewriteRule ^a - [F]\n",
			good: "RewriteCond %{HTTP_HOST} ^a [NC]\nRewriteRule ^a - [F]\n",
		},
		{
			name: "trailing OR before a flag", bad: "RewriteCond %{HTTP_HOST} ^a [OR,NC]\nRewriteRule ^a - [F]\n",
			good: "RewriteCond %{HTTP_HOST} ^a [NC]\nRewriteRule ^a - [F]\n",
		},
		{name: "fragment", bad: "RewriteRule ^a$ /x#y [R=301]\n", good: "RewriteRule ^a$ /x#y [R=301,NE]\n"},
		{name: "two mistakes", bad: "RewriteRule ^/a$ /x#y [R=301,L]\n", good: "RewriteRule ^a$ /x#y [R=301,L,NE]\n"},
		{name: "flag that does nothing", pedantic: true, bad: "RewriteRule ^a$ - [F,L]\n", good: "RewriteRule ^a$ - [F]\n"},
		{name: "the line ends stay", bad: "RewriteRule ^/a$ /x [R]\r\n# no end", good: "RewriteRule ^a$ /x [R]\r\n# no end"},
		{name: "right", bad: "RewriteRule ^a$ /x [R=301,L]\n", good: "RewriteRule ^a$ /x [R=301,L]\n"},
		{ // Without the slash it would take what another rule is for now.
			name: "one that another rule depends on", bad: "RewriteRule ^/(.*)$ - [F]\nRewriteRule ^b$ /c [R=301,L]\n",
			good: "RewriteRule ^/(.*)$ - [F]\nRewriteRule ^b$ /c [R=301,L]\n",
		},
		{name: "taken back", bad: "# modrewrite: ignore leading-slash -- for a server\nRewriteRule ^/a$ /x [R]\n", good: "# modrewrite: ignore leading-slash -- for a server\nRewriteRule ^/a$ /x [R]\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			src := Source{Name: ".htaccess", Text: []byte(on + test.bad), Access: !test.server}
			if test.server {
				src.Name = "site.conf"
			}
			text, fixed, err := Fix(src, &Options{Pedantic: test.pedantic})
			require.NoError(t, err)
			require.Equal(t, on+test.good, string(text))
			require.Equal(t, test.bad == test.good, len(fixed) == 0)
			src.Text = text
			again, fixed, err := Fix(src, &Options{Pedantic: test.pedantic})
			require.NoError(t, err)
			require.Empty(t, fixed)
			require.Equal(t, string(text), string(again))
		})
	}
}

// TestFixEntries mends the bad examples of the codes. What is left of them has fewer
// findings, and the codes whose cure is mechanical are those.
func TestFixEntries(t *testing.T) {
	t.Parallel()
	var mended []string
	for _, e := range Entries() {
		if e.Bad.Text == "" {
			continue
		}
		text, fixed, err := Fix(e.Bad.source(), e.Bad.options())
		require.NoError(t, err)
		if len(fixed) == 0 {
			require.Equal(t, e.Bad.Text, string(text), e.Code)
			continue
		}
		require.Equal(t, e.Code, fixed[0].Code)
		x := e.Bad
		x.Text = string(text)
		require.Empty(t, x.check(t, e.Code), "%s:\n%s", e.Code, text)
		mended = append(mended, string(e.Code))
	}
	slices.Sort(mended)
	t.Logf("%d: %s", len(mended), strings.Join(mended, " "))
	for _, code := range []string{
		"byte-order-mark", "double-encoding", "flags-glued", "hash-escaped", "http-only-referer", "leading-slash", "mangled-text", "missing-pt", "missing-slash",
		"or-of-negations", "pointless-flag", "pointless-qsa", "redirect-without-last", "trailing-or", "unescaped-backref", "variable-syntax",
	} {
		require.Contains(t, mended, code)
	}
}
