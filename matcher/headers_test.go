package matcher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// What of Header and RequestHeader is not run, or would harm httpd, is a finding.
func TestHeaderFindings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line     string
		severity parser.Severity
		message  string // "" for none
	}{
		{"Header set X 1 early", parser.Warning, "has an effect in server context only"},
		{"Header set X 1", 0, ""},
		{"Header note X 1", parser.Note, "note is for logs only"},
		{"Header edit* X a* b", parser.Warning, "makes httpd crash"},
		{"Header edit* X a+ b", 0, ""},
		{"Header edit X a* b", 0, ""},
		{"Header set X %l", parser.Warning, "there is no such server here"},
	} {
		f, err := parser.Parse("site.conf", []byte("<Directory />\n"+tt.line+"\n</Directory>\n"), nil)
		require.NoError(t, err)
		e, err := matcher.Compile(f, nil)
		require.NoError(t, err)
		checkFinding(t, "site.conf:2:", tt.line, tt.severity, tt.message, e.Warnings())
	}
	f, err := parser.Parse("site.conf", []byte("RequestHeader set X %l\n"), nil)
	require.NoError(t, err)
	_, err = matcher.Compile(f, nil)
	require.ErrorContains(t, err, "there is no such server here", "what reads the header could decide by it")
}

// An expression that fails is reported, and its value is empty.
func TestHeaderExpressionFails(t *testing.T) {
	t.Parallel()
	found := &findings{}
	e := compile(t, "Header set X \"expr=<%{file:/none}>\"\nHeader set Y 1\n", &matcher.Options{FS: site(nil), Report: found.add})
	header := completed(t, get(t, e, "/"), map[string][]string{})
	require.Equal(t, []string{"1"}, header["Y"])
	require.Empty(t, strings.Join(header["X"], ""))
	require.NotEmpty(t, found.all())
}
