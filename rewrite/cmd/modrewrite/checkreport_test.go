package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

func TestCheckStrict(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"warning.conf": "RewriteEngine On\nRewriteRule ^a$ /b\n",
		"note.conf":    "RewriteEngine On\nRewriteRule ^/a$ /b [F]\n",
	})
	warning, note := filepath.Join(dir, "warning.conf"), filepath.Join(dir, "note.conf")
	require.Equal(t, exitOK, cli(t, "check", warning).code)
	require.Equal(t, exitFindings, cli(t, "check", "-strict", warning).code)
	require.Contains(t, cli(t, "check", note).out, "1 note")
	require.Equal(t, exitOK, cli(t, "check", "-strict", note).code)
	require.Equal(t, exitUsage, cli(t, "check", "-strict").code)
}

func TestCheckPedantic(t *testing.T) {
	t.Parallel()
	name := filepath.Join(tree(t, map[string]string{"a.conf": "RewriteEngine On\nRewriteRule ^/a$ /b [QSA]\n"}), "a.conf")
	require.NotContains(t, cli(t, "check", name).out, "pointless-qsa")
	require.Contains(t, cli(t, "check", "-pedantic", name).out, "a.conf:2:22: note: ")
}

func TestCheckIgnore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ comment, want string }{
		{"# modrewrite: ignore missing-slash -- for later", "0 errors, 0 warnings, 0 notes"},
		{"  #modrewrite: ignore missing-slash,host-as-path -- for later", "0 errors, 0 warnings, 0 notes"},
		{"# modrewrite: ignore missing-slash", "the comment gives no reason"},
		{"# modrewrite: ignore host-as-path -- none", "ignores nothing"},
		{"# modrewrite: ignore host-as-path -- none", "[missing-slash]"},
		{"# ignore missing-slash", "[missing-slash]"},
	} {
		name := filepath.Join(tree(t, map[string]string{"a.conf": "RewriteEngine On\n" + c.comment + "\n# more\n\nRewriteRule ^a$ /b\n"}), "a.conf")
		require.Contains(t, cli(t, "check", name).out, c.want, c.comment)
	}
	name := filepath.Join(tree(t, map[string]string{"a.conf": "# modrewrite: ignore unknown-flag -- no\nRewriteRule ^/a$ /b [XX]\n"}), "a.conf")
	require.Equal(t, exitFindings, cli(t, "check", name).code, "errors are not ignored")
}

func TestCheckExplain(t *testing.T) {
	t.Parallel()
	for _, e := range lint.Entries() {
		got := cli(t, "check", "-explain", string(e.Code))
		require.Equal(t, exitOK, got.code)
		require.True(t, strings.HasPrefix(got.out, string(e.Code)+"\n\n"+e.Text+"\n"), got.out)
	}
	got := cli(t, "check", "-explain", "leading-slash")
	require.Contains(t, got.out, "\nWrong:\n\n    RewriteRule ^/about$ about.php [L]\n\nRight:\n\n    RewriteRule ^about$ about.php [L]\n")
	got = cli(t, "check", "-explain", "nothing")
	require.Equal(t, exitUsage, got.code)
	require.Contains(t, got.err, "\n  leading-slash\n")
}

