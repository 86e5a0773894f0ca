package main

import (
	"net/http"
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
		require.Contains(t, got.out, "\n1 file: 1 error, 1 warning, 0 notes\n")
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
	require.Contains(t, got.out, "\n3 files: 0 errors, 1 warning, 0 notes\n")
	require.Contains(t, got.out, "      1 warning lenient-value\n3 files", "the table of kinds")
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
	require.NoError(t, os.WriteFile(name("three.conf"), []byte("RewriteEngine  on\nRewriteHeader X-Site: .* blue [L]\nRewriteRule a /b [RP,CL]\n"), 0o600))
	require.Equal(t, exitOK, cli(t, "check", "-dialect", "isapi3", name("three.conf")).code)
	require.Equal(t, exitFindings, cli(t, "check", name("three.conf")).code, "Apache has neither")
	require.Contains(t, cli(t, "fmt", "-dialect", "isapi3", name("three.conf")).out, "RewriteHeader X-Site: .* blue [L]\n")
}

// A file of IIRF includes what lies below its folder, or below the folder that is checked.
func TestCheckInclude(t *testing.T) {
	t.Parallel()
	const outside = "the file is outside of the folder that is checked, and is not read"
	for include, want := range map[string]struct{ named, folder string }{
		"more/a.ini": {}, "@DIR@/sub/more/a.ini": {}, "../b.ini": {named: outside}, "../../c.ini": {outside, outside},
		"@DIR@/b.ini": {named: outside}, "/etc/passwd": {outside, outside}, "link.ini": {"escapes", "escapes"},
	} {
		top := tree(t, map[string]string{"dir/sub/more/a.ini": "# a\n", "dir/b.ini": "# b\n", "c.ini": "secret\n"})
		dir := filepath.ToSlash(filepath.Join(top, "dir"))
		require.NoError(t, os.Symlink(filepath.Join(top, "c.ini"), filepath.Join(top, "dir/sub/link.ini")))
		file := filepath.Join(top, "dir/sub/IIRF.ini")
		require.NoError(t, os.WriteFile(file, []byte("IncludeIni "+strings.ReplaceAll(include, "@DIR@", dir)+"\n"), 0o600))
		for args, want := range map[string]string{file: want.named, filepath.Join(top, "dir"): want.folder} {
			got := cli(t, "check", args)
			require.NotContains(t, got.out, "secret")
			if want == "" {
				require.Equal(t, exitOK, got.code, "%s: %s", include, got.out)
				continue
			}
			require.Contains(t, got.out, "IIRF.ini:1:12: error: IncludeIni: ", include)
			require.Contains(t, got.out, want, include)
		}
	}
}

// The rules of IIS run where the root has no .htaccess file, or the flag says so.
func TestSitesOfIIS(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]string{
		"web.config": webConfigOf("^old$"), "WEB.CONFIG": "", "httpd.ini": "[ISAPI_Rewrite]\nRewriteRule /old /b [RP]\n",
		"IIRF.ini": "RedirectRule ^/old$ /b [R=301]\n",
	} {
		if rules == "" {
			continue // found by its name on Windows alone
		}
		dir := tree(t, map[string]string{name: rules, "a.txt": "plain"})
		for _, args := range [][]string{{"-root", dir}, {"-config", filepath.Join(dir, name)}, {"-config", filepath.Join(dir, name), "-root", dir}} {
			got := cli(t, append([]string{"explain"}, append(args, "/old", "/a.txt")...)...)
			require.Equal(t, exitOK, got.code, "%v: %s", args, got.err)
			require.Contains(t, got.out, "redirect 301 http://localhost/b", args)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".htaccess"), []byte("RewriteEngine On\nRewriteRule ^old$ - [G]\n"), 0o600))
		got := cli(t, "explain", "-root", dir, "/old")
		require.Contains(t, got.out, "410")
		require.Contains(t, got.err, "not run: .htaccess governs the folder")
	}
	dir := tree(t, map[string]string{"web.config": webConfigOf("^old$"), ".htaccess": "RewriteEngine On\nRewriteRule ^ - [G]\n"})
	require.Contains(t, cli(t, "explain", "-root", dir, "-dialect", "webconfig", "/old").out, "redirect 301")
	require.Contains(t, cli(t, "explain", "-root", dir, "-dialect", "webconfig", "/x").out, "pass")
}

// A site of IIS is served: its rules, its filtering, and what an action answers.
func TestServeIIS(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"a.txt": "plain", "bin/x.txt": "secret", "x.cs": "secret", "broken/web.config": "<configuration>", "broken/a.txt": "secret",
		"both/web.config": webConfigOf("."), "both/.htaccess": "", "both/a.txt": "plain",
		"web.config": `<configuration><system.webServer><rewrite><rules>
<rule name="gone"><match url="^gone" /><action type="CustomResponse" statusCode="410" statusReason="no" statusDescription="it &lt;is&gt; gone" /></rule>
<rule name="abort"><match url="^abort" /><action type="AbortRequest" /></rule>
<rule name="config"><match url="^config$" /><action type="Rewrite" url="x/../web.config" /></rule>
<rule name="new"><match url="^new$" /><action type="Rewrite" url="a.txt" /></rule>
</rules></rewrite></system.webServer></configuration>`,
	})
	s := startServe(t, "-root", dir)
	for target, want := range map[string]int{
		"/a.txt": 200, "/new": 200, "/bin/x.txt": 404, "/BIN/x.txt": 404, "/x.cs": 404, "/broken/a.txt": 500, "/both/a.txt": 200, "/gone": 410,
		"/config": 404, "/web.config": 404, "/WEB.CONFIG": 404, "/broken/web.config": 500, "/web.config%20": 404, "/web.config.": 404, "/web%2econfig": 404,
		"/web.config::$DATA": 404, "/a.txt+": 404, "/x%252Fy": 404, "/a%0Ab": 400,
	} {
		status, body := fetchRaw(t, s.url, target)
		require.Equal(t, want, status, target)
		require.NotContains(t, body, "secret", target)
	}
	_, body := fetchRaw(t, s.url, "/gone")
	require.Equal(t, "it <is> gone", body, "as text: the page of another server is not trusted to be HTML")
	_, err := http.Get(s.url + "/abort") //nolint:noctx,bodyclose // there is no response
	require.Error(t, err)
	s.stop()
	require.Contains(t, s.err.String(), "both/web.config")
}
