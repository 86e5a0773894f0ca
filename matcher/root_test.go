package matcher_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Root says what makes a file public: the document root of the request's own
// server, the target of an alias, or a Require for what a rule or capture led to.
func TestResultRoot(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{}
	e := compile(t, `
ServerRoot /srv
DocumentRoot www
Alias /rel rel/dir/
Alias /icon.txt /srv/icons/i.txt
Alias /gone /srv/no/such
Alias /nested /srv/www/.data
Alias /url/ /srv/one
AliasMatch ^/m(.*)$ /srv/match/$1
AliasMatch ^/n/(.*)$ some\$1/$1
AliasMatch ^/pre(.*)$ /srv/pre$1
AliasMatch ^/q(/?)-(.*)$ /srv$1$2
AliasMatch ^/whole /srv/icons/i.txt
ScriptAlias /cgi /srv/cgi
<Directory /srv/granted>
	Require all granted
</Directory>
<Location /expression>
	Alias /srv/two/%{HTTP:Dir}
</Location>
<Location /half>
	Alias /srv/tw%{HTTP:Dir}
</Location>
<Location /anything>
	Alias %{HTTP:Dir}
</Location>
<Location /below>
	AliasPreservePath On
	Alias /srv/two%{HTTP:Dir}
</Location>
RewriteEngine On
RewriteRule ^/rule/(.*)$ /srv/files/$1
RewriteRule ^/granted/(.*)$ /srv/granted/$1
RewriteRule ^/known/(.*)$ /srv/www/.data/$1
RewriteRule ^/dir$ /srv/granted
<VirtualHost *>
	ServerName main.example
	RewriteEngine On
	RewriteOptions Inherit
</VirtualHost>
<VirtualHost *>
	ServerName other.example
	DocumentRoot /srv/other
	RewriteEngine On
	RewriteRule ^/www$ /srv/www/page.txt
</VirtualHost>
`, &matcher.Options{FS: fstest.MapFS{
		"srv/www/page.txt": file, "srv/files/f": file, "srv/granted/g": file, "srv/other/o": file,
		"srv/www/.data/d": file, "srv/two/t": file,
	}})
	for _, tt := range []struct{ host, target, file, root string }{
		{"", "/page.txt", "/srv/www/page.txt", "/srv/www"},
		{"", "/", "/srv/www/", "/srv/www"},
		{"", "/rel/a", "/srv/rel", "/srv/rel/dir"},
		{"", "/icon.txt", "/srv/icons", "/srv/icons/i.txt"},
		{"", "/gone/a/b", "/srv/no", "/srv/no/such"},
		{"", "/nested/d", "/srv/www/.data/d", "/srv/www/.data"},
		{"", "/url/x", "/srv/onex", "/srv"},
		{"", "/m/a", "/srv/match", "/srv/match"},
		{"", "/m../two/t", "/srv/two/t", ""},
		{"", "/n/a", "/srv/some$1", "/srv/some$1"},
		{"", "/prefix", "/srv/prefix", "/srv"},
		{"", "/pre/../two/t", "/srv/www/two", "/srv/www"},
		{"", "/q-x", "/srvx", "/"},
		{"", "/expression", "/srv/two/t", "/srv/two"},
		{"", "/half", "/srv/twt", "/srv"},
		{"", "/anything", "/srv/t", ""},
		{"", "/below/t", "/srv/twot", "/srv"},
		{"", "/q/-../etc/x", "/etc", ""},
		{"", "/whole", "/srv/icons", "/srv/icons/i.txt"},
		{"", "/cgi/x", "/srv/cgi", "/srv/cgi"},
		{"", "/rule/f", "/srv/files/f", ""},
		{"", "/granted/g", "/srv/granted/g", "/"},
		{"", "/granted/../etc/passwd", "/srv/www/etc", "/srv/www"},
		{"", "/dir", "/srv/granted", "/"},
		{"", "/known/d", "/srv/www/.data/d", "/srv/www/.data"},
		{"other.example", "/o", "/srv/other/o", "/srv/other"},
		{"other.example", "/www", "/srv/www/page.txt", ""},
	} {
		if tt.host == "" {
			tt.host = "main.example"
		}
		res, err := e.Eval(context.Background(), &matcher.Request{
			Target: tt.target, Host: tt.host, Header: map[string][]string{"Dir": {"t"}},
		})
		require.NoError(t, err, tt.target)
		require.Equal(t, [2]string{tt.file, tt.root}, [2]string{res.Filename, res.Root}, tt.host+tt.target)
	}
}

// Without a document root nothing maps to files, whatever Require says.
func TestResultRootNone(t *testing.T) {
	t.Parallel()
	e := compile(t, "<Location />\nRequire all granted\n</Location>\n", nil)
	require.Empty(t, get(t, e, "/etc/passwd").Root)
	require.Empty(t, (&matcher.Result{}).Root)
}

// A server is called by its address in brackets where that is an IPv6 one.
func TestServerNameIPv6(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^/a /b\n", nil)
	res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "[2001:DB8::1]:8080", ServerPort: 8080})
	require.NoError(t, err)
	require.Equal(t, "[2001:db8::1]", res.ServerName)
	require.Equal(t, "http://[2001:db8::1]:8080/a", res.Environment()["SCRIPT_URI"])
}
