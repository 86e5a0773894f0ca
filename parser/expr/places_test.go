package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Findings stand where the mistake is, from its first byte to behind its last.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"true # no":          "5-6 expr-syntax",
		"-n '\\18'":          "4-7 expr-syntax",
		"true /b":            "5-7 ignored-text",
		"-n %{HTTP_X_FOO}":   "5-15 expr-variable",
		"-n '%{HTTP_X_FOO}'": "6-16 expr-variable",
		"-n %{nofunc:a}":     "5-11 expr-function",
		"$":                  "0-1 expr-syntax",
		"-":                  "0-1 expr-syntax",
		"m":                  "0-1 expr-syntax",
		"-_ 'a'":             "0-2 expr-operator",
		"-n %{HTTPS":         "10-10 expr-syntax",
		"'a' =~ m#" + strings.Repeat("a", maxString+1):       "7-9 too-large",
		"'a' =~ m#" + strings.Repeat("a", maxString+1) + "#": "7-9 too-large",
	} {
		e, err := Parse(at(src), nil)
		found := parser.Findings(err)
		if err == nil {
			found = e.Warnings
		}
		require.Len(t, found, 1, "%.40q", src)
		from, to := found[0].From.Offset-start.From.Offset, found[0].To.Offset-start.From.Offset
		require.Equal(t, want, fmt.Sprintf("%d-%d %s", from, to, found[0].Code), "%.40q", src)
	}
}

// Strings and regular expressions of 8191 bytes are the longest.
func TestLongest(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxString)
	for _, src := range []string{"-n '" + long + "'", "'a' =~ /" + long + "/", "true /" + long} {
		_, err := Parse(at(src), nil)
		require.NoError(t, err, "%.20q", src)
	}
	_, err := Parse(at("true /"+long+"a"), nil)
	require.Equal(t, parser.CodeTooLarge, parser.Findings(err)[0].Code)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"17 == -250":           "17 == -250",
		"'a' =~ m/b/":          "'a' =~ /b/",
		"'a' =~ m_/_":          "'a' =~ m_/_",
		"-n '\\107\\377\\017'": "-n 'G\xff\x0f'",
		"-n %{SSL_}":           "-n %{SSL_}",
		"-n %{ssl_X}":          "-n %{ssl_X}",
		"-n 'a$'":              "-n 'a$'",
	} {
		e, err := Parse(at(src), nil)
		require.NoError(t, err, src)
		require.Equal(t, want, e.String())
	}
}
