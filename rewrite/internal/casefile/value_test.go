package casefile

import (
	"strings"
	"testing"
)

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", " a", `"`, "a\nb", "\xff", "é", `a"b\`, "none"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := quote(s)
		if strings.ContainsAny(q, "\r\n") || strings.TrimSpace(q) != q {
			t.Errorf("quote(%q) = %q does not survive in a line", s, q)
		}
		back, err := unquote(q)
		if err != nil || back != s {
			t.Errorf("unquote(quote(%q)) = %q, %v", s, back, err)
		}
	})
}

func FuzzTarget(f *testing.F) {
	f.Add("/a b%?", "x=1&y=%20", true)
	f.Add("/é\xff\x00", "", false)
	f.Add("/", "?\n", true)
	f.Fuzz(func(t *testing.T, path, query string, has bool) {
		if !has {
			query = ""
		}
		s := joinTarget(path, query, has)
		p, q, h, err := splitTarget(s)
		if err != nil || p != path || q != query || h != has {
			t.Errorf("splitTarget(%q) = %q, %q, %v, %v; want %q, %q, %v", s, p, q, h, err, path, query, has)
		}
	})
}

func TestJoinTargetReadsAloud(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, query string
		has         bool
		want        string
	}{
		{"/index.php", "x=1", true, "/index.php?x=1"},
		{"/index.php", "", true, "/index.php?"},
		{"/index.php", "", false, "/index.php"},
		{"/café", "", false, "/café"},
		{"/a b", "", false, "/a%20b"},
		{"/100%?", "a=%20", true, "/100%25%3F?a=%20"},
		{"/\xe9", "", false, "/%E9"},
		{"/a", "\x01", true, `"/a?\x01"`},
	}
	for _, test := range tests {
		if got := joinTarget(test.path, test.query, test.has); got != test.want {
			t.Errorf("joinTarget(%q, %q, %v) = %s, want %s", test.path, test.query, test.has, got, test.want)
		}
	}
}

func TestPercentDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"%", "%2", "a%zz", "%+1"} {
		if got, err := percentDecode(s); err == nil {
			t.Errorf("percentDecode(%q) = %q, want an error", s, got)
		}
	}
}
