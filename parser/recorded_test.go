package parser

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// recordedCase is what this package needs to know of a recorded case. Its
// strings hold one code point a byte.
type recordedCase struct {
	Name        string
	Vhost       string
	ConfigError string `json:"config_error"`
}

// recordedCases returns the cases of a file in the repository's testdata.
func recordedCases(t *testing.T, name string) []recordedCase {
	t.Helper()
	f, err := os.Open("../testdata/recorded/" + name)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var cases []recordedCase
	for d := json.NewDecoder(z); ; {
		var c recordedCase
		if err := d.Decode(&c); errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

// notOurs are beginnings of httpd's messages about what this package does not
// judge: regular expressions and expressions, contexts, directives that there
// are, and files.
var notOurs = []string{
	"RewriteRule: cannot compile regular expression",
	"RewriteCond: cannot compile regular expression",
	"RewriteCond: cannot compile expression",
	"RewriteBase: only valid in per-directory config files",
	"RewriteMap not allowed in <Directory> context",
	"RewriteMap: file for map",
	"Invalid command",
}

// What httpd refused is refused, with the same message where this package
// judges it at all, and all else is accepted.
func TestRecorded(t *testing.T) {
	refused := 0
	for _, c := range recordedCases(t, "edge.jsonl.gz") {
		var text []byte
		for _, r := range c.Vhost {
			text = append(text, byte(r))
		}
		_, err := Parse("vhost", text, nil)
		ours := !slices.ContainsFunc(notOurs, func(s string) bool { return strings.HasPrefix(c.ConfigError, s) })
		switch {
		case !ours:
		case c.ConfigError == "":
			if err != nil {
				t.Errorf("%s: Parse(%q): %v, but httpd accepts", c.Name, text, err)
			}
		case err == nil:
			t.Errorf("%s: Parse(%q) finds nothing, but httpd refuses: %s", c.Name, text, c.ConfigError)
		default:
			refused++
			want, _, _ := strings.Cut(c.ConfigError, " (i.e.")
			// Of a flag that is all blanks httpd shows the comma behind it.
			want = strings.Replace(want, "unknown flag ','", "unknown flag ''", 1)
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: Parse(%q): %v, but httpd says %s", c.Name, text, err, c.ConfigError)
			}
		}
	}
	require.Greater(t, refused, 50)
}
