package parser

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchText returns a ruleset of n rules as people write them.
func benchText(n int) []byte {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n<IfModule mod_rewrite.c>\n")
	for i := range n {
		fmt.Fprintf(&b, `    # Redirect number %d.
    RewriteCond %%{HTTP_HOST} !^www\.example\.(com|org)$ [NC,OR]
    RewriteCond %%{REQUEST_FILENAME} !-f
    RewriteRule ^old-%d/(.*)\.html$ https://%%{HTTP_HOST}/new/$1?from=%d [R=301,NE,L]
`, i, i, i)
	}
	b.WriteString("</IfModule>\n")
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		text := benchText(n)
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse("conf", text, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFprint(b *testing.B) {
	text := benchText(1000)
	f, err := Parse("conf", text, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Fprint(io.Discard, f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAll(b *testing.B) {
	f, err := Parse("conf", benchText(1000), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range All(f) {
			n++
		}
	}
}
