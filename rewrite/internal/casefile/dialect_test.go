package casefile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Rules of IIS are tested as those of Apache are, in the language that the case names.
func TestDialect(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"-- settings --\ndialect webconfig\n-- web.config --\n<rewrite><rules><rule name=\"a\"><match url=\"^old$\"/><action type=\"Redirect\" url=\"/new\"/></rule></rules></rewrite>\n",
		"-- settings --\ndialect isapi2\n-- httpd.ini --\n[ISAPI_Rewrite]\nRewriteRule /old /new [RP]\n",
		"-- settings --\ndialect iirf\n-- IIRF.ini --\nRedirectRule ^/old$ /new [R=301]\n",
		"-- settings --\ndialect isapi3\n-- .htaccess --\nRewriteEngine on\nRewriteRule ^old$ /new [RP]\n",
	} {
		f, err := Parse(nil, "x.txtar", src+"-- requests --\n/old\n\tredirect 301 http://www.example.com/new\n/x\n\tpass\n")
		require.NoError(t, err)
		rep := f.Run(t.Context(), nil)
		require.NoError(t, rep.Err, src)
		require.True(t, rep.OK(), src)
	}
	_, err := Parse(nil, "x.txtar", "-- settings --\ndialect perl\n-- requests --\n/old\n\tpass\n")
	require.ErrorContains(t, err, "webconfig")
	f, err := Parse(nil, "x.txtar", "-- settings --\ndialect isapi2\n-- httpd.ini --\nRewriteRule /old /new\n-- requests --\n/old\n\tpass\n")
	require.NoError(t, err)
	require.Error(t, f.Run(t.Context(), nil).Err, "what is not run does not pass")
}
