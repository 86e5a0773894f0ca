package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What came out of a macro has two places: in the macro, and where it is used.
func TestMacroPlaces(t *testing.T) {
	t.Parallel()
	const macro = "<Macro Moved $from $flags>\nRewriteRule ^/$from$ /new [$flags]\n</Macro>\n"
	dir := tree(t, map[string]string{
		"good.conf": "RewriteEngine On\n" + macro + "Use Moved old R\n",
		"bad.conf":  "RewriteEngine On\n" + macro + "Use Moved old R\nUse Moved older LL\n",
		"site.conf": "Use Elsewhere  x\n",
	})
	good, bad := filepath.Join(dir, "good.conf"), filepath.Join(dir, "bad.conf")

	out := cli(t, "explain", "-config", good, "/old")
	require.Contains(t, out.out, "=> redirect 302 http://localhost/new  ("+good+":3 (used at "+good+":5))")

	out = cli(t, "check", bad)
	require.Contains(t, out.out, bad+":3:28: error: RewriteRule: unknown flag 'LL' [unknown-flag] (used at "+bad+":6:1)\n"+
		"    RewriteRule ^/$from$ /new [$flags]\n")
	require.NotContains(t, out.out, ":5:1")
	out = cli(t, "check", "-json", bad)
	require.Contains(t, out.out, `"`+bad+`:6:1"`)

	laidOut := strings.Replace(macro, "RewriteRule", "    RewriteRule", 1)
	require.Equal(t, output{exitOK, "RewriteEngine On\n" + laidOut + "Use Moved old R\n", ""}, cli(t, "fmt", good))
	require.Equal(t, output{exitOK, "Use Elsewhere  x\n", ""}, cli(t, "fmt", filepath.Join(dir, "site.conf")))
}
