package authz_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

var update = flag.Bool("update", false, "write what comes out to testdata")

// TestCases runs the cases of testdata, which README.md there describes.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			got := runFile(t, string(data))
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(got), 0o600))
				return
			}
			if d := cmp.Diff(string(data), got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		})
	}
}

// runFile returns the text of a file of cases with what comes out.
func runFile(t *testing.T, text string) string {
	t.Helper()
	var out []string
	v := &server{}
	var e *httpd.Engine
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "\t") {
			continue
		}
		out = append(out, line)
		word, rest, _ := strings.Cut(line, " ")
		var said []string
		switch word {
		case "#":
		case "==":
			v, e = &server{}, nil
		case "handled":
			v.handled = strings.Fields(rest)
		case "names":
			v.names = map[string]string{}
			for pair := range strings.FieldsSeq(rest) {
				what, found, _ := strings.Cut(pair, "=")
				v.names[what] = found
			}
		case ">":
			v.access += rest + "\n"
		case "compile":
			_, said = compiled(t, v)
		case "ask":
			if e == nil {
				if e, said = compiled(t, v); e == nil {
					t.Fatalf("%s: %v", line, said)
				}
			}
			v.reports = nil
			said = ask(e, clientOf(t, rest))
			for _, r := range v.reports {
				said = append(said, "reported "+r)
			}
		default:
			if line == "" {
				continue
			}
			v.conf += line + "\n"
		}
		for _, s := range said {
			out = append(out, "\t"+s)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// compiled compiles the configuration of v. It returns the findings.
func compiled(t *testing.T, v *server) (*httpd.Engine, []string) {
	t.Helper()
	e, err := v.compile(t)
	var found parser.Diagnostics
	if err == nil {
		found = e.Warnings
	} else if !errors.As(err, &found) {
		t.Fatal(err)
	}
	var said []string
	for _, d := range found {
		said = append(said, finding(d))
	}
	return e, said
}
