package benchmark_test

import (
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// userAgent is a browser's, of the usual length.
const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

// BenchmarkPattern compares one match of our engine with one of PCRE2, as httpd
// calls it and with its JIT compiler, which httpd does not use.
func BenchmarkPattern(b *testing.B) {
	tests := []struct {
		name, pattern, subject string
		nc                     bool
	}{
		{"literal/hit", "^old/page-17/?$", "old/page-17", false},
		{"literal/miss", "^old/page-17/?$", "old/page-18", false},
		{"number", "^products/([0-9]+)/?$", "products/12345", false},
		{"rest", "^legacy/app12/(.*)$", "legacy/app12/some/where/else.html", false},
		{"segments", "^([^/]+)/([^/]+)/([0-9]+)$", "articles/regular/2024", false},
		{"index", "^(.*)/index\\.(php|html?)$", "a/longer/path/to/some/index.html", false},
		{"query", "(^|&)id=([0-9]+)(&|$)", "lang=en&sort=up&id=4711&page=2", false},
		{"extension/hit", "\\.(gif|jpe?g|png|css|js)$", "images/photos/2024/picture.jpeg", false},
		{"extension/miss", "\\.(gif|jpe?g|png|css|js)$", "images/photos/2024/index.html", false},
		{"slug", "^([a-z0-9-]+)\\.html$", "some-article-about-things.html", true},
		{"host", "^www\\.(.+)$", "www.example.com", true},
		{"agent/miss", "googlebot", userAgent, true},
		{"agent/hit", "safari", userAgent, true},
		{"agent/gap", "Mozilla.*bot", userAgent, true},
		{"agent/list", "(iphone|ipad|android|blackberry|opera mini)", userAgent, true},
		{"lookahead", "^(?!index\\.php)(.+)$", "blog/2024/post", false},
		{"not", "^(?!.*\\.(?:css|js|png)$)(.*)$", "blog/2024/post", false},
		{"twice", "^(.+)/\\1$", "some/some", false},
	}
	for _, tt := range tests {
		flags, options := pcre.DotAll|pcre.DollarEndOnly, pcre2.Apache
		if tt.nc {
			flags, options = flags|pcre.Caseless, options|pcre2.Caseless
		}
		b.Run(tt.name+"/ours", func(b *testing.B) {
			p, err := pattern.Compile(tt.pattern, flags)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var caps pattern.Captures
			for b.Loop() {
				if _, err := p.Match(tt.subject, &caps, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(tt.name+"/pcre2", func(b *testing.B) {
			re, err := pcre2.Compile(tt.pattern, options)
			if err != nil {
				b.Fatal(err)
			}
			pcre2.NewMatcher(0).Repeat(re, tt.subject, b.N)
		})
		b.Run(tt.name+"/jit", func(b *testing.B) {
			re, err := pcre2.Compile(tt.pattern, options)
			if err != nil {
				b.Fatal(err)
			}
			re.JIT()
			pcre2.NewMatcher(0).Repeat(re, tt.subject, b.N)
		})
	}
}
