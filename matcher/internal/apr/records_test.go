package apr

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// records calls do with each line of a file of testdata, which says at its head what
// they are. A field is a Go string or a bare word.
func records(t *testing.T, name string, do func(t *testing.T, f []string)) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var fields []string
		for line = strings.TrimSpace(line); line != ""; line = strings.TrimPrefix(line, " ") {
			field, err := strconv.QuotedPrefix(line)
			if err != nil {
				field, _, _ = strings.Cut(line, " ")
			}
			line = line[len(field):]
			if text, err := strconv.Unquote(field); err == nil {
				field = text
			}
			fields = append(fields, field)
		}
		do(t, fields)
		n++
	}
	require.Greater(t, n, 10)
}

func TestMatchFileRecorded(t *testing.T) {
	t.Parallel()
	records(t, "globs.txt", func(t *testing.T, f []string) {
		t.Helper()
		if got := strconv.FormatBool(MatchFile(f[0], f[1])); got != f[2] {
			t.Errorf("MatchFile(%q, %q) = %s", f[0], f[1], got)
		}
		if got := strconv.FormatBool(MatchURL(f[0], f[1])); got != f[3] {
			t.Errorf("MatchURL(%q, %q) = %s", f[0], f[1], got)
		}
	})
}

func TestClassesRecorded(t *testing.T) {
	t.Parallel()
	records(t, "classes.txt", func(t *testing.T, f []string) {
		t.Helper()
		require.Equal(t, len(f[0])-1, ClassEnd(f[0]), f[0])
		for i, noCase := range []bool{false, true} {
			if got := strconv.FormatBool(InClass(f[0][1:], f[1][0], noCase)); got != f[2+i] {
				t.Errorf("InClass(%q, %q, %t) = %s", f[0], f[1], noCase, got)
			}
		}
	})
}

func TestMatchWildRecorded(t *testing.T) {
	t.Parallel()
	records(t, "aliases.txt", func(t *testing.T, f []string) {
		t.Helper()
		if got := strconv.FormatBool(MatchWild(Lower(f[0]), Lower(f[1]))); got != f[2] {
			t.Errorf("MatchWild(%q, %q) = %s", f[0], f[1], got)
		}
	})
}

func TestIsWildRecorded(t *testing.T) {
	t.Parallel()
	records(t, "wild.txt", func(t *testing.T, f []string) {
		t.Helper()
		if got := strconv.FormatBool(IsWild(f[0])); got != f[1] {
			t.Errorf("IsWild(%q) = %s", f[0], got)
		}
	})
}

func TestNumbersRecorded(t *testing.T) {
	t.Parallel()
	records(t, "numbers.txt", func(t *testing.T, f []string) {
		t.Helper()
		if got := strconv.Itoa(int(Atoi(f[0]))); got != f[1] {
			t.Errorf("Atoi(%q) = %s, want %s", f[0], got, f[1])
		}
		if got := strconv.FormatInt(Atol(f[0]), 10); got != f[2] {
			t.Errorf("Atol(%q) = %s, want %s", f[0], got, f[2])
		}
	})
}

func TestWordsRecorded(t *testing.T) {
	t.Parallel()
	records(t, "words.txt", func(t *testing.T, f []string) {
		t.Helper()
		var want []string
		if len(f) > 1 {
			want = f[1:]
		}
		require.Equal(t, want, Words(f[0]), "%q", f[0])
	})
}
