package httpdtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// FPM runs a real PHP-FPM and returns its socket. It ends with the test. Where it is
// not installed the test is skipped, or fails if the environment variable REQUIRE_FPM
// is set.
func FPM(tb testing.TB) string {
	tb.Helper()
	programs, err := filepath.Glob("/usr/sbin/php-fpm*")
	if err != nil || len(programs) == 0 {
		if os.Getenv("REQUIRE_FPM") == "" {
			tb.Skip("NOT COMPARED WITH PHP-FPM: no /usr/sbin/php-fpm*")
		}
		tb.Fatal("no /usr/sbin/php-fpm*")
	}
	dir := Folder(tb)
	socket, conf := filepath.Join(dir, "fpm.sock"), filepath.Join(dir, "fpm.conf")
	text := fmt.Sprintf("[global]\nerror_log = %[1]s/fpm.log\n[www]\nlisten = %[2]s\npm = static\npm.max_children = 4\nclear_env = yes\n", dir, socket)
	if os.Geteuid() == 0 {
		text += "user = www-data\ngroup = www-data\nlisten.owner = www-data\nlisten.group = www-data\n"
	}
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	slices.Sort(programs)
	cmd := exec.Command("sh", "-c", `"$1" -n -F -y "$2" >/dev/null 2>&1 </dev/null & fpm=$!; read -r line; kill -TERM "$fpm"; wait "$fpm"`, "sh", programs[0], conf)
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
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			return socket
		}
		time.Sleep(25 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "fpm.log"))
	tb.Fatalf("php-fpm does not answer:\n%s", log)
	return ""
}
