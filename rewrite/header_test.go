package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Directives about the header act on what the next handler sends.
func TestHeaderDirectives(t *testing.T) {
	t.Parallel()
	srv := start(t, `
Header set X-Set new
Header setifempty X-Empty mine
Header add X-Add second
Header append Cache-Control public
Header merge Vary Accept
Header unset X-Unset
Header edit X-Edit "^(\w+)" "<$1>"
Header edit* X-All a b
Header echo ^X-Echo$
Header set X-Late %{WHO}e env=WHO
Header set X-Never 1 env=!WHO
Header set X-Early late
Header set X-Before 1 early
Header set X-Before-Too 1 early
RewriteRule ^ - [E=WHO:me]
`, nil, func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range map[string]string{
			"X-Set": "old", "X-Empty": "theirs", "X-Add": "first", "Cache-Control": "max-age=5", "Vary": "accept",
			"X-Unset": "x", "X-Edit": "word and more", "X-All": "aXa", "X-Early": "handler", "X-Before": "handler",
		} {
			w.Header().Set(name, value)
		}
		_, _ = w.Write([]byte("ok"))
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/", http.NoBody)
	require.NoError(t, err)
	req.Header.Set("X-Echo", "back")
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.Equal(t, "ok", readBody(t, resp))
	for _, name := range []string{"Date", "Content-Length", "Content-Type"} {
		resp.Header.Del(name)
	}
	want := http.Header{
		"X-Set": {"new"}, "X-Empty": {"theirs"}, "X-Add": {"first", "second"}, "Cache-Control": {"max-age=5, public"},
		"Vary": {"accept"}, "X-Edit": {"<word> and more"}, "X-All": {"bXb"}, "X-Echo": {"back"}, "X-Late": {"me"},
		"X-Early": {"late"}, "X-Before": {"handler"}, "X-Before-Too": {"1"},
	}
	// httpd looks for the very word.
	want["Vary"] = []string{"accept"}
	if diff := cmp.Diff(want, resp.Header); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
}

// On a redirect only what is set always counts, and stands before the rest.
func TestHeaderDirectivesOnRedirect(t *testing.T) {
	t.Parallel()
	srv := start(t, `
Header set X-Success 1
Header always set X-Always 1
Header always append Vary Cookie
Header always set Location https://elsewhere.example/
Header always unset Set-Cookie
RewriteRule ^/a https://target.example/ [CO=a:b:.example.org,R=301]
`, nil, unreachable(t))
	resp := fetch(t, http.MethodGet, srv.URL+"/a", strings.NewReader(""))
	_ = readBody(t, resp)
	require.Equal(t, http.StatusMovedPermanently, resp.StatusCode)
	want := http.Header{
		"X-Always": {"1"}, "Vary": {"Cookie"}, "Location": {"https://elsewhere.example/", "https://target.example/"},
		"Set-Cookie": {"a=b; path=/; domain=.example.org"},
	}
	got := http.Header{}
	for name := range want {
		got[name] = resp.Header[name]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
	require.Empty(t, resp.Header.Get("X-Success"))
}

// A field that no response may have makes the response an error without any.
func TestUnfitHeader(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]string{
		"set":          `Header set X "a\nb"`,
		"always":       `Header always set X "a\nb"`,
		"edit":         `Header edit X-Own own "a\nb"`,
		"name":         `Header set "X Y" a`,
		"empty name":   `Header set : a`,
		"content type": `Header set Content-Type "a\nb"`,
	} {
		srv := start(t, rules+"\n", &rewrite.Options{Logger: quiet()}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Own", "own")
			_, _ = w.Write([]byte("content"))
		})
		got := get(t, srv.URL)
		if got.Status != http.StatusInternalServerError || strings.Contains(got.Body, "content") {
			t.Errorf("%s: got %d %q, want 500", name, got.Status, got.Body)
		}
	}
}

