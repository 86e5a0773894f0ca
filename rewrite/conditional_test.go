package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// conditions are requests for a part, or under a condition.
func conditions() []http.Header {
	return []http.Header{
		{},
		{"If-Modified-Since": {"Mon, 01 Jan 2035 00:00:00 GMT"}},
		{"If-None-Match": {"*"}},
		{"If-Match": {`"other"`}},
		{"If-Unmodified-Since": {"Mon, 01 Jan 2001 00:00:00 GMT"}},
		{"Range": {"bytes=0-1"}},
		{"Range": {"bytes=1000-"}},
		{"Range": {"bytes=0-1"}, "If-Range": {"Mon, 01 Jan 2020 00:00:00 GMT"}},
	}
}

// datedFiles have a time, so that conditions apply to them.
func datedFiles() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{"a.txt": "0123456789", "error.html": "the error page", "416.html": "no such part"} {
		files[name] = &fstest.MapFile{Data: []byte(text), ModTime: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	return files
}

// The document of an error is sent whole and with the error's status, whatever
// handler it comes from.
func TestErrorsAreUnconditional(t *testing.T) {
	t.Parallel()
	files := http.FileServerFS(datedFiles())
	backend := httptest.NewServer(files)
	defer backend.Close()
	const rules = `
ErrorDocument 403 /error.html
ErrorDocument 404 /error.html
ErrorDocument 410 /error.html
ErrorDocument 503 /proxied
RewriteRule ^/proxied BACKEND/error.html [P]
RewriteRule ^/secret - [F]
RewriteRule ^/gone - [G]
RewriteRule ^/busy - [R=503]
`
	own := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			rewrite.Fail(w, r, http.StatusNotFound)
			return
		}
		files.ServeHTTP(w, r)
	}
	for name, next := range map[string]http.HandlerFunc{"file server": files.ServeHTTP, "own": own} {
		opts := &rewrite.Options{FileServer: name == "file server", Logger: quiet()}
		h := rewrite.New(compile(t, strings.ReplaceAll(rules, "BACKEND", backend.URL), nil), opts).Handler(next)
		for target, status := range map[string]int{"/secret": 403, "/missing": 404, "/gone": 410, "/busy": 200} {
			for _, header := range conditions() {
				rec := ask(h, "GET", target, header)
				require.Equal(t, status, rec.Code, "%s: %s %v", name, target, header)
				require.Equal(t, "the error page", rec.Body.String(), "%s: %s %v", name, target, header)
				require.Equal(t, status, ask(h, "HEAD", target, header).Code, "%s: HEAD %s %v", name, target, header)
			}
		}
	}
}

// A file that no error stands before is asked for as before. Its 416 is an error
// with a document of its own, its 412 has none.
func TestConditionsOfFiles(t *testing.T) {
	t.Parallel()
	const rules = "ErrorDocument 416 /416.html\nErrorDocument 412 /error.html\nErrorDocument 404 /error.html\n"
	m := rewrite.New(compile(t, rules, nil), &rewrite.Options{FileServer: true, Logger: quiet()})
	h := m.Handler(http.FileServerFS(datedFiles()))
	status, bodies := []int{}, []string{}
	for _, header := range conditions() {
		rec := ask(h, "GET", "/a.txt", header)
		status, bodies = append(status, rec.Code), append(bodies, rec.Body.String())
	}
	require.Equal(t, []int{200, 304, 304, 412, 412, 206, 416, 206}, status)
	require.Equal(t, []string{"0123456789", "", "", "", "", "01", "no such part", "01"}, bodies)
}

// A rule can leave a status behind on a request that passes.
func TestStatusLeftBehindIsUnconditional(t *testing.T) {
	t.Parallel()
	const rules = "RewriteRule ^/c$ /d [R=foo]\nRewriteRule /d$ /a.txt\n"
	h := rewrite.New(compile(t, rules, nil), nil).Handler(http.FileServerFS(datedFiles()))
	for _, header := range conditions() {
		rec := ask(h, "GET", "/c", header)
		require.Equal(t, 500, rec.Code, "%v", header)
		require.Equal(t, "0123456789", rec.Body.String(), "%v", header)
	}
}
