package isapi

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestInclude follows IncludeIni, or reports why it does not.
func TestInclude(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"srv/site/IIRF.ini": {}, "srv/empty.ini": {}, "srv/site/sub": {Mode: 0o755 | 1<<31},
		"srv/site/more.ini":   {Data: []byte("\xef\xbb\xbfRewriteRule ^/a$ /b [Z]\r\nNoSuch\n")},
		"srv/site/circle.ini": {Data: []byte("IncludeIni more.ini\nIncludeIni ..\\site\\iirf.ini\nIncludeIni IIRF.ini")},
		"srv/deep.ini":        {Data: []byte("IncludeIni deep/deep.ini")},
		"srv/huge.ini":        {Data: []byte(strings.Repeat("#\n", maxBytes/2))},
	}
	for dir := "srv/deep/"; strings.Count(dir, "/") < 30; dir += "deep/" {
		files[dir+"deep.ini"] = files["srv/deep.ini"]
	}
	for _, test := range []struct {
		text string
		want []string
	}{
		{"IncludeIni ../empty.ini", nil},
		{"IncludeIni ..\\empty.ini", nil},
		{"IncludeIni /srv/empty.ini", nil},
		{"IncludeIni more.ini", []string{"more.ini:1:1: warning dropped-rule", "more.ini:2:1: warning unknown-directive"}},
		{"IncludeIni", []string{"IIRF.ini:1:1: error argument-count"}},
		{"IncludeIni none.ini", []string{"IIRF.ini:1:12: error include"}},
		{"IncludeIni sub", []string{"IIRF.ini:1:12: error include"}},
		{"IncludeIni ../../../../etc/passwd", []string{"IIRF.ini:1:12: error include"}},
		{`IncludeIni C:\more.ini`, []string{"IIRF.ini:1:12: error include"}},
		{"IncludeIni IIRF.ini", []string{"IIRF.ini:1:12: error include"}},
		{"\nIncludeIni circle.ini", []string{
			"more.ini:1:1: warning dropped-rule", "more.ini:2:1: warning unknown-directive", "circle.ini:2:12: error include", "circle.ini:3:12: error include",
		}},
		{"IncludeIni ../huge.ini", []string{"IIRF.ini:1:12: error include"}},
		{"RewriteCond a b\nIncludeIni ../empty.ini\nRewriteRule ^/a$ /b", nil},
		{"RewriteCond a b\nIncludeIni ../empty.ini", []string{"IIRF.ini:1:1: warning dangling"}},
	} {
		f, err := Parse("IIRF.ini", []byte(test.text), IIRF, &Options{FS: files, Path: "srv/site/IIRF.ini"})
		var got []string
		finds := findings(f, err)
		finds.Sort()
		for _, d := range finds {
			got = append(got, d.Span().String()+": "+d.Severity.String()+" "+string(d.Code))
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, d)
		}
	}
	_, err := Parse("IIRF.ini", []byte("IncludeIni ../deep.ini"), IIRF, &Options{FS: files, Path: "srv/site/IIRF.ini"})
	require.ErrorIs(t, err, errDeep)
	_, err = Parse("IIRF.ini", []byte(strings.Repeat("IncludeIni ../empty.ini\n", maxIncluded+1)), IIRF, &Options{FS: files, Path: "srv/site/IIRF.ini"})
	require.ErrorIs(t, err, errMany)
	f, err := Parse("IIRF.ini", []byte("IncludeIni more.ini"), IIRF, nil)
	require.NoError(t, err)
	require.Nil(t, f.Nodes[0].(*Setting).Included)
}
