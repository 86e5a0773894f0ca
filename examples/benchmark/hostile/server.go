package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// server is a running server.
type server struct {
	addr string
	cmd  *exec.Cmd
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

func startHTTPD(ctx context.Context, dir string, s site) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "httpd.conf")
	if err := os.WriteFile(conf, []byte(s.conf(dir, addr)), 0o644); err != nil {
		return nil, err
	}
	return start(exec.CommandContext(ctx, "apache2", "-f", conf, "-DFOREGROUND"), addr, filepath.Join(dir, "httpd.out"))
}

func startModrewrite(ctx context.Context, dir string, s site) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "-config", filepath.Join(dir, "site.conf"), "-root", filepath.Join(dir, "htdocs"), "-listen", addr}
	return start(exec.CommandContext(ctx, *command, append(args, s.args...)...), addr, filepath.Join(dir, "modrewrite.out"))
}

// start starts cmd and waits until it answers on addr.
func start(cmd *exec.Cmd, addr, logName string) (*server, error) {
	out, err := os.Create(logName)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return &server{addr: addr, cmd: cmd}, c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	text, _ := os.ReadFile(logName)
	return nil, errors.New(cmd.Path + " does not answer: " + string(text))
}

// freeAddr returns a loopback address nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// backend is the other server, which both forward to. It answers with what it
// was asked for.
type backend struct {
	addr   string
	server *http.Server
}

func startBackend() (*backend, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backend{addr: l.Addr().String(), server: &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			kind := "public"
			if strings.Contains(r.URL.Path, "secret") || strings.HasPrefix(r.URL.Path, "/private") || strings.HasPrefix(r.URL.Path, "/admin") {
				kind = protected
			}
			fmt.Fprintf(w, "CONTENT[%s %s %q]\n", kind, r.Method, r.URL.Path)
		}),
	}}
	go func() { _ = b.server.Serve(l) }()
	return b, nil
}

func (b *backend) stop() { _ = b.server.Close() }
