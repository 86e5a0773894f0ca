// Package recorded reads files of testdata that hold what functions of httpd and APR
// answered, for tests of ours.
package recorded

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// None is a field "-": httpd has no answer.
const None = "\x00"

// least is how many lines a file has, so that one that was cut off is noticed.
const least = 10

// Lines returns the fields of each line of a file of testdata, which says at its head
// what they are. A field is a Go string or a bare word.
func Lines(tb testing.TB, name string) [][]string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, fields(tb, strings.TrimSuffix(line, "\n")))
		}
	}
	if len(all) < least {
		tb.Fatalf("%s holds %d lines", name, len(all))
	}
	return all
}

// fields splits a line.
func fields(tb testing.TB, line string) []string {
	tb.Helper()
	var fs []string
	for line != "" {
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			field, err := strconv.Unquote(quoted)
			if err != nil {
				tb.Fatal(err)
			}
			fs, line = append(fs, field), strings.TrimPrefix(line[len(quoted):], " ")
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word == "-" {
			word = None
		}
		fs, line = append(fs, word), rest
	}
	return fs
}
