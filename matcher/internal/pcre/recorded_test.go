package pcre_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// TestRecorded replays PCRE2 10.42's verdicts on random pieces of syntax. The
// file is written by examples/benchmark/pcrefuzz; a line is
//
//	p FLAGS CODE PATTERN
//
// with FLAGS as here, CODE 0 or PCRE2's reason to refuse the pattern, which is one
// of ours for what is not UTF-8, and the
// pattern quoted as in Go.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"verdicts", "unicode"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replayVerdicts(t, "testdata/"+name+".txt.gz")
		})
	}
}

func replayVerdicts(t *testing.T, name string) {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	verdicts := map[bool]int{}
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		var flags pcre.Flags
		var want pcre.Code
		var src string
		_, err := fmt.Sscanf(lines.Text(), "p %d %d %q", &flags, &want, &src)
		require.NoError(t, err, lines.Text())
		verdicts[want == 0]++
		got := pcre.Code(0)
		_, err = pcre.Parse(src, flags)
		if bad := new(pcre.Error); errors.As(err, &bad) {
			got = bad.Code
		}
		if got != want {
			t.Errorf("Parse(%q): code %d, want %d (%v)", src, got, want, err)
		}
		checkInvariants(t, src, flags)
	}
	require.NoError(t, lines.Err())
	if verdicts[true] < 1000 || verdicts[false] < 1000 {
		t.Errorf("only %v verdicts replayed", verdicts)
	}
}
