// Package server runs the servers that the benchmarks measure, each as a process
// of its own on a loopback address.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Build makes the modrewrite command in dir and returns its name.
func Build(ctx context.Context, dir string) (string, error) {
	name := filepath.Join(dir, "modrewrite")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", name, "github.com/modrewrite-go/modrewrite/rewrite/cmd/modrewrite")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return name, os.Chmod(name, 0o755) //nolint:gosec // a server may run as another user
}

// FreeAddr returns a loopback address that has no listener.
func FreeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Server is a running server.
type Server struct {
	Addr string
	cmd  *exec.Cmd
}

// Start starts cmd, which listens on addr, host and port or the absolute path of a
// socket, and waits until it accepts
// connections. What it writes goes to the file logName, or where cmd says if
// that is "".
func Start(cmd *exec.Cmd, addr, logName string) (*Server, error) {
	if logName != "" {
		out, err := os.Create(logName)
		if err != nil {
			return nil, err
		}
		defer out.Close()
		cmd.Stdout, cmd.Stderr = out, out
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	network := "tcp"
	if filepath.IsAbs(addr) {
		network = "unix"
	}
	for range 200 {
		if c, err := net.Dial(network, addr); err == nil {
			return &Server{Addr: addr, cmd: cmd}, c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	text, _ := os.ReadFile(logName)
	return nil, errors.New(cmd.Path + " does not answer: " + string(text))
}

// Name returns the path of the program.
func (s *Server) Name() string { return s.cmd.Path }

// Stop ends the server and waits for it.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}
