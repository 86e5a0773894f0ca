package rewrite_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

const expiresRules = `
ExpiresActive On
ExpiresDefault A31536000
ExpiresByType text/html A0
ExpiresByType a/b A60
Header set X-Type "expr=%{CONTENT_TYPE}"
Header set X-Status "expr=%{REQUEST_STATUS}"
Header set X-Html yes "expr=%{CONTENT_TYPE} =~ m#text/html#"
AddType a/b .txt
`

// A 304 and a part have the fields that the whole has, and no type that only the
// whole would have.
func TestFieldsOfNotModified(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, expiresRules, nil), &rewrite.Options{FileServer: true})
	h := m.Handler(http.FileServerFS(datedFiles()))
	for target, age := range map[string]string{"/error.html": "max-age=0", "/a.txt": "max-age=60"} {
		whole := ask(h, "GET", target, nil)
		require.Equal(t, age, whole.Header().Get("Cache-Control"), target)
		for _, header := range []http.Header{
			{"If-None-Match": {"*"}}, {"If-Modified-Since": {"Mon, 01 Jan 2035 00:00:00 GMT"}}, {"Range": {"bytes=0-0"}}, {},
		} {
			for _, method := range []string{"GET", "HEAD"} {
				rec := ask(h, method, target, header)
				for _, name := range []string{"Cache-Control", "X-Type", "X-Html", "Last-Modified"} {
					require.Equal(t, whole.Header()[name], rec.Header()[name], "%s %s %v: %s", method, target, header, name)
				}
				require.NotEmpty(t, rec.Header().Get("Expires"))
				status := map[int]string{200: "200", 206: "200", 304: "304"}[rec.Code]
				require.Equal(t, status, rec.Header().Get("X-Status"), "%s %s %v", method, target, header)
				if rec.Code == http.StatusNotModified {
					require.NotContains(t, rec.Header(), "Content-Type")
				}
			}
		}
	}
}

// Where the type of a 304 can't be known, it does not get the time of another.
func TestNotModifiedOfUnknownType(t *testing.T) {
	t.Parallel()
	status, contentType := http.StatusNotModified, ""
	m := rewrite.New(compile(t, expiresRules, nil), nil)
	h := m.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
	}))
	require.NotContains(t, ask(h, "GET", "/article", nil).Header(), "Cache-Control")
	contentType = "text/html"
	require.Equal(t, "max-age=0", ask(h, "GET", "/article", nil).Header().Get("Cache-Control"))
	contentType = "image/png"
	require.Equal(t, "max-age=31536000", ask(h, "GET", "/article", nil).Header().Get("Cache-Control"))
}

// [H] in the place of an internal redirect leaves no file: 404, with its document.
func TestHandlerInThePlaceOfRedirect(t *testing.T) {
	t.Parallel()
	opts := handled("RewriteEngine On\nRewriteRule ^x$ f.txt [H=foo]\nRewriteRule ^y$ f.txt [H=default-handler]\nErrorDocument 404 /d/f.txt\n")
	h := rewrite.New(compile(t, "", opts), &rewrite.Options{FileServer: true, Logger: quiet()}).Handler(http.FileServerFS(sub(t, opts.FS, "www")))
	for _, target := range []string{"/d/x", "/d/y"} {
		rec := ask(h, "GET", target, nil)
		require.Equal(t, http.StatusNotFound, rec.Code)
		require.Equal(t, "text", rec.Body.String())
	}
}
