package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestServeWebConfig asks for web.config in every spelling that some file
// system takes for it.
func TestServeWebConfig(t *testing.T) {
	t.Parallel()
	files := map[string]string{"x.txt": "plain", ".htaccess": "RewriteEngine On\nRewriteRule ^rule$ web.config\n"}
	for _, dir := range []string{"", "x/", "y/web.config/"} {
		for _, name := range []string{"web.config", "WEB.CONFIG", "web.config ", "web.config.", "web.config::$DATA", "WEB~1.CON"} {
			files[dir+name+map[bool]string{true: "/secret"}[dir == "" && name == "web.config."]] = "secret"
		}
	}
	r := startServe(t, "-root", tree(t, files))
	all := startServe(t, "-root", tree(t, files), "-allow-source", "-allow-dotfiles")
	for _, target := range []string{
		"/web.config", "/WEB.CONFIG", "/x/web.config", "/x/WEB.CONFIG", "/web.config%20", "/x/web.config.", "/web%2econfig",
		"/web.config::$DATA", "/web.config%3a%3a$DATA", "/x/../web.config", "/./web.config", "/x//web.config", "/web.config?a=b",
		"/WEB~1.CON", "/rule", "/web.config/", "/web.config/x", "/y/web.config/WEB.CONFIG", "/web.config./secret", "/%77%65%62.config",
		"/web.config;a=b", "/web.config%00", "/x%5cweb.config", "/y/web.config/",
	} {
		for _, s := range []running{r, all} {
			status, body := fetchRaw(t, s.url, target)
			if status != http.StatusNotFound || strings.Contains(body, "secret") {
				t.Errorf("GET %s = %d %q, want 404", target, status, body)
			}
		}
	}
	status, _ := fetchRaw(t, all.url, "/x.txt")
	require.Equal(t, http.StatusOK, status)
}

