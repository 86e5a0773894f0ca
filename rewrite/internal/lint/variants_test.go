package lint

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// TestVariants looks at mistakes as people write them, and at what looks like them.
func TestVariants(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	text, err := os.ReadFile("testdata/variants.txt")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "\n= ")
	for block := range strings.SplitSeq(rest, "\n= ") {
		code, rest, _ := strings.Cut(block, "\n")
		bad, good := 0, 0
		for i, part := range strings.Split("\n"+rest, "\n-- ")[1:] {
			head, text, _ := strings.Cut(part, "\n")
			words := strings.Fields(head)
			x, lines := variant(words, text)
			if words[0] == "good" {
				good++
				require.Empty(t, lines, "%s %d", code, i)
			} else {
				bad++
				require.NotEmpty(t, lines, "%s %d", code, i)
			}
			t.Run(fmt.Sprintf("%s/%d", code, i), func(t *testing.T) {
				t.Parallel()
				x.shows(t, parser.Code(code), lines)
			})
		}
		require.Positive(t, bad, code)
		require.Positive(t, good, code)
	}
}

// variant reads the text of a variant: the lines that begin with "!" have a finding.
func variant(words []string, text string) (x Example, lines []uint32) {
	x = readExample(words, "")
	x.Text = ""
	n := uint32(0)
	for line := range strings.Lines(text) {
		n++
		rest, marked := strings.CutPrefix(line, "!")
		if marked {
			lines = append(lines, n)
		}
		x.Text += rest
	}
	x.Text = strings.TrimRight(x.Text, "\n") + "\n"
	return x, lines
}

// shows checks that the lines have the finding code, and that there is no other that is
// not a note; none at all without lines.
func (x Example) shows(t *testing.T, code parser.Code, lines []uint32) {
	t.Helper()
	var found []uint32
	for _, d := range x.check(t, code) {
		switch {
		case d.Code == code && slices.Contains(lines, d.From.Line):
			found = append(found, d.From.Line)
		case len(lines) == 0 || d.Severity != parser.Note || d.Code == code:
			t.Errorf("%v: %s [%s]\n%s", d, d.Severity, d.Code, x.Text)
		}
	}
	for _, line := range lines {
		if !slices.Contains(found, line) {
			t.Errorf("line %d is not found\n%s", line, x.Text)
		}
	}
}
