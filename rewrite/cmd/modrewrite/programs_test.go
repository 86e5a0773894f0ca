//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// notPermitted is what is found where a program may not run.
const notPermitted = "which is not permitted"

// programRules redirect to what a program answers: for "pid" that is its
// process number.
const programRules = `RewriteEngine On
RewriteMap m "prg:/bin/sh DIR/map.sh"
RewriteRule ^/(.*)$ http://www.example.com/$1/${m:$1} [R,L]
`

// programSite writes the rules and their program to a new folder.
func programSite(t *testing.T) string {
	t.Helper()
	dir := tree(t, map[string]string{"map.sh": "while read -r key; do\nif [ $key = pid ]; then echo $$; else echo is-$key; fi\ndone"})
	rules := strings.ReplaceAll(programRules, "DIR", dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "site.conf"), []byte(rules), 0o600))
	const requests = "-- settings --\nruleset site.conf\n-- files --\n/bin/sh *\n-- requests --\n" +
		"GET /x\n\tredirect 302 http://www.example.com/x/is-x\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.txtar"), []byte(requests), 0o600))
	return dir
}

// pidIn returns the process number in text, which is after "/pid/".
func pidIn(t *testing.T, text string) int {
	t.Helper()
	_, after, found := strings.Cut(text, "/pid/")
	require.True(t, found, text)
	end := strings.IndexFunc(after, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		after = after[:end]
	}
	pid, err := strconv.Atoi(after)
	require.NoError(t, err)
	return pid
}

// requireEnded waits until there is no such process.
func requireEnded(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, 5*time.Second, 5*time.Millisecond)
}

// Without -programs no command runs a program, and its finding names the flag.
func TestProgramsRefused(t *testing.T) {
	t.Parallel()
	dir := programSite(t)
	name := filepath.Join(dir, "site.conf")
	for _, args := range [][]string{{"check", name}, {"explain", "-config", name, "/pid"}, {"serve", "-config", name}} {
		got := cli(t, args...)
		require.Equal(t, exitFindings, got.code, args)
		require.Contains(t, got.out+got.err, notPermitted, args)
		require.Contains(t, got.out+got.err, "-programs", args)
	}
	got := cli(t, "test", dir)
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, notPermitted)
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	dir := programSite(t)
	name := filepath.Join(dir, "site.conf")
	got := cli(t, "check", "-programs", name)
	require.Equal(t, exitOK, got.code, got.out)

	got = cli(t, "explain", "-programs", "-config", name, "/pid")
	require.Equal(t, exitOK, got.code, got.err)
	requireEnded(t, pidIn(t, got.out))

	got = cli(t, "test", "-programs", dir)
	require.Equal(t, exitOK, got.code, got.out+got.err)

	s := startServe(t, "-programs", "-config", name)
	pid := pidIn(t, fetch(t, "GET", s.url+"/pid"))
	require.NoError(t, syscall.Kill(pid, 0))
	require.Equal(t, exitOK, s.stop())
	requireEnded(t, pid)
}

// Replay runs what a case names only if that is permitted, but a case whose
// program is not started needs no permission.
func TestReplayPrograms(t *testing.T) {
	t.Parallel()
	dir := programSite(t)
	rules := strconv.Quote(strings.ReplaceAll(programRules, "DIR", dir))
	in := `{"name":"on","vhost":` + rules + `,"requests":[{"target":"/pid"}]}` + "\n"
	got := replayed(t, in)
	require.Equal(t, exitOK, got.code, got.err)
	require.Contains(t, got.out, `"config_error":"vhost.conf:2:1: map m runs the program /bin/sh, `+notPermitted)

	got = replayed(t, in, "-programs")
	require.Equal(t, exitOK, got.code, got.err)
	requireEnded(t, pidIn(t, got.out))

	got = replayed(t, `{"name":"off","vhost":"RewriteMap m prg:/bin/cat","requests":[{"target":"/x"}]}`)
	require.Contains(t, got.out, `"results":[{"status":200`)
}

// A database is for programs to give: the command says so.
func TestNoDatabase(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteMap m \"dbd:SELECT v FROM t WHERE k = %s\"\n"})
	got := cli(t, "check", filepath.Join(dir, "site.conf"))
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, "map m asks a database, and there is none")
	require.Contains(t, got.out, "DB of matcher.Options: the command has no driver")
}
