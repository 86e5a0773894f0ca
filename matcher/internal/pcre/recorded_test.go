package pcre_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// TestRecorded replays PCRE2 10.42's verdicts: on random pieces of syntax, and on each
// kind of item with each kind of quantifier. The
// files are written by examples/benchmark/pcrefuzz; a line is
//
//	p FLAGS CODE PATTERN SIZE
//
// with FLAGS as here, CODE 0 or PCRE2's reason to refuse the pattern, which is one
// of ours for what is not UTF-8, the
// pattern quoted as in Go, and how many bytes it has of the 64 KiB that there may be.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"verdicts", "unicode", "repeats"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replayVerdicts(t, name)
		})
	}
}

func replayVerdicts(t *testing.T, name string) {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".txt.gz")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	verdicts := map[bool]int{}
	var one pcre.Parser
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		var flags pcre.Flags
		var want pcre.Code
		var src string
		var size int
		_, err := fmt.Sscanf(lines.Text(), "p %d %d %q %d", &flags, &want, &src, &size)
		require.NoError(t, err, lines.Text())
		verdicts[want == 0]++
		got := pcre.Code(0)
		re, err := pcre.Parse(src, flags)
		if bad := new(pcre.Error); errors.As(err, &bad) {
			got = bad.Code
		}
		if got != want {
			t.Errorf("Parse(%q): code %d, want %d (%v)", src, got, want, err)
		}
		// PCRE2 lists some cases of a range beyond Latin-1 several times.
		folds := name == "unicode" && (flags&pcre.Caseless != 0 || strings.Contains(src, "i"))
		if re != nil && !folds && re.Size != size {
			t.Errorf("Parse(%q): size %d, want %d", src, re.Size, size)
		}
		same, sameErr := one.Parse(src, flags)
		if !reflect.DeepEqual(re, same) || fmt.Sprint(err) != fmt.Sprint(sameErr) {
			t.Errorf("Parse(%q): %+v, %v; by a parser that has parsed others: %+v, %v", src, re, err, same, sameErr)
		}
		if name != "repeats" {
			checkInvariants(t, src, flags)
		}
	}
	require.NoError(t, lines.Err())
	if verdicts[true] < 800 || verdicts[false] < 800 {
		t.Errorf("only %v verdicts replayed", verdicts)
	}
}