// RequestHeader changes what the next handler and other servers see.
func TestRequestHeader(t *testing.T) {
	t.Parallel()
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Header.Get("X-Set") + "|" + r.Header.Get("X-Unset")))
	})
	var original *http.Request
	rules := `
RequestHeader set X-Set "%{WHO}e"
RequestHeader unset X-Unset
RequestHeader edit X-Edit a b
RequestHeader set Host inner.example
RewriteRule ^ - [E=WHO:me]
RewriteRule ^/proxy ` + up + `/ [P]
`
	m := rewrite.New(compile(t, rules, nil), nil)
	h := m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(strings.Join([]string{
			r.Host, r.Header.Get("Host"), r.Header.Get("X-Set"), r.Header.Get("X-Unset"), r.Header.Get("X-Edit"),
		}, "|")))
	}))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		original = r
		h.ServeHTTP(w, r)
	}))
	defer srv.Close()
	header := http.Header{"X-Unset": {"x"}, "X-Edit": {"aa"}, "Host": {"outer.example"}}
	require.Equal(t, "inner.example||me||ba", do(t, http.MethodGet, srv.URL+"/x", header).Body)
	require.Equal(t, "outer.example", original.Host)
	require.Equal(t, []string{"x"}, original.Header["X-Unset"], "the caller's request stays as it is")
	require.Equal(t, "me|", do(t, http.MethodGet, srv.URL+"/proxy", header).Body)
}

// Types, encodings and languages of files, and what is added to types.
func TestTypesOfFiles(t *testing.T) {
	t.Parallel()
	srv := start(t, `
AddType text/x-own .own .gz
AddEncoding x-pack .gz
AddLanguage de .de
AddDefaultCharset utf-8
`, nil, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "json"):
			w.Header().Set("Content-Type", "application/json")
		case strings.Contains(r.URL.Path, "html"):
			w.Header().Set("Content-Type", "text/html")
		case strings.Contains(r.URL.Path, "missing"):
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("{}"))
	})
	tests := []struct{ target, mediaType, encoding, language string }{
		{"/a.own", "text/x-own", "", ""},
		{"/a.own.gz", "text/x-own", "x-pack", ""},
		{"/a.de.own", "text/x-own", "", "de"},
		{"/json.own", "application/json", "", ""},
		{"/a.html", "text/html; charset=utf-8", "", ""},
		{"/missing.gz", "text/plain; charset=utf-8", "", ""},
	}
	for _, tt := range tests {
		resp := fetch(t, http.MethodGet, srv.URL+tt.target, strings.NewReader(""))
		_ = readBody(t, resp)
		got := []string{resp.Header.Get("Content-Type"), resp.Header.Get("Content-Encoding"), resp.Header.Get("Content-Language")}
		if diff := cmp.Diff([]string{tt.mediaType, tt.encoding, tt.language}, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
}

// Expires counts from the request, and its age goes with it.
func TestExpires(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	e := compile(t, `
ExpiresActive On
ExpiresDefault "access plus 1 hour"
ExpiresByType image/* "now plus 1 month"
ExpiresByType text/html A0
RewriteRule ^/moved https://other.example/ [R=301]
RewriteRule ^/gone - [G]
`, &matcher.Options{Now: func() time.Time { return now }})
	srv := httptest.NewServer(rewrite.New(e, nil).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("t"))
		if r.URL.Path == "/own" {
			w.Header().Set("Expires", "0")
		}
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
	})))
	defer srv.Close()
	tests := []struct{ target, expires, control string }{
		{"/?t=text/plain", "Sun, 01 Mar 2026 13:00:00 GMT", "max-age=3600"},
		{"/?t=image/png", "Tue, 31 Mar 2026 12:00:00 GMT", "max-age=2592000"},
		{"/?t=Text/HTML%3Bq=1", "Sun, 01 Mar 2026 12:00:00 GMT", "max-age=0"},
		{"/own?t=image/png", "0", ""},
		{"/missing?t=image/png", "", ""},
		{"/moved", "Sun, 01 Mar 2026 12:00:00 GMT", "max-age=0"},
		{"/gone", "", ""},
	}
	for _, tt := range tests {
		resp := fetch(t, http.MethodGet, srv.URL+tt.target, strings.NewReader(""))
		_ = readBody(t, resp)
		got := []string{resp.Header.Get("Expires"), resp.Header.Get("Cache-Control")}
		if diff := cmp.Diff([]string{tt.expires, tt.control}, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
}
