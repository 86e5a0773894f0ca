package pattern_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// userAgent is a browser's, of the usual length.
const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

// usual are matches of the kind that rules do.
var usual = []struct {
	name, pattern, subject string
	flags                  pcre.Flags
	want                   bool
}{
	{"literal/hit", "^old/page-17/?$", "old/page-17", 0, true},
	{"literal/miss", "^old/page-17/?$", "old/page-18", 0, false},
	{"capture", "^products/([0-9]+)/?$", "products/12345", 0, true},
	{"captures", "^([^/]+)/([^/]+)/([0-9]+)$", "articles/regular/2024", 0, true},
	{"greedy", "^(.*)/index\\.(php|html?)$", "a/longer/path/to/some/index.html", 0, true},
	{"lazy", "^(.+?)/?$", "some/where/", 0, true},
	{"query", "(^|&)id=([0-9]+)(&|$)", "lang=en&sort=up&id=4711&page=2", 0, true},
	{"extension/hit", "\\.(gif|jpe?g|png|css|js)$", "images/photos/2024/picture.jpeg", 0, true},
	{"extension/miss", "\\.(gif|jpe?g|png|css|js)$", "images/photos/2024/index.html", 0, false},
	{"agent/hit", "(iphone|android|safari)", userAgent, nc, true},
	{"agent/miss", "(googlebot|bingbot|baiduspider)", userAgent, nc, false},
	{"agent/gap", "Mozilla.*bot", userAgent, nc, false},
	{"loop", "^(?:[a-z]+-?)*\\.html$", "some-article-about-things.html", 0, true},
	{"lookahead", "^(?!index\\.php)(.+)$", "blog/2024/post", 0, true},
	{"lookbehind", "^(.*)(?<!\\.php)$", "blog/2024/post", 0, true},
	{"possessive", "^([^/]++)/(.*+)$", "blog/2024/post", 0, true},
}

// TestAllocs checks that the usual matches allocate nothing.
func TestAllocs(t *testing.T) {
	for _, tt := range usual {
		p, err := pattern.Compile(tt.pattern, apache|tt.flags)
		require.NoError(t, err)
		var caps pattern.Captures
		ok, err := p.Match(tt.subject, &caps, 0)
		require.NoError(t, err)
		require.Equal(t, tt.want, ok, tt.name)
		if n := testing.AllocsPerRun(100, func() { _, _ = p.Match(tt.subject, &caps, 0) }); n != 0 {
			t.Errorf("%s: %v allocations", tt.name, n)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, tt := range usual {
		p, err := pattern.Compile(tt.pattern, apache|tt.flags)
		require.NoError(b, err)
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			var caps pattern.Captures
			for b.Loop() {
				_, _ = p.Match(tt.subject, &caps, 0)
			}
		})
	}
}

// BenchmarkMatchBacktracking runs what needs the backtracking engine.
func BenchmarkMatchBacktracking(b *testing.B) {
	p, err := pattern.Compile("^(.+)/\\1$", apache)
	require.NoError(b, err)
	b.ReportAllocs()
	var caps pattern.Captures
	for b.Loop() {
		_, _ = p.Match("some/some", &caps, 0)
	}
}

func BenchmarkMatchParallel(b *testing.B) {
	p, err := pattern.Compile("^([^/]+)/([^/]+)/([0-9]+)$", apache)
	require.NoError(b, err)
	b.RunParallel(func(pb *testing.PB) {
		var caps pattern.Captures
		for pb.Next() {
			_, _ = p.Match("articles/regular/2024", &caps, 0)
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for _, tt := range usual {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = pattern.Compile(tt.pattern, apache|tt.flags)
			}
		})
	}
}
