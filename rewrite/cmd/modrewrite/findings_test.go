package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modrewrite-go/modrewrite/parser"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	at := func(from, to uint32) parser.Extent {
		return parser.Extent{From: parser.Pos{Line: 1, Col: from}, To: parser.Pos{Line: 1, Col: to}}
	}
	long := strings.Repeat("x", 100)
	tests := []struct {
		name, line string
		at         parser.Extent
		want       string
	}{
		{"word", "ab cd ef", at(4, 6), "ab cd ef\n   ^~\n"},
		{"empty", "ab", at(2, 2), "ab\n ^\n"},
		{"at the end", "ab", at(3, 3), "ab\n  ^\n"},
		{"past the end", "ab", at(9, 12), "ab\n  ^\n"},
		{"no column", "ab", at(0, 0), "ab\n^\n"},
		{"tab", "\tab", at(3, 4), "\tab\n\t ^\n"},
		{"wide", "é€ ab", at(7, 9), "é€ ab\n   ^~\n"},
		{"escape sequence", "\x1b[31m a", at(7, 8), "\uFFFD[31m a\n      ^\n"},
		{"invalid text", "\xff\xfe a", at(4, 5), "\uFFFD\uFFFD a\n   ^\n"},
		{
			"long", long + "ab" + long, at(101, 103),
			"…" + long[:72] + "ab" + long[:72] + "…\n" + strings.Repeat(" ", 73) + "^~\n",
		},
		{
			"over several lines", "ab \\",
			parser.Extent{From: parser.Pos{Line: 1, Col: 1}, To: parser.Pos{Line: 2, Col: 1}},
			"ab \\\n^~~~\n",
		},
	}
	for _, tt := range tests {
		var b strings.Builder
		writeExcerpt(&b, tt.line, tt.at)
		want := ""
		for line := range strings.SplitAfterSeq(tt.want, "\n") {
			if line != "" {
				want += "    " + line
			}
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestFindingsWithoutPlace writes findings whose place is known in part, or not
// at all.
func TestFindingsWithoutPlace(t *testing.T) {
	t.Parallel()
	ds := parser.Diagnostics{
		{Extent: parser.Extent{Name: "gone.conf"}, Code: "x", Message: "can't be read"},
		{Severity: parser.Warning, Code: "y", Message: "odd", Hint: "even"},
	}
	var b strings.Builder
	writeFindings(&b, ds)
	if diff := cmp.Diff("gone.conf: error: can't be read [x]\nwarning: odd [y]\n    hint: even\n", b.String()); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	for i, want := range []string{
		`{"file":"gone.conf","severity":"error","code":"x","message":"can't be read"}`,
		`{"severity":"warning","code":"y","message":"odd","hint":"even"}`,
	} {
		if got, err := json.Marshal(newFinding(ds[i])); err != nil || string(got) != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}
