package lint

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// TestServerFiles has names and texts of files in folders, of httpd and of others.
func TestServerFiles(t *testing.T) {
	t.Parallel()
	const (
		rules = "RewriteEngine On\nRewriteRule ^/a$ /b [L]\n"
		host  = "<VirtualHost *:80>\n  ServerName a.example\n  DocumentRoot /srv/a\n</VirtualHost>\n"
		nginx = "server {\n  listen 80;\n  rewrite ^/a$ /b last;\n}\n"
	)
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"etc/apache2/apache2.conf", "Include conf.d/\n", true},
		{"conf/httpd.conf", "", true},
		{"conf/HTTPD.CONF", rules, true},
		{"conf/extra/httpd-vhosts.conf", host, true},
		{"sites-available/000-default.conf", host, true},
		{"sites-enabled/a.conf", "  redirect permanent /a /b\r\n", true},
		{"conf.d/rewrite.conf", "# the rules\n" + rules, true},
		{"vhosts.d/a.conf", host, true},
		{"sites-available/a.conf", nginx, false},
		{"conf.d/default.conf", nginx, false},
		{"conf.d/gzip.conf", "gzip on;\ngzip_types text/plain;\n", false},
		{"conf.d/proxy.conf", "# Redirect\nproxy_set_header Host $host;\n", false},
		{"httpd.conf", "server \"default\" {\n  listen on * port 80\n}\n", false}, // of OpenBSD
		{"conf.d/apache2.conf", "[program:apache2]\ncommand=/usr/sbin/apache2ctl\n", false},
		{"conf.d/lighttpd.conf", "$HTTP[\"host\"] == \"a\" {\n}\n", false},
		{"conf.d/mime.conf", "AddType text/x-a .a\n", false}, // nothing that rules could go wrong by
		{"conf.d/README", rules, false},
		{"templates/a.conf", rules, false},
		{"conf.d/a.conf.bak", rules, false},
	} {
		require.Equal(t, test.want, MayBeServer(test.name) && IsServer(test.name, []byte(test.text)), "%s: %s", test.name, test.text)
	}
}

// TestOutermost leaves out what is included, also by each other.
func TestOutermost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	texts := map[string]string{
		"httpd.conf":    "Include conf.d/a.conf\nInclude " + filepath.ToSlash(filepath.Join(dir, "conf.d", "c.conf")) + "\n",
		"conf.d/a.conf": "RewriteRule ^/a$ /b\n", "conf.d/b.conf": "RewriteRule ^/a$ /b\n", "conf.d/c.conf": "RewriteRule ^/a$ /b\n",
		"conf.d/d.conf": "IncludeOptional e.conf\n", "conf.d/e.conf": "IncludeOptional d.conf\n",
	}
	var sources []Source
	for _, name := range []string{"httpd.conf", "conf.d/a.conf", "conf.d/b.conf", "conf.d/c.conf", "conf.d/d.conf", "conf.d/e.conf"} {
		full := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(texts[name]), 0o600))
		sources = append(sources, Source{Name: full, Text: []byte(texts[name]), ServerRoot: filepath.ToSlash(filepath.Dir(full)), Found: true})
	}
	names := func() (out []string) {
		for _, src := range Outermost(sources, &Options{Parse: parser.Options{}}) {
			rel, err := filepath.Rel(dir, src.Name)
			require.NoError(t, err)
			out = append(out, filepath.ToSlash(rel))
		}
		return out
	}
	require.Equal(t, []string{"httpd.conf", "conf.d/b.conf", "conf.d/d.conf", "conf.d/e.conf"}, names())
	sources[1].Found = false
	require.Contains(t, names(), "conf.d/a.conf", "a file that is named")
}

// TestAccessFiles has names of access files, and of others.
func TestAccessFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		".htaccess", "a/b/.HTACCESS", "old.htaccess", "htaccess", "htaccess.txt", "_htaccess", "dot.htaccess", "dot-htaccess", "htaccess.dist", ".htaccess.dist", ".htaccess.example",
		"htaccess_dist", "ht.access", ".htaccess.changeme", ".htaccess-production", ".htaccess.default.txt", ".htaccess2", "htaccess.backup-20240131",
	} {
		require.True(t, IsAccessFile(name), name)
	}
	for _, name := range []string{"", ".htpasswd", "htaccess.md", "htaccess.php", "HtaccessTest.java", "htaccess.conf", "htaccess-generator.js", ".htaccess.erb", "site.conf", "htaccess/readme"} {
		require.False(t, IsAccessFile(name), name)
	}
}
