package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const webRules = `<configuration><system.webServer><rewrite><rules><rule name="a"><match url="%s" />` +
	`<action type="Redirect" url="/b" redirectType="301" /></rule></rules></rewrite></system.webServer></configuration>`

func webConfigOf(pattern string) string { return strings.Replace(webRules, "%s", pattern, 1) }

// The dialect is told by the file's name and text, and the option overrides it.
func TestCheckDialect(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"web.config": "\xef\xbb\xbf" + webConfigOf("(a"), "site.conf": webConfigOf("(a"), "conf/RewriteEngine": "RewriteEngine On\n",
		"conf/rules.conf": `<rewrite><rules configSource="sub\rules.config" /></rewrite>`, "conf/sub/rules.config": `<rules><rule name="a" /></rules>`,
	})
	for _, args := range [][]string{{"web.config"}, {"site.conf"}, {"-dialect", "webconfig", "site.conf"}} {
		args[len(args)-1] = filepath.Join(dir, args[len(args)-1])
		got := cli(t, append([]string{"check"}, args...)...)
		require.Equal(t, exitFindings, got.code)
		require.Contains(t, got.out, ":1:77: error: the group is not closed: \")\" is missing [bad-pattern]")
		require.Contains(t, got.out, "note: the rules are those of IIS URL Rewrite (web.config), which can be checked and cannot be run yet")
		require.Contains(t, got.out, "\n1 file: 1 error, 1 warning, 1 note\n")
	}
	excerpt := strings.Split(cli(t, "check", filepath.Join(dir, "web.config")).out, "\n")
	require.Equal(t, '(', []rune(excerpt[1])[strings.IndexByte(excerpt[2], '^')], "the mark points at the group")

	got := cli(t, "check", "-dialect", "apache", filepath.Join(dir, "site.conf"))
	require.NotContains(t, got.out, "bad-pattern")
	got = cli(t, "check", "-dialect", "iis", filepath.Join(dir, "site.conf"))
	require.Equal(t, exitUsage, got.code)
	require.Contains(t, got.err, "webconfig")

	got = cli(t, "check", filepath.Join(dir, "conf/rules.conf"))
	require.Contains(t, got.out, filepath.ToSlash(filepath.Join(dir, "conf/sub/rules.config"))+":1:8: error: the rule has no <match>")
}

// In a directory the files of IIS are found as well, and those that only look
// like them are not.
func TestCheckDirectory(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"Web.Config": webConfigOf("a"), "sub/rewriteMaps.config": "<rewriteMaps></rewriteMaps>", "sub/.htaccess": "RewriteEngine On\n",
		"app.config": "<configuration><appSettings /></configuration>", "pom.xml": `<?xml version="1.0"?><project />`, "php.ini": "a=b\n",
		"none.xml": "", "text.config": "<rewrite",
	})
	got := cli(t, "check", dir)
	require.Equal(t, exitOK, got.code, got.out)
	require.Contains(t, got.out, "\n3 files: 0 errors, 1 warning, 2 notes\n")
	require.Contains(t, got.out, "      1 warning lenient-value\n      2 note    dialect-not-run\n3 files", "the table of kinds")
}

func TestFmtWebConfig(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"web.config": strings.ReplaceAll(webConfigOf("a"), "><", ">\r\n<"), "bad.config": webConfigOf("("),
		"source.config": `<rewrite><rules configSource="none" /></rewrite>`,
	})
	name := filepath.Join(dir, "web.config")
	require.Equal(t, output{exitOK, "", ""}, cli(t, "fmt", "-w", name))
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(text), "\r\n  <system.webServer>\r\n    <rewrite>\r\n")
	require.Contains(t, string(text), ` redirectType="Permanent" />`)
	require.Equal(t, output{exitOK, "", ""}, cli(t, "fmt", "-l", name), "the layout is stable")
	require.Contains(t, cli(t, "fmt", filepath.Join(dir, "bad.config")).err, "bad-pattern")
	require.Equal(t, output{exitOK, "<rewrite>\n  <rules configSource=\"none\" />\n</rewrite>\n", ""}, cli(t, "fmt", filepath.Join(dir, "source.config")))
}

// The files of the ports are checked and laid out in their languages.
func TestISAPI(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"httpd.ini": "[ISAPI_Rewrite]\n\nRewriteRule  /a\t/b  [I,RP]\n", "IIRF.ini": "RewriteRule a   - [F,L]\n", "old.conf": "[ISAPI_Rewrite]\nRewriteRule a b [NC]\n",
	})
	name := func(base string) string { return filepath.Join(dir, base) }
	require.Equal(t, output{exitOK, "[ISAPI_Rewrite]\nRewriteRule /a /b [I,RP]\n", ""}, cli(t, "fmt", name("httpd.ini")))
	require.Equal(t, output{exitOK, "RewriteRule a - [F,L]\n", ""}, cli(t, "fmt", name("IIRF.ini")))
	require.Contains(t, cli(t, "check", name("IIRF.ini")).out, "IIRF.ini:1:1: warning: IIRF leaves the rule out: the flags F and L don't go together [dropped-rule]")
	got := cli(t, "check", "-dialect", "isapi2", name("old.conf"))
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, ":2:17: error: RewriteRule: unknown flag 'NC' [unknown-flag]")
	require.Contains(t, got.out, "hint: it is I here")
	for _, command := range []string{"check", "fmt"} {
		got = cli(t, command, "-dialect", "isapi3", name("old.conf"))
		require.Equal(t, exitFindings, got.code)
		require.Contains(t, got.out+got.err, "neither be checked nor be run")
	}
}

// What can't be run is said, whichever way it is given.
func TestOtherRulesNotRun(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"web.config", "WEB.CONFIG", "httpd.ini", "IIRF.ini"} {
		dir := tree(t, map[string]string{name: webConfigOf("a"), "a.txt": "plain"})
		for _, args := range [][]string{{"serve", "-root", dir}, {"explain", "-root", dir, "/a"}, {"explain", "-config", filepath.Join(dir, name), "/a"}} {
			got := cli(t, args...)
			require.NotEqual(t, exitOK, got.code, args)
			require.Contains(t, got.err, name, args)
			require.Contains(t, got.err, "cannot be run yet", args)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".htaccess"), nil, 0o600))
		s := startServe(t, "-root", dir)
		require.Contains(t, fetch(t, "GET", s.url+"/a.txt"), "plain")
		s.stop()
		require.Contains(t, s.err.String(), "not run: .htaccess governs the folder")
	}
}