func TestCheckSARIF(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"ä b/a.conf": "RewriteEngine On\nRewriteRule ^/grün$ \"/ü b\" [LL,R]\nRewriteRule ^/grün$ \"/ü b\" [LL,R]\n"}))
	got := cli(t, "check", "-sarif", "ä b/a.conf")
	require.Equal(t, exitFindings, got.code)
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(got.out), &log))
	require.Equal(t, "2.1.0", log.Version)
	run := log.Runs[0]
	require.Equal(t, "unicodeCodePoints", run.ColumnKind)
	require.Len(t, run.Results, 2)
	first := run.Results[0]
	require.Equal(t, "unknown-flag", first.RuleID)
	require.Equal(t, first.RuleID, run.Tool.Driver.Rules[first.RuleIndex].ID)
	require.Contains(t, run.Tool.Driver.Rules[first.RuleIndex].Help.Text, "Wrong:")
	place := first.Locations[0].Physical
	require.Equal(t, sarifArtifact{"%C3%A4%20b/a.conf", "%SRCROOT%"}, place.Artifact)
	require.Equal(t, &sarifRegion{2, 29, 2, 31}, place.Region, "columns count characters")
	require.NotEqual(t, first.Fingerprints, run.Results[1].Fingerprints, "findings that are alike are told apart")

	before := first.Fingerprints
	src, err := os.ReadFile("ä b/a.conf")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("ä b/a.conf", append([]byte("# new\n"), src...), 0o600))
	require.NoError(t, json.Unmarshal([]byte(cli(t, "check", "-sarif", "ä b/a.conf").out), &log))
	require.Equal(t, before, log.Runs[0].Results[0].Fingerprints, "lines before do not count")

	abs, err := filepath.Abs("ä b/a.conf")
	require.NoError(t, err)
	var other sarifLog
	require.NoError(t, json.Unmarshal([]byte(cli(t, "check", "-sarif", abs).out), &other))
	uri := other.Runs[0].Results[0].Locations[0].Physical.Artifact
	require.True(t, strings.HasPrefix(uri.URI, "file:///"), uri.URI)
	require.Empty(t, uri.Base)
	require.JSONEq(t, `[]`, string(resultsOf(t, cli(t, "check", "-sarif", filepath.Join(tree(t, map[string]string{"b.conf": ""}), "b.conf")).out)))
}

func resultsOf(t *testing.T, out string) json.RawMessage {
	t.Helper()
	var log struct {
		Runs []struct{ Results json.RawMessage }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &log))
	return log.Runs[0].Results
}

func TestCheckAnnotations(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"a,b.conf": "RewriteEngine On\nRewriteRule ^/ü$ /b [F]\nRewriteRule ^a$ /100% [LL]\n"}))
	got := cli(t, "check", "-github", "a,b.conf").out
	require.Contains(t, got, "\n::notice file=a%2Cb.conf,line=2,col=18,endLine=2,endColumn=20,title=ignored-target::")
	require.Contains(t, got, "\n::error file=a%2Cb.conf,line=3,col=24,endLine=3,endColumn=26,title=unknown-flag::")
}

func TestCheckJUnit(t *testing.T) {
	t.Chdir(tree(t, map[string]string{
		"a.conf": "RewriteEngine On\nRewriteRule ^a$ /b\n", "b.conf": "", "main.conf": "Include part.conf\n", "part.conf": "RewriteRule a b [XX]\n",
	}))
	for _, c := range []struct {
		args     []string
		failures int
	}{{nil, 0}, {[]string{"-strict"}, 1}} {
		cli(t, append(append([]string{"check", "-junit", "out.xml"}, c.args...), "a.conf", "b.conf")...)
		src, err := os.ReadFile("out.xml")
		require.NoError(t, err)
		var out junitSuites
		require.NoError(t, xml.Unmarshal(src, &out))
		require.Equal(t, c.failures, out.Failures)
		require.Equal(t, 2, out.Tests)
		require.Len(t, out.Suites, 2)
	}
	require.Equal(t, exitUsage, cli(t, "check", "-junit", "none/out.xml", "b.conf").code)

	require.Equal(t, exitFindings, cli(t, "check", "-junit", "out.xml", "main.conf").code)
	src, err := os.ReadFile("out.xml")
	require.NoError(t, err)
	require.Contains(t, string(src), `failures="1"`, "a finding in a file that is included")
}

// A file that can't be read does not keep the others in the folder from being
// checked.
func TestCheckUnreadable(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"a/.htaccess": "RewriteEngine On\nRewriteRule ^/a$ b\n", "b/htaccess.txt": "RewriteEngine On\nRewriteRule ^/b$ b\n",
		"c/_htaccess": "", "d/.htaccess.dist": "", "e/.htaccess/x": "",
	})
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "0"), 0o700))
	dangling := filepath.Join(dir, "0", ".htaccess")
	if err := os.Symlink("nowhere", dangling); err != nil {
		t.Skip(err)
	}
	got := cli(t, "check", dir)
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.out, dangling+": error: cannot be read: ")
	require.Contains(t, got.out, filepath.Join("a", ".htaccess")+":2:13: warning: ")
	require.Contains(t, got.out, filepath.Join("b", "htaccess.txt")+":2:13: warning: ")
	require.Contains(t, got.out, "5 files: ")
	require.Equal(t, exitUsage, cli(t, "check", dangling).code, "a file that is named must be there")
}
