package webconfig

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParse reads a file of 4,704 redirects, as people have.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("<rewrite>\n  <rules>\n")
	for i := range 4704 {
		fmt.Fprintf(&text, "    <rule name=\"Rule%d\" stopProcessing=\"true\">\n      <match url=\"^news/archive/%d/an-article-with-a-name(/)?$\" />\n"+
			"      <action type=\"Redirect\" url=\"https://{HTTP_HOST}/news/archive/%d/an-article-with-a-name\" appendQueryString=\"false\" redirectType=\"301\" />\n"+
			"    </rule>\n", i, i, i)
	}
	text.WriteString("  </rules>\n</rewrite>\n")
	src := []byte(text.String())
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("rules.config", src, nil); err != nil {
			b.Fatal(err)
		}
	}
}
