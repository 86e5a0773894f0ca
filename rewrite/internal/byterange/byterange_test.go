package byterange

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show returns ranges as "0-3,5-9", "whole" or "unsatisfiable".
func show(ranges []Range, o Outcome) string {
	switch o {
	case Whole:
		return "whole"
	case Unsatisfiable:
		return "unsatisfiable"
	case Parts:
	}
	var parts []string
	for _, r := range ranges {
		parts = append(parts, fmt.Sprintf("%d-%d", r.Start, r.end()))
	}
	return strings.Join(parts, ",")
}

// What httpd answers to the same headers is recorded in testdata/files of package
// rewrite.
func TestParse(t *testing.T) {
	t.Parallel()
	const size = 100
	for header, want := range map[string]string{
		"":                           "whole",
		"bytes":                      "whole",
		"items=0-1":                  "whole",
		"BYTES=0-1":                  "0-1",
		"bytes=0-3":                  "0-3",
		"bytes=0-3,":                 "0-3",
		"bytes=,0-3":                 "whole",
		"bytes=0-3,,8-9":             "0-3,8-9",
		"bytes=5-2":                  "whole",
		"bytes=a-b":                  "whole",
		"bytes= 0-3":                 "whole",
		"bytes=0-3 ":                 "whole",
		"bytes=0-3, 5-9":             "whole",
		"bytes=+1-3":                 "whole",
		"bytes=0x1-3":                "whole",
		"bytes=1":                    "whole",
		"bytes=-":                    "whole",
		"bytes=--5":                  "whole",
		"bytes=-0":                   "whole",
		"bytes=-5":                   "95-99",
		"bytes=-500":                 "0-99",
		"bytes=90-":                  "90-99",
		"bytes=90-1000":              "90-99",
		"bytes=100-":                 "unsatisfiable",
		"bytes=100-200,300-":         "unsatisfiable",
		"bytes=100-,0-1":             "0-1",
		"bytes=0-1,100-":             "0-1",
		"bytes=100-,x":               "whole",
		"bytes=0-1,2-3":              "0-3",
		"bytes=0-1,1-2":              "0-2",
		"bytes=2-3,0-1":              "0-3",
		"bytes=0-9,2-3":              "0-9",
		"bytes=2-3,0-9":              "0-9",
		"bytes=0-1,4-5":              "0-1,4-5",
		"bytes=4-5,0-1":              "4-5,0-1",
		"bytes=0-":                   "0-99",
		"bytes=5-6,0-,x":             "0-99",
		"bytes=10-50,60-99,0-40":     "whole",
		"bytes=0-50,60-70,10-20":     "0-50,60-70,10-20",
		"bytes=9223372036854775808-": "whole",
	} {
		if got := show(Parse(header, size, Default())); got != want {
			t.Errorf("Parse(%q) = %s, want %s", header, got, want)
		}
	}
	if got := show(Parse("bytes=0-1", 0, Default())); got != "whole" {
		t.Errorf("of an empty content: %s", got)
	}
}

// Limits count ranges after merging, and merging itself.
func TestLimits(t *testing.T) {
	t.Parallel()
	repeat := func(n int, spec func(i int) string) string {
		var parts []string
		for i := range n {
			parts = append(parts, spec(i))
		}
		return "bytes=" + strings.Join(parts, ",")
	}
	apart := func(i int) string { return fmt.Sprintf("%d-%d", 4*i, 4*i) }
	same := func(int) string { return "5-9" }
	back := func(i int) string { return fmt.Sprintf("%d-%d", 500-i, 500) }
	for _, tt := range []struct {
		header string
		parts  int // 0 for the whole
	}{
		{repeat(200, apart), 200},
		{repeat(201, apart), 0},
		{repeat(21, same), 1},
		{repeat(22, same), 0},
		{repeat(21, back), 1},
		{repeat(22, back), 0},
	} {
		got, _ := Parse(tt.header, 1000, Default())
		if diff := cmp.Diff(tt.parts, len(got)); diff != "" {
			t.Errorf("%.60s… (-want +got):\n%s", tt.header, diff)
		}
		if _, o := Parse(tt.header, 1000, Limits{-1, -1, -1}); o != Parts {
			t.Errorf("%.60s… without limits: %s", tt.header, show(nil, o))
		}
	}
}

// FuzzParse checks that ranges lie inside the content, and are not longer than it.
func FuzzParse(f *testing.F) {
	for _, header := range []string{"bytes=0-3", "bytes=-5,2-", "bytes=0-1,4-5,4-4", "bytes=100-", "bytes=,,-1"} {
		f.Add(header, int64(100))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size <= 0 {
			t.Skip()
		}
		ranges, o := Parse(header, size, Default())
		if (o == Parts) != (len(ranges) > 0) {
			t.Fatalf("%d ranges with outcome %d", len(ranges), o)
		}
		var sum int64
		for _, r := range ranges {
			if r.Start < 0 || r.Length <= 0 || r.end() >= size {
				t.Fatalf("range %+v of %d bytes", r, size)
			}
			sum += r.Length
		}
		if sum > size || len(ranges) > Default().Ranges {
			t.Fatalf("%d ranges with %d bytes of %d", len(ranges), sum, size)
		}
	})
}
