package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

const errorRules = `
ErrorDocument 403 /errors/403.html
ErrorDocument 404 /errors/404.html
ErrorDocument 410 "It is gone."
ErrorDocument 503 https://status.example.org/
ErrorDocument 502 /errors/502.html
Header always set X-Always 1
Header set X-Success 1
RewriteRule ^/secret - [F]
RewriteRule ^/gone - [G]
RewriteRule ^/busy - [R=503]
`

// site serves a few files as a handler that knows nothing of rules does.
func siteFiles() http.Handler {
	return http.FileServerFS(fstest.MapFS{
		"a.txt":           {Data: []byte("a")},
		"errors/403.html": {Data: []byte("<p>no</p>")},
		"errors/404.html": {Data: []byte("<p>nothing here</p>")},
	})
}

// What an ErrorDocument answers, to the last field of the header.
func TestErrorDocument(t *testing.T) {
	t.Parallel()
	html, plain := "text/html; charset=utf-8", "text/plain; charset=utf-8"
	tests := []struct {
		method, target string
		status         int
		body           string
		header         map[string]string
	}{
		{"GET", "/a.txt", 200, "a", map[string]string{"Content-Type": plain, "X-Always": "1", "X-Success": "1"}},
		{"GET", "/secret", 403, "<p>no</p>", map[string]string{"Content-Type": html, "X-Always": "1", "X-Success": "1"}},
		{"POST", "/secret", 403, "<p>no</p>", map[string]string{"Content-Type": html}},
		{"HEAD", "/secret", 403, "", map[string]string{"Content-Type": html, "Content-Length": "9"}},
		{"GET", "/missing", 404, "<p>nothing here</p>", map[string]string{"Content-Type": html}},
		{"GET", "/gone", 410, "It is gone.", map[string]string{
			"Content-Type": "text/html; charset=iso-8859-1", "X-Always": "1", "X-Success": "",
		}},
		{"HEAD", "/gone", 410, "", map[string]string{"Content-Length": "11"}},
		{"GET", "/busy", 302, "*", map[string]string{"Location": "https://status.example.org/", "X-Always": "1", "X-Success": ""}},
	}
	srv := start(t, errorRules, &rewrite.Options{FileServer: true, Logger: quiet()}, siteFiles().ServeHTTP)
	for _, tt := range tests {
		resp := fetch(t, tt.method, srv.URL+tt.target, strings.NewReader(""))
		body := readBody(t, resp)
		if resp.StatusCode != tt.status || tt.body != "*" && body != tt.body {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.target, resp.StatusCode, body, tt.status, tt.body)
		}
		for name, want := range tt.header {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q, want %q", tt.method, tt.target, name, got, want)
			}
		}
	}
}

// fetch sends a request and does not follow redirects.
func fetch(tb testing.TB, method, url string, body *strings.Reader) *http.Response {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, body)
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		tb.Fatal(err)
	}
	return resp
}

// The error document of a handler that fails, and fails for its document, too.
func TestFail(t *testing.T) {
	t.Parallel()
	var seen []string
	next := func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.Path)
		w.Header().Set("Etag", `"x"`)
		rewrite.Fail(w, r, http.StatusNotFound)
	}
	srv := start(t, errorRules, &rewrite.Options{Logger: quiet()}, next)
	resp := fetch(t, http.MethodPost, srv.URL+"/missing", strings.NewReader("x"))
	body := readBody(t, resp)
	if resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "404 Not Found") || resp.Header.Get("Etag") != "" {
		t.Errorf("got %d %q %v, want the server's own page for 404", resp.StatusCode, body, resp.Header)
	}
	if got := resp.Header.Get("X-Always") + resp.Header.Get("X-Success"); got != "1" {
		t.Errorf("header %v, want X-Always only", resp.Header)
	}
	if diff := cmp.Diff([]string{"POST /missing", "GET /errors/404.html"}, seen); diff != "" {
		t.Errorf("requests mismatch (-want +got):\n%s", diff)
	}
}

// A handler outside of a middleware can call Fail as well.
func TestFailAlone(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	rewrite.Fail(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody), http.StatusTeapot)
	if w.Code != http.StatusTeapot {
		t.Errorf("status %d, want 418", w.Code)
	}
}

// Once a part of the response is out, nothing else can take its place.
func TestFailTooLate(t *testing.T) {
	t.Parallel()
	srv := start(t, errorRules, &rewrite.Options{Logger: quiet()}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("half"))
		rewrite.Fail(w, r, http.StatusNotFound)
	})
	if got := get(t, srv.URL+"/x"); got.Status != http.StatusOK || got.Body != "half" {
		t.Errorf("got %d %q, want what was written", got.Status, got.Body)
	}
}

// An application's error page goes out as it is.
func TestApplicationErrors(t *testing.T) {
	t.Parallel()
	srv := start(t, errorRules, nil, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "mine", http.StatusNotFound)
	})
	resp := fetch(t, http.MethodGet, srv.URL+"/x", strings.NewReader(""))
	if body := readBody(t, resp); resp.StatusCode != http.StatusNotFound || body != "mine\n" {
		t.Errorf("got %d %q, want the handler's page", resp.StatusCode, body)
	}
	if got := resp.Header.Get("X-Always") + resp.Header.Get("X-Success"); got != "11" {
		t.Errorf("header %v, want both fields, as with a script's own error", resp.Header)
	}
}

// A server that can't be reached is an error of this one.
func TestErrorDocumentOfProxy(t *testing.T) {
	t.Parallel()
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	served := func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
	}
	srv := start(t, errorRules+"RewriteRule ^/api "+dead.URL+"/ [P]\n", &rewrite.Options{Logger: quiet()}, served)
	if got := get(t, srv.URL+"/api"); got.Status != http.StatusBadGateway || got.Body != "GET /errors/502.html" {
		t.Errorf("got %d %q, want the document for 502", got.Status, got.Body)
	}
}

// A field that directives set and that comes with pages made here, or by
// net/http for a handler's errors, is sent once.
func TestNoSniffingOnce(t *testing.T) {
	t.Parallel()
	for _, always := range []string{"", "Header always set X-Content-Type-Options nosniff\n"} {
		h := rewrite.New(compile(t, errorRules+always, nil), &rewrite.Options{FileServer: true, Logger: quiet()}).Handler(siteFiles())
		wrapped := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Content-Type-Options", "nosniff")
			h.ServeHTTP(w, r)
		})
		for target, set := range map[string]bool{"/missing": false, "/secret": false, "/gone": false, "/busy": true, "/a.txt": false} {
			want := 0
			if set || always != "" {
				want = 1
			}
			if got := ask(h, "GET", target, nil).Header()["X-Content-Type-Options"]; len(got) != want {
				t.Errorf("%q: GET %s has %q, want %d", always, target, got, want)
			}
			if always == "" {
				if got := ask(wrapped, "GET", target, nil).Header()["X-Content-Type-Options"]; len(got) != 1 {
					t.Errorf("GET %s in a handler that sets it has %q", target, got)
				}
			}
		}
	}
	for _, rules := range []string{"RewriteRule ^ - [F]\n", "Header always set X-Content-Type-Options nosniff\nRewriteRule ^ - [F]\n"} {
		rec := ask(rewrite.New(compile(t, rules, nil), nil).Handler(http.NotFoundHandler()), "GET", "/", nil)
		if got := rec.Header()["X-Content-Type-Options"]; len(got) != 1 {
			t.Errorf("%q: a page made here has %q", rules, got)
		}
	}
}
