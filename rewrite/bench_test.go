package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// BenchmarkHandler measures a handler with rules before it next to the bare
// handler: what the middleware costs is the difference.
func BenchmarkHandler(b *testing.B) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	rules := lines(
		`RewriteRule ^/old/(.*)$ https://example.org/$1 [R=301,L]`,
		`RewriteRule ^/item/([0-9]+)$ /show?id=$1 [L]`,
		`RewriteRule ^/private - [F]`,
	)
	behind := rewrite.New(compile(b, rules, nil), nil).Handler(bare)
	for _, bb := range []struct {
		name, target string
		h            http.Handler
	}{
		{"Bare", "/other", bare},
		{"Pass", "/other", behind},
		{"Rewrite", "/item/42", behind},
		{"Redirect", "/old/x", behind},
		{"Forbidden", "/private", behind},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, bb.target, http.NoBody)
			w := discard{header: http.Header{}}
			for b.Loop() {
				clear(w.header)
				bb.h.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkFiles measures how a small file is sent, without the network.
func BenchmarkFiles(b *testing.B) {
	root := b.TempDir()
	require.NoError(b, os.WriteFile(filepath.Join(root, "page.html"), make([]byte, 360), 0o600))
	conf := filepath.Join(root, "site.conf")
	require.NoError(b, os.WriteFile(conf, []byte(lines(
		"<Directory />", "AllowOverride None", "</Directory>",
		"<VirtualHost *>", "DocumentRoot "+root, "</VirtualHost>",
	)), 0o600))
	m, err := rewrite.Load(conf, nil)
	require.NoError(b, err)
	h := rewrite.Timeouts{Idle: time.Minute}.Handler(m.Handler(rewrite.Files(nil)))
	r := httptest.NewRequest(http.MethodGet, "/page.html", http.NoBody)
	w := discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
	require.Equal(b, []string{"360"}, w.header["Content-Length"])
}

// discard is a response writer that keeps nothing but the header.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func (d discard) SetWriteDeadline(time.Time) error { return nil } // as net/http's own
