package rewrite_test

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Targets that no browser sends, and the status httpd 2.4.71 gives for them
// with one file, index.html, in the document root.
func TestHostileTargets(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"www/index.html": {Data: []byte("index")}, "www/d/x": {}}
	e := compile(t, "RewriteRule ^/secret - [F]\n", &matcher.Options{DocumentRoot: "/www", FS: fsys})
	m := rewrite.New(e, &rewrite.Options{Logger: quiet()})
	srv := httptest.NewServer(m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		if info.Filename != "/www/index.html" || info.PathInfo != "" {
			http.NotFound(w, r)
		}
	})))
	t.Cleanup(srv.Close)
	tests := []struct {
		target string
		want   int
	}{
		{"/index.html", 200},
		{"//index.html", 200},
		{"/./index.html", 200},
		{"/d/../index.html", 200},
		{"/index.html?%00", 200},
		{"/index.html?%zz", 200},
		{"/index.html?\xff", 200},
		{"http://a/index.html", 200},
		{"/%00", 404},
		{"/index.html%00", 404},
		{"/%2f", 404},
		{"/..%2f..", 404},
		{"/index%2Fhtml", 404},
		{"/x%0ay", 404},
		{"/x%0d%0aSet-Cookie:%20a=b", 404},
		{"/\xe9", 404},
		{"/index.html/", 404},
		{`/\..\x`, 404},
		{"/%5c..%5c", 404},
		{"/index.html;x", 404},
		{"/" + strings.Repeat("a/", 2000), 404},
		{"/%zz", 400},
		{"/%", 400},
		{"/%2", 400},
		{"/%u0041", 400},
		{"/a b", 400},
		{"x", 400},
		{"*", 400},
		{"", 400},
		{"/../..", 400},
		{"/../index.html", 400},
		{"/%2e%2e/index.html", 400},
		{"/" + strings.Repeat("../", 1000), 400},
		{"/a#b", 400},
		{"/\x01", 400},
		{"/\x7f", 400},
		{"/index.html?\x01", 400},
		{"/" + strings.Repeat("a", 8300), 414},
		{"/" + strings.Repeat("a", 1<<20), 414},
		{"/?" + strings.Repeat("a", 1<<20), 414},
		{"/" + strings.Repeat("%61", 1<<20/3), 414},
		{"/" + strings.Repeat("a", 2<<20), 431}, // net/http's own limit
		{"/secret", 403},
		{"/%73ecret", 403},
		{"//secret", 403},
		{"/./secret", 403},
		{"/x/../secret", 403},
		{"/x/%2e%2E/secret", 403},
		{"/secret%00", 404},
		{"http://a/secret", 403},
	}
	for _, tt := range tests {
		if got := raw(t, srv, tt.target).StatusCode; got != tt.want {
			t.Errorf("GET %.60q (%d bytes) = %d, want %d", tt.target, len(tt.target), got, tt.want)
		}
	}
}

// No header field has a control character in it, whatever the rules do.
func TestNoHeaderSplitting(t *testing.T) {
	t.Parallel()
	srv := start(t, lines(
		`RewriteRule ^/l/(.*) http://example.org/$1 [R,NE]`,
		`RewriteRule ^/c/(.*) - [CO=a:$1:.example.org]`,
		`RewriteRule ^/t/(.*) - [T=text/$1]`,
		`RewriteRule ^/p/(.*) http://127.0.0.1:1/$1 [P,NE]`,
	), &rewrite.Options{Logger: quiet()}, unreachable(t))
	for _, kind := range []string{"l", "c", "t", "p"} {
		for _, c := range []string{"%0a", "%0d", "%01", "%7f"} {
			resp := raw(t, srv, "/"+kind+"/a"+c+"X-Evil:%20yes")
			if resp.StatusCode < 400 {
				t.Errorf("/%s/a%s... = %d", kind, c, resp.StatusCode)
			}
			require.Empty(t, resp.Header.Get("X-Evil"))
			require.Empty(t, resp.Header["Set-Cookie"])
		}
	}
}

