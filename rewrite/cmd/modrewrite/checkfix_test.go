package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	fixable = "RewriteEngine On\nRewriteRule ^/old$ /new [R=301,L]\n"
	mended  = "RewriteEngine On\nRewriteRule ^old$ /new [R=301,L]\n"
)

func TestCheckFix(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"site/.htaccess": fixable, "site/sub/.htaccess": fixable, "other/.htaccess": fixable}))
	name := filepath.Join("site", ".htaccess")
	require.NoError(t, os.Chmod(name, 0o640))
	read := func(name string) string {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		return string(text)
	}
	got := cli(t, "check", "-d", name)
	require.Contains(t, got.out, "-RewriteRule ^/old$ /new [R=301,L]\n+RewriteRule ^old$ /new [R=301,L]\n")
	require.Contains(t, got.out, "1 warning")
	require.Equal(t, fixable, read(name))
	require.Equal(t, fixable, func() string { cli(t, "check", "-fix", "-d", name); return read(name) }())

	got = cli(t, "check", "-fix", "-strict", name)
	require.Zero(t, got.code, got.out+got.err)
	require.Contains(t, got.out, name+":2: fixed: the rules of a folder ")
	require.Contains(t, got.out, "1 file: 0 errors, 0 warnings, 0 notes\n")
	require.Equal(t, mended, read(name))
	require.Equal(t, fixable, read(filepath.Join("other", ".htaccess")), "a file that is not named")
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	require.Zero(t, cli(t, "check", "-fix", "site").code)
	require.Equal(t, mended, read(filepath.Join("site", "sub", ".htaccess")), "a folder that is named")

	got = cli(t, "check", "-fix", "-json", filepath.Join("other", ".htaccess"))
	require.NotContains(t, got.out, "fixed:")
	require.Contains(t, got.out, `"findings": []`)
}

// TestCheckFixFollowsNoLink wants a symbolic link left alone, and said so.
func TestCheckFixFollowsNoLink(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"real": fixable})
	link := filepath.Join(dir, ".htaccess")
	if err := os.Symlink("real", link); err != nil {
		t.Skip(err)
	}
	got := cli(t, "check", "-fix", link)
	require.Equal(t, exitUsage, got.code)
	require.Contains(t, got.err, "not a regular file")
	text, err := os.ReadFile(filepath.Join(dir, "real"))
	require.NoError(t, err)
	require.Equal(t, fixable, string(text))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, os.ModeSymlink, info.Mode().Type())
}
