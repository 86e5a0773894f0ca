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

	wide := filepath.Join(dir, "wide.conf")
	require.NoError(t, os.WriteFile(wide, []byte("# a\n\nRewriteEngine   on\n\n\n\n\n\n# b\n"), 0o600))
	diff := "--- " + wide + "\n+++ " + wide + "\n@@ -1,6 +1,6 @@\n # a\n \n-RewriteEngine   on\n+RewriteEngine on\n \n \n \n"
	require.Equal(t, output{exitFindings, diff, ""}, cli(t, "fmt", "-d", wide))
	require.Equal(t, output{exitFindings, wide + "\n", ""}, cli(t, "fmt", "-check", wide))
	require.Equal(t, exitUsage, cli(t, "fmt", "-check", "-w", wide).code)
	require.Equal(t, output{exitOK, wide + "\n" + diff, ""}, cli(t, "fmt", "-w", "-l", "-d", wide))
	require.Equal(t, output{exitOK, "", ""}, cli(t, "fmt", "-check", "-d", wide))

	bad := cli(t, "fmt", "-w", filepath.Join(dir, "bad.conf"))
	require.Equal(t, exitFindings, bad.code)
	require.Contains(t, bad.err, "bad.conf:1:")
	text, err = os.ReadFile(filepath.Join(dir, "bad.conf"))
	require.NoError(t, err)
	require.Equal(t, "RewriteRule a\n", string(text), "a file with an error is left alone")

	require.Equal(t, output{exitOK, "Include /nonexistent/*.conf\nRewriteEngine On\n", ""}, cli(t, "fmt", filepath.Join(dir, "include.conf")))
	require.Equal(t, exitUsage, cli(t, "fmt", filepath.Join(dir, "absent.conf")).code)
}

// A file is replaced as a whole or left alone.
func TestReplaceFile(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a": "old", "sub/b": "old"})
	name := filepath.Join(dir, "a")
	require.ErrorContains(t, replaceFile(name, []byte("older"), []byte("new")), "has changed")
	require.NoError(t, replaceFile(name, []byte("old"), []byte("new")))
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "new", string(text))
	require.Error(t, replaceFile(filepath.Join(dir, "sub"), nil, nil), "a folder")
	require.Error(t, replaceFile(filepath.Join(dir, "none"), nil, nil))
	if err := os.Symlink("a", filepath.Join(dir, "link")); err == nil {
		require.ErrorContains(t, replaceFile(filepath.Join(dir, "link"), []byte("new"), []byte("x")), "not a regular file")
	}
	require.Equal(t, ".a.*", tempPattern(name))
	require.Equal(t, ".htaccess.*", tempPattern(filepath.Join(dir, ".htaccess")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, e.Name(), ".a.", "nothing is left behind")
	}
}

// TestReplaceFileWhileWrittenTo writes to a file, or puts another in its place, between the
// steps of its replacement.
func TestReplaceFileWhileWrittenTo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		before, after func(t *testing.T, name string) // it is checked, and before it is renamed
	}{
		{name: "written to before", before: overwrite},
		{name: "another file before", before: anotherFile},
		{name: "written to after", after: overwrite},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := tree(t, map[string]string{"a": "old"})
			name := filepath.Join(dir, "a")
			info, err := os.Lstat(name)
			require.NoError(t, err)
			temp, err := writeBeside(name, info, []byte("new"))
			require.NoError(t, err)
			r := replacement{name: name, temp: temp, old: []byte("old"), info: info}
			if test.before != nil {
				test.before(t, name)
				require.ErrorContains(t, r.check(), "has changed")
			} else {
				require.NoError(t, r.check())
				if r.kept == "" {
					t.Skip("no hard links here")
				}
				test.after(t, name)
				require.ErrorContains(t, r.rename(), "has changed")
			}
			require.NoError(t, r.forget())
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			require.Equal(t, "changed", string(text))
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, 1, "nothing is left behind")
		})
	}
}

func overwrite(t *testing.T, name string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte("changed"), 0o600))
}

// anotherFile puts a file with another text in the place of name.
func anotherFile(t *testing.T, name string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name+".other", []byte("changed"), 0o600))
	require.NoError(t, os.Rename(name+".other", name))
}
