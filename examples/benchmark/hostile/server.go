package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

func startHTTPD(ctx context.Context, dir string, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "httpd.conf")
	if err := os.WriteFile(conf, []byte(s.conf(dir, addr)), 0o644); err != nil {
		return nil, err
	}
	return server.Start(exec.CommandContext(ctx, "apache2", "-f", conf, "-DFOREGROUND"), addr, filepath.Join(dir, "httpd.out"))
}

func startModrewrite(ctx context.Context, dir string, s site) (*server.Server, error) {
	addr, err := server.FreeAddr()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "-config", filepath.Join(dir, "site.conf"), "-root", filepath.Join(dir, "htdocs"), "-listen", addr}
	return server.Start(exec.CommandContext(ctx, *command, append(args, s.args...)...), addr, filepath.Join(dir, "modrewrite.out"))
}

// backend is the other server, which both forward to. It answers with what it
// was asked for.
type backend struct {
	addr string
	http *http.Server
}

func startBackend() (*backend, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backend{addr: l.Addr().String(), http: &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			kind := "public"
			if strings.Contains(r.URL.Path, "secret") || strings.HasPrefix(r.URL.Path, "/private") || strings.HasPrefix(r.URL.Path, "/admin") {
				kind = protected
			}
			fmt.Fprintf(w, "CONTENT[%s %s %q]\n", kind, r.Method, r.URL.Path)
		}),
	}}
	go func() { _ = b.http.Serve(l) }()
	return b, nil
}

func (b *backend) stop() { _ = b.http.Close() }
