package casefile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadArchive(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src, comment string
		entries            []entry
	}{
		{name: "nothing"},
		{name: "comment only", src: "a\nb", comment: "a\nb\n"},
		{
			name: "entries", src: "about\n-- a --\none\n\n--  b c -- \n-- d --\nlast",
			comment: "about\n",
			entries: []entry{{"a", 2, "one\n\n"}, {"b c", 5, ""}, {"d", 6, "last\n"}},
		},
		{
			name: "no markers", src: "-- a --\n--b--\n-- --\n--  --\n-- c -- d\n -- e --\n",
			entries: []entry{{"a", 1, "--b--\n-- --\n--  --\n-- c -- d\n -- e --\n"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			comment, entries := readArchive(test.src)
			if diff := cmp.Diff(test.comment, comment); diff != "" {
				t.Errorf("comment mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(test.entries, entries, cmp.AllowUnexported(entry{})); diff != "" {
				t.Errorf("entries mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
