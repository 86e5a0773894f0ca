//go:build unix

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Pipes that are called like files of rules, or that such a file names, are not waited for.
func TestCheckPipes(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"a.htaccess": "RewriteEngine On\n", "IIRF.ini": "IncludeIni pipe.ini\n",
		"web.config": `<configuration><system.webServer><rewrite><rules configSource="pipe.ini"/></rewrite></system.webServer></configuration>`,
	})
	for _, name := range []string{"httpd.conf", "site.conf", ".htaccess", "httpd.ini", "x.config", "pipe.ini"} {
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, name), 0o600))
	}
	got := cli(t, "check", dir)
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, "IIRF.ini:1:12: error: IncludeIni: it is not a regular file")
	require.Contains(t, got.out, ".htaccess")
}
