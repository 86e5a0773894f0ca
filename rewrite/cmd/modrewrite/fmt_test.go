package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFmt(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"messy.conf":   "rewriteengine   on\n  RewriteRule    ^a$   /b    [L,R=301]\n",
		"bad.conf":     "RewriteRule a\n",
		"include.conf": "Include /nonexistent/*.conf\nRewriteEngine On\n",
	})
	name := filepath.Join(dir, "messy.conf")
	first := cli(t, "fmt", name)
	require.Equal(t, exitOK, first.code)
	require.Empty(t, first.err)
	require.Contains(t, first.out, "\nRewriteRule ^a$", "the line is not indented")

	listed := cli(t, "fmt", "-l", name)
	require.Equal(t, output{exitFindings, name + "\n", ""}, listed)

	require.NoError(t, os.Chmod(name, 0o640))
	require.Equal(t, output{exitOK, "", ""}, cli(t, "fmt", "-w", name))
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, first.out, string(text))
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	require.Equal(t, output{exitOK, "", ""}, cli(t, "fmt", "-l", name), "the layout is stable")

	bad := cli(t, "fmt", "-w", filepath.Join(dir, "bad.conf"))
	require.Equal(t, exitFindings, bad.code)
	require.Contains(t, bad.err, "bad.conf:1:")
	text, err = os.ReadFile(filepath.Join(dir, "bad.conf"))
	require.NoError(t, err)
	require.Equal(t, "RewriteRule a\n", string(text), "a file with an error is left alone")

	require.Equal(t, output{exitOK, "Include /nonexistent/*.conf\nRewriteEngine On\n", ""}, cli(t, "fmt", filepath.Join(dir, "include.conf")))
	require.Equal(t, exitUsage, cli(t, "fmt", filepath.Join(dir, "absent.conf")).code)
}
