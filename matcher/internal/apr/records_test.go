package apr

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/recorded"
)

func TestMatchFileRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "globs.txt") {
		if got := strconv.FormatBool(MatchFile(f[0], f[1])); got != f[2] {
			t.Errorf("MatchFile(%q, %q) = %s", f[0], f[1], got)
		}
		if got := strconv.FormatBool(MatchURL(f[0], f[1])); got != f[3] {
			t.Errorf("MatchURL(%q, %q) = %s", f[0], f[1], got)
		}
	}
}

func TestClassesRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "classes.txt") {
		require.Equal(t, len(f[0])-1, ClassEnd(f[0]), f[0])
		for i, noCase := range []bool{false, true} {
			if got := strconv.FormatBool(InClass(f[0][1:], f[1][0], noCase)); got != f[2+i] {
				t.Errorf("InClass(%q, %q, %t) = %s", f[0], f[1], noCase, got)
			}
		}
	}
}

func TestMatchWildRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "aliases.txt") {
		if got := strconv.FormatBool(MatchWild(Lower(f[0]), Lower(f[1]))); got != f[2] {
			t.Errorf("MatchWild(%q, %q) = %s", f[0], f[1], got)
		}
	}
}

func TestIsWildRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "wild.txt") {
		if got := strconv.FormatBool(IsWild(f[0])); got != f[1] {
			t.Errorf("IsWild(%q) = %s", f[0], got)
		}
	}
}

func TestNumbersRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "numbers.txt") {
		if got := strconv.Itoa(int(Atoi(f[0]))); got != f[1] {
			t.Errorf("Atoi(%q) = %s, want %s", f[0], got, f[1])
		}
		if got := strconv.FormatInt(Atol(f[0]), 10); got != f[2] {
			t.Errorf("Atol(%q) = %s, want %s", f[0], got, f[2])
		}
	}
}

func TestWordsRecorded(t *testing.T) {
	t.Parallel()
	for _, f := range recorded.Lines(t, "words.txt") {
		var want []string
		if len(f) > 1 {
			want = f[1:]
		}
		require.Equal(t, want, Words(f[0]), "%q", f[0])
	}
}
