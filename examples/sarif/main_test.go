package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ruleset has mistakes, one of them behind a letter of two bytes.
const ruleset = "RewriteEngine On\nRewriteRule ^ü$ /new [R=301,LL]\nRewriteRule ^/old$ /x [R]\nRewriteRule ^/older$ /x [R]\n"

// check returns what the command writes of a ruleset.
func check(t *testing.T, text string) []byte {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".htaccess"), []byte(text), 0o600))
	command := filepath.Join(dir, "modrewrite")
	build := exec.Command("go", "build", "-o", command, "./rewrite/cmd/modrewrite")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.Command(command, "check", "-sarif", ".htaccess")
	cmd.Dir = dir
	report, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil {
		require.True(t, errors.As(err, &exit) && exit.ExitCode() == 1, "%v", err)
	}
	return report
}

func TestReport(t *testing.T) {
	text := check(t, ruleset)
	report, err := read(text)
	require.NoError(t, err)
	require.Len(t, report.Runs, 1)
	only := report.Runs[0]
	require.Equal(t, "unicodeCodePoints", *only.ColumnKind)
	require.Len(t, only.Results, 3)
	first := only.Results[0]
	require.Equal(t, "unknown-flag", *first.RuleID)
	place := first.Locations[0].PhysicalLocation
	require.Equal(t, ".htaccess", *place.ArtifactLocation.URI)
	require.Equal(t, "%SRCROOT%", *place.ArtifactLocation.URIBaseID)
	require.Equal(t, 2, *place.Region.StartLine)
	require.Equal(t, len([]rune("RewriteRule ^ü$ /new [R=301,"))+1, *place.Region.StartColumn)
	require.NotEmpty(t, first.PartialFingerprints)

	var out bytes.Buffer
	require.NoError(t, run(bytes.NewReader(text), &out))
	require.Equal(t, "    2 leading-slash\n    1 unknown-flag\n", out.String())
}

func TestEmptyReport(t *testing.T) {
	text := check(t, "RewriteEngine On\nRewriteRule ^a$ /b [R]\n")
	report, err := read(text)
	require.NoError(t, err)
	require.Empty(t, report.Runs[0].Results)
}

// TestInvalid wants reports refused that are none.
func TestInvalid(t *testing.T) {
	text := string(check(t, ruleset))
	for _, bad := range []string{
		"", "{}", `{"version":"2.1.0"}`,
		strings.Replace(text, `"columnKind": "unicodeCodePoints"`, `"columnKind": "bytes"`, 1),
		strings.Replace(text, `"columnKind"`, `"columnSort"`, 1),
		strings.Replace(text, `"level": "error"`, `"level": "fatal"`, 1),
	} {
		_, err := read([]byte(bad))
		require.Error(t, err, bad)
	}
}
