package negotiation

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAccept reads fields that clients send: each element is a part of the field, in lower
// case, and its quality is at most 1.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{
		"text/html;q=0.5, */*;q=.1", "", ";", ",,", "a b c", `a;q="0.5`, "en-GB;level=3 ;charset=\"x\"", "a;q=0.0001", "\xff;=", "a;;q=1;q=2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		list := readList(field)
		require.LessOrEqual(t, len(list), len(field))
		for _, e := range list {
			require.True(t, 0 <= e.quality && e.quality <= 1, "%v", e.quality)
			require.Contains(t, strings.ToLower(field), strings.ToLower(e.name))
		}
	})
}

// FuzzTypeMap reads type maps: a variant has a name, and what it has in the map lies there.
func FuzzTypeMap(f *testing.F) {
	for _, seed := range []string{
		"URI: a\nContent-Type: text/html; qs=0.5\n\nURI: b\nContent-Language: en, de\n", "URI: a\nContent-Type: a/b\nBody:x\nhello\nx\n",
		"# c\n \n\nURI: a\n b\n#c\n c\nContent-Length: -1\n", "body:\n", "a\n", "URI: a (c\nContent-Type: b)\n", "Body:x\nx", ":\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := mapReader{text: text, rest: text, name: "map.var"}
		for before := len(text) + 1; r.next(); before = len(r.rest) {
			require.Less(t, len(r.rest), before, "reads on")
		}
		for _, v := range r.variants {
			require.NotEmpty(t, v.name)
			require.False(t, v.inMap && (v.from < 0 || v.bytes < 0 || v.from+v.bytes > int64(len(text))))
			require.True(t, 0 <= v.source && v.source <= 1)
		}
	})
}

// What a field says of its elements.
func TestReadList(t *testing.T) {
	t.Parallel()
	for field, want := range map[string][]accepted{
		"":                               {},
		"TEXT/Html":                      {{name: "text/html", quality: 1, level: 2}},
		"a;q=0.5,b ; q = 0.25":           {{name: "a", quality: 0.5}, {name: "b", quality: 0.25}},
		"a;q=.7;level=3;charset=\"X\"":   {{name: "a", quality: 0.7, level: 3, charset: "x"}},
		"a b;q=0,":                       {{name: "a", quality: 1}, {name: "b"}},
		"a;q=0.0019, c;q=2, d;q=x, e;q=": {{name: "a", quality: 0.001}, {name: "c", quality: 1}, {name: "d", quality: 1}, {name: "e", quality: 1}},
	} {
		require.Equal(t, want, readList(field), "%q", field)
	}
}
