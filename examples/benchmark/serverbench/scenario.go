package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

// scenario is a ruleset and where it stands. The requests match none of it.
type scenario struct {
	name   string
	server string // rules of the virtual host
	access string // rules of the document root's .htaccess
}

func scenarios() []scenario {
	return []scenario{
		{name: "no rules"},
		{name: "10,000 server rules", server: redirects("/", 10000)},
		{name: "1,000 rules in .htaccess", access: redirects("", 1000)},
		{name: "1,000 User-Agent conditions", server: botList(1000)},
	}
}

// redirects returns n rules as a site collects them over the years.
func redirects(slash string, n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		switch i % 5 {
		case 3:
			fmt.Fprintf(&b, "RewriteRule ^%sshop-%d/([0-9]+)/?$ /item/%d?id=$1 [R=301,L]\n", slash, i, i)
		case 4:
			fmt.Fprintf(&b, "RewriteRule ^%sDocs%d/([a-z-]+)\\.html$ /doc/$1 [NC,R,L]\n", slash, i)
		default:
			fmt.Fprintf(&b, "RewriteRule ^%sold/page-%d/?$ /new/%d [R=301,L]\n", slash, i, i)
		}
	}
	return b.String()
}

// botList returns a rule that forbids n made-up robots.
func botList(n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		or := ",OR"
		if i == n-1 {
			or = ""
		}
		start := "^"
		if i%2 == 0 {
			start = ""
		}
		fmt.Fprintf(&b, "RewriteCond %%{HTTP_USER_AGENT} %s%sbot%d [NC%s]\n", start, string(rune('A'+i%26)), i, or)
	}
	b.WriteString("RewriteRule ^ - [F]\n")
	return b.String()
}

// site is a scenario on disk.
type site struct {
	dir, root, rules string
}

func writeSite(dir string, sc scenario) (site, error) {
	s := site{dir: dir, root: filepath.Join(dir, "htdocs"), rules: filepath.Join(dir, "rules.conf")}
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return s, err
	}
	for d := dir; d != "/" && d != "."; d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755) // httpd's children run as another user
	}
	files := map[string]string{
		filepath.Join(s.root, "page.html"): strings.Repeat("<p>small page</p>\n", 20),
		s.rules:                            sc.server,
	}
	if sc.access != "" {
		files[filepath.Join(s.root, ".htaccess")] = sc.access
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return s, err
		}
	}
	return s, nil
}

// httpdConf is Debian's own configuration, less what has no bearing: event MPM,
// keep-alive, combined access log.
const httpdConf = `ServerRoot %[1]s
PidFile %[1]s/httpd.pid
ServerName bench.example
Listen %[2]s
Timeout 300
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5
User www-data
Group www-data
HostnameLookups Off
ErrorLog %[1]s/error.log
LogLevel warn
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
TypesConfig /etc/mime.types
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%O \"%%{Referer}i\" \"%%{User-Agent}i\"" combined
CustomLog %[1]s/access.log combined
StartServers 2
MinSpareThreads 25
MaxSpareThreads 75
ThreadLimit 64
ThreadsPerChild 25
MaxRequestWorkers 150
MaxConnectionsPerChild 0
<Directory />
Options FollowSymLinks
AllowOverride None
Require all denied
</Directory>
<Directory %[3]s>
Options FollowSymLinks
AllowOverride All
Require all granted
</Directory>
<VirtualHost *>
DocumentRoot %[3]s
Include %[4]s
</VirtualHost>
`

func startHTTPD(ctx context.Context, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(s.dir, "httpd.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, httpdConf, s.dir, addr, s.root, s.rules), 0o644); err != nil {
		return nil, err
	}
	return server.Start(exec.CommandContext(ctx, "apache2", "-f", conf, "-DFOREGROUND"), addr, filepath.Join(s.dir, "httpd.out"))
}

func startModrewrite(ctx context.Context, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, *command, "serve", "-config", s.rules, "-root", s.root, "-listen", addr)
	return server.Start(cmd, addr, filepath.Join(s.dir, "modrewrite.out"))
}
