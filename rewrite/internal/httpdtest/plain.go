package httpdtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// plainModules are those that Debian's apache2 has by default, with those for
// rewriting and headers.
const plainModules = "mpm_event access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex " +
	"deflate dir env filter mime negotiation reqtimeout setenvif rewrite headers expires"

// Folder returns a folder that a server which runs under another user may read. It
// is removed when the test ends.
func Folder(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "site-") //nolint:usetesting // other users may not enter what TempDir makes
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// Serve runs a real httpd with the configuration conf, which may use modules beside
// those that are on by default in Debian, and returns its address. It ends with the
// test. Where httpd is not installed the test is skipped, or fails if the
// environment variable REQUIRE_HTTPD is set.
func Serve(tb testing.TB, conf string, modules ...string) string {
	tb.Helper()
	program, err := exec.LookPath("apache2")
	if err != nil {
		if os.Getenv("REQUIRE_HTTPD") == "" {
			tb.Skipf("NOT COMPARED WITH HTTPD: %v", err)
		}
		tb.Fatal(err)
	}
	dir := Folder(tb)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for m := range strings.FieldsSeq(plainModules + " " + strings.Join(modules, " ")) {
		fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
	}
	fmt.Fprintf(&b, "ServerName localhost\nDefaultRuntimeDir %[1]s\nPidFile %[1]s/httpd.pid\nErrorLog %[1]s/error.log\nMutex file:%[1]s\n"+
		"User www-data\nGroup www-data\nListen %s\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 8\nTraceEnable Off\n%s\n", dir, address, conf)
	file := filepath.Join(dir, "httpd.conf")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", supervise, "sh", program, file, dir)
	cmd.Stderr = os.Stderr
	alive, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = alive.Close()
		_ = cmd.Wait() // how it exits says nothing: it was told to
	})
	for range startTries {
		if _, err := os.Stat(filepath.Join(dir, "httpd.pid")); err == nil {
			if conn, err := net.Dial("tcp", address); err == nil {
				_ = conn.Close()
				return address
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "error.log"))
	tb.Fatalf("apache2 does not answer:\n%s", text)
	return ""
}
