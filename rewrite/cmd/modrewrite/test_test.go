package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

const (
	goodCase = `-- settings --
ruleset ../site/.htaccess
-- requests --
GET /a
	rewrite /b
	by site/.htaccess:2
GET /c
	pass
`
	wrongCase = `-- .htaccess --
RewriteEngine On
RewriteRule ^a$ b
-- requests --
# Mistaken.
GET /a
	rewrite /c
	by .htaccess:2
GET /z
	pass
`
	brokenCase = "-- requests --\nGET /\n\tpasses\n"
)

// caseFolder writes a site with one rule that is never exercised, and case
// files by name.
func caseFolder(t *testing.T, cases map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "site"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "cases"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "site", ".htaccess"),
		[]byte("RewriteEngine On\nRewriteRule ^a$ b\nRewriteRule ^never$ x [L]\n"), 0o600))
	for name, text := range cases {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "cases", name), []byte(text), 0o600))
	}
	return dir
}

// runTested runs "modrewrite test" and returns its output with the folder's
// path as DIR.
func runTested(t *testing.T, dir string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), streams{strings.NewReader(""), &o, &e}, append([]string{"test"}, args...))
	slash := filepath.ToSlash(dir)
	return code, strings.ReplaceAll(o.String(), slash, "DIR"), strings.ReplaceAll(e.String(), slash, "DIR")
}