// A site's own server would run scripts and hide what it is configured by, so
// serve sends neither. Names count, wherever links, indexes, error documents
// and rules lead; the options lift it.
func TestServeWithholds(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{
		"app.php": "source", "deep/.env": "source", "plain.txt": "plain", ".shared/f.txt": "source", "web.config": "source",
		"httpd.ini": "source",
	})
	dir := tree(t, map[string]string{
		"index.php": "source", "wp-config.PHP": "source", "up/x.php.jpg": "source", "a.inc": "source", "a.phar": "source",
		"a.txt": "plain", "style.css": "plain", "cgi/.htaccess": "SetHandler cgi-script\n", "cgi/run.txt": "source",
		"typed/.htaccess": "AddType application/x-httpd-php .html\n", "typed/a.html": "source", "typed/a.txt": "plain",
		"proxied/.htaccess": "SetHandler proxy:unix:/run/fpm.sock|fcgi://localhost\n", "proxied/a.txt": "source",
		"known/.htaccess": "SetHandler Nobody_Has_This\n", "known/a.txt": "plain",
		"index/.htaccess": "DirectoryIndex main.php index.html\n", "index/main.php": "source", "index/index.html": "plain",
		"error/.htaccess": "ErrorDocument 404 /error/e.php\n", "error/e.php": "source",
		"back/.htaccess": "FallbackResource /back/f.php\n", "back/f.php": "source",
		"rule/.htaccess": "RewriteEngine On\nRewriteRule ^x$ r.php\nRewriteRule ^e$ /.env\n", "rule/r.php": "source",
		".env": "source", ".git/config": "source", "sub/.hidden": "source", ".well-known/acme/t": "plain",
		"sub/.well-known/t": "source", ".well-known/.git/x": "source", ".Well-Known/t": "source", "...": "source",
		"web.config": "source", "sub/WEB.config": "source", "HTTPD.ini": "source", "iirf.INI": "source", "web.config.": "source",
		"WEB~1.CON": "source", "dir.php/page.txt": "plain", ".htaccess": "Options +FollowSymLinks\n",
	})
	for name, target := range map[string]string{
		"link.txt": filepath.Join(outside, "app.php"), "env.txt": filepath.Join(outside, "deep/.env"),
		"linked": filepath.Join(outside, "deep"), "out.txt": filepath.Join(outside, "plain.txt"),
		"shared": filepath.Join(outside, ".shared"), "chain.txt": "middle.php", "middle.php": "a.txt",
		"self.txt": filepath.Join(dir, "a.txt"), "conf.txt": filepath.Join(outside, "web.config"), "parse.txt": filepath.Join(outside, "httpd.ini"),
		"rel.txt": "sub/../.git/../.env", "gitlink": ".git",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	source, dots := "-allow-source", "-allow-dotfiles"
	tests := []struct {
		target string
		status int
		option string // that permits it; "" where it is sent anyway
	}{
		{"/a.txt", 200, ""},
		{"/style.css", 200, ""},
		{"/dir.php/page.txt", 200, ""},
		{"/typed/a.txt", 200, ""},
		{"/known/a.txt", 200, ""},
		{"/out.txt", 200, ""},
		{"/self.txt", 200, ""},
		{"/.well-known/acme/t", 200, ""},
		{"/index.php", 403, source},
		{"/index.php/x", 403, source},
		{"/index.php/", 403, source},
		{"/wp-config.PHP", 403, source},
		{"/up/x.php.jpg", 403, source},
		{"/a.inc", 403, source},
		{"/a.phar", 403, source},
		{"/%61.inc", 403, source},
		{"/up/../a.inc", 403, source},
		{"/cgi/run.txt", 403, source},
		{"/typed/a.html", 403, source},
		{"/proxied/a.txt", 403, "-fcgi"},
		{"/index/", 403, source},
		{"/back/none", 403, source},
		{"/rule/x", 403, source},
		{"/link.txt", 403, source},
		{"/chain.txt", 403, source},
		{"/middle.php", 403, source},
		{"/HTTPD.ini", 404, source},
		{"/iirf.INI", 404, source},
		{"/parse.txt", 404, source},
		{"/.env", 403, dots},
		{"/.git/config", 403, dots},
		{"/sub/.hidden", 403, dots},
		{"/rule/e", 403, dots},
		{"/sub/.well-known/t", 403, dots},
		{"/.well-known/.git/x", 403, dots},
		{"/.Well-Known/t", 403, dots},
		{"/...", 403, dots},
		{"/env.txt", 403, dots},
		{"/linked/.env", 403, dots},
		{"/shared/f.txt", 403, dots},
		{"/rel.txt", 403, dots},
		{"/gitlink/config", 403, dots},
	}
	plain := startServe(t, "-root", dir)
	both := startServe(t, "-root", dir, "-allow-source", "-allow-dotfiles")
	var withheld []string // the options that the log is to name, in order
	for _, tt := range tests {
		status, body := fetchRaw(t, plain.url, tt.target)
		if status != tt.status || strings.Contains(body, "source") {
			t.Errorf("GET %s = %d %q, want %d", tt.target, status, body, tt.status)
		}
		if tt.option != "" {
			withheld = append(withheld, tt.option)
		}
		if status, _ := fetchRaw(t, both.url, tt.target); status != http.StatusOK && !strings.HasPrefix(tt.target, "/index.php/") && tt.option != "-fcgi" {
			t.Errorf("GET %s with both options = %d", tt.target, status)
		}
	}

	require.Equal(t, exitOK, plain.stop())
	var named []string
	for _, m := range regexp.MustCompile(`(?m)^.*file not sent: .*\(serve: (\S+)\) permits it`).FindAllStringSubmatch(plain.err.String(), -1) {
		named = append(named, m[1])
	}
	require.Equal(t, withheld, named)
	require.NotContains(t, both.err.String(), "serve: -allow")

	plain = startServe(t, "-root", dir)
	for target, want := range map[string]int{ // no file is there, or none for anybody
		"/none.php": 404, "/cgi/none": 404, "/known/none": 404, "/known/": 404, "/cgi/": 403, "/proxied/none": 404, "/none/x.php/y": 404, "/error/none": 404,
		"/web.config": 404, "/sub/WEB.config": 404, "/web.config.": 404, "/WEB~1.CON": 404, "/conf.txt": 404,
		"/.htaccess": 403, "/.HTpasswd": 403, "/sub/.ht": 403, "/.none": 403,
	} {
		if status, body := fetchRaw(t, plain.url, target); status != want || strings.Contains(body, "source") {
			t.Errorf("GET %s = %d %q, want %d", target, status, body, want)
		}
	}
	for target, want := range map[string]int{"/.htaccess": 403, "/.htx": 403, "/.none": 404, "/web.config": 404, "/conf.txt": 404} {
		status, _ := fetchRaw(t, both.url, target)
		require.Equal(t, want, status, target)
	}
}

// fetchRaw sends target as it is and returns the status and the body.
func fetchRaw(t *testing.T, url, target string) (int, string) {
	t.Helper()
	return fetchHost(t, url, "", target)
}