// fuzzRules exercise every action, with as much of the request in the result
// as rules can put there.
const fuzzRules = `
RewriteRule ^/r/(.*) http://example.org/$1 [R=301,CO=c:$1:.example.org]
RewriteRule ^/ne/(.*) http://example.org/$1?%{QUERY_STRING} [R,NE]
RewriteRule ^/h/ http://%{HTTP_HOST}/%{HTTP_USER_AGENT} [R]
RewriteRule ^/f - [F]
RewriteRule ^/p/(.*) http://127.0.0.1:1/$1 [P]
RewriteRule ^/pn/(.*) http://127.0.0.1:1/$1 [P,NE]
RewriteRule ^/ph/(.*) http://$1/ [P]
RewriteRule ^/t/(.*) - [T=$1,H=$1,E=X:$1]
RewriteRule ^/w/(.*) /$1
RewriteCond %{HTTP:X-A} ^(.*)$
RewriteRule ^/x http://example.org/%1 [R,NE]
`

func FuzzHandler(f *testing.F) {
	for _, target := range []string{"/", "/r/a%20b", "/ne/%25x?y=z", "/h/", "/f", "/p/x", "/pn/%01", "/ph/%5b::1%5d", "/t/text%2fhtml", "/w/..//x", "/x"} {
		f.Add(target, "www.example.com", "agent", "value")
	}
	f.Add("/h/", "[::1]:80", "a\tb", "%0a")
	m := rewrite.New(compile(f, fuzzRules, nil), &rewrite.Options{Logger: quiet(), Transport: nowhere{}})
	f.Fuzz(func(t *testing.T, target, host, agent, value string) {
		text := "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + agent + "\r\nX-A: " + value + "\r\n\r\n"
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			t.Skip("net/http refuses it")
		}
		r.RemoteAddr = "192.0.2.1:4711"
		u, header, before := *r.URL, r.Header.Clone(), *r
		passed := false
		w := httptest.NewRecorder()
		m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r2 *http.Request) {
			passed = true
			if r2 == r || r2.URL == r.URL {
				t.Error("the next handler got the caller's own request")
			}
			if _, err := url.ParseRequestURI(r2.URL.RequestURI()); err != nil && strings.HasPrefix(r2.URL.Path, "/") {
				t.Errorf("the next handler got URL %#v: %v", r2.URL, err)
			}
			w.WriteHeader(http.StatusOK)
		})).ServeHTTP(w, r)
		checkResponse(t, w.Result(), passed)
		if diff := cmp.Diff(u, *r.URL); diff != "" {
			t.Errorf("URL was changed:\n%s", diff)
		}
		if diff := cmp.Diff(header, r.Header); diff != "" {
			t.Errorf("header was changed:\n%s", diff)
		}
		if r.URL != before.URL || r.RequestURI != before.RequestURI || r.Host != before.Host || r.Context() != before.Context() {
			t.Error("request was changed")
		}
	})
}

func checkResponse(t *testing.T, resp *http.Response, passed bool) {
	t.Helper()
	if resp.StatusCode < 200 || resp.StatusCode > 599 {
		t.Errorf("status %d", resp.StatusCode)
	}
	location := resp.Header.Get("Location")
	if redirect := resp.StatusCode >= 300 && resp.StatusCode < 400; redirect != (location != "") {
		t.Errorf("status %d with Location %q, passed on: %v", resp.StatusCode, location, passed)
	}
	for name, values := range resp.Header {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") {
				t.Errorf("%s: %q", name, v)
			}
		}
	}
	var wire bytes.Buffer
	if err := resp.Write(&wire); err != nil {
		t.Fatal(err)
	}
	back, err := http.ReadResponse(bufio.NewReader(&wire), nil)
	if err != nil {
		t.Fatalf("the response can't be read: %v", err)
	}
	// A header field comes without the blanks around it.
	if got := back.Header.Get("Location"); got != strings.Trim(location, " \t") {
		t.Errorf("Location %q arrives as %q", location, got)
	}
}

// nowhere is a transport that reaches no server.
type nowhere struct{}

// RoundTrip fails as net/http's own does on a bad request.
func (nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "" {
		return nil, http.ErrMissingFile
	}
	return nil, http.ErrHandlerTimeout
}
