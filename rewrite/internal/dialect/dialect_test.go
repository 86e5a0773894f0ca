package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       Dialect
	}{
		{"site.conf", "RewriteEngine On\n", Apache},
		{"site.conf", "<IfModule mod_rewrite.c>\n</IfModule>\n", Apache},
		{"site.conf", "<VirtualHost *:80>\n</VirtualHost>\n", Apache},
		{"site.conf", "<Location />\n</Location>\n", Apache},
		{"site.conf", "", Apache},
		{"site.conf", "<?xml version=\"1.0\"?>\n<a/>", WebConfig},
		{"site.conf", "\xef\xbb\xbf<?xml version=\"1.0\"?>", WebConfig},
		{"site.conf", "\n <!-- a -->\n<configuration>", WebConfig},
		{"site.conf", "<rewrite >", WebConfig},
		{"site.conf", "<rewriteMaps/>", WebConfig},
		{"site.conf", "\xff\xfe<\x00r\x00u\x00l\x00e\x00s\x00>\x00", WebConfig},
		{"a/WEB.config", "", WebConfig},
		{`C:\site\Web.config`, "RewriteEngine On\n", WebConfig},
		{"applicationHost.config", "", WebConfig},
		{"httpd.ini", "", ISAPI2},
		{"a.ini", "# x\n[ISAPI_Rewrite]\n", ISAPI2},
		{"IIRF.ini", "RewriteRule a b\n", IIRF},
		{"IirfGlobal.ini", "", IIRF},
		{"IsapiRewrite4.ini", "", IIRF},
		{"php.ini", "a=b\n", Apache},
		{"httpd.conf", "[ISAPI_Rewrite]\n", Apache},
	} {
		require.Equal(t, tt.want, Of(tt.name, []byte(tt.text)), "%s %q", tt.name, tt.text)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, d := range All() {
		got, err := Parse(string(d))
		require.NoError(t, err)
		require.Equal(t, d, got)
		require.NotEmpty(t, d.Title())
	}
	_, err := Parse("iis")
	require.ErrorContains(t, err, "webconfig")
}

func TestOfOddLength(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"<rules>", "<rules >", "<rewrite>", "\xff\xfe<\x00r\x00u\x00l\x00e\x00s\x00>\x00 "} {
		require.Equal(t, WebConfig, Of("a", []byte(text)), "%q", text)
	}
}