func TestTestPasses(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"good.txtar": goodCase, "again.txtar": goodCase})
	code, out, errOut := runTested(t, dir, dir)
	require.Zero(t, code, out+errOut)
	// The ruleset of two case files counts once.
	const want = `ok    DIR/cases/again.txtar (2 requests)
ok    DIR/cases/good.txtar (2 requests)
2 files, 4 requests, 0 files failed
1 of 2 rules matched: coverage 50 %
    DIR/site/.htaccess:3: never matched: RewriteRule ^never$ x [L]
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("output mismatch (-want +got)\n%s", diff)
	}
}

func TestTestFails(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"broken.txtar": brokenCase, "good.txtar": goodCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, dir)
	require.Equal(t, 1, code)
	for _, want := range []string{
		"FAIL  DIR/cases/broken.txtar (0 requests)\n    DIR/cases/broken.txtar:3: \n        unknown word \"passes\"",
		"ok    DIR/cases/good.txtar",
		"FAIL  DIR/cases/wrong.txtar (2 requests)\n    DIR/cases/wrong.txtar:6: GET /a\n",
		"        - rewrite /c\n        + rewrite /b\n          by .htaccess:2\n",
		"          .htaccess:2: ",
		"3 files, 4 requests, 2 files failed\n",
	} {
		require.Contains(t, out, want)
	}
}

func TestTestSelects(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"good.txtar": goodCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, "-run", `wrong.*GET /z`, dir)
	require.Zero(t, code)
	if diff := cmp.Diff("ok    DIR/cases/wrong.txtar (1 requests)\n1 files, 1 requests, 0 files failed\n", out); diff != "" {
		t.Errorf("output mismatch (-want +got)\n%s", diff)
	}
	code, _, errOut := runTested(t, dir, "-run", "nothing like it", dir)
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "no request matches")
}

func TestTestJSON(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"broken.txtar": brokenCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, "-json", dir)
	require.Equal(t, 1, code)
	var got testReport
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.False(t, got.OK)
	require.Len(t, got.Files, 2)
	require.Contains(t, got.Files[0].Failure[0], `DIR/cases/broken.txtar:3: unknown word "passes"`)
	require.Len(t, got.Files[1].Requests, 2)
	q := got.Files[1].Requests[0]
	require.False(t, q.OK)
	require.Contains(t, q.Failure, "+ rewrite /b")
	require.NotEmpty(t, q.Trace)
	require.True(t, got.Files[1].Requests[1].OK)
	require.Equal(t, casefile.Figures{Rules: 1, RulesMatched: 1, Percent: 100, Missing: []casefile.Missed{}}, got.Coverage)
}

func TestTestJUnit(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"broken.txtar": brokenCase, "good.txtar": goodCase, "wrong.txtar": wrongCase})
	file := filepath.Join(dir, "junit.xml")
	code, _, _ := runTested(t, dir, "-junit", file, dir)
	require.Equal(t, 1, code)
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	var got junitSuites
	require.NoError(t, xml.Unmarshal(src, &got))
	require.Equal(t, 7, got.Tests)
	require.Equal(t, 2, got.Failures)
	require.Len(t, got.Suites, 3)
	wrong := got.Suites[2].Cases[1]
	require.Equal(t, "GET /a", wrong.Name)
	require.Equal(t, 6, wrong.Line)
	require.NotNil(t, wrong.Failure)
	require.Contains(t, wrong.Failure.Text, "+ rewrite /b")
	require.Nil(t, got.Suites[2].Cases[2].Failure)
	require.Contains(t, got.Suites[0].Cases[0].Failure.Text, "passes")

	code, _, errOut := runTested(t, dir, "-junit", filepath.Join(dir, "no", "such", "folder"), dir)
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "modrewrite test: ")
}

func TestTestGitHub(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"broken.txtar": brokenCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, "-github", dir)
	require.Equal(t, 1, code)
	for _, want := range []string{
		"\n::error file=DIR/cases/broken.txtar,line=3,title=modrewrite test::unknown word \"passes\"",
		"\n::error file=DIR/cases/wrong.txtar,line=6,title=GET /a::expected (-) and found (+):%0A- rewrite /c%0A+ rewrite /b%0A",
	} {
		require.Contains(t, out, want)
	}
}

func TestTestUpdate(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"good.txtar": goodCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, "-update", dir)
	require.Zero(t, code)
	require.Contains(t, out, "ok    DIR/cases/good.txtar (2 requests)\nnew   DIR/cases/wrong.txtar (2 requests)\n")
	src, err := os.ReadFile(filepath.Join(dir, "cases", "wrong.txtar"))
	require.NoError(t, err)
	if diff := cmp.Diff(strings.Replace(wrongCase, "rewrite /c", "rewrite /b", 1), string(src)); diff != "" {
		t.Errorf("file mismatch (-want +got)\n%s", diff)
	}
	code, _, _ = runTested(t, dir, dir)
	require.Zero(t, code)
}

func TestTestSingleFile(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, map[string]string{"good.txtar": goodCase, "wrong.txtar": wrongCase})
	code, out, _ := runTested(t, dir, filepath.Join(dir, "cases", "wrong.txtar"))
	require.Equal(t, 1, code)
	require.Contains(t, out, "FAIL  DIR/cases/wrong.txtar (2 requests)\n")
	require.Contains(t, out, "1 files, 2 requests, 1 files failed\n")
	// The folder of a file that lies elsewhere is the folder under test.
	code, out, _ = runTested(t, dir, filepath.Join(dir, "cases", "good.txtar"))
	require.Equal(t, 1, code)
	require.Contains(t, out, "ruleset ../site/.htaccess lies outside the folder under test")
}

// TestTestSingleFileBelow runs a file below the current folder, which names a
// ruleset beside its own folder.
func TestTestSingleFileBelow(t *testing.T) {
	dir := caseFolder(t, map[string]string{"good.txtar": goodCase})
	t.Chdir(dir)
	code, out, errOut := runTested(t, dir, filepath.Join("cases", "good.txtar"))
	require.Zero(t, code, out+errOut)
	require.Contains(t, out, "ok    cases/good.txtar (2 requests)\n")
	require.Contains(t, out, "    site/.htaccess:3: never matched: RewriteRule ^never$ x [L]\n")
}

func TestTestBadUsage(t *testing.T) {
	t.Parallel()
	dir := caseFolder(t, nil)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "usage: modrewrite test"},
		{[]string{"-nope"}, "flag provided but not defined"},
		{[]string{"-run", "(", dir}, "error parsing regexp"},
		{[]string{filepath.Join(dir, "missing")}, "missing"},
		{[]string{"-init", "x", dir}, "-init writes a case file"},
		{[]string{"-init", dir}, "is not below this folder"},
		{[]string{"-o", "x.txtar", dir}, "-o is for -init"},
		{[]string{"-run", "x", "-min-coverage", "5", dir}, "with -run not all requests are run"},
		{[]string{"-run", "x", "-html", "x", dir}, "with -run not all requests are run"},
		{[]string{"-min-coverage", "101", dir}, "a share of 100"},
		{[]string{"-min-coverage", "NaN", dir}, "a share of 100"},
		{[]string{"-parallel", "0", dir}, "at least 1"},
		{[]string{dir}, "holds no case files (*.txtar)"},
	} {
		code, _, errOut := runTested(t, dir, test.args...)
		if code != 2 || !strings.Contains(errOut, test.want) {
			t.Errorf("test %q: %d, %q; want 2, %q", test.args, code, errOut, test.want)
		}
	}
}

// TestTestStaysInFolder has a case file whose folder has a symbolic link that leads out of
// the folder under test.
func TestTestStaysInFolder(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{".htaccess": "RewriteEngine On\nRewriteRule ^secret$ /found [R]\n", "file": ""})
	dir := tree(t, map[string]string{
		"site/.htaccess": "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} -f\nRewriteRule ^ - [G]\n", "site/file": "",
		"a.txtar": "-- settings --\nfiles from site\n-- requests --\nGET /file\n\tstatus 410\nGET /out/file\n\tstatus 410\nGET /out/secret\n\tredirect 302 http://www.example.com/found\n",
	})
	if err := os.Symlink(outside, filepath.Join(dir, "site", "out")); err != nil {
		t.Skip(err)
	}
	got := cli(t, "test", dir)
	require.Equal(t, exitFindings, got.code, got.out)
	require.NotContains(t, got.out, "a.txtar:4: GET /file")
	require.Contains(t, got.out, "GET /out/file", "the file is not seen")
	require.Contains(t, got.out, "GET /out/secret", "the rules are not read")
}
