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
// itself do not count. Where other processes keep the garbage collector from running in
// time it takes more, so that the least of some runs is looked at.
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
	const runs = 4
	for run := range runs {
		live, peak := memoryOfReloads(t, conf)
		t.Logf("%d MB are live, at most %d MB were taken", live, peak)
		require.Positive(t, live)
		if peak <= 4*live {
			return
		}
		require.Less(t, run, runs-1, "each time it took more than %d MB", 4*live)
	}
}

// memoryOfReloads returns how much memory is live once conf has been loaded and loaded
// anew some times, and how much was taken at most, in MB.
func memoryOfReloads(t *testing.T, conf string) (live, peak int) {
	t.Helper()
	messages := &journal{}
	cmd := exec.Command(os.Args[0], "serve", "-listen", "127.0.0.1:0", "-config", conf)
	cmd.Env = append(os.Environ(), asCommand+"=1", "GODEBUG=gctrace=1", "GOGC=", "GOMEMLIMIT=")
	cmd.Stderr = messages
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	messages.awaitFor(t, 2*time.Minute, "(serving on)")
	for i := range 3 {
		require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
		messages.awaitFor(t, 2*time.Minute, `(?s)(?:ruleset reloaded.*){`+strconv.Itoa(i+1)+`}(forced)`)
	}
	for _, m := range regexp.MustCompile(`->(\d+) MB, .* \(forced\)`).FindAllStringSubmatch(messages.String(), -1) {
		live, _ = strconv.Atoi(m[1])
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(t, err)
	return live, (statusKB(t, status, "VmHWM") - statusKB(t, status, "RssFile")) >> 10
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
