package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// output is what a command left behind.
type output struct {
	code     int
	out, err string
}

// cli runs the command line args.
func cli(t *testing.T, args ...string) output {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), streams{strings.NewReader(""), &out, &errs}, args)
	return output{code, out.String(), errs.String()}
}

// tree writes files, by name, to a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	return dir
}

// Every command answers -h with its usage, and bad usage with exit code 2.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"serve", "explain", "check", "fmt"} {
		got := cli(t, c, "-h")
		require.Equal(t, exitOK, got.code, c)
		require.Contains(t, got.err, "usage: modrewrite "+c+" ")
		for _, args := range [][]string{{c}, {c, "-nonsense"}} {
			got := cli(t, args...)
			require.Equal(t, exitUsage, got.code, "%q", args)
			require.NotEmpty(t, got.err, "%q", args)
			require.Empty(t, got.out, "%q", args)
		}
	}
	require.Equal(t, exitUsage, cli(t).code)
	require.Equal(t, exitUsage, cli(t, "nonsense").code)
	help := cli(t, "help")
	require.Equal(t, exitOK, help.code)
	require.Contains(t, help.out, "explain")
}

// Findings and results that can't be written are a failure.
func TestOutputFails(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	dir := tree(t, map[string]string{
		"site.conf":  "RewriteEngine On\n",
		"case.txtar": "-- vhost.conf --\n-- requests --\nGET /\n\tpass\n",
	})
	conf := filepath.Join(dir, "site.conf")
	for _, args := range [][]string{
		{"check", conf},
		{"fmt", conf},
		{"explain", "-config", conf, "/"},
		{"test", filepath.Join(dir, "case.txtar")},
	} {
		out, errs := &valve{}, &bytes.Buffer{}
		out.fail(full, 0)
		code := run(t.Context(), streams{strings.NewReader(""), out, errs}, args)
		require.Equal(t, exitUsage, code, args)
		require.Contains(t, errs.String(), full.Error(), args)
	}
}
