package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fetchHost sends target as it is for host and returns the status and the body.
func fetchHost(t *testing.T, server, host, target string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server, http.NoBody)
	require.NoError(t, err)
	req.URL = &url.URL{Scheme: "http", Host: req.URL.Host, Opaque: target}
	req.Host = host
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, strings.TrimSpace(string(body))
}

// Files come from where the configuration maps requests to, as it is at the
// moment, and from nowhere else.
func TestServePublic(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"srv/www/page.txt": "page", "srv/rel/r.txt": "rel", "srv/icons/i.txt": "icon", "srv/match/m.txt": "match",
		"srv/secret.txt": "secret", "srv/open/o.txt": "open", "srv/later/l.txt": "later", "srv/app/conf.php": "source",
		"srv/.data/d.txt": "data", "srv/.data/.env": "source",
	})
	conf := filepath.Join(dir, "conf", "site.conf")
	require.NoError(t, os.Mkdir(filepath.Dir(conf), 0o755))
	text := strings.ReplaceAll(`
ServerRoot @/srv
DocumentRoot www
Alias /rel rel
Alias /favicon.ico icons/i.txt
Alias /gone @/no/such/folder
Alias /conf @/srv/app/conf.php
Alias /data @/srv/.data
AliasMatch ^/m(.*)$ @/srv/match/$1
RewriteEngine On
RewriteRule ^/rule$ @/srv/secret.txt
RewriteRule ^/opened$ @/srv/open/o.txt
RewriteRule ^/known$ @/srv/rel/r.txt
<Directory @/srv/open>
	Require all granted
</Directory>
`, "@", filepath.ToSlash(dir))
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	srv := startServe(t, "-config", conf, "-watch", "10ms")
	check := func(want map[string]string) {
		t.Helper()
		for target, want := range want {
			status, body := fetchHost(t, srv.url, "", target)
			if got := strings.TrimSpace(http.StatusText(status) + " " + body); status == http.StatusOK && got != "OK "+want ||
				status != http.StatusOK && http.StatusText(status) != want {
				t.Errorf("GET %s = %s, want %s", target, got, want)
			}
		}
	}
	check(map[string]string{
		"/page.txt": "page", "/rel/r.txt": "rel", "/favicon.ico": "icon", "/favicon.ico/x": "Not Found", "/m/m.txt": "match",
		"/gone": "Not Found", "/gone/x/y": "Not Found", "/conf": "Forbidden", "/data/d.txt": "data", "/data/.env": "Forbidden",
		"/m../secret.txt": "Forbidden", "/rule": "Forbidden", "/opened": "open", "/known": "rel", "/new/l.txt": "Not Found",
		"/m/none": "Not Found", "/rel": "Moved Permanently", "/data/": "Forbidden",
	})
	require.Contains(t, srv.err.String(), "Require all granted")

	if err := os.WriteFile(conf, []byte(text+"Alias /new "+filepath.ToSlash(dir)+"/srv/later\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	srv.err.await(t, "(ruleset reloaded)")
	check(map[string]string{"/new/l.txt": "later", "/page.txt": "page"})
}

// Without a document root nothing is a file, and the missing one of a virtual
// host has none. That of a server is an error.
func TestServeNoRoot(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"none.conf": "<Location />\nRequire all granted\n</Location>\n", "missing.conf": "<VirtualHost *:80>\nDocumentRoot nowhere\n</VirtualHost>\n"})
	for conf, want := range map[string]int{"none.conf": 403, "missing.conf": 404} {
		srv := startServe(t, "-config", filepath.Join(dir, conf))
		for _, target := range []string{"/etc/passwd", filepath.ToSlash(dir) + "/none.conf"} {
			status, _ := fetchHost(t, srv.url, "", target)
			require.Equal(t, want, status, conf+target)
		}
	}
}
