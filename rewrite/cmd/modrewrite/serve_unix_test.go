//go:build unix

package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

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

// An empty config file is taken with -allow-empty only, and what is found in one
// is in the log after each reload. Not parallel: the signal goes to every server
// in this process.
func TestServeHangupEmpty(t *testing.T) {
	const text = "<Location />\nOptions +Includes\nRequire all denied\n</Location>\n"
	dir := tree(t, map[string]string{"site.conf": text, "www/index.html": "index"})
	conf, root := filepath.Join(dir, "site.conf"), filepath.Join(dir, "www")
	hangup := func() { require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP)) }
	srv := startServe(t, "-config", conf, "-root", root)
	require.Contains(t, srv.err.String(), "includes are not run")
	hangup()
	srv.err.await(t, `(?s)(includes are not run.*includes are not run.*ruleset reloaded)`)
	require.NoError(t, os.Truncate(conf, 0))
	hangup()
	srv.err.await(t, "(-allow-empty)")
	require.Equal(t, "403", fetch(t, http.MethodGet, srv.url+"/index.html"))
	require.Equal(t, exitOK, srv.stop())

	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	srv = startServe(t, "-config", conf, "-root", root, "-allow-empty")
	require.Equal(t, "403", fetch(t, http.MethodGet, srv.url+"/index.html"))
	require.NoError(t, os.Truncate(conf, 0))
	hangup()
	srv.err.await(t, "(ruleset reloaded)")
	require.Contains(t, fetch(t, http.MethodGet, srv.url+"/index.html"), "200 ")
}

// hangupAtStart is standard error that sends SIGHUP to this process as soon as
// the server says that it serves.
type hangupAtStart struct{ journal }

func (h *hangupAtStart) Write(p []byte) (int, error) {
	if strings.Contains(string(p), "serving on") {
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			return 0, err
		}
		time.Sleep(50 * time.Millisecond) // until it has arrived
	}
	return h.journal.Write(p)
}

// A signal that comes before the server has begun is neither lost nor its end. Not
// parallel: it goes to every server in this process.
func TestServeHangupAtStart(t *testing.T) {
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^ - [G]\n"})
	ctx, cancel := context.WithCancel(t.Context())
	messages, code := &hangupAtStart{}, make(chan int, 1)
	go func() {
		args := []string{"serve", "-listen", "127.0.0.1:0", "-config", filepath.Join(dir, "site.conf")}
		code <- run(ctx, streams{strings.NewReader(""), &journal{}, messages}, args)
	}()
	messages.await(t, "(ruleset reloaded)")
	cancel()
	require.Equal(t, exitOK, <-code)
}
