package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireLocalhost skips the test where 127.0.0.1 is not called localhost.
func requireLocalhost(t *testing.T) {
	t.Helper()
	names, err := net.DefaultResolver.LookupAddr(t.Context(), "127.0.0.1")
	if err != nil || len(names) == 0 || strings.TrimSuffix(names[0], ".") != "localhost" {
		t.Skipf("127.0.0.1 is not localhost here but %q, %v", names, err)
	}
}

// TestServeHostNames serves what access by host name guards.
func TestServeHostNames(t *testing.T) {
	t.Parallel()
	requireLocalhost(t)
	dir := tree(t, map[string]string{
		"site.conf": "HostnameLookups Off\n<Location /conf>\nOrder Allow,Deny\nAllow from all\nDeny from localhost\n</Location>\n" +
			"<Location /name>\nHostnameLookups On\nRewriteEngine On\nRewriteCond %{REMOTE_HOST} =localhost\nRewriteRule ^ - [R=410]\n</Location>\n",
		"www/denied/.htaccess": "Order Allow,Deny\nAllow from all\nDeny from localhost\n", "www/denied/index.html": "secret",
		"www/not/.htaccess": "<RequireAll>\nRequire all granted\nRequire not host localhost\n</RequireAll>\n", "www/not/index.html": "secret",
		"www/let/.htaccess": "Require host localhost\n", "www/let/index.html": "open",
		"www/conf": "secret", "www/name": "secret",
	})
	r := startServe(t, "-root", filepath.Join(dir, "www"), "-config", filepath.Join(dir, "site.conf"))
	for path, want := range map[string]string{
		"/denied/": "403", "/not/": "403", "/let/": "200", "/conf": "403", "/name": "410",
	} {
		got := fetch(t, "GET", r.url+path)
		require.Contains(t, got, want, path)
		require.NotContains(t, got, "secret", path)
	}
	r.stop()
	require.Contains(t, r.out.String(), "localhost - - [") // as httpd's %h
	require.NotContains(t, r.out.String(), "127.0.0.1 - - [")
}
