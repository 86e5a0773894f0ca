package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestCheckClean(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^/a$ /b [L]\n"})
	got := cli(t, "check", filepath.Join(dir, "site.conf"))
	if diff := cmp.Diff(output{exitOK, "1 file: 0 errors, 0 warnings, 0 notes\n", ""}, got, cmp.AllowUnexported(output{})); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestCheckFindings(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\n\tRewriteRule ^/a$ /b [LL]\nRewriteRule ^/(b /c\n"})
	name := filepath.Join(dir, "site.conf")
	got := cli(t, "check", name)
	require.Equal(t, exitFindings, got.code)
	require.Empty(t, got.err)
	require.Contains(t, got.out, name+":2:23: error: ")
	require.Contains(t, got.out, "[unknown-flag]\n    \tRewriteRule ^/a$ /b [LL]\n    \t                     ^~\n")
	require.Contains(t, got.out, name+":3:", "what only the compiler finds is told too")
	require.Contains(t, got.out, "1 file: 2 errors, ")
}

func TestCheckEngineOff(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"iis.conf":  "# rules\nRewriteRule ^/a$ - [F]\n",
		"none.conf": "RewriteOptions Inherit\n",
		"bad.conf":  "\nRewriteRule a b [XX]\nRewriteRule c d\n",
	})
	got := cli(t, "check", filepath.Join(dir, "iis.conf"))
	require.Equal(t, exitOK, got.code)
	require.Contains(t, got.out, "iis.conf:2:1: warning: the file has rules but never turns the engine on")
	require.Contains(t, got.out, "[engine-off]")
	require.Contains(t, cli(t, "check", filepath.Join(dir, "bad.conf")).out, "bad.conf:2:1: warning: the file has rules")
	require.NotContains(t, cli(t, "check", "-engine-on", filepath.Join(dir, "iis.conf")).out, "engine-off")
	require.NotContains(t, cli(t, "check", filepath.Join(dir, "none.conf")).out, "engine-off")
}

// RewriteMap may not stand in an .htaccess file, so which context a file is
// read in shows.
func TestCheckContext(t *testing.T) {
	t.Parallel()
	text := "RewriteEngine On\nRewriteMap lower int:tolower\nRewriteRule ^a$ ${lower:B}\n"
	dir := tree(t, map[string]string{
		"www/.htaccess":      text,
		"www/a/b/.htaccess":  "RewriteEngine On\nRewriteBase nowhere\n",
		"www/a/index.html":   "RewriteRule",
		"server.conf":        text,
		"empty/readme":       "",
		"www/a/old.htaccess": "RewriteEngine On\n",
	})
	require.Equal(t, exitOK, cli(t, "check", filepath.Join(dir, "server.conf")).code)
	require.Equal(t, exitFindings, cli(t, "check", "-htaccess", filepath.Join(dir, "server.conf")).code)
	got := cli(t, "check", filepath.Join(dir, "www"))
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, filepath.Join(dir, "www", ".htaccess")+":2:1: error: ")
	require.Contains(t, got.out, filepath.Join(dir, "www", "a", "b", ".htaccess")+":2:")
	require.Contains(t, got.out, "3 files: ")
	require.Equal(t, exitUsage, cli(t, "check", filepath.Join(dir, "empty")).code)
	require.Equal(t, exitUsage, cli(t, "check", filepath.Join(dir, "absent")).code)
}

// TestCheckServerFolder looks at a folder of configuration as Debian has it: each file once, and
// none of another server.
func TestCheckServerFolder(t *testing.T) {
	t.Parallel()
	const host = "<VirtualHost *:80>\n  RewriteEngine On\n  RewriteRule ^old$ /new [R=301,L]\n</VirtualHost>\n"
	dir := tree(t, map[string]string{
		"apache2.conf": "IncludeOptional sites-enabled/*.conf\n", "sites-available/a.conf": host, "sites-available/b.conf": host,
		"nginx/sites-available/a.conf": "server {\n  listen 80;\n}\n", "nginx/conf.d/a.conf": "rewrite ^/a$ /b last;\n", "notes.conf": host,
	})
	link := filepath.Join(dir, "sites-enabled")
	require.NoError(t, os.Mkdir(link, 0o755))
	if err := os.Symlink("../sites-available/a.conf", filepath.Join(link, "a.conf")); err != nil {
		t.Skip(err)
	}
	got := cli(t, "check", dir)
	require.Equal(t, exitOK, got.code, got.out+got.err)
	require.Contains(t, got.out, filepath.Join(dir, "sites-available", "b.conf")+":3:")
	require.Contains(t, got.out, "/sites-enabled/a.conf:3:")
	require.Equal(t, 2, strings.Count(got.out, "[missing-slash]"), got.out)
	require.NotContains(t, got.out, "nginx")
	require.NotContains(t, got.out, "notes.conf")
	require.Contains(t, got.out, "3 files: 0 errors, 2 warnings, 0 notes\n")
}

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^/a$ /b [LL]\n"})
	name := filepath.Join(dir, "site.conf")
	got := cli(t, "check", "-json", name)
	require.Equal(t, exitFindings, got.code)
	var parsed struct {
		Files    int
		Findings []finding
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &parsed))
	require.Equal(t, 1, parsed.Files)
	require.Len(t, parsed.Findings, 1)
	f := parsed.Findings[0]
	require.NotEmpty(t, f.Message)
	f.Message, f.Hint = "", ""
	want := finding{File: name, Line: 2, Col: 22, EndLine: 2, EndCol: 24, Severity: "error", Code: "unknown-flag"}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	clean := cli(t, "check", "-json", filepath.Join(tree(t, map[string]string{"a.conf": ""}), "a.conf"))
	require.JSONEq(t, `{"files": 1, "findings": []}`, clean.out)
}

func TestCheckHandled(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.conf": "<Directory /srv>\nAuthType Digest\nAuthDigestDomain /x\n</Directory>\n"})
	name := filepath.Join(dir, "a.conf")
	got := cli(t, "check", name)
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, "2:1: error: AuthType Digest guards access")
	require.Equal(t, exitOK, cli(t, "check", "-handled", "AuthType, AuthDigestDomain", name).code)
	require.Equal(t, exitFindings, cli(t, "check", "-handled", "AuthType", name).code)
}

func TestCheckDefines(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.conf": "<IfDefine BAD>\nRewriteRule (\n</IfDefine>\n"})
	require.Equal(t, exitOK, cli(t, "check", filepath.Join(dir, "a.conf")).code)
	require.Equal(t, exitFindings, cli(t, "check", "-D", "BAD", filepath.Join(dir, "a.conf")).code)
	require.Equal(t, exitUsage, cli(t, "check", "-D", "=x", filepath.Join(dir, "a.conf")).code)
}
