package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Reloading a large ruleset again and again takes no more than four times the
// memory that is live afterwards, loading it first included. The pages of the program
// itself do not count.
func TestReloadMemory(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("takes 10 seconds of processor time, and what the race detector takes would count")
	}
	t.Parallel()
	var rules strings.Builder
	rules.WriteString("RewriteEngine On\n")
	for i := range 100_000 {
		fmt.Fprintf(&rules, "RewriteRule ^/old/page-%d$ https://www.example.org/new/section/page-%d [R=301,L]\n", i, i)
	}
	conf := filepath.Join(tree(t, map[string]string{"site.conf": rules.String()}), "site.conf")
	messages := &journal{}
	cmd := exec.Command(os.Args[0], "serve", "-listen", "127.0.0.1:0", "-config", conf)
	cmd.Env = append(os.Environ(), asCommand+"=1", "GODEBUG=gctrace=1", "GOGC=", "GOMEMLIMIT=")
	cmd.Stderr = messages
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	messages.awaitFor(t, 2*time.Minute, "(serving on)")
	for i := range 3 {
		require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
		messages.awaitFor(t, 2*time.Minute, `(?s)(?:ruleset reloaded.*){`+strconv.Itoa(i+1)+`}(forced)`)
	}
	live := 0
	for _, m := range regexp.MustCompile(`->(\d+) MB, .* \(forced\)`).FindAllStringSubmatch(messages.String(), -1) {
		live, _ = strconv.Atoi(m[1])
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(t, err)
	peak := statusKB(t, status, "VmHWM") - statusKB(t, status, "RssFile")
	t.Logf("%d MB are live, at most %d MB were taken", live, peak>>10)
	require.Positive(t, live)
	require.LessOrEqual(t, peak>>10, 4*live)
}

// statusKB returns a value of /proc/PID/status, in KiB.
func statusKB(t *testing.T, status []byte, name string) int {
	t.Helper()
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, m, name)
	n, err := strconv.Atoi(string(m[1]))
	require.NoError(t, err)
	return n
}
