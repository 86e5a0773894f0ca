package pattern_test

import (
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

func BenchmarkCompile(b *testing.B) {
	for _, src := range []string{"^old/page-17/?$", "^products/([0-9]+)/?$", "^(.*)/index\\.(php|html?)$", "^(?!index\\.php)(.+)$", "^(.+)/\\1$"} {
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pattern.Compile(src, apache); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(src+"/parse", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pcre.Parse(src, apache); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
