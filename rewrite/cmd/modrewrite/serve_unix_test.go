//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Not parallel: the signal goes to every server in this process.
func TestServeHangup(t *testing.T) {
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^ - [G]\n"})
	conf := filepath.Join(dir, "site.conf")
	srv := startServe(t, "-config", conf)
	hangup := func() { require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP)) }
	require.Equal(t, "410", fetch(t, http.MethodGet, srv.url))
	require.NoError(t, os.WriteFile(conf, []byte("RewriteRule (\n"), 0o600))
	hangup()
	srv.err.await(t, "(not reloaded)")
	require.Equal(t, "410", fetch(t, http.MethodGet, srv.url))
	require.NoError(t, os.WriteFile(conf, []byte("RewriteEngine On\nRewriteRule ^ - [F]\n"), 0o600))
	hangup()
	srv.err.await(t, "(ruleset reloaded)")
	require.Equal(t, "403", fetch(t, http.MethodGet, srv.url))

	files := startServe(t, "-root", dir)
	hangup()
	files.err.await(t, "(nothing to reload)")
}
